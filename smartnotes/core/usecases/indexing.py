"""The index of each subject: how it stands, and making it anew beside the one that is searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from smartnotes.core.errors import Unavailable
from smartnotes.core.events import Emit, Progress
from smartnotes.core.ids import PIPELINE_VERSION
from smartnotes.core.indexing import (
    Generation,
    GenerationState,
    IndexRebuilt,
    IndexState,
    IndexStatus,
    RebuiltSubject,
    SubjectIndex,
)
from smartnotes.core.model import Subject
from smartnotes.core.ports import Embedder, Engines, Stores
from smartnotes.core.usecases.library import find_subject

BATCH = 64
"""Chunks between two checkpoints: what is kept is not made again."""

_ROUNDS = 20
"""How often a rebuild catches up with lectures that are published meanwhile."""


def index_status(*, subject: str | None, engines: Engines, stores: Stores) -> IndexStatus:
    """Return how the index of a subject stands, or of all. Raises `NotFound`, `Conflict`, `Unavailable`."""
    chosen = [find_subject(subject, stores=stores)] if subject else stores.subjects.all()
    return IndexStatus(
        model=engines.embedder.name,
        encoder=engines.encoder.name,
        pipeline=PIPELINE_VERSION,
        subjects=tuple(_status(one, engines=engines, stores=stores) for one in chosen),
    )


def _status(subject: Subject, *, engines: Engines, stores: Stores) -> SubjectIndex:
    generations = stores.indexes.all(subject.id)
    active = next((one for one in generations if one.state is GenerationState.ACTIVE), None)
    making = next((one for one in generations if one.state is GenerationState.BUILDING), None)
    there = set(stores.vectors.ids(active.key)) if active else set()
    chunks = set(stores.indexes.chunk_ids(subject.id))
    found = SubjectIndex(
        subject_id=subject.id,
        subject=subject.name,
        state=IndexState.CURRENT,
        model=active.model if active else engines.embedder.name,
        dimension=active.dimension if active else 0,
        generation=active.number if active else 0,
        chunks=len(chunks),
        vectors=len(there),
        missing=len(chunks - there),
        extra=len(there - chunks),
        tokens_missing=len(stores.indexes.without_tokens(subject.id, encoder=engines.encoder.name)),
        building=len(chunks.intersection(stores.vectors.ids(making.key))) if making else None,
        old_lectures=sum(
            lecture.provenance.pipeline != PIPELINE_VERSION for lecture in stores.lectures.all(subject.id)
        ),
    )
    return found.model_copy(update={"state": _state(found, wanted=engines.embedder.name)})


def _state(found: SubjectIndex, *, wanted: str) -> IndexState:
    if found.building is not None:
        return IndexState.BUILDING
    if not found.chunks and not found.vectors:
        return IndexState.EMPTY
    if found.model != wanted:
        return IndexState.OUTDATED
    whole = not (found.missing or found.extra or found.tokens_missing)
    return IndexState.CURRENT if whole else IndexState.INCOMPLETE


def rebuild_index(
    subject_ids: Sequence[str],
    *,
    force: bool,
    request_id: str,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
) -> IndexRebuilt:
    """Bring the indexes of subjects (none: all) to the model that is set; what lacks is made, what is extra goes.

    Another model, or the same with `force`, is indexed beside the index that is searched and takes its place at the
    end. What a run that was killed has made is not made again; `request_id` is the same when the request is worked on
    again. A subject that is gone is left out. Raises what the embedder raises, `Conflict` where a rebuild with another
    model has begun since.
    """
    chosen = [one for one in stores.subjects.all() if not subject_ids or one.id in subject_ids]
    done = [
        _Rebuild(one, force=force, request_id=request_id, engines=engines, stores=stores, emit=emit, clock=clock).run()
        for one in chosen
    ]
    return IndexRebuilt(subjects=tuple(done))


class _Rebuild:
    """One subject's rebuild."""

    def __init__(
        self,
        subject: Subject,
        *,
        force: bool,
        request_id: str,
        engines: Engines,
        stores: Stores,
        emit: Emit,
        clock: Callable[[], datetime],
    ) -> None:
        self._subject = subject
        self._force = force
        self._request_id = request_id
        self._engines = engines
        self._stores = stores
        self._emit = emit
        self._clock = clock
        self._embedded = 0
        self._removed = 0

    def run(self) -> RebuiltSubject:
        """Do it."""
        model, index = self._engines.embedder.name, self._stores.indexes
        swapped = False
        if index.chunk_ids(self._subject.id):
            active = index.first(self._subject.id, model=model, dimension=0, now=self._clock())
            again = self._force and active.made_for != self._request_id
            if active.model != model or again:
                self._build()
                swapped = True
            self._repair()
        self._sweep()
        return RebuiltSubject(
            subject_id=self._subject.id,
            subject=self._subject.name,
            model=model,
            embedded=self._embedded,
            removed=self._removed,
            encoded=self._encode(),
            swapped=swapped,
        )

    def _build(self) -> None:
        """Make the next generation and put it into the place of the one that is searched."""
        model, index = self._engines.embedder.name, self._stores.indexes
        made = index.begin(self._subject.id, model=model, made_for=self._request_id, now=self._clock())
        have = set(self._stores.vectors.ids(made.key))
        missing = [one for one in index.chunk_ids(self._subject.id) if one not in have]
        for _ in range(_ROUNDS):
            self._embed(made, missing, have)
            missing = index.swap(made, dimension=self._engines.embedder.dimension, have=have)
            if not missing:
                return
        raise Unavailable("Lectures were published faster than they could be indexed.", hint="Try again later.")

    def _repair(self) -> None:
        """Give every chunk its vector, and take away those of no chunk."""
        for _ in range(_ROUNDS):
            active = self._stores.indexes.active([self._subject.id])[self._subject.id]
            have = set(self._stores.vectors.ids(active.key))
            chunks = self._stores.indexes.chunk_ids(self._subject.id)
            extra = sorted(have.difference(chunks))
            missing = [one for one in chunks if one not in have]
            if not extra and not missing:
                return
            # A lecture that is being published has vectors first; it looks whether they are there once it is.
            self._stores.vectors.forget(active.key, chunk_ids=extra)
            self._removed += len(extra)
            self._embed(active, missing, have)

    def _embed(self, generation: Generation, missing: Sequence[str], have: set[str]) -> None:
        """Make vectors in batches, each of which is kept at once."""
        embedder, total = self._engines.embedder, len(have) + len(missing)
        self._tell(len(have), total)
        for start in range(0, len(missing), BATCH):
            chunks = self._stores.chunks.get(missing[start : start + BATCH])
            if chunks:
                vectors = embedder.embed_passages([chunk.indexed_text for chunk in chunks])
                self._stores.vectors.upsert(generation.key, chunks=chunks, vectors=vectors, model=embedder.name)
            have.update(chunk.id for chunk in chunks)
            self._embedded += len(chunks)
            self._tell(len(have), total)

    def _encode(self) -> int:
        """Make the token vectors that are not there or of another encoder."""
        encoder = self._engines.encoder
        missing = self._stores.indexes.without_tokens(self._subject.id, encoder=encoder.name)
        for start in range(0, len(missing), BATCH):
            self._tell(start, len(missing), step="encode")
            chunks = self._stores.chunks.get(missing[start : start + BATCH])
            made = encoder.encode_passages([chunk.indexed_text for chunk in chunks])
            tokens = {chunk.id: vectors for chunk, vectors in zip(chunks, made, strict=True)}
            self._stores.indexes.save_tokens(tokens, encoder=encoder.name)
        return len(missing)

    def _sweep(self) -> None:
        """Take away generations that are in nobody's use: replaced ones, given up ones."""
        # in this order: a generation is written down before anything of it is there
        keys = self._stores.vectors.keys(self._subject.id)
        kept = {one.key for one in self._stores.indexes.all(self._subject.id)}
        for key in keys:
            # written before there were generations, or by a lecture that is being published as the first one
            if key not in kept and (kept or key != self._subject.id):
                self._stores.vectors.drop(key)

    def _tell(self, done: int, total: int, *, step: str = "index") -> None:
        self._emit(Progress(step=step, done=done, total=total, unit="chunks", message=self._subject.name))


def embedder_of(generation: Generation, *, engines: Engines) -> Embedder | None:
    """Return the model that made a generation, None where nobody knows it."""
    if generation.model == engines.embedder.name:
        return engines.embedder
    return engines.embedder_named(generation.model)
