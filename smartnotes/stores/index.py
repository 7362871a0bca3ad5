"""Which generation of vectors a subject has, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from smartnotes.core.errors import Conflict, NotFound
from smartnotes.core.indexing import Generation, GenerationState
from smartnotes.core.ports import TokenVectors
from smartnotes.stores.database import Database
from smartnotes.stores.index_tables import index_generations
from smartnotes.stores.tables import chunks, subjects

ACTIVE, BUILDING = GenerationState.ACTIVE.value, GenerationState.BUILDING.value


class SqlIndex:
    """`IndexStore` on SQL."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def active(self, subject_ids: Sequence[str]) -> dict[str, Generation]:
        """Return the generation that is searched, by subject."""
        chosen = sa.select(index_generations).where(
            self._mine, index_generations.c.subject_id.in_(subject_ids), index_generations.c.state == ACTIVE
        )
        with self._database.read(from_replica=True) as connection:
            return {row.subject_id: _generation(row) for row in connection.execute(chosen)}

    def all(self, subject_id: str) -> list[Generation]:
        """Return the generations of a subject, the one that is searched first."""
        with self._database.read() as connection:
            return self._all(connection, subject_id)

    def first(self, subject_id: str, *, model: str, dimension: int, now: datetime) -> Generation:
        """Return the generation that is searched, made where there is none."""
        with self._database.write() as connection:
            self._lock(connection, subject_id)
            there = [one for one in self._all(connection, subject_id) if one.state is GenerationState.ACTIVE]
            if there:
                return there[0]
            made = Generation(
                subject_id=subject_id,
                number=0,
                model=model,
                dimension=dimension,
                state=GenerationState.ACTIVE,
                created_at=now,
            )
            self._insert(connection, made)
            return made

    def begin(self, subject_id: str, *, model: str, made_for: str, now: datetime) -> Generation:
        """Return the generation that is being made; see `IndexStore.begin`."""
        with self._database.write() as connection:
            self._lock(connection, subject_id)
            there = self._all(connection, subject_id)
            under_way = [one for one in there if one.state is GenerationState.BUILDING]
            if under_way and under_way[0].model == model:
                return under_way[0]
            self._forget(connection, subject_id, state=BUILDING)
            made = Generation(
                subject_id=subject_id,
                number=1 + max((one.number for one in there), default=0),
                model=model,
                state=GenerationState.BUILDING,
                made_for=made_for,
                created_at=now,
            )
            self._insert(connection, made)
            return made

    def swap(self, generation: Generation, *, dimension: int, have: Collection[str]) -> list[str]:
        """Make a generation the one that is searched; see `IndexStore.swap`."""
        with self._database.write() as connection:
            # On PostgreSQL a lecture is published by a transaction that holds a weaker lock on this row.
            self._lock(connection, generation.subject_id)
            there = {one.number: one for one in self._all(connection, generation.subject_id)}
            if generation.number not in there:
                raise Conflict("Another rebuild of this index has begun with another model.")
            missing = [one for one in self._chunk_ids(connection, generation.subject_id) if one not in have]
            if missing or there[generation.number].state is GenerationState.ACTIVE:
                return missing
            self._forget(connection, generation.subject_id, state=ACTIVE)
            connection.execute(
                index_generations.update()
                .where(self._of(generation.subject_id), index_generations.c.number == generation.number)
                .values(state=ACTIVE, dimension=dimension)
            )
            return []

    def chunk_ids(self, subject_id: str) -> list[str]:
        """Return the ids of a subject's chunks."""
        with self._database.read() as connection:
            return self._chunk_ids(connection, subject_id)

    def without_tokens(self, subject_id: str, *, encoder: str) -> list[str]:
        """Return the ids of the chunks that have no token vectors of this encoder."""
        mine = (chunks.c.owner == self._owner) & (chunks.c.subject_id == subject_id)
        with self._database.read() as connection:
            return list(connection.scalars(sa.select(chunks.c.id).where(mine, chunks.c.encoder != encoder)))

    def save_tokens(self, tokens: Mapping[str, TokenVectors], *, encoder: str) -> None:
        """Put token vectors in place of those that the chunks have."""
        with self._database.write() as connection:
            for chunk_id, vectors in tokens.items():
                values = {"tokens": vectors.tobytes(), "token_dimension": vectors.shape[1], "encoder": encoder}
                mine = (chunks.c.owner == self._owner) & (chunks.c.id == chunk_id)
                connection.execute(chunks.update().where(mine).values(values))

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        return index_generations.c.owner == self._owner

    def _of(self, subject_id: str) -> sa.ColumnElement[bool]:
        return self._mine & (index_generations.c.subject_id == subject_id)

    def _lock(self, connection: sa.Connection, subject_id: str) -> None:
        mine = (subjects.c.owner == self._owner) & (subjects.c.id == subject_id)
        if connection.scalar(sa.select(subjects.c.id).where(mine).with_for_update()) is None:
            raise NotFound(f"There is no subject {subject_id}.")

    def _all(self, connection: sa.Connection, subject_id: str) -> list[Generation]:
        found = connection.execute(sa.select(index_generations).where(self._of(subject_id)))
        order = list(GenerationState)
        return sorted(map(_generation, found), key=lambda one: (order.index(one.state), one.number))

    def _insert(self, connection: sa.Connection, generation: Generation) -> None:
        row = generation.model_dump() | {"owner": self._owner, "state": generation.state.value}
        connection.execute(index_generations.insert().values(row))

    def _forget(self, connection: sa.Connection, subject_id: str, *, state: str) -> None:
        gone = self._of(subject_id) & (index_generations.c.state == state)
        connection.execute(index_generations.delete().where(gone))

    def _chunk_ids(self, connection: sa.Connection, subject_id: str) -> list[str]:
        mine = (chunks.c.owner == self._owner) & (chunks.c.subject_id == subject_id)
        return list(connection.scalars(sa.select(chunks.c.id).where(mine)))


def _generation(row: sa.Row[tuple[object, ...]]) -> Generation:
    return Generation(
        subject_id=row.subject_id,
        number=row.number,
        model=row.model,
        dimension=row.dimension,
        state=GenerationState(row.state),
        made_for=row.made_for,
        created_at=row.created_at,
    )
