"""The log of reviews in SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from smartnotes.core.errors import Conflict, NotFound
from smartnotes.core.ids import derive_id
from smartnotes.core.learning import Review
from smartnotes.core.study import Flashcard
from smartnotes.stores.database import Database
from smartnotes.stores.learning_cards import columns, locked
from smartnotes.stores.learning_tables import flashcards, reviews


class SqlReviews:
    """`ReviewStore` on SQL. A review that is taken back stays; another entry says that it was."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def add(
        self, card_id: str, review_id: str, apply: Callable[[Flashcard], tuple[Flashcard, Review]]
    ) -> tuple[Review, bool]:
        """Apply a review to a card and log it; see `ReviewStore.add`."""
        with self._database.write() as connection:
            card = locked(connection, card_id, owner=self._owner)
            known = self._find(connection, review_id)
            if known is not None:
                if known.card_id != card_id:
                    raise Conflict(f"The id {review_id!r} belongs to the review of another card.")
                return known, False
            changed, entry = apply(card)
            self._put(connection, changed)
            self._log(connection, entry.id, entry, at=entry.at, value=entry.model_dump_json())
        return entry, True

    def undo(self, review_id: str, *, now: datetime, restore: Callable[[Flashcard, Review], Flashcard]) -> Review:
        """Take back a review; see `ReviewStore.undo`."""
        with self._database.write() as connection:
            entry = self._find(connection, review_id)
            if entry is None:
                raise NotFound(f"There is no review {review_id!r}.", hint="See: smartnotes review log")
            card = locked(connection, entry.card_id, owner=self._owner)
            # Read again behind the lock: somebody else may have taken it back meanwhile.
            entry = self._find(connection, review_id) or entry
            if entry.undone:
                return entry
            latest = self._entries(connection, [reviews.c.card_id == card.id, self._stands()], limit=1)
            if latest and latest[0].id != review_id:
                raise Conflict("The card was reviewed again since then.", hint="Take back its last review first.")
            self._put(connection, restore(card, entry))
            self._log(connection, derive_id("undo", review_id), entry, at=now, value="{}", undoes=review_id)
        return entry.model_copy(update={"undone": True})

    def last(self) -> Review | None:
        """Return the latest review that is not undone."""
        found = self.all(limit=1)
        return found[0] if found else None

    def all(
        self,
        *,
        since: datetime | None = None,
        subject_id: str | None = None,
        card_id: str | None = None,
        limit: int | None = None,
        undone: bool = False,
    ) -> list[Review]:
        """Return reviews, newest first; see `ReviewStore.all`."""
        conditions = [] if undone else [self._stands()]
        if since is not None:
            conditions.append(reviews.c.at >= since)
        if subject_id is not None:
            conditions.append(reviews.c.subject_id == subject_id)
        if card_id is not None:
            conditions.append(reviews.c.card_id == card_id)
        with self._database.read() as connection:
            return self._entries(connection, conditions, limit=limit)

    def _find(self, connection: sa.Connection, review_id: str) -> Review | None:
        found = self._entries(connection, [reviews.c.id == review_id], limit=1)
        return found[0] if found else None

    def _entries(
        self, connection: sa.Connection, conditions: list[sa.ColumnElement[bool]], *, limit: int | None
    ) -> list[Review]:
        chosen = entries(self._owner).where(*conditions).order_by(reviews.c.at.desc(), reviews.c.id).limit(limit)
        return [review_of(row) for row in connection.execute(chosen)]

    def _stands(self) -> sa.ColumnElement[bool]:
        return reviews.c.id.not_in(undone_ids(self._owner))

    def _put(self, connection: sa.Connection, card: Flashcard) -> None:
        mine = (flashcards.c.owner == self._owner) & (flashcards.c.id == card.id)
        connection.execute(flashcards.update().where(mine).values(columns(card)))

    def _log(
        self,
        connection: sa.Connection,
        entry_id: str,
        entry: Review,
        *,
        at: datetime,
        value: str,
        undoes: str | None = None,
    ) -> None:
        row = {"id": entry_id, "owner": self._owner, "at": at, "card_id": entry.card_id, "undoes": undoes}
        connection.execute(reviews.insert().values(row | {"subject_id": entry.subject_id, "value": value}))


def undone_ids(owner: str) -> sa.Select[Any]:
    """Return a query for the ids of reviews that were taken back."""
    return sa.select(reviews.c.undoes).where(reviews.c.owner == owner, reviews.c.undoes.is_not(None))


def entries(owner: str) -> sa.Select[Any]:
    """Return a query for an owner's reviews, each with whether it was taken back."""
    undone = reviews.c.id.in_(undone_ids(owner)).label("undone")
    return sa.select(reviews.c.at, reviews.c.id, undone, reviews.c.value).where(
        reviews.c.owner == owner, reviews.c.undoes.is_(None)
    )


def review_of(row: Any) -> Review:
    """Return the review that a row of `entries` holds."""
    found = Review.model_validate_json(row.value)
    return found.model_copy(update={"undone": True}) if row.undone else found
