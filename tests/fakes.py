"""Engines that behave as a test needs: scripted, slow, crashing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from smartnotes.core.events import Emit
from smartnotes.core.model import Chunk, Page, PageWarning
from smartnotes.core.options import IngestOptions
from smartnotes.core.ports import ChunkFilter, PageRead, SourceInfo, TokenVectors, Vectors


class ProcessKilled(BaseException):
    """Stands for SIGKILL inside a test: nothing of ours may catch it."""


class ScriptedReader:
    """Reads the pages it was given, loses some, and may die on the way. `asked` lists the pages it was asked for."""

    name = "scripted 1"

    def __init__(self, pages: Sequence[Page], *, lose: Sequence[int] = (), die_at: int | None = None) -> None:
        self.pages = {page.number: page for page in pages}
        self.lose = frozenset(lose)
        self.die_at = die_at
        self.asked: list[int] = []

    def inspect(self, path: Path, *, options: IngestOptions) -> SourceInfo:
        return SourceInfo(media_type="application/pdf", pages=len(self.pages))

    def fingerprints(self, path: Path, info: SourceInfo, *, options: IngestOptions) -> dict[int, str]:
        return {page.number: page.fingerprint for page in self.pages.values() if page.fingerprint}

    def read(
        self, path: Path, info: SourceInfo, *, numbers: Sequence[int], options: IngestOptions, emit: Emit
    ) -> Iterator[PageRead | PageWarning]:
        for number in numbers:
            if number == self.die_at:
                raise ProcessKilled
            self.asked.append(number)
            if number in self.lose:
                yield PageWarning(page=number, code="page_crashed", message="The page could not be read.")
            else:
                yield PageRead(self.pages[number], {})


def _hashed(text: str, dimension: int) -> Vectors:
    vector = np.zeros(dimension, dtype=np.float32)
    for word in text.lower().split():
        vector[sum(word.encode()) % dimension] += 1
    return vector / max(1.0, float(np.linalg.norm(vector)))


class WordEmbedder:
    """Texts that share words are near: enough for tests that are not about meaning."""

    name = "words 1"
    dimension = 64

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([_hashed(text, self.dimension) for text in texts])

    def embed_query(self, text: str) -> Vectors:
        return _hashed(text, self.dimension)


class WordEncoder:
    """One vector a word; those of different words are .64 near, for ColBERT's have as much in common."""

    name = "word tokens 1"
    dimension = 64

    def encode_passages(self, texts: Sequence[str]) -> list[TokenVectors]:
        return [(self.encode_query(text) * 127).astype(np.int8) for text in texts]

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        return [found.span() for found in re.finditer(r"\S+", text)] or [(0, 0)]

    def encode_query(self, text: str) -> Vectors:
        words = [_hashed(word.strip(".,?!:"), self.dimension - 1) for word in text.split() or [""]]
        return np.stack([np.concatenate([np.float32([0.8]), 0.6 * word]) for word in words])


class MemoryVectors:
    """A `VectorIndex` in dictionaries, one for each key."""

    def __init__(self) -> None:
        self.generations: dict[str, dict[str, tuple[Chunk, Vectors]]] = {}

    @property
    def rows(self) -> dict[str, tuple[Chunk, Vectors]]:
        return {key: row for rows in self.generations.values() for key, row in rows.items()}

    def upsert(self, key: str, *, chunks: Sequence[Chunk], vectors: Vectors, model: str) -> None:
        made = {chunk.id: (chunk, vector) for chunk, vector in zip(chunks, vectors, strict=True)}
        self.generations.setdefault(key, {}).update(made)

    def search(
        self, vector: Vectors, *, chosen: ChunkFilter, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        fits = [row for key in chosen.subject_ids for row in self.generations.get(key, {}).values()]
        fits = [row for row in fits if among is None or row[0].id in among]
        scored = [(chunk.id, float(row @ vector)) for chunk, row in fits]
        return sorted(scored, key=lambda pair: -pair[1])[:limit]

    def keep_only(self, subject_id: str, *, lecture_id: str, chunk_ids: Sequence[str]) -> None:
        for key in self.keys(subject_id):
            self.forget(key, chunk_ids=list(set(self.ids(key, lecture_id=lecture_id)) - set(chunk_ids)))

    def ids(self, key: str, *, lecture_id: str | None = None) -> list[str]:
        rows = self.generations.get(key, {}).items()
        return [chunk_id for chunk_id, (chunk, _) in rows if lecture_id in (None, chunk.lecture_id)]

    def forget(self, key: str, *, chunk_ids: Sequence[str]) -> None:
        for chunk_id in chunk_ids:
            self.generations.get(key, {}).pop(chunk_id, None)

    def keys(self, subject_id: str) -> list[str]:
        return [key for key in self.generations if key == subject_id or key.startswith(f"{subject_id}-")]

    def drop(self, key: str) -> None:
        self.generations.pop(key, None)

    def delete_subject(self, subject_id: str) -> None:
        for key in self.keys(subject_id):
            self.drop(key)

    def delete_owner(self) -> None:
        self.generations.clear()


class MemoryChunks:
    """A `ChunkStore` in a dictionary; the score of a chunk is how many words of the query it has."""

    def __init__(self, chunks: Sequence[Chunk], *, tokens: Mapping[str, TokenVectors] | None = None) -> None:
        self.rows = {chunk.id: chunk for chunk in chunks}
        self.made = dict(tokens or {})

    def get(self, chunk_ids: Sequence[str]) -> list[Chunk]:
        return [self.rows[chunk_id] for chunk_id in chunk_ids if chunk_id in self.rows]

    def where(self, chosen: ChunkFilter) -> list[Chunk]:
        return list(self.rows.values())

    def few(self, chosen: ChunkFilter, *, most: int) -> list[str] | None:
        return list(self.rows) if len(self.rows) <= most else None

    def fitting(self, chunk_ids: Sequence[str], *, chosen: ChunkFilter) -> set[str]:
        return set(chunk_ids) & set(self.rows)

    def search_words(self, query: str, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        wanted = set(query.lower().split())
        scored = [(chunk.id, float(len(wanted & set(chunk.text.lower().split())))) for chunk in self.rows.values()]
        return sorted([row for row in scored if row[1]], key=lambda row: -row[1])[:limit]

    def tokens(self, chunk_ids: Sequence[str], *, encoder: str = "") -> dict[str, TokenVectors]:
        return {chunk_id: self.made[chunk_id] for chunk_id in chunk_ids if chunk_id in self.made}


class ScriptedLlm:
    """Says what it was given, one reply after another, in pieces; an error among the replies is raised.

    `prompts` are the prompts it got.
    """

    name = "scripted"

    def __init__(self, *replies: str | Exception, context: int = 8_192) -> None:
        self.replies = list(replies)
        self.prompts: list[str] = []
        self.context = context

    def context_tokens(self) -> int:
        return self.context

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        self.prompts.append(prompt)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        for start in range(0, len(reply), 7):
            yield reply[start : start + 7]
