"""Searching subjects whose vectors were made by different models, and by words alone where a model is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from smartnotes.core.errors import EngineMissing, EngineTimeout, NotFound, SettingsError, SmartNotesError, Unavailable
from smartnotes.core.events import Emit, Level, Progress
from smartnotes.core.options import SearchMode, SearchOptions
from smartnotes.core.ports import ChunkFilter, ChunkStore, Embedder, Engines, Stores, VectorIndex, Vectors, VectorSearch

AWAY = (Unavailable, EngineMissing, EngineTimeout, NotFound, SettingsError)
"""What an embedder raises that cannot be had now."""

_FEW = 2_500
"""Chunks that a filter leaves: up to so many, the index is told which they are."""

_WIDER = (4, 16)
"""How many times the hits that are wanted are looked at for those that fit, before the index is left to filter."""


class Searched(NamedTuple):
    """How a query is searched for: with these options, embedder and vectors."""

    options: SearchOptions
    embedder: Embedder
    vectors: VectorSearch


class _Part(NamedTuple):
    """Subjects whose vectors one model made."""

    embedder: Embedder
    subjects: Mapping[str, str]
    """The subject of each key."""
    width: int

    @property
    def keys(self) -> tuple[str, ...]:
        """What their vectors are kept under."""
        return tuple(self.subjects)


def searched(
    query: str, *, options: SearchOptions, chosen: ChunkFilter, engines: Engines, stores: Stores, emit: Emit
) -> Searched:
    """Return how to search the chosen subjects, each with the model that its vectors were made with.

    A subject whose model is away is searched by words, and a warning says so; one that has no index yet counts as made
    with the model that is set. Where only vectors are asked for (`SearchMode.DENSE`), what the model raises is raised.
    """
    if options.mode is SearchMode.LEXICAL:
        return Searched(options, engines.embedder, stores.vectors)
    known = stores.indexes.active(chosen.subject_ids)
    by_model: dict[str, dict[str, str]] = {}
    for subject_id in chosen.subject_ids:
        made = known.get(subject_id)
        model = made.model if made else engines.embedder.name
        by_model.setdefault(model, {})[made.key if made else subject_id] = subject_id
    several = _Several(stores.vectors, stores.chunks)
    away: list[SmartNotesError] = []
    for model, subjects in by_model.items():
        embedder = engines.embedder if model == engines.embedder.name else engines.embedder_named(model)
        try:
            several.add(query, embedder or _unknown(model), subjects)
        except AWAY as why:
            away.append(why)
    if away and (not several.parts and options.mode is SearchMode.DENSE):
        raise away[0]
    others = sorted(model for model in by_model if model != engines.embedder.name)
    if others:
        message = f"An index was made with {', '.join(others)}, and {engines.embedder.name} is set now."
        emit(Progress(step="search", message=f"{message} To make it anew: smartnotes index rebuild"))
    for error in away:
        emit(Progress(step="search", message=_notice(error), level=Level.WARNING))
    if not several.parts:
        return Searched(options.model_copy(update={"mode": SearchMode.LEXICAL}), engines.embedder, stores.vectors)
    return Searched(options, several, several)


class _Several:
    """`Embedder` and `VectorSearch` of several models at once: a query's vector is that of each, one after another."""

    def __init__(self, vectors: VectorIndex, chunks: ChunkStore) -> None:
        self.parts: list[_Part] = []
        self._vectors = vectors
        self._chunks = chunks
        self._asked: dict[str, list[Vectors]] = {}

    @property
    def name(self) -> str:
        """The models' names."""
        return ", ".join(part.embedder.name for part in self.parts)

    @property
    def dimension(self) -> int:
        """The numbers of all of them."""
        return sum(part.width for part in self.parts)

    def add(self, query: str, embedder: Embedder, subjects: Mapping[str, str]) -> None:
        """Add a model with its subjects by key. Raises what it raises for the query."""
        vector = embedder.embed_query(query)
        self.parts.append(_Part(embedder, subjects, len(vector)))
        self._asked.setdefault(query, []).append(vector)

    def embed_query(self, text: str) -> Vectors:
        """Return the vectors of a query, one after another."""
        if text not in self._asked:
            self._asked[text] = [part.embedder.embed_query(text) for part in self.parts]
        return np.concatenate(self._asked[text])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages."""
        return np.concatenate([part.embedder.embed_passages(texts) for part in self.parts], axis=1)

    def search(self, vector: Vectors, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        """Return (chunk id, cosine similarity); the best of each model in turn, for their cosines do not compare."""
        found, start = [], 0
        for part in self.parts:
            asked = vector[start : start + part.width]
            found.append(self._nearest(asked, part, chosen=chosen, limit=limit))
            start += part.width
        if len(found) == 1:
            return found[0]
        return [hit for row in zip_longest(*found) for hit in row if hit is not None][:limit]

    def _nearest(self, vector: Vectors, part: _Part, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        if chosen == ChunkFilter(chosen.subject_ids):
            return self._vectors.search(vector, chosen=ChunkFilter(part.keys), limit=limit)
        found: list[tuple[str, float]] = []
        for key, subject_id in part.subjects.items():
            few = self._chunks.few(chosen._replace(subject_ids=(subject_id,)), most=_FEW)
            if few is None:
                return self._sifted(vector, part, chosen=chosen, limit=limit)
            if few:
                theirs = chosen._replace(subject_ids=(key,))
                found += self._vectors.search(vector, chosen=theirs, limit=limit, among=few)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def _sifted(self, vector: Vectors, part: _Part, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        """Return the best that fit where many do: those among the best of all, if they are enough."""
        for times in _WIDER:
            best = self._vectors.search(vector, chosen=ChunkFilter(part.keys), limit=times * limit)
            fits = self._chunks.fitting([one for one, _ in best], chosen=chosen)
            if len(fits) >= limit or len(best) < times * limit:
                return [hit for hit in best if hit[0] in fits][:limit]
        return self._vectors.search(vector, chosen=chosen._replace(subject_ids=part.keys), limit=limit)


def _unknown(model: str) -> Embedder:
    raise EngineMissing(f"There is no embedding model {model} here.")


def _notice(error: SmartNotesError) -> str:
    return f"{error.message} Searching by words only. {error.hint or 'To use another model: smartnotes index rebuild'}"
