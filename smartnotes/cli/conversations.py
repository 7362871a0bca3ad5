"""Commands about conversations: list, show, rename, export, delete."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from smartnotes.cli.late import add_group
from smartnotes.cli.parameters import Json, Output, Yes
from smartnotes.cli.render import counted, print_json, print_table, say, write_output
from smartnotes.cli.session import open_notebook

conversation_app = typer.Typer(
    help="Conversations, what was asked and answered: list, show, rename, export, delete.", no_args_is_help=True
)

Ref = Annotated[str, typer.Argument(metavar="NAME", help="A title, an id, or a beginning of either.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    del app
    add_group(conversation_app, name="conversation")


@conversation_app.command("list")
def list_conversations(json: Json = False) -> None:
    """List the conversations, the latest first."""
    with open_notebook() as notebook:
        found = notebook.conversations()
    if json:
        print_json(found)
    elif found:
        rows = [(f"{one.updated_at.astimezone():%Y-%m-%d %H:%M}", str(one.turns), one.title, one.id) for one in found]
        print_table(("Last", "Questions", "Title", "Id"), rows)
    else:
        say('None yet; start with: smartnotes chat "What is ...?"')


@conversation_app.command("show")
def show_conversation(name: Ref, json: Json = False) -> None:
    """Show what was asked and answered, with the sources."""
    from smartnotes.cli.answers import page_links, print_with_remarks
    from smartnotes.cli.render import console

    with open_notebook() as notebook:
        transcript = notebook.conversation(name)
        if json:
            print_json([transcript], lines=True)
            return
        from rich.text import Text

        links = page_links(notebook)
        for turn in transcript.turns:
            console().print(Text(f"> {turn.answer.question}", style="bold"))
            print_with_remarks(turn.answer, link=links)
            print()
    say(f"To go on: smartnotes chat --conversation {transcript.conversation.id[:12]}")


@conversation_app.command("rename")
def rename_conversation(name: Ref, title: Annotated[str, typer.Argument(help="The new title.")]) -> None:
    """Give a conversation another title."""
    with open_notebook() as notebook:
        renamed = notebook.rename_conversation(name, title=title)
    say(f"It is called “{renamed.title}” now.")


@conversation_app.command("export")
def export_conversation(name: Ref, output: Output = None) -> None:
    """Write a conversation as Markdown, its citations as footnotes with lecture, page and quote."""
    with open_notebook() as notebook:
        conversation = notebook.conversation(name).conversation
        data = notebook.export_conversation(conversation.id)
    path = output or Path("-")
    write_output(data, path)
    if str(path) != "-":
        print(path)
        say(f"{counted(conversation.turns, 'question')} of “{conversation.title}”.")


@conversation_app.command("delete")
def delete_conversation(name: Ref, yes: Yes = False) -> None:
    """Delete a conversation for good."""
    from smartnotes.core.errors import Cancelled, OptionsError

    with open_notebook() as notebook:
        found = notebook.conversation(name).conversation
        if not yes:
            if not sys.stdin.isatty():
                raise OptionsError("This deletes something and nobody can be asked.", hint="Add --yes.")
            what = f"“{found.title}” with {counted(found.turns, 'question')}"
            if not typer.confirm(f"Delete {what}?", err=True):
                raise Cancelled("Nothing was deleted.")
        notebook.delete_conversation(found.id)
    say(f"Deleted {found.title}.")
