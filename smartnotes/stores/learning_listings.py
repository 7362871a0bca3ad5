"""Lists of what one owner learns, a piece at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from smartnotes.core.learning import QuizAttempt, Review, StudyKind, StudySession
from smartnotes.core.study import Flashcard
from smartnotes.stores.learning_cards import IN_ORDER
from smartnotes.stores.learning_reviews import entries, review_of
from smartnotes.stores.learning_tables import deck_cards, flashcards, quiz_attempts, reviews, study_sessions
from smartnotes.stores.listings import Listed, SqlListings, Window, foreign_cursor

T = TypeVar("T")


class SqlLearningListings(SqlListings):
    """Pieces of the lists of one owner: cards in the order they were made, everything else newest first."""

    def flashcards(
        self, window: Window, *, subject_id: str | None = None, deck_id: str | None = None
    ) -> Listed[Flashcard]:
        """Return the cards of a subject or deck, or all."""
        chosen: sa.Select[Any] = sa.select(*IN_ORDER, flashcards.c.value).where(flashcards.c.owner == self._owner)
        order: tuple[sa.ColumnElement[Any], ...] = IN_ORDER
        if subject_id is not None:
            chosen = chosen.where(flashcards.c.subject_id == subject_id)
        if deck_id is not None:
            in_deck: sa.Select[Any] = sa.select(deck_cards.c.place, flashcards.c.id, flashcards.c.value)
            chosen = in_deck.join_from(flashcards, deck_cards, deck_cards.c.card_id == flashcards.c.id)
            chosen = chosen.where(flashcards.c.owner == self._owner, deck_cards.c.deck_id == deck_id)
            order = (deck_cards.c.place, flashcards.c.id)
        if window.after is not None:
            last = _place(window.after, timed=deck_id is None)
            chosen = chosen.where(sa.tuple_(*order) > sa.tuple_(*last))
        with self._database.read(from_replica=True) as connection:
            rows = connection.execute(chosen.order_by(*order).limit(window.limit + 1)).all()
        return _piece(rows, window, lambda row: Flashcard.model_validate_json(row.value))

    def reviews(self, window: Window, *, subject_id: str | None = None, card_id: str | None = None) -> Listed[Review]:
        """Return the review log, also what was taken back."""
        chosen = entries(self._owner)
        if subject_id is not None:
            chosen = chosen.where(reviews.c.subject_id == subject_id)
        if card_id is not None:
            chosen = chosen.where(reviews.c.card_id == card_id)
        return _piece(self._newest(chosen, window, time=reviews.c.at, key=reviews.c.id), window, review_of)

    def attempts(
        self, window: Window, *, subject_id: str | None = None, quiz_id: str | None = None
    ) -> Listed[QuizAttempt]:
        """Return quiz attempts."""
        table = quiz_attempts
        chosen = self._of(table, subject_id)
        if quiz_id is not None:
            chosen = chosen.where(table.c.quiz_id == quiz_id)
        rows = self._newest(chosen, window, time=table.c.at, key=table.c.id)
        return _piece(rows, window, lambda row: QuizAttempt.model_validate_json(row.value))

    def study_sessions(
        self, window: Window, *, subject_id: str | None = None, kind: StudyKind | None = None
    ) -> Listed[StudySession]:
        """Return study sessions."""
        table = study_sessions
        chosen = self._of(table, subject_id)
        if kind is not None:
            chosen = chosen.where(table.c.kind == kind.value)
        rows = self._newest(chosen, window, time=table.c.at, key=table.c.id)
        return _piece(rows, window, lambda row: StudySession.model_validate_json(row.value))

    def _of(self, table: sa.Table, subject_id: str | None) -> sa.Select[Any]:
        chosen = sa.select(table.c.at, table.c.id, table.c.value).where(table.c.owner == self._owner)
        return chosen if subject_id is None else chosen.where(table.c.subject_id == subject_id)


def _piece(rows: Sequence[Any], window: Window, value_of: Callable[[Any], T]) -> Listed[T]:
    """Return the values of rows among which is one more where the list goes on; a row's key stands before its value."""
    taken = rows[: window.limit]
    values = [value_of(row) for row in taken]
    if len(rows) <= window.limit:
        return Listed(values)
    # The columns up to the id order the list; behind them stands what a row is.
    names = [name for name in ("created_at", "at", "place", "id") if hasattr(taken[-1], name)]
    return Listed(values, tuple(_plain(getattr(taken[-1], name)) for name in names))


def _plain(part: datetime | str | int) -> str | int:
    return part.isoformat() if isinstance(part, datetime) else part


def _place(after: tuple[str | int | float, ...], *, timed: bool) -> tuple[datetime | int | str, ...]:
    """Return where a list of cards goes on. Raises `OptionsError` for the cursor of another list."""
    match after:
        case (str(time), int(place), str(card_id)) if timed:
            try:
                at = datetime.fromisoformat(time)
            except ValueError as error:
                raise foreign_cursor() from error
            if at.tzinfo is not None and abs(place) < 1 << 31:
                return at, place, card_id
        case (int(place), str(card_id)) if not timed and abs(place) < 1 << 31:
            return place, card_id
    raise foreign_cursor()
