"""Reviewing flashcards on a terminal, a card at a time and a key for everything."""

from __future__ import annotations

import sys
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import typer

from smartnotes.cli.keys import END, Keyboard
from smartnotes.cli.recording import interval, percent, spent, studying
from smartnotes.cli.render import console, counted, report
from smartnotes.core.kinds import Rating

if TYPE_CHECKING:
    from rich.text import Text

    from smartnotes.cli.recording import Tally
    from smartnotes.client.notebook import Notebook
    from smartnotes.core.learning import DueList, Review
    from smartnotes.core.study import Flashcard

RATINGS = {"1": "again", "2": "hard", "3": "good", "4": "easy", " ": "good", "\r": "good", "\n": "good"}
COLOURS = {"again": "red", "hard": "yellow", "good": "green", "easy": "cyan"}
STOP = frozenset({"q", "\x1b", END})
WIDTH = 76


class ReviewScreen:
    """One sitting: the cards that are due, and at its end those that were not remembered, until they are."""

    def __init__(self, notebook: Notebook, due: DueList, *, keyboard: Keyboard) -> None:
        self._notebook = notebook
        self._keyboard = keyboard
        self._subjects = {one.subject_id: one.subject for one in due.counts}
        self._waiting = deque(due.cards)
        self._drill: deque[Flashcard] = deque()
        self._log: list[tuple[Flashcard, Review]] = []
        self._total = len(due.cards)
        self._out = console()

    def run(self, tally: Tally) -> None:
        """Ask cards until there are none left or the student stops."""
        while card := self._next():
            action = self._ask(card)
            tally.items = len(self._log)
            tally.right = sum(entry.rating is not Rating.AGAIN for _, entry in self._log)
            if action == "stop":
                break
        self._out.print()

    def _next(self) -> Flashcard | None:
        if self._waiting:
            return self._waiting[0]
        return self._drill[0] if self._drill else None

    def _ask(self, card: Flashcard) -> Literal["stop", "go on"]:
        drilled = not self._waiting
        self._show_front(card, drilled=drilled)
        began = time.monotonic()
        if not self._wait_for_reveal(card):
            return "stop"
        if self._next() is not card:
            return "go on"  # undone, edited or suspended instead
        self._show_back(card, drilled=drilled)
        while (key := self._keyboard.key()) not in RATINGS:
            if key in STOP:
                return "stop"
            if self._command(key, card):
                return "go on"
        rating = RATINGS[key]
        if drilled:
            self._practise(rating)
        else:
            self._rate(card, rating, duration_s=time.monotonic() - began)
        return "go on"

    def _wait_for_reveal(self, card: Flashcard) -> bool:
        """Wait until the answer is wanted or something else is done; False to stop."""
        self._hint("space: answer   u: undo   e: edit   s: suspend   q: quit")
        while True:
            key = self._keyboard.key()
            if key in STOP:
                return False
            if key in " \r\n" or self._command(key, card):
                return True

    def _command(self, key: str, card: Flashcard) -> bool:
        """Do what a key asks for beside rating; return whether another card is to be shown."""
        if key == "u":
            return self._undo()
        if key == "e":
            self._edit(card)
            return True
        if key == "s":
            self._suspend(card)
            return True
        return False

    def _rate(self, card: Flashcard, rating: str, *, duration_s: float) -> None:
        entry = self._notebook.review(card.id, rating=Rating(rating), duration_s=round(duration_s, 2))
        self._waiting.popleft()
        self._log.append((card, entry))
        if rating == "again":
            self._drill.append(card)
        self._tell(rating, f"due again in {interval(entry.after.interval_days)}")

    def _practise(self, rating: str) -> None:
        """Turn to the next card that was forgotten. By SM-2 a card is asked until it is known, and rated once a day."""
        card = self._drill.popleft()
        if rating == "again":
            self._drill.append(card)
        self._tell(rating, "once more" if rating == "again" else "got it")

    def _tell(self, rating: str, text: str) -> None:
        from rich.text import Text

        self._out.print(Text.assemble(("  ● ", COLOURS[rating]), (rating, COLOURS[rating]), (f"  {text}", "dim")))

    def _undo(self) -> bool:
        from rich.text import Text

        if not self._log:
            self._out.print(Text("  nothing to take back", style="dim"))
            return False
        card, entry = self._log.pop()
        self._notebook.undo_review(entry.id)
        self._drill = deque(one for one in self._drill if one.id != card.id)
        self._waiting.appendleft(card)
        self._out.print(Text("  taken back", style="dim"))
        return True

    def _edit(self, card: Flashcard) -> None:
        from smartnotes.core.errors import SmartNotesError
        from smartnotes.core.learning import CardText

        with self._keyboard.lines():
            front = typer.prompt("Front", default=card.front, err=True)
            back = typer.prompt("Back", default=card.back, err=True)
        try:
            self._replace(self._notebook.edit_card(card.id, change=CardText(front=front, back=back)))
        except SmartNotesError as error:
            report(error)

    def _suspend(self, card: Flashcard) -> None:
        from smartnotes.core.learning import CardText

        self._notebook.edit_card(card.id, change=CardText(suspended=True))
        self._out.print("  suspended; smartnotes cards resume brings it back", style="dim")
        (self._waiting or self._drill).popleft()

    def _replace(self, card: Flashcard) -> None:
        for cards in (self._waiting, self._drill):
            for at, one in enumerate(cards):
                if one.id == card.id:
                    cards[at] = card

    def _show_front(self, card: Flashcard, *, drilled: bool) -> None:
        from rich.text import Text

        number = self._total - len(self._waiting) + 1
        state = "once more" if drilled else "new" if card.review.last_review is None else "due"
        place = counted(len(self._drill), "card") + " to repeat" if drilled else f"{number} of {self._total}"
        head = Text(f"{place}  ·  {self._subjects.get(card.subject_id, '')}  ·  {state}", style="dim")
        self._out.print()
        self._out.print(head)
        self._panel(Text(card.front.replace("{{...}}", "_____"), style="bold"), style="cyan")

    def _show_back(self, card: Flashcard, *, drilled: bool) -> None:
        from rich.text import Text

        where = f"{card.source.lecture_name}, p. {card.source.page}" + ("  ·  with a figure" if card.figure else "")
        self._panel(Text.assemble(card.back, "\n\n", (where, "dim")), style="green")
        if drilled:
            self._hint("1: once more   space: got it")
        else:
            self._out.print(self._choices(card))

    def _choices(self, card: Flashcard) -> Text:
        from datetime import UTC, datetime

        from rich.text import Text

        from smartnotes.core.steps.review import SCHEDULERS

        line = Text("  ")
        for key, rating in list(RATINGS.items())[:4]:
            after = SCHEDULERS[card.review.algorithm].next(card.review, Rating(rating), now=datetime.now(UTC))
            line.append(f"{key} {rating}", style=f"bold {COLOURS[rating]}")
            line.append(f" {interval(after.interval_days)}    ", style="dim")
        return line

    def _panel(self, text: Text, *, style: str) -> None:
        from rich.panel import Panel

        self._out.print(Panel(text, border_style=style, padding=(1, 3), width=min(WIDTH, self._out.width)))

    def _hint(self, text: str) -> None:
        self._out.print(f"  {text}", style="dim")


def review_on_terminal(notebook: Notebook, due: DueList, *, subject_id: str | None) -> None:
    """Review what is due on the terminal, record the session and print what came of it."""
    from smartnotes.core.learning import StudyKind

    # An interrupt is one way to stop; what was rated until then is kept.
    with (
        studying(notebook, StudyKind.REVIEW, subject_id=subject_id) as tally,
        Keyboard() as keyboard,
        suppress(KeyboardInterrupt),
    ):
        ReviewScreen(notebook, due, keyboard=keyboard).run(tally)
    if tally.items:
        share = percent((tally.right or 0) / tally.items)
        print(f"{counted(tally.items, 'card')} in {spent(tally.duration_s)}, {share} remembered.", file=sys.stderr)
