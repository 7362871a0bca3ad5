"""How learning goes: statistics and the study sessions behind them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.parameters import Json, Subject
from smartnotes.cli.recording import percent, spent, utc_offset_min
from smartnotes.cli.render import console, counted, print_json, print_table, say
from smartnotes.cli.session import open_notebook

if TYPE_CHECKING:
    from rich.text import Text

    from smartnotes.core.learning import Statistics

BARS = " ▁▂▃▄▅▆▇█"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("stats")(stats)


def stats(
    subject: Subject = None,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How far to look back.")] = 30,
    sessions: Annotated[bool, typer.Option("--sessions", help="List the study sessions instead.")] = False,
    json: Json = False,
) -> None:
    """Show how learning goes: cards, reviews, quiz scores, weak pages, and what falls due."""
    from smartnotes.core.options import StatisticsOptions

    if sessions:
        _print_sessions(subject, json=json)
        return
    options = StatisticsOptions(subject=subject, days=days, utc_offset_min=utc_offset_min())
    with open_notebook() as notebook:
        found = notebook.statistics(options=options)
        name = notebook.subject(subject).name if subject else "All subjects"
    if json:
        print_json([found], lines=True)
    elif not found.cards.total and not found.quizzes and not any(day.study_s for day in found.days):
        say("Nothing was learned yet; start with: smartnotes cards make, then smartnotes review")
    else:
        _print_statistics(found, name=name)


def _print_sessions(subject: str | None, *, json: bool) -> None:
    with open_notebook() as notebook:
        found = notebook.study_sessions(subject=subject)
        names = {one.id: one.name for one in notebook.subjects()}
    if json:
        print_json(found)
    elif found:
        rows = [
            (
                f"{one.at.astimezone():%Y-%m-%d %H:%M}",
                one.kind.value,
                names.get(one.subject_id or "", "all"),
                spent(one.duration_s),
                str(one.items),
                percent(one.score),
            )
            for one in found
        ]
        print_table(("Began", "What", "Subject", "Time", "Items", "Score"), rows)
    else:
        say("No study sessions yet.")


def _print_statistics(found: Statistics, *, name: str) -> None:
    from rich.text import Text

    out = console()
    out.print(Text(f"{name}, last {counted(len(found.days), 'day')}", style="bold"))
    out.print()
    for label, value in _facts(found):
        out.print(Text.assemble((f"  {label:<11}", "dim"), value))
    _print_days(found)
    if len(found.subjects) > 1:
        _head("Subjects")
        subjects = [
            (one.subject, str(one.cards.due), str(one.cards.new), str(one.cards.learning), str(one.cards.known))
            for one in found.subjects
        ]
        print_table(("Subject", "Due", "New", "Learning", "Known"), subjects)
    if found.quizzes:
        _head("Quizzes")
        quizzes = [
            (f"{one.at.astimezone():%Y-%m-%d %H:%M}", one.title, percent(one.score), counted(one.questions, "question"))
            for one in found.quizzes[-5:]
        ]
        print_table(("When", "Quiz", "Score", ""), quizzes)
    if found.weak:
        _head("Look again at")
        pages = [
            (f"{one.lecture_name}, p. {one.page}", one.heading, f"{one.wrong} of {one.results} wrong")
            for one in found.weak
        ]
        print_table(("Page", "Heading", "Results"), pages)


def _facts(found: Statistics) -> list[tuple[str, Text]]:
    from rich.text import Text

    cards = found.cards
    counts = f"{cards.total}: {cards.new} new, {cards.learning} learning, {cards.known} known"
    counts += f", {cards.suspended} suspended" if cards.suspended else ""
    reviews = sum(day.reviews for day in found.days)
    time = sum(day.study_s for day in found.days)
    due = Text(f"{cards.due} today", style="bold yellow" if cards.due else "green")
    if cards.new:
        due.append(f" and {counted(cards.new, 'new card')}", style="default not bold")
    ahead = [one.cards for one in found.upcoming[1:]]
    due.append(f", then {' '.join(str(number) for number in ahead)} on the days after", style="default not bold")
    return [
        ("cards", Text(counts)),
        ("due", due),
        ("reviews", Text(f"{reviews}, {percent(found.retention)} remembered")),
        ("quizzes", Text(f"{counted(len(found.quizzes), 'attempt')}, {percent(found.quiz_score)} right")),
        ("time", Text(spent(time))),
        ("streak", Text(counted(found.streak_days, "day"))),
    ]


def _print_days(found: Statistics) -> None:
    """Print a bar for each day, as high as what was reviewed and answered on it."""
    from rich.text import Text

    amounts = [day.reviews + day.questions for day in found.days]
    most = max(amounts)
    if not most or not sys.stdout.isatty():
        return
    # Something done is always seen, however little.
    bars = "".join(BARS[max(1, round(8 * amount / most))] if amount else "·" for amount in amounts)
    _head("Reviews and answers a day")
    out = console()
    for start in range(0, len(bars), 60):
        out.print(Text.assemble("  ", (bars[start : start + 60], "green")))
    first, last = found.days[0].day, found.days[-1].day
    out.print(Text(f"  {first:%d %b} – {last:%d %b}, at most {most}", style="dim"))  # noqa: RUF001 - a real dash


def _head(text: str) -> None:
    from rich.text import Text

    out = console()
    out.print()
    out.print(Text(text, style="bold"))
