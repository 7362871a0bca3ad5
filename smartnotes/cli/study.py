"""Commands that make study material: quiz, cards, cheatsheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from smartnotes.cli.late import add_group
from smartnotes.cli.parameters import Json, Lectures, Model, Output, Pages, ShowProgress, Subject, Topic
from smartnotes.cli.render import counted, print_json, print_table, progress, say, write_output
from smartnotes.cli.session import make_scope, open_notebook
from smartnotes.core.kinds import QuestionKind

if TYPE_CHECKING:
    from smartnotes.client.notebook import Job, Notebook
    from smartnotes.core.study import CheatSheet, Deck, DocumentKind, Quiz

T = TypeVar("T")

quiz_app = typer.Typer(help="Quizzes: make, take, list, export.", no_args_is_help=True)
cards_app = typer.Typer(help="Flashcards: make, list, show, edit, export.", no_args_is_help=True)

Format = Annotated[str | None, typer.Option("--format", "-f", help="File format; by default the file name's ending.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add_group(quiz_app, name="quiz")
    add_group(cards_app, name="cards")
    app.command("cheatsheet")(cheatsheet)


@quiz_app.command("make")
def make_quiz(
    subject: Subject = None,
    lecture: Lectures = None,
    pages: Pages = None,
    topic: Topic = "",
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=200, help="How many questions.")] = 10,
    kind: Annotated[
        list[QuestionKind] | None, typer.Option("--kind", help="Only this kind; several times for several.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed gives another choice of questions.")] = 0,
    output: Output = None,
    form: Format = None,
    model: Model = None,
    json: Json = False,
    show: ShowProgress = "auto",
) -> None:
    """Make a quiz with an answer key: PDF, Markdown or JSON (default: quiz.pdf)."""
    from smartnotes.core.options import QuizOptions
    from smartnotes.core.study import DocumentKind

    options = QuizOptions(
        scope=make_scope(subject, lecture, pages),
        topic=topic,
        count=count,
        kinds=tuple(kind or QuestionKind),
        seed=seed,
        model=model,
    )
    with open_notebook() as notebook:
        quiz = _finish(notebook.make_quiz(options=options), json=json, show=show)
        _deliver(notebook, quiz, DocumentKind.QUIZ, output=output, form=form, json=json, default="quiz")
    _tell_rejected(counted(len(quiz.questions), "question"), quiz)


@cards_app.command("make")
def make_cards(
    subject: Subject = None,
    lecture: Lectures = None,
    pages: Pages = None,
    topic: Topic = "",
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=1000, help="At most this many cards.")] = 40,
    output: Output = None,
    form: Format = None,
    model: Model = None,
    json: Json = False,
    show: ShowProgress = "auto",
) -> None:
    """Make flashcards with their place in the schedule: JSON or CSV (default: cards.json)."""
    from smartnotes.core.options import CardsOptions
    from smartnotes.core.study import DocumentKind

    options = CardsOptions(scope=make_scope(subject, lecture, pages), topic=topic, count=count, model=model)
    with open_notebook() as notebook:
        deck = _finish(notebook.make_cards(options=options), json=json, show=show)
        _deliver(notebook, deck, DocumentKind.CARDS, output=output, form=form, json=json, default="cards")
    _tell_rejected(counted(len(deck.cards), "card"), deck)


def cheatsheet(
    subject: Subject = None,
    lecture: Lectures = None,
    pages: Pages = None,
    topic: Topic = "",
    max_pages: Annotated[int, typer.Option("--max-pages", min=1, max=20, help="How many pages to print at most.")] = 2,
    figures: Annotated[bool, typer.Option(help="Print figures too.")] = True,
    output: Output = None,
    form: Format = None,
    model: Model = None,
    json: Json = False,
    show: ShowProgress = "auto",
) -> None:
    """Make a cheat sheet to print: Word or Markdown (default: cheatsheet.docx)."""
    from smartnotes.core.options import CheatSheetOptions
    from smartnotes.core.study import DocumentKind

    scope = make_scope(subject, lecture, pages)
    options = CheatSheetOptions(scope=scope, topic=topic, max_pages=max_pages, figures=figures, model=model)
    with open_notebook() as notebook:
        sheet = _finish(notebook.make_cheatsheet(options=options), json=json, show=show)
        _deliver(notebook, sheet, DocumentKind.CHEATSHEET, output=output, form=form, json=json, default="cheatsheet")
    for notice in sheet.notices:
        say(notice)


@quiz_app.command("list")
def list_quizzes(subject: Subject = None, json: Json = False) -> None:
    """List quizzes that were made."""
    _list_documents("quiz", subject, json=json)


@cards_app.command("list")
def list_decks(subject: Subject = None, json: Json = False) -> None:
    """List decks that were made."""
    _list_documents("cards", subject, json=json)


@quiz_app.command("export")
def export_quiz(quiz: str, output: Output = None, form: Format = None) -> None:
    """Write a quiz that was made earlier."""
    _export("quiz", quiz, output=output, form=form, default="quiz")


@cards_app.command("export")
def export_deck(deck: str, output: Output = None, form: Format = None) -> None:
    """Write a deck that was made earlier."""
    _export("cards", deck, output=output, form=form, default="cards")


def _finish(job: Job[T], *, json: bool, show: str) -> T:
    with progress(show, json=json) as emit:
        return job.result(emit=emit)


def _deliver(
    notebook: Notebook,
    value: Quiz | Deck | CheatSheet,
    kind: DocumentKind,
    *,
    output: Path | None,
    form: str | None,
    json: bool,
    default: str,
) -> None:
    """Print the value as JSON, or write it as a file and print where; with both, do both."""
    if json:
        print_json([value], lines=True)
        if output is None:
            return
    _write(notebook, value.id, kind, output=output, form=form, default=default, tell=not json)


def _write(
    notebook: Notebook,
    document: str,
    kind: DocumentKind,
    *,
    output: Path | None,
    form: str | None,
    default: str,
    tell: bool,
) -> None:
    formats = notebook.formats(kind)
    ending = output.suffix.lstrip(".").lower() if output is not None else ""
    chosen = form or {"markdown": "md"}.get(ending, ending) or formats[0]
    path = output or Path(f"{default}.{chosen}")
    write_output(notebook.render(document, format=chosen), path)
    if tell and str(path) != "-":
        print(path)


def _tell_rejected(made: str, value: Quiz | Deck) -> None:
    rejected = ", ".join(f"{one.count} {one.reason}" for one in value.rejected)
    say(f"{made}; left out: {rejected}" if rejected else made)
    for notice in value.notices:
        say(notice)


def _list_documents(kind: str, subject: str | None, *, json: bool) -> None:
    from smartnotes.core.study import DocumentKind

    with open_notebook() as notebook:
        found = notebook.documents(subject=subject, kind=DocumentKind(kind))
    if json:
        print_json(found)
    elif found:
        rows = [(f"{one.created_at.astimezone():%Y-%m-%d %H:%M}", one.title, one.id) for one in found]
        print_table(("Made", "Title", "Id"), rows)
    else:
        say(f"None yet; start with: smartnotes {kind} make")


def _export(kind: str, document: str, *, output: Path | None, form: str | None, default: str) -> None:
    from smartnotes.core.study import DocumentKind

    with open_notebook() as notebook:
        _write(notebook, document, DocumentKind(kind), output=output, form=form, default=default, tell=True)
