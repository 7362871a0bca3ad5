"""Stores of learning: flashcards, the log of their reviews, quiz attempts and study sessions.

Each is built for one owner, whose id is part of every query. Safe to call from several threads and processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from smartnotes.core.learning import CardCounts, CardText, QuizAttempt, Review, StudyKind, StudySession
from smartnotes.core.study import Citation, Flashcard


class CardStore(Protocol):
    """Flashcards as rows of their own: what is learned survives editing and generating again."""

    def keep(self, deck_id: str, *, subject_id: str, cards: Sequence[Flashcard], now: datetime) -> list[Flashcard]:
        """Keep the cards of a deck and return them as they are now.

        A card made before of the same words (its fingerprint, or the same front on the same lecture) is that card:
        it keeps its id, its edits and its history. Raises `NotFound` where the subject is gone.
        """
        ...

    def all(
        self, *, subject_id: str | None = None, deck_id: str | None = None, lecture_id: str | None = None
    ) -> list[Flashcard]:
        """Return the cards of a subject, deck or lecture (or all), in the order they were made."""
        ...

    def get(self, card_id: str) -> Flashcard:
        """Raises `NotFound`."""
        ...

    def some(self, card_ids: Sequence[str]) -> dict[str, Flashcard]:
        """Return those that exist, by id."""
        ...

    def beginning(self, ref: str) -> list[str]:
        """Return the ids that begin so, two at most."""
        ...

    def change(self, card_id: str, change: CardText) -> Flashcard:
        """Put what is not None in place. Raises `NotFound`."""
        ...

    def place(self, card_id: str, source: Citation | None) -> None:
        """Say where the card's words stand now; None, where they stand nowhere any more, suspends it."""
        ...

    def delete(self, card_id: str) -> None:
        """Forget a card with its reviews. Raises `NotFound`."""
        ...

    def due(self, *, before: datetime, subject_id: str | None, limit: int) -> list[Flashcard]:
        """Return reviewed cards that are due before a time, the longest overdue first."""
        ...

    def new(self, *, subject_id: str | None, limit: int) -> list[Flashcard]:
        """Return cards that were never reviewed, in the order they were made."""
        ...

    def counts(self, *, before: datetime) -> Mapping[str, CardCounts]:
        """Return counts by subject; `due` are those due before a time."""
        ...

    def due_times(self, *, before: datetime, subject_id: str | None) -> list[datetime]:
        """Return when reviewed cards are due, of those due before a time."""
        ...


class ReviewStore(Protocol):
    """The log of reviews: entries are added, never changed. A card's state and the log change together."""

    def add(
        self, card_id: str, review_id: str, apply: Callable[[Flashcard], tuple[Flashcard, Review]]
    ) -> tuple[Review, bool]:
        """Apply a review to a card and log it; return the entry, and False where its id was logged before.

        What was logged under the id stays as it is. Raises `NotFound` for an unknown card, `Conflict` where the id
        belongs to a review of another card.
        """
        ...

    def undo(self, review_id: str, *, now: datetime, restore: Callable[[Flashcard, Review], Flashcard]) -> Review:
        """Take back a review and return its entry, now undone; one that is undone already stays so.

        Raises `NotFound`; `Conflict` where the card was reviewed again since.
        """
        ...

    def last(self) -> Review | None:
        """Return the latest review that is not undone."""
        ...

    def all(
        self,
        *,
        since: datetime | None = None,
        subject_id: str | None = None,
        card_id: str | None = None,
        limit: int | None = None,
        undone: bool = False,
    ) -> list[Review]:
        """Return reviews, newest first; those that were taken back too where `undone`."""
        ...


class StudyStore(Protocol):
    """Quiz attempts and study sessions. What is added under an id that is known is already there: that is returned."""

    def add_attempt(self, attempt: QuizAttempt) -> QuizAttempt:
        """Keep an attempt."""
        ...

    def attempts(
        self, *, since: datetime | None = None, subject_id: str | None = None, quiz_id: str | None = None
    ) -> list[QuizAttempt]:
        """Return attempts, newest first."""
        ...

    def attempt(self, attempt_id: str) -> QuizAttempt | None:
        """Return the attempt with this id."""
        ...

    def add_session(self, session: StudySession) -> StudySession:
        """Keep a study session. Raises `NotFound` where its subject is gone."""
        ...

    def sessions(
        self, *, since: datetime | None = None, subject_id: str | None = None, kind: StudyKind | None = None
    ) -> list[StudySession]:
        """Return study sessions, newest first."""
        ...

    def activity(self, *, since: datetime, subject_id: str | None) -> list[datetime]:
        """Return when anything was reviewed, answered or studied since a time."""
        ...
