"""The demo: the example lecture, read and studied with the embedded defaults."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from smartnotes.cli.answers import print_answer
from smartnotes.cli.render import progress, say, write_output
from smartnotes.cli.session import open_notebook
from smartnotes.client.notebook import Notebook
from smartnotes.core.options import CardsOptions, ChatOptions, CheatSheetOptions, QuizOptions, Scope

SUBJECT = "Demo"
QUESTIONS = (
    "What is the load factor?",
    "Why does open addressing need tombstones?",
    "How does quicksort choose its pivot?",
)
"""The last one is not covered by the lecture."""


def run(folder: Path, *, show: str) -> None:
    """Read the example into a notebook in `folder`, ask it three questions and leave three files there."""
    example = files("smartnotes") / "data" / "lecture.pdf"
    with open_notebook(folder.absolute() / "notebook") as notebook, as_file(example) as lecture:
        with progress(show, title=lecture.name) as emit:
            done = notebook.ingest(lecture, subject=SUBJECT, name="lecture.pdf").result(emit=emit)
        found = done.lecture
        print(f"Read “{found.title}”: {found.pages} pages, {found.words:,} words, {found.figures} figures.\n")
        for question in QUESTIONS:
            print(f"Q: {question}")
            print_answer(notebook.ask(question, options=ChatOptions(scope=Scope(subject=SUBJECT))))
            print()
        _make_documents(notebook, folder)
    say(f"Go on with: smartnotes --notebook {folder / 'notebook'} chat")


def _make_documents(notebook: Notebook, folder: Path) -> None:
    scope = Scope(subject=SUBJECT)
    quiz = notebook.make_quiz(options=QuizOptions(scope=scope)).result()
    write_output(notebook.render(quiz.id, format="pdf"), folder / "quiz.pdf")
    deck = notebook.make_cards(options=CardsOptions(scope=scope)).result()
    write_output(notebook.render(deck.id, format="json"), folder / "cards.json")
    sheet = notebook.make_cheatsheet(options=CheatSheetOptions(scope=scope)).result()
    write_output(notebook.render(sheet.id, format="docx"), folder / "cheatsheet.docx")
    print(f"{folder / 'quiz.pdf'}: {len(quiz.questions)} questions with an answer key")
    print(f"{folder / 'cards.json'}: {len(deck.cards)} flashcards")
    print(f"{folder / 'cheatsheet.docx'}: {sum(len(part.items) for part in sheet.sections)} items")
