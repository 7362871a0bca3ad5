"""Commands about who is signed in at which server: login, logout, whoami."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.parameters import Json
from smartnotes.cli.render import print_json, say, warn
from smartnotes.cli.session import chosen_server, load

if TYPE_CHECKING:
    from smartnotes.core.accounts import Credentials

Url = Annotated[str | None, typer.Argument(metavar="[URL]", help="The server; by default the one in use.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("login")(login)
    app.command("logout")(logout)
    app.command("whoami")(whoami)


def login(
    url: Annotated[str, typer.Argument(metavar="URL", help="The server, as https://notes.example.org.")],
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="User name; asked for otherwise.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    create: Annotated[bool, typer.Option("--register", help="Make the account first.")] = False,
    invitation: Annotated[
        str | None, typer.Option("--invitation", metavar="CODE", help="To register where the server asks for one.")
    ] = None,
) -> None:
    """Sign in at a server; from then on every command uses the notebook there, until logout."""
    from smartnotes.client.remoteaccess import is_private, sign_in

    if not is_private(url):
        warn(f"the connection to {url} is not encrypted: others on the way can read the password and the notes")
    credentials = _credentials(name, password_stdin=password_stdin, create=create, invitation=invitation)
    done = sign_in(url, credentials, settings=load().settings)
    say(f"Signed in at {done.server} as {done.user}.")


def logout(
    url: Url = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="End the sessions on other machines too.")] = False,
) -> None:
    """Sign out; commands use this machine's own notebook again."""
    from smartnotes.client.remoteaccess import sign_out
    from smartnotes.client.remoteaccount import open_account

    server = url or server_in_use()
    if everywhere:
        with open_account(server, settings=load().settings) as account:
            account.end_all_sessions()
    failed = sign_out(server, settings=load().settings)
    if failed is not None:
        warn(f"{server} could not be told ({failed.message}); the session there ends by itself")
    say(f"Signed out at {server}.")


def whoami(url: Url = None, json: Json = False) -> None:
    """Print who is signed in at the server in use."""
    from smartnotes.client.remoteaccess import who_am_i

    server = url or server_in_use()
    user = who_am_i(server, settings=load().settings)
    if json:
        print_json([user], lines=True)
    else:
        print(f"{user.name} ({user.role.value}) at {server}")


def server_in_use() -> str:
    """Return the server that commands use now. Raises `NotSignedIn` where there is none."""
    from smartnotes.core.errors import NotSignedIn

    server = chosen_server()
    if server is None:
        raise NotSignedIn(
            "Nobody is signed in; commands use this machine's own notebook.", hint="To sign in: smartnotes login URL"
        )
    return server


def _credentials(name: str | None, *, password_stdin: bool, create: bool, invitation: str | None) -> Credentials:
    from pydantic import ValidationError

    from smartnotes.core.accounts import Credentials, Registration
    from smartnotes.core.errors import OptionsError

    asked = sys.stdin.isatty()
    if not asked and (name is None or not password_stdin):
        raise OptionsError("Nobody can be asked for name and password.", hint="Use --name and --password-stdin.")
    who = name or typer.prompt("Name", err=True)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=create, err=True)
    try:
        if create:
            return Registration(name=who, password=password, invitation=invitation)
        return Credentials(name=who, password=password)
    except ValidationError as error:
        first = error.errors()[0]
        raise OptionsError(f"The {first['loc'][0]} cannot be used: {first['msg']}.") from error
