"""Stores that are searched: chunks with their words, and their vectors. Each is built for one owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from typing_extensions import override

from smartnotes.core.model import Chunk
from smartnotes.core.ports.engines import TokenVectors, Vectors


class ChunkFilter(NamedTuple):
    """Which chunks may be found; None and () mean all."""

    subject_ids: tuple[str, ...] = ()
    lecture_ids: tuple[str, ...] = ()
    first_page: int | None = None
    last_page: int | None = None
    kinds: tuple[str, ...] = ()


class ChunkStore(Protocol):
    """Chunks as rows and as words (full text)."""

    def get(self, chunk_ids: Sequence[str]) -> list[Chunk]:
        """Return the chunks that exist, in the order asked for."""
        ...

    def where(self, chosen: ChunkFilter) -> list[Chunk]:
        """Return all chunks that fit, by lecture, page and start."""
        ...

    def few(self, chosen: ChunkFilter, *, most: int) -> list[str] | None:
        """Return the ids of all chunks that fit; None where that are more than `most`, or may be."""
        ...

    def fitting(self, chunk_ids: Sequence[str], *, chosen: ChunkFilter) -> set[str]:
        """Return those of the ids whose chunks fit."""
        ...

    def search_words(self, query: str, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        """Return (chunk id, BM25 score, higher is better), best first. Any text is a valid query."""
        ...

    def tokens(self, chunk_ids: Sequence[str], *, encoder: str = "") -> dict[str, TokenVectors]:
        """Return the token vectors of those chunks that have some, made by this encoder where one is named."""
        ...


class VectorSearch(Protocol):
    """What finding needs of the vectors."""

    def search(self, vector: Vectors, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        """Return (chunk id, cosine similarity), best first, from the subjects of `chosen`."""
        ...


class VectorIndex(VectorSearch, Protocol):
    """Vectors of chunks, a collection for each generation of a subject, named by its key (see `Generation.key`).

    One process at a time owns an embedded index.
    Its `search` takes keys as the subjects that are chosen.
    """

    @override
    def search(
        self, vector: Vectors, *, chosen: ChunkFilter, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return (chunk id, cosine similarity), best first; `among` are the ids of all chunks that fit, if known."""
        ...

    def upsert(self, key: str, *, chunks: Sequence[Chunk], vectors: Vectors, model: str) -> None:
        """Put vectors in place. Raises `Conflict` where the collection was made with another model."""
        ...

    def keep_only(self, subject_id: str, *, lecture_id: str, chunk_ids: Sequence[str]) -> None:
        """Forget the vectors of a lecture's chunks that are not in `chunk_ids`, in every generation."""
        ...

    def ids(self, key: str, *, lecture_id: str | None = None) -> list[str]:
        """Return the ids of the chunks that have a vector, of one lecture or of all."""
        ...

    def forget(self, key: str, *, chunk_ids: Sequence[str]) -> None:
        """Forget vectors; unknown ids are fine."""
        ...

    def keys(self, subject_id: str) -> list[str]:
        """Return the keys of a subject's generations that are there, in use or left over."""
        ...

    def drop(self, key: str) -> None:
        """Forget a whole generation; one that is not there is fine."""
        ...

    def delete_subject(self, subject_id: str) -> None:
        """Forget every generation of a subject."""
        ...

    def delete_owner(self) -> None:
        """Forget everything of this owner."""
        ...
