"""Commands about the index: index status, rebuild."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.late import add_group
from smartnotes.cli.parameters import Json, ShowProgress, Subject
from smartnotes.cli.render import print_json, print_table, progress, say, tell
from smartnotes.cli.session import open_notebook

if TYPE_CHECKING:
    from smartnotes.core.indexing import RebuiltSubject, SubjectIndex

index_app = typer.Typer(help="The index that subjects are searched by: how it stands, make it anew.")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    del app  # a group of commands goes to the root, see `add_group`
    add_group(index_app, name="index")


@index_app.command("status")
def index_status(subject: Subject = None, json: Json = False) -> None:
    """Show which model made each subject's index, and what it lacks."""
    with open_notebook() as notebook:
        found = notebook.index_status(subject=subject)
    if json:
        print_json([found], lines=True)
        return
    rows = [_row(one) for one in found.subjects]
    if rows:
        print_table(("Subject", "State", "Model", "Dimension", "Chunks", "Vectors", "Lacks", "Extra"), rows)
    say(f"Indexes are to be made with {found.model}.")
    if any(one.state in ("outdated", "incomplete", "building") for one in found.subjects):
        say("To bring them to that: smartnotes index rebuild")
    old = [one.subject for one in found.subjects if one.old_lectures]
    if old:
        say(f"Read by an older smartnotes, better ingested again: lectures of {', '.join(old)}.")


@index_app.command("rebuild")
def rebuild_index(
    subject: Subject = None,
    force: Annotated[
        bool, typer.Option("--force", help="Make the vectors anew even where they are those of the right model.")
    ] = False,
    json: Json = False,
    show: ShowProgress = "auto",
) -> None:
    """Bring the index to the model that is set, beside the one that is searched meanwhile; make what is missing.

    Stopped (Ctrl-C), it goes on where it was the next time.
    """
    with open_notebook() as notebook, progress(show, json=json, title="index") as emit:
        job = notebook.rebuild_index(subject=subject, force=force)
        try:
            done = job.result(emit=emit)
        except KeyboardInterrupt:
            say("What has been made is kept; to go on: smartnotes index rebuild")
            raise
    if json:
        print_json([done], lines=True)
        return
    for one in done.subjects:
        tell(f"{one.subject}: {_done(one)}")
    if not done.subjects:
        say("There is nothing to index.")


def _row(one: SubjectIndex) -> tuple[str, ...]:
    lacks = one.missing + one.tokens_missing
    state = one.state.value if one.building is None else f"building {one.building}/{one.chunks}"
    counts = (one.dimension, one.chunks, one.vectors, lacks, one.extra)
    return (one.subject, state, one.model, *(str(count) for count in counts))


def _done(one: RebuiltSubject) -> str:
    said = [f"made anew with {one.model}"] if one.swapped else []
    said += [f"{one.embedded} vectors made"] if one.embedded else []
    said += [f"{one.removed} taken away"] if one.removed else []
    said += [f"{one.encoded} of the second stage made"] if one.encoded else []
    return ", ".join(said) or "nothing to do"
