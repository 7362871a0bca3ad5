"""Commands about one's own account at a server, and about letting others in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.access import server_in_use
from smartnotes.cli.late import add_group
from smartnotes.cli.parameters import Json, Yes
from smartnotes.cli.render import print_json, print_table, say
from smartnotes.cli.session import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from smartnotes.client.remoteaccount import RemoteAccount

account_app = typer.Typer(help="Your account at the server in use.", no_args_is_help=True)
invitation_app = typer.Typer(help="Codes with which others may register, for administrators.", no_args_is_help=True)
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read passwords from standard input, one a line.")
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    del app
    add_group(account_app, name="account")
    add_group(invitation_app, name="invitation")


@account_app.command("show")
def show(json: Json = False) -> None:
    """Show who is signed in."""
    with _account() as account:
        user = account.user()
    if json:
        print_json([user], lines=True)
    else:
        print(f"{user.name} ({user.role.value}, since {_when(user.created_at)}, {user.id})")


@account_app.command("password")
def password(stdin: PasswordStdin = False) -> None:
    """Change the password; every other session ends."""
    with _account() as account:
        old = _secret("Password in use", stdin=stdin)
        account.change_password(old, _secret("New password", stdin=stdin, confirm=True))
    say("The password is changed; you are signed out everywhere else.")


@account_app.command("sessions")
def sessions(
    end: Annotated[str | None, typer.Option("--end", metavar="ID", help="End this session.")] = None,
    end_all: Annotated[bool, typer.Option("--end-all", help="End every session, this one too.")] = False,
    json: Json = False,
) -> None:
    """List where you are signed in, or sign out there."""
    with _account() as account:
        if end_all:
            account.end_all_sessions()
            say("You are signed out everywhere.")
            return
        if end:
            account.end_session(end)
            say("That session has ended.")
            return
        found = account.sessions()
    if json:
        print_json(found)
        return
    rows = [(one.label, _when(one.created_at), _when(one.used_at), _when(one.expires_at), one.id) for one in found]
    print_table(("Client", "Since", "Renewed", "Ends", "Id"), rows)


@account_app.command("tokens")
def tokens(
    make: Annotated[str | None, typer.Option("--make", metavar="NAME", help="Make a token with this name.")] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", metavar="SCOPE", help="What it is for: read (the default), write, admin; repeatable."),
    ] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, max=3660, help="It ends after so many days.")] = None,
    revoke: Annotated[str | None, typer.Option("--revoke", metavar="ID", help="Make this token void.")] = None,
    json: Json = False,
) -> None:
    """List personal API tokens for programs, make one, or revoke one."""
    with _account() as account:
        if revoke:
            account.delete_token(revoke)
            say("That token is void.")
        elif make:
            _make_token(account, make, scopes=scope, days=days, json=json)
        else:
            _list_tokens(account, json=json)


def _make_token(
    account: RemoteAccount, name: str, *, scopes: Sequence[str] | None, days: int | None, json: bool
) -> None:
    from smartnotes.core.accounts import AccessScope
    from smartnotes.core.errors import OptionsError

    unknown = set(scopes or ()) - set(AccessScope)
    if unknown:
        raise OptionsError(f"There is no scope {min(unknown)!r}.", hint=f"There are: {', '.join(AccessScope)}.")
    made = account.make_token(name, scopes=[AccessScope(one) for one in scopes or ["read"]], expires_in_days=days)
    if json:
        print_json([made], lines=True)
        return
    print(made.token)
    say("It is not shown again. Programs take it from SMARTNOTES_TOKEN.")


def _list_tokens(account: RemoteAccount, *, json: bool) -> None:
    found = account.tokens()
    if json:
        print_json(found)
        return
    rows = [
        (one.name, " ".join(sorted(one.scopes)), _when(one.used_at), _when(one.expires_at), one.id) for one in found
    ]
    print_table(("Name", "Scopes", "Used", "Ends", "Id"), rows)


@account_app.command("events")
def events(
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many to show at most.")] = 50,
    json: Json = False,
) -> None:
    """List what happened to your account: signing in, changes, links opened; newest first."""
    with _account() as account:
        found = account.events(limit=limit)
    if json:
        print_json(found)
        return
    rows = [(_when(one.at), one.kind.replace("_", " "), one.address, one.detail) for one in found]
    print_table(("When", "What", "From", "About"), rows)


@account_app.command("export")
def export(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write.")] = Path(
        "smartnotes-export.zip"
    ),
) -> None:
    """Save everything the server keeps for you as a ZIP archive."""
    with _account() as account:
        size = account.export(output)
    say(f"Saved {output} ({size:,} bytes).")


@account_app.command("delete")
def delete(yes: Yes = False, stdin: PasswordStdin = False) -> None:
    """Delete your account with everything in it, for good."""
    from smartnotes.client.credentials import SavedLogins
    from smartnotes.core.errors import Cancelled, OptionsError

    server = server_in_use()
    with _account() as account:
        user = account.user()
        if not yes:
            if not sys.stdin.isatty():
                raise OptionsError("This deletes everything and nobody can be asked.", hint="Add --yes.")
            if not typer.confirm(f"Delete {user.name} at {server} with all subjects and documents?", err=True):
                raise Cancelled("Nothing was deleted.")
        account.delete(_secret("Password", stdin=stdin))
    SavedLogins().remove(server)
    say(f"{user.name} and everything of theirs is deleted at {server}.")


@invitation_app.command("make")
def invite(json: Json = False) -> None:
    """Make a code with which one person may register."""
    with _account() as account:
        made = account.invite()
    if json:
        print_json([made], lines=True)
        return
    print(made.code)
    say(f"Good once, until {_when(made.expires_at)}: smartnotes login {server_in_use()} --register --invitation CODE")


@invitation_app.command("list")
def invitations(json: Json = False) -> None:
    """List the invitations nobody has used yet."""
    with _account() as account:
        found = account.invitations()
    if json:
        print_json(found)
    elif found:
        print_table(("Ends", "Made by", "Id"), [(_when(one.expires_at), one.created_by, one.id) for one in found])
    else:
        say("There are no invitations.")


@invitation_app.command("revoke")
def revoke_invitation(invitation: Annotated[str, typer.Argument(metavar="ID", help="See: invitation list.")]) -> None:
    """Make an invitation void."""
    with _account() as account:
        account.revoke_invitation(invitation)
    say("That invitation is void.")


def _account() -> RemoteAccount:
    from smartnotes.client.remoteaccount import open_account

    return open_account(server_in_use(), settings=load().settings)


def _secret(what: str, *, stdin: bool, confirm: bool = False) -> str:
    from smartnotes.core.errors import OptionsError

    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise OptionsError("Nobody can be asked for the password.", hint="Use --password-stdin.")
    return str(typer.prompt(what, hide_input=True, confirmation_prompt=confirm, err=True))


def _when(time: datetime | None) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M}" if time else "-"
