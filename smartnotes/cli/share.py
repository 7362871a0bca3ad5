"""Commands about share links: make, list, revoke, open."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.late import add_group
from smartnotes.cli.parameters import Json, Pages
from smartnotes.cli.render import counted, print_json, print_table, say, tell, write_output
from smartnotes.cli.session import chosen_server, load, open_notebook, parse_pages

if TYPE_CHECKING:
    from smartnotes.client.sharedlink import SharedNotes
    from smartnotes.core.model import Page
    from smartnotes.core.options import PageRange
    from smartnotes.core.sharing import Share, Shared, SharedKind, ShareOptions

share_app = typer.Typer(
    help="Links with which people without an account read something of yours.", no_args_is_help=True
)
UNITS_S = {"m": 60, "h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    del app
    add_group(share_app, name="share")


@share_app.command("make")
def make(
    lecture: Annotated[str | None, typer.Option("--lecture", "-l", metavar="NAME", help="Share this lecture.")] = None,
    document: Annotated[
        str | None, typer.Option("--document", "-d", metavar="ID", help="Share this quiz, deck or cheat sheet.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", "-s", metavar="NAME", help="Share this subject, or a lecture of it.")
    ] = None,
    expires: Annotated[
        str, typer.Option("--expires", metavar="TIME", help="How long it works, as 90m, 12h, 7d or 8w.")
    ] = "30d",
    views: Annotated[int | None, typer.Option("--views", min=1, help="How often it can be opened.")] = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for a password that will be needed.")] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read that password from standard input.")
    ] = False,
    original: Annotated[bool, typer.Option("--original", help="Include the lectures' original files.")] = False,
    json: Json = False,
) -> None:
    """Make a link to a lecture, a document or a whole subject; it is shown this once."""
    from smartnotes.client.sharedlink import link_to

    kind, ref = _target(lecture, document, subject)
    secret = _password(asked=password, stdin=password_stdin, confirm=True)
    options = _options(_seconds(expires), views=views, password=secret, original=original)
    with open_notebook() as notebook:
        made = notebook.make_share(ref, kind=kind, subject=subject if lecture else None, options=options)
    if json:
        print_json([made], lines=True)
        return
    print(link_to(chosen_server() or "", made.token))
    say(
        f"Whoever has this link can read {made.share.name} until {_when(made.share.expires_at)}. It is not shown again."
    )


@share_app.command("list")
def list_shares(json: Json = False) -> None:
    """List your links; those that are over can no longer be opened."""
    with open_notebook() as notebook:
        shares = notebook.shares()
    if json:
        print_json(shares)
    elif shares:
        rows = [(one.kind.value, one.name, _views(one), _state(one), one.id) for one in shares]
        print_table(("Kind", "Shared", "Views", "Until", "Id"), rows)
    else:
        say("There are no links; make one with: smartnotes share make --lecture NAME")


@share_app.command("revoke")
def revoke(link: Annotated[str, typer.Argument(metavar="ID", help="The link's id; see: share list.")]) -> None:
    """Make a link void at once, also for those who have opened it."""
    with open_notebook() as notebook:
        share = notebook.revoke_share(link)
    say(f"Nobody can read {share.name} by that link any more.")


@share_app.command("open")
def open_link(
    link: Annotated[str, typer.Argument(metavar="LINK", help="The link, in quotes.")],
    text: Annotated[bool, typer.Option("--text", help="Print the lectures' text, page by page.")] = False,
    pages: Pages = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Save everything into this folder.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input; asked for otherwise.")
    ] = False,
    json: Json = False,
) -> None:
    """Read what a link leads to; no account is needed. Each call is one view."""
    chosen = parse_pages(pages)
    with _opened(link, password=_password(asked=False, stdin=password_stdin)) as notes:
        shared = notes.shared()
        if output is not None:
            _save(notes, shared, folder=output, pages=chosen)
        if text or chosen is not None:
            for lecture in shared.lectures:
                _print_pages(notes.pages(lecture.id, pages=chosen), json=json)
            return
    if json:
        print_json([shared], lines=True)
        return
    tell(f"{shared.name} ({shared.kind.value}, until {_when(shared.expires_at)})")
    rows = [(one.name, counted(one.pages, "page")) for one in shared.lectures]
    rows += [(one.title, ", ".join(one.formats)) for one in shared.documents]
    if output is None:
        print_table(("Name", "What"), rows)


def _opened(link: str, *, password: str | None) -> SharedNotes:
    from smartnotes.client.sharedlink import open_shared
    from smartnotes.core.errors import AccessDenied

    settings = load().settings
    try:
        return open_shared(link, settings=settings, password=password)
    except AccessDenied:
        if password is not None or not sys.stdin.isatty():
            raise
    asked = typer.prompt("Password of the link", hide_input=True, err=True)
    return open_shared(link, settings=settings, password=asked)


def _save(notes: SharedNotes, shared: Shared, *, folder: Path, pages: PageRange | None) -> None:
    """Write each lecture into a folder of its own, each document into a file; names of others lead nowhere else."""
    from smartnotes.core.filenames import safe_name

    taken: Counter[str] = Counter()

    def free(name: str, ending: str = "") -> Path:
        safe = safe_name(name)
        taken[safe + ending] += 1
        number = taken[safe + ending]
        return folder / f"{safe}{f' ({number})' if number > 1 else ''}{ending}"

    for lecture in shared.lectures:
        place, found = free(lecture.name), notes.pages(lecture.id, pages=pages)
        write_output("\n\n".join(page.text for page in found).encode(), place / "text.txt")
        for number, figure in enumerate((figure for page in found for figure in page.figures), start=1):
            write_output(notes.blob(figure.blob), place / f"page{figure.page:03d}-{figure.kind.value}{number}.png")
        if shared.original:
            write_output(notes.original(lecture.id), place / f"original-{safe_name(lecture.name)}")
    for document in shared.documents:
        usual = document.formats[0]
        write_output(notes.render(document.id, format=usual), free(document.title, f".{usual}"))
    say(f"Saved in {folder}.")


def _print_pages(pages: list[Page], *, json: bool) -> None:
    if json:
        print_json(pages, lines=True)
        return
    for page in pages:
        tell(f"--- page {page.number} ---\n{page.text}\n")


def _options(expires_in_s: int, *, views: int | None, password: str | None, original: bool) -> ShareOptions:
    from pydantic import ValidationError

    from smartnotes.core.errors import OptionsError
    from smartnotes.core.sharing import ShareOptions

    try:
        return ShareOptions(expires_in_s=expires_in_s, max_views=views, password=password, original=original)
    except ValidationError as error:
        first = error.errors()[0]
        raise OptionsError(f"The link's {first['loc'][0]} cannot be used: {first['msg']}.") from error


def _target(lecture: str | None, document: str | None, subject: str | None) -> tuple[SharedKind, str]:
    from smartnotes.core.errors import OptionsError
    from smartnotes.core.sharing import SharedKind

    if document and not lecture and not subject:
        return SharedKind.DOCUMENT, document
    if lecture and not document:
        return SharedKind.LECTURE, lecture
    if subject and not document:
        return SharedKind.SUBJECT, subject
    raise OptionsError("Share one thing: a lecture, a document or a subject.", hint="--lecture, --document, --subject")


def _password(*, asked: bool, stdin: bool, confirm: bool = False) -> str | None:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not asked:
        return None
    return str(typer.prompt("Password of the link", hide_input=True, confirmation_prompt=confirm, err=True))


def _seconds(text: str) -> int:
    from smartnotes.core.errors import OptionsError

    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in UNITS_S:
        raise OptionsError(f"{text!r} is no length of time.", hint="Write it as 90m, 12h, 7d or 8w.")
    return int(number) * UNITS_S[unit]


def _when(time: datetime) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M}"


def _views(share: Share) -> str:
    return f"{share.views} of {share.max_views}" if share.max_views else str(share.views)


def _state(share: Share) -> str:
    return "over" if share.is_over(datetime.now(UTC)) else _when(share.expires_at)
