"""Flashcards in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from smartnotes.core.errors import NotFound
from smartnotes.core.ids import sha256_hex
from smartnotes.core.language.wording import fold
from smartnotes.core.learning import KNOWN_DAYS, CardCounts, CardText
from smartnotes.core.study import Citation, Flashcard
from smartnotes.stores.database import Database
from smartnotes.stores.learning_tables import deck_cards, flashcards
from smartnotes.stores.tables import subjects

_AT_ONCE = 500
"""Ids in one query: databases bound how many parameters it may have."""


class SqlCards:
    """`CardStore` on SQL."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def keep(self, deck_id: str, *, subject_id: str, cards: Sequence[Flashcard], now: datetime) -> list[Flashcard]:
        """Keep the cards of a deck; see `CardStore.keep`."""
        with self._database.write() as connection:
            mine = sa.select(subjects.c.id).where(subjects.c.id == subject_id, subjects.c.owner == self._owner)
            # Locked: two decks made at once of the same words would each add the same cards.
            if connection.scalar(mine.with_for_update()) is None:
                raise NotFound(f"There is no subject {subject_id}.")
            known = _Known(connection.execute(sa.select(flashcards).where(self._in(subject_id))).all())
            kept: dict[str, Flashcard] = {}
            for place, card in enumerate(cards):
                old = known.same(card)
                if old is None:
                    fresh = card.model_copy(update={"subject_id": subject_id})
                    row = {"owner": self._owner, "created_at": now, "place": place, "front_key": front_key(card)}
                    row["lecture_id"] = card.source.lecture_id
                    connection.execute(flashcards.insert().values(columns(fresh) | row))
                    kept.setdefault(fresh.id, fresh)
                else:
                    again = _made_again(old, card)
                    if again != old:
                        row = columns(again) | {"lecture_id": card.source.lecture_id}
                        connection.execute(flashcards.update().where(self._is(old.id)).values(row))
                    kept.setdefault(again.id, again)
            self._put_into_deck(connection, deck_id, kept)
        return list(kept.values())

    def all(
        self, *, subject_id: str | None = None, deck_id: str | None = None, lecture_id: str | None = None
    ) -> list[Flashcard]:
        """Return cards in the order they were made; see `CardStore.all`."""
        chosen = sa.select(flashcards.c.value).where(self._in(subject_id))
        order: tuple[sa.ColumnElement[Any], ...] = IN_ORDER
        if lecture_id is not None:
            chosen = chosen.where(flashcards.c.lecture_id == lecture_id)
        if deck_id is not None:
            chosen = chosen.join(deck_cards, deck_cards.c.card_id == flashcards.c.id)
            chosen = chosen.where(deck_cards.c.deck_id == deck_id)
            order = (deck_cards.c.place,)
        return self._cards(chosen.order_by(*order))

    def get(self, card_id: str) -> Flashcard:
        """Return a card. Raises `NotFound`."""
        with self._database.read() as connection:
            return locked(connection, card_id, owner=self._owner)

    def some(self, card_ids: Sequence[str]) -> dict[str, Flashcard]:
        """Return those that exist, by id."""
        found: dict[str, Flashcard] = {}
        for start in range(0, len(card_ids), _AT_ONCE):
            batch = card_ids[start : start + _AT_ONCE]
            chosen = sa.select(flashcards.c.value).where(self._in(None), flashcards.c.id.in_(batch))
            found |= {card.id: card for card in self._cards(chosen)}
        return found

    def beginning(self, ref: str) -> list[str]:
        """Return the ids that begin so, two at most."""
        begins = flashcards.c.id.startswith(ref, autoescape=True)
        with self._database.read() as connection:
            return list(connection.scalars(sa.select(flashcards.c.id).where(self._in(None), begins).limit(2)))

    def change(self, card_id: str, change: CardText) -> Flashcard:
        """Put what is not None in place. Raises `NotFound`."""
        changed = {name: value for name, value in change.model_dump().items() if value is not None}
        with self._database.write() as connection:
            card = locked(connection, card_id, owner=self._owner).model_copy(update=changed)
            connection.execute(flashcards.update().where(self._is(card_id)).values(columns(card)))
        return card

    def place(self, card_id: str, source: Citation | None) -> None:
        """Say where the card's words stand now; see `CardStore.place`."""
        change = {"suspended": True} if source is None else {"source": source}
        with self._database.write() as connection:
            card = locked(connection, card_id, owner=self._owner).model_copy(update=change)
            row = columns(card) | ({} if source is None else {"lecture_id": source.lecture_id})
            connection.execute(flashcards.update().where(self._is(card_id)).values(row))

    def delete(self, card_id: str) -> None:
        """Forget a card with its reviews. Raises `NotFound`."""
        with self._database.write() as connection:
            if not connection.execute(flashcards.delete().where(self._is(card_id))).rowcount:
                raise _unknown(card_id)

    def due(self, *, before: datetime, subject_id: str | None, limit: int) -> list[Flashcard]:
        """Return reviewed cards that are due before a time, the longest overdue first."""
        chosen = sa.select(flashcards.c.value).where(self._in(subject_id), *_DUE, flashcards.c.due < before)
        return self._cards(chosen.order_by(flashcards.c.due, flashcards.c.id).limit(limit))

    def new(self, *, subject_id: str | None, limit: int) -> list[Flashcard]:
        """Return cards that were never reviewed, in the order they were made."""
        chosen = sa.select(flashcards.c.value).where(self._in(subject_id), flashcards.c.reviewed_at.is_(None))
        chosen = chosen.where(flashcards.c.suspended.is_(False))
        return self._cards(chosen.order_by(*IN_ORDER).limit(limit))

    def counts(self, *, before: datetime) -> Mapping[str, CardCounts]:
        """Return counts by subject; `due` are those due before a time."""
        active, reviewed = flashcards.c.suspended.is_(False), flashcards.c.reviewed_at.is_not(None)
        known = flashcards.c.interval_days >= KNOWN_DAYS
        counted = {
            "total": sa.true(),
            "new": active & ~reviewed,
            "learning": active & reviewed & ~known,
            "known": active & reviewed & known,
            "due": active & reviewed & (flashcards.c.due < before),
            "suspended": ~active,
        }
        sums = [sa.func.sum(sa.case((fits, 1), else_=0)).label(name) for name, fits in counted.items()]
        chosen = sa.select(flashcards.c.subject_id, *sums).where(self._in(None)).group_by(flashcards.c.subject_id)
        with self._database.read(from_replica=True) as connection:
            rows = connection.execute(chosen).mappings().all()
        return {row["subject_id"]: CardCounts(**{name: int(row[name]) for name in counted}) for row in rows}

    def due_times(self, *, before: datetime, subject_id: str | None) -> list[datetime]:
        """Return when reviewed cards are due, of those due before a time."""
        chosen = sa.select(flashcards.c.due).where(self._in(subject_id), *_DUE, flashcards.c.due < before)
        with self._database.read(from_replica=True) as connection:
            return list(connection.scalars(chosen))

    def _in(self, subject_id: str | None) -> sa.ColumnElement[bool]:
        mine = flashcards.c.owner == self._owner
        return mine if subject_id is None else mine & (flashcards.c.subject_id == subject_id)

    def _is(self, card_id: str) -> sa.ColumnElement[bool]:
        return (flashcards.c.owner == self._owner) & (flashcards.c.id == card_id)

    def _cards(self, chosen: sa.Select[Any]) -> list[Flashcard]:
        with self._database.read() as connection:
            return [Flashcard.model_validate_json(value) for value in connection.scalars(chosen)]

    def _put_into_deck(self, connection: sa.Connection, deck_id: str, card_ids: Iterable[str]) -> None:
        mine = (deck_cards.c.deck_id == deck_id) & (deck_cards.c.owner == self._owner)
        connection.execute(deck_cards.delete().where(mine))
        rows = [
            {"deck_id": deck_id, "card_id": card_id, "owner": self._owner, "place": place}
            for place, card_id in enumerate(card_ids)
        ]
        if rows:
            connection.execute(deck_cards.insert(), rows)


IN_ORDER = (flashcards.c.created_at, flashcards.c.place, flashcards.c.id)
"""The order that cards were made in."""

_DUE = (flashcards.c.suspended.is_(False), flashcards.c.reviewed_at.is_not(None))


class _Known:
    """The cards of a subject by what tells that a new one is the same."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._by_fingerprint = {row.fingerprint: row for row in rows}
        self._by_front = {(row.lecture_id, row.front_key): row for row in rows}

    def same(self, card: Flashcard) -> Flashcard | None:
        """Return the card that was made of the same words before; each is returned once."""
        row = self._by_fingerprint.get(card.fingerprint) or self._by_front.get(
            (card.source.lecture_id, front_key(card))
        )
        if row is None:
            return None
        self._by_fingerprint.pop(row.fingerprint, None)
        self._by_front.pop((row.lecture_id, row.front_key), None)
        return Flashcard.model_validate_json(row.value)


def _made_again(old: Flashcard, made: Flashcard) -> Flashcard:
    """Return the card with the place its words stand at now; its own words, which may be edited, stay."""
    return old.model_copy(
        update={"fingerprint": made.fingerprint, "source": made.source, "figure": made.figure, "tags": made.tags}
    )


def front_key(card: Flashcard) -> str:
    """Return what fronts that read the same have in common."""
    return sha256_hex(f"{card.kind.value}\n{fold(card.front)}".encode())


def columns(card: Flashcard) -> dict[str, Any]:
    """Return the columns that follow from a card's value.

    Not the lecture it belongs to: that one may have taken the place of the lecture that its source names.
    """
    return {
        "id": card.id,
        "subject_id": card.subject_id,
        "fingerprint": card.fingerprint,
        "suspended": card.suspended,
        "due": card.review.due,
        "reviewed_at": card.review.last_review,
        "interval_days": int(card.review.interval_days),
        "value": card.model_dump_json(),
    }


def locked(connection: sa.Connection, card_id: str, *, owner: str) -> Flashcard:
    """Return a card; in a write transaction nobody else changes it meanwhile. Raises `NotFound`."""
    chosen = sa.select(flashcards.c.value).where(flashcards.c.owner == owner, flashcards.c.id == card_id)
    if connection.get_execution_options().get("immediate"):
        chosen = chosen.with_for_update()
    value = connection.scalar(chosen)
    if value is None:
        raise _unknown(card_id)
    return Flashcard.model_validate_json(value)


def follow_lecture(connection: sa.Connection, replaced: Sequence[str], lecture_id: str, *, owner: str) -> None:
    """Give the cards of lectures that went away to the one that took their place."""
    mine = (flashcards.c.owner == owner) & flashcards.c.lecture_id.in_(replaced)
    connection.execute(flashcards.update().where(mine).values(lecture_id=lecture_id))


def forget_lecture(connection: sa.Connection, lecture_id: str, *, owner: str) -> None:
    """Forget the cards of a lecture."""
    mine = (flashcards.c.owner == owner) & (flashcards.c.lecture_id == lecture_id)
    connection.execute(flashcards.delete().where(mine))


def forget_deck(connection: sa.Connection, deck_id: str, *, owner: str) -> None:
    """Forget a deck, and those of its cards that are in no other."""
    held = sa.select(deck_cards.c.card_id).where(deck_cards.c.deck_id == deck_id, deck_cards.c.owner == owner)
    card_ids = connection.scalars(held).all()
    connection.execute(deck_cards.delete().where(deck_cards.c.deck_id == deck_id, deck_cards.c.owner == owner))
    elsewhere = sa.select(deck_cards.c.card_id).where(deck_cards.c.owner == owner)
    for start in range(0, len(card_ids), _AT_ONCE):
        batch = flashcards.c.id.in_(card_ids[start : start + _AT_ONCE])
        connection.execute(
            flashcards.delete().where(flashcards.c.owner == owner, batch, flashcards.c.id.not_in(elsewhere))
        )


def _unknown(card_id: str) -> NotFound:
    return NotFound(f"There is no card {card_id!r}.", hint="See: smartnotes cards show")
