"""The command chat: one question, or a talk at a prompt."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.parameters import Json, Lectures, Pages, ShowProgress, Subject
from smartnotes.cli.recording import studying
from smartnotes.cli.session import make_scope, open_notebook
from smartnotes.core.kinds import StudyKind

if TYPE_CHECKING:
    from smartnotes.client.notebook import Notebook
    from smartnotes.core.options import ChatOptions, Scope


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("chat")(chat)


def chat(
    question: Annotated[
        str | None, typer.Argument(help="Without one, questions are asked at a prompt. Piped text is joined to it.")
    ] = None,
    subject: Subject = None,
    lecture: Lectures = None,
    pages: Pages = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="A model by its name; none answers in the notes' words.")
    ] = None,
    web: Annotated[
        bool, typer.Option("--web/--no-web", help="Search the web too; what it says stands apart, with its addresses.")
    ] = False,
    last: Annotated[bool, typer.Option("--continue", "-c", help="Go on with the last conversation.")] = False,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="NAME", help="Go on with this one: its title or id.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep/--no-keep", help="Keep question and answer.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Answer anew what was answered before.")] = False,
    json: Json = False,
    ndjson: Annotated[
        bool, typer.Option("--ndjson", help="Print a JSON value a line: progress, delta (text), answer.")
    ] = False,
    show: ShowProgress = "auto",
) -> None:
    """Ask the notes; every answer cites its pages, and what they do not cover is said so."""
    from smartnotes.cli.answers import ask
    from smartnotes.cli.piped import joined
    from smartnotes.core.options import ChatOptions

    if last and conversation:
        raise typer.BadParameter("Give --continue or --conversation, not both.")
    if json and ndjson:
        raise typer.BadParameter("Give --json or --ndjson, not both.")
    asked = joined(question)
    options = ChatOptions(scope=make_scope(subject, lecture, pages), model=model, web=web, keep=keep, fresh=fresh)
    with open_notebook(asking=True) as notebook:
        if last or conversation:
            options = _continued(notebook, conversation, options)
        subject_id = notebook.subject(options.scope.subject).id if options.scope.subject else None
        with studying(notebook, StudyKind.CHAT, subject_id=subject_id) as tally:
            if asked is not None:
                ask(notebook, asked, options, json=json, ndjson=ndjson, show=show)
                tally.items = 1
            else:
                from smartnotes.cli.prompting import Talk

                Talk(notebook, options, tally, json=json, ndjson=ndjson, show=show).run()
    sys.stdout.flush()


def _continued(notebook: Notebook, ref: str | None, options: ChatOptions) -> ChatOptions:
    """Return the options for going on with a conversation, in the scope of its last question where none is given."""
    from smartnotes.cli.render import say
    from smartnotes.core.errors import NotFound
    from smartnotes.core.options import Scope

    if ref is None:
        found = notebook.conversations()
        if not found:
            raise NotFound("There is no conversation yet.", hint='Begin one: smartnotes chat "What is ...?"')
        ref = found[0].id
    transcript = notebook.conversation(ref)
    say(f"Going on with: {transcript.conversation.title}")
    changed: dict[str, object] = {"conversation_id": transcript.conversation.id}
    if options.scope == Scope() and transcript.turns:
        changed["scope"] = _still_there(notebook, transcript.turns[-1].scope)
    return options.model_copy(update=changed)


def _still_there(notebook: Notebook, scope: Scope) -> Scope:
    """Return the scope, or all of the notebook where what it names was deleted since."""
    from smartnotes.cli.render import say
    from smartnotes.core.errors import NotFound
    from smartnotes.core.options import Scope

    try:
        if scope.subject:
            notebook.subject(scope.subject)
        for lecture in scope.lectures:
            notebook.lecture(lecture, subject=scope.subject)
    except NotFound as error:
        say(f"{error.message} All of your notes are asked.")
        return Scope()
    return scope
