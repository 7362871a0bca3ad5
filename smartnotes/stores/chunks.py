"""Chunks in SQL, and finding them by their words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa

from smartnotes.core.model import Chunk
from smartnotes.core.ports import ChunkFilter, TokenVectors
from smartnotes.stores.database import Database
from smartnotes.stores.tables import chunks
from smartnotes.stores.words import find_few, find_words


class SqlChunks:
    """`ChunkStore` on SQL."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def get(self, chunk_ids: Sequence[str]) -> list[Chunk]:
        """Return the chunks that exist, in the order asked for."""
        chosen = sa.select(chunks.c.id, chunks.c.value).where(self._mine, chunks.c.id.in_(chunk_ids))
        with self._database.read(from_replica=True) as connection:
            found = {row.id: Chunk.model_validate_json(row.value) for row in connection.execute(chosen)}
        return [found[chunk_id] for chunk_id in chunk_ids if chunk_id in found]

    def where(self, chosen: ChunkFilter) -> list[Chunk]:
        """Return all chunks that fit, by lecture, page and start."""
        wanted = sa.select(chunks.c.value).where(self._mine, *_conditions(chosen))
        with self._database.read(from_replica=True) as connection:
            ordered = wanted.order_by(chunks.c.lecture_id, chunks.c.page, chunks.c.start)
            return [Chunk.model_validate_json(value) for value in connection.scalars(ordered)]

    def few(self, chosen: ChunkFilter, *, most: int) -> list[str] | None:
        """Return the ids of all chunks that fit, None where they are many; see `ChunkStore.few`."""
        with self._database.read(from_replica=True) as connection:
            conditions = [self._mine, *_conditions(chosen)]
            return find_few(connection, owner=self._owner, chosen=chosen, conditions=conditions, most=most)

    def fitting(self, chunk_ids: Sequence[str], *, chosen: ChunkFilter) -> set[str]:
        """Return those of the ids whose chunks fit."""
        wanted = sa.select(chunks.c.id).where(self._mine, chunks.c.id.in_(chunk_ids), *_conditions(chosen))
        with self._database.read(from_replica=True) as connection:
            return set(connection.scalars(wanted))

    def search_words(self, query: str, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        """Return (chunk id, score), best first; see `ChunkStore.search_words`."""
        with self._database.read(from_replica=True) as connection:
            conditions = [self._mine, *_conditions(chosen)]
            return find_words(connection, query, owner=self._owner, chosen=chosen, conditions=conditions, limit=limit)

    def tokens(self, chunk_ids: Sequence[str], *, encoder: str = "") -> dict[str, TokenVectors]:
        """Return the token vectors of those chunks that have some, made by this encoder where one is named."""
        chosen = sa.select(chunks.c.id, chunks.c.tokens, chunks.c.token_dimension).where(
            self._mine, chunks.c.id.in_(chunk_ids), chunks.c.token_dimension > 0
        )
        if encoder:
            chosen = chosen.where(chunks.c.encoder == encoder)
        with self._database.read(from_replica=True) as connection:
            return {
                row.id: np.frombuffer(row.tokens, dtype=np.int8).reshape(-1, row.token_dimension)
                for row in connection.execute(chosen)
            }

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        return chunks.c.owner == self._owner


def _conditions(chosen: ChunkFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if chosen.subject_ids:
        conditions.append(chunks.c.subject_id.in_(chosen.subject_ids))
    if chosen.lecture_ids:
        conditions.append(chunks.c.lecture_id.in_(chosen.lecture_ids))
    if chosen.first_page is not None:
        conditions.append(chunks.c.page >= chosen.first_page)
    if chosen.last_page is not None:
        conditions.append(chunks.c.page <= chosen.last_page)
    if chosen.kinds:
        conditions.append(chunks.c.kind.in_(chosen.kinds))
    return conditions
