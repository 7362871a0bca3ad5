"""Taking quizzes: question by question on a terminal, or with answers from a file."""

from __future__ import annotations

import json as jsonlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.parameters import Json, Subject
from smartnotes.cli.recording import percent, spent, studying
from smartnotes.cli.render import console, counted, print_json, print_table, say
from smartnotes.cli.session import open_notebook
from smartnotes.cli.study import quiz_app
from smartnotes.core.kinds import QuestionKind, StudyKind

if TYPE_CHECKING:
    from smartnotes.client.notebook import Notebook
    from smartnotes.core.learning import GivenAnswer, Grade, QuizAttempt
    from smartnotes.core.study import Document, Question, Quiz

WIDTH = 76


def register(app: typer.Typer) -> None:
    """Add this module's commands, which belong to the group of quizzes."""
    del app


@quiz_app.command("take")
def take_quiz(
    quiz: Annotated[
        str | None, typer.Argument(metavar="QUIZ", help="Its id or the beginning of it; the newest otherwise.")
    ] = None,
    subject: Subject = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers",
            metavar="FILE",
            help="Take the answers from here: one a line, or JSON {question id: answer}; - is standard input.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Take a quiz and have it graded; every answer is shown with its page."""
    from smartnotes.core.errors import OptionsError

    if answers is None and (json or not (sys.stdin.isatty() and sys.stdout.isatty())):
        raise OptionsError("There is no terminal to ask on.", hint="Give the answers with --answers FILE.")
    with open_notebook() as notebook:
        chosen = _chosen(notebook, quiz, subject)
        document = next(one for one in notebook.documents() if one.id == chosen.id)
        with studying(notebook, StudyKind.QUIZ, subject_id=document.subject_id) as tally:
            if answers is not None:
                attempt = notebook.take_quiz(chosen.id, answers=_from_file(answers, chosen))
            else:
                given = _ask_all(notebook, chosen)
                if not given:
                    say("Nothing was answered, so nothing is kept.")
                    return
                attempt = notebook.take_quiz(chosen.id, answers=given, duration_s=round(tally.elapsed_s(), 1))
            tally.items, tally.right = len(attempt.grades), attempt.right
    if json:
        print_json([attempt], lines=True)
    elif answers is not None:
        _print_grades(attempt)
    else:
        _print_result(attempt, duration_s=tally.duration_s)


@quiz_app.command("attempts")
def list_attempts(
    quiz: Annotated[str | None, typer.Argument(metavar="QUIZ", help="Only attempts at this one.")] = None,
    subject: Subject = None,
    json: Json = False,
) -> None:
    """List the quizzes that were taken, newest first."""
    with open_notebook() as notebook:
        attempts = notebook.quiz_attempts(subject=subject, quiz=quiz)
    if json:
        print_json(attempts)
    elif attempts:
        rows = [
            (
                f"{one.at.astimezone():%Y-%m-%d %H:%M}",
                one.title,
                percent(one.score),
                f"{one.right} of {len(one.grades)}",
                one.quiz_id,
            )
            for one in attempts
        ]
        print_table(("When", "Quiz", "Score", "Right", "Quiz id"), rows)
    else:
        say("None yet; start with: smartnotes quiz take")


def _chosen(notebook: Notebook, quiz: str | None, subject: str | None) -> Quiz:
    from smartnotes.core.errors import NotFound
    from smartnotes.core.study import DocumentKind

    if quiz is not None:
        return notebook.quiz(quiz)
    made: list[Document] = notebook.documents(subject=subject, kind=DocumentKind.QUIZ)
    if not made:
        raise NotFound("There is no quiz yet.", hint="Make one: smartnotes quiz make")
    return notebook.quiz(made[0].id)


def _from_file(path: Path, quiz: Quiz) -> list[GivenAnswer]:
    """Return the answers that a file gives, by question id or in the order of the questions. Raises `OptionsError`."""
    from pydantic import TypeAdapter, ValidationError

    from smartnotes.core.errors import OptionsError
    from smartnotes.core.learning import GivenAnswer

    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise OptionsError(f"{path} cannot be read: {error}.") from error
    try:
        if text.lstrip().startswith("["):
            return TypeAdapter(list[GivenAnswer]).validate_json(text)
        if text.lstrip().startswith("{"):
            found = TypeAdapter(dict[str, str]).validate_json(text)
            return [GivenAnswer(question_id=question_id, text=answer) for question_id, answer in found.items()]
        lines = text.splitlines()
        if len(lines) > len(quiz.questions):
            number = counted(len(quiz.questions), "question")
            raise OptionsError(f"{path} has {len(lines)} lines, and the quiz {number}.", hint="One answer a line.")
        return [
            GivenAnswer(question_id=question.id, text=line)
            for question, line in zip(quiz.questions, lines, strict=False)
        ]
    except (ValidationError, jsonlib.JSONDecodeError) as error:
        raise OptionsError(f"{path} holds no answers.", hint='JSON is {"question id": "answer"}.') from error


def _ask_all(notebook: Notebook, quiz: Quiz) -> list[GivenAnswer]:
    """Ask every question and say at once how it went; Ctrl-C or Ctrl-D ends the quiz early."""
    from rich.text import Text

    out = console()
    out.print(Text.assemble((quiz.title, "bold"), (f"  ·  {counted(len(quiz.questions), 'question')}", "dim")))
    given: list[GivenAnswer] = []
    for number, question in enumerate(quiz.questions, start=1):
        _print_question(question, place=f"{number} of {len(quiz.questions)}")
        try:
            answer, grade = _ask(notebook, quiz, question)
        except (KeyboardInterrupt, EOFError):
            out.print()
            break
        given.append(answer)
        _print_grade(grade)
    return given


def _ask(notebook: Notebook, quiz: Quiz, question: Question) -> tuple[GivenAnswer, Grade]:
    """Read an answer that can be judged, and judge it."""
    from rich.text import Text

    from smartnotes.core.learning import GivenAnswer
    from smartnotes.core.teaching.grading import NO_OPTION, NO_TRUTH

    out = console()
    while True:
        out.print(Text("  > ", style="bold cyan"), end="")
        answer = GivenAnswer(question_id=question.id, text=input().strip()[:2000])
        grade = notebook.grade(quiz.id, answer=answer)
        if grade.reason not in (NO_OPTION, NO_TRUTH):
            return answer, grade
        out.print(f"  {grade.reason}", style="yellow")


def _print_question(question: Question, *, place: str) -> None:
    from rich.panel import Panel
    from rich.text import Text

    out = console()
    kind = {"true_false": "true or false"}.get(question.kind.value, question.kind.value.replace("_", " "))
    body = Text(question.prompt, style="bold")
    if question.kind is QuestionKind.MULTIPLE_CHOICE:
        for letter, option in zip("ABCDEFGHIJ", question.options, strict=False):
            body.append("\n\n" if letter == "A" else "\n").append(f"{letter}  ", style="cyan not bold").append(
                option, style="not bold"
            )
    elif question.kind is QuestionKind.TRUE_FALSE:
        body.append("\n\nT", style="cyan not bold").append("  true     ", style="not bold")
        body.append("F", style="cyan not bold").append("  false", style="not bold")
    out.print()
    out.print(Text(f"{place}  ·  {kind}", style="dim"))
    out.print(Panel(body, border_style="cyan", padding=(1, 3), width=min(WIDTH, out.width)))


def _print_grade(grade: Grade) -> None:
    from rich.text import Text

    out = console()
    line = Text("  ✓ right", style="green") if grade.right else Text("  ✗ ", style="red")
    if not grade.right:
        line.append("The answer is ", style="default").append(grade.expected, style="bold default")
    if grade.reason:
        line.append(f"  {grade.reason}", style="yellow")
    out.print(line)
    quote = " ".join(grade.source.quote.split())
    shown = quote if len(quote) <= 160 else f"{quote[:159]}…"
    out.print(Text(f"    {grade.source.lecture_name}, p. {grade.source.page}: “{shown}”", style="dim"))


def _print_result(attempt: QuizAttempt, *, duration_s: float) -> None:
    from rich.text import Text

    out = console()
    good = "green" if attempt.score >= 0.8 else "yellow" if attempt.score >= 0.5 else "red"
    line = Text.assemble((f"{percent(attempt.score)}", f"bold {good}"), f"  {attempt.right} of {len(attempt.grades)}")
    out.print()
    out.print(line.append(f" right in {spent(duration_s)}"))
    pages: dict[str, set[int]] = {}
    for one in attempt.grades:
        if not one.right:
            pages.setdefault(one.source.lecture_name, set()).add(one.source.page)
    for name, numbers in sorted(pages.items()):
        out.print(Text(f"Look again at {name}, p. {', '.join(str(page) for page in sorted(numbers))}", style="dim"))


def _print_grades(attempt: QuizAttempt) -> None:
    rows = [
        (
            "right" if one.right else "wrong",
            one.given,
            one.expected,
            one.reason,
            f"{one.source.lecture_name}, p. {one.source.page}",
        )
        for one in attempt.grades
    ]
    print_table(("", "Given", "Answer", "Why", "Source"), rows)
    say(f"{attempt.right} of {len(attempt.grades)} right ({percent(attempt.score)})")
