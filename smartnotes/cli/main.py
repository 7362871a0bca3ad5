"""The command `smartnotes`: puts the groups together and turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from smartnotes import __version__
from smartnotes.cli import (
    access,
    account,
    admin,
    cardlist,
    chatting,
    conversations,
    documents,
    finding,
    indexing,
    library,
    model,
    review,
    serving,
    share,
    stats,
    study,
    system,
    taking,
)
from smartnotes.cli.late import RootGroup
from smartnotes.cli.render import report
from smartnotes.cli.session import session

app = typer.Typer(
    name="smartnotes",
    cls=RootGroup,
    help="Turn lecture slides and notes into searchable text, cited answers, quizzes, flashcards and cheat sheets.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (
    library,
    finding,
    chatting,
    conversations,
    study,
    documents,
    cardlist,
    taking,
    review,
    stats,
    share,
    access,
    account,
    model,
    indexing,
    serving,
    admin,
    system,
):
    group.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"smartnotes {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    notebook: Annotated[
        Path | None, typer.Option("--notebook", metavar="DIR", help="Use the notebook in this folder.")
    ] = None,
    server: Annotated[
        str | None, typer.Option("--server", metavar="URL", help="Use the notebook at this server; see login.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Forbid every connection to another machine.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No messages but warnings and errors.")] = False,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a setting, as llm.engine=none.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Keep the options that hold for every command; without a command, print the help."""
    del version
    if server and notebook:
        raise typer.BadParameter("A notebook is in a folder or at a server: give --notebook or --server, not both.")
    session.server = server
    session.notebook = notebook.expanduser().absolute() if notebook else None
    session.quiet = quiet
    session.overrides = dict(_pair(text) for text in setting or ())
    if offline:
        session.overrides["network.offline"] = "true"
    if context.invoked_subcommand is None:
        print(context.get_help())


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE.")
    return name.strip(), value.strip()


def main() -> None:
    """Run the command line and leave with one of the documented exit codes."""
    # Numpy's products here are small. OpenBLAS would wake a thread for each core, which then spins beside the models'
    # threads. It looks when numpy is loaded, which is later.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); there is nobody left to tell.
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the one place where anything unexpected becomes a message
        _fail(error)


def _fail(error: Exception) -> None:
    from smartnotes.cli.exits import exit_code
    from smartnotes.core.errors import SmartNotesError

    if isinstance(error, SmartNotesError):
        report(error)
        sys.exit(exit_code(error))
    import traceback

    traceback.print_exception(error)
    print("error: Something unexpected happened; the lines above say where. Please report it.", file=sys.stderr)
    sys.exit(1)
