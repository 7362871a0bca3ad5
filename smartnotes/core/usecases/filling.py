"""Putting the chunks of a lecture into the index of its subject, whatever model that was made with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from smartnotes.core.events import Emit, Level, Progress
from smartnotes.core.indexing import Generation
from smartnotes.core.model import Chunk, Lecture
from smartnotes.core.ports import Engines, Stores, TokenVectors
from smartnotes.core.steps.embed import Embedded, embed_chunks
from smartnotes.core.usecases.indexing import embedder_of
from smartnotes.core.usecases.searching import AWAY


def index_chunks(
    subject_id: str,
    chunks: Sequence[Chunk],
    *,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
) -> tuple[TokenVectors, ...]:
    """Put vectors in place for chunks that are to be published next; return their token vectors.

    They are those of the model that the subject's index was made with. Where that is another one than is set and cannot
    be had, there are none until the index is rebuilt, and a warning says so.
    """
    made = _generation(subject_id, engines=engines, stores=stores, clock=clock)
    embedded = _embedded(chunks, made, engines=engines, emit=emit)
    model = made.model if made else engines.embedder.name
    if not chunks or not len(embedded.vectors):
        return embedded.tokens
    if made is None:
        dimension = embedded.vectors.shape[1]
        made = stores.indexes.first(subject_id, model=model, dimension=dimension, now=clock())
    if made.model == model:
        stores.vectors.upsert(made.key, chunks=chunks, vectors=embedded.vectors, model=model)
    return embedded.tokens


def see_to_vectors(lecture: Lecture, chunks: Sequence[Chunk], *, engines: Engines, stores: Stores) -> None:
    """See to it that a published lecture has its vectors: the index may have been swapped or repaired meanwhile."""
    made = stores.indexes.active([lecture.subject_id]).get(lecture.subject_id)
    if made is None:
        return
    there = set(stores.vectors.ids(made.key, lecture_id=lecture.id))
    missing = [chunk for chunk in chunks if chunk.id not in there]
    embedder = embedder_of(made, engines=engines)
    if not missing or embedder is None:
        return
    # where the model is away, a warning has said so already
    with suppress(*AWAY):
        vectors = embedder.embed_passages([chunk.indexed_text for chunk in missing])
        stores.vectors.upsert(made.key, chunks=missing, vectors=vectors, model=made.model)


def _generation(
    subject_id: str, *, engines: Engines, stores: Stores, clock: Callable[[], datetime]
) -> Generation | None:
    """Return the generation to write to, None where the subject has none; one without chunks gets the model anew."""
    made = stores.indexes.active([subject_id]).get(subject_id)
    wanted = engines.embedder.name
    if made is None or made.model == wanted or stores.indexes.chunk_ids(subject_id):
        return made
    fresh = stores.indexes.begin(subject_id, model=wanted, made_for="", now=clock())
    stores.indexes.swap(fresh, dimension=engines.embedder.dimension, have=())
    return stores.indexes.active([subject_id]).get(subject_id)


def _embedded(chunks: Sequence[Chunk], made: Generation | None, *, engines: Engines, emit: Emit) -> Embedded:
    if made is None or made.model == engines.embedder.name:
        return embed_chunks(chunks, embedder=engines.embedder, encoder=engines.encoder, emit=emit)
    other = embedder_of(made, engines=engines)
    said = f"There is no embedding model {made.model} here."
    if other is not None:
        try:
            return embed_chunks(chunks, embedder=other, encoder=engines.encoder, emit=emit)
        except AWAY as error:
            said = error.message
    emit(Progress(step="embed", message=_by_words(said), level=Level.WARNING))
    return embed_chunks(chunks, embedder=None, encoder=engines.encoder, emit=emit)


def _by_words(why: str) -> str:
    return f"{why} This lecture is found by words only until: smartnotes index rebuild"
