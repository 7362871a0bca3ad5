"""Everything that was made of lectures: listing and deleting."""

from __future__ import annotations

import sys

import typer

from smartnotes.cli.late import add_group
from smartnotes.cli.parameters import Json, Subject, Yes
from smartnotes.cli.render import print_json, print_table, say
from smartnotes.cli.session import open_notebook

document_app = typer.Typer(help="Documents, everything that was made: list, delete.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    del app
    add_group(document_app, name="document")


@document_app.command("list")
def list_documents(subject: Subject = None, json: Json = False) -> None:
    """List quizzes, decks and cheat sheets that were made, newest first."""
    with open_notebook() as notebook:
        found = notebook.documents(subject=subject)
    if json:
        print_json(found)
    elif found:
        rows = [(f"{one.created_at.astimezone():%Y-%m-%d %H:%M}", one.kind.value, one.title, one.id) for one in found]
        print_table(("Made", "Kind", "Title", "Id"), rows)
    else:
        say("None yet; start with: smartnotes quiz make, cards make, cheatsheet")


@document_app.command("delete")
def delete_document(document: str, yes: Yes = False) -> None:
    """Delete a document; a deck goes with those of its cards that are in no other deck, and their history."""
    from smartnotes.core.errors import Cancelled, OptionsError
    from smartnotes.core.usecases.library import find_document

    with open_notebook() as notebook:
        found = find_document(document, notebook.documents())
        if not yes:
            if not sys.stdin.isatty():
                raise OptionsError("This deletes something and nobody can be asked.", hint="Add --yes.")
            if not typer.confirm(f"Delete {found.kind.value} “{found.title}”?", err=True):
                raise Cancelled("Nothing was deleted.")
        notebook.delete_document(found.id)
    say(f"Deleted {found.title}.")
