"""Vectors in ChromaDB: one collection for each generation of a subject, in a folder here or at a Chroma server.

A generation's key (see `smartnotes.core.indexing`) is the subject's id, with a number behind it for all but the first.
What a collection is called, whose it is and which model it holds is decided here, alike for both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from smartnotes.core.errors import Conflict
from smartnotes.core.model import Chunk
from smartnotes.core.ports import ChunkFilter, Vectors

Row = Mapping[str, str | int]
"""What is kept beside a vector, to filter by."""

Where = Mapping[str, object]
"""Chroma's filter: ``{"page": {"$gte": 2}}``."""

CONFIGURATION = {"hnsw": {"space": "cosine", "sync_threshold": 1, "batch_size": 1}}
"""Of every collection: the index goes to the disk whenever it is brought up to date.

By default it stays in memory until it has 1,000 vectors, and Chroma 1.5.9 no longer finds it ("Nothing found on disk")
once other indexes have pushed it out of its cache.
"""


class Collection(NamedTuple):
    """A collection that is there. `owner` is whom its metadata names, "" in folders made before it did."""

    id: str
    name: str
    model: str
    dimension: int
    owner: str


class Chroma(Protocol):
    """A Chroma database. A `space` holds the collections of one owner. Safe to call from several threads.

    Every method raises `Unavailable` where the database cannot be used, and may be repeated without harm.
    """

    batch: int
    """Vectors that may be written at a time."""

    def collections(self, space: str, names: Sequence[str] | None = None) -> list[Collection]:
        """Return the collections of a space with these names that are there; all with None."""
        ...

    def make(self, space: str, name: str, metadata: Row) -> Collection:
        """Return the collection of this name (cosine distances), made with this metadata where there is none."""
        ...

    def upsert(self, space: str, collection: Collection, ids: Sequence[str], vectors: Vectors, rows: list[Row]) -> None:
        """Put up to `batch` vectors in place."""
        ...

    def query(
        self,
        space: str,
        collection: Collection,
        vector: Vectors,
        *,
        limit: int,
        where: Where | None,
        among: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """Return (id, cosine distance), nearest first, of those that fit `where`; `among` are their ids, if known."""
        ...

    def ids(self, space: str, collection: Collection, where: Where | None) -> list[str]:
        """Return the ids of the vectors that fit, of all with None."""
        ...

    def delete(self, space: str, collection: Collection, ids: Sequence[str]) -> None:
        """Forget up to `batch` vectors; unknown ids are fine."""
        ...

    def drop(self, space: str, name: str) -> None:
        """Forget a whole collection; an unknown one is fine."""
        ...

    def drop_space(self, space: str) -> None:
        """Forget what is kept for a space beside its collections, which are gone; an unknown one is fine."""
        ...

    def check(self) -> None:
        """Try whether the database can be used."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class ChromaVectors:
    """`VectorIndex` of one owner.

    A collection's name and metadata carry owner and subject, and both are looked at before it is touched: whatever
    subject is asked for, only the owner's own collections are found. Threads may share it.
    """

    def __init__(self, chroma: Chroma, *, owner: str) -> None:
        self._chroma = chroma
        self._owner = owner
        self._space = f"o{hashlib.sha256(owner.encode()).hexdigest()[:16]}"

    def of_owner(self, owner: str) -> ChromaVectors:
        """Return the vectors of another owner, in the same database."""
        return ChromaVectors(self._chroma, owner=owner)

    def check(self) -> None:
        """Try whether the database can be used. Raises `Unavailable`."""
        self._chroma.check()

    def close(self) -> None:
        """Let go of connections, for all owners."""
        self._chroma.close()

    def upsert(self, key: str, *, chunks: Sequence[Chunk], vectors: Vectors, model: str) -> None:
        """Put vectors in place. Raises `Conflict` where the collection was made with another model."""
        if not chunks:
            return
        collection = self._made_with(key, model=model, dimension=vectors.shape[1])
        for start in range(0, len(chunks), self._chroma.batch):
            batch = chunks[start : start + self._chroma.batch]
            rows: list[Row] = [
                {"lecture_id": chunk.lecture_id, "page": chunk.page, "kind": chunk.kind.value} for chunk in batch
            ]
            numbers = vectors[start : start + len(batch)]
            self._chroma.upsert(self._space, collection, [chunk.id for chunk in batch], numbers, rows)

    def search(
        self, vector: Vectors, *, chosen: ChunkFilter, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return (chunk id, cosine similarity), best first; see `VectorIndex.search`.

        The subjects of `chosen` are keys, none means all.
        """
        found: list[tuple[str, float]] = []
        for collection in self._chosen(chosen.subject_ids):
            if collection.dimension != vector.shape[0]:
                raise _other_model(f"vectors of {collection.dimension} numbers", f"{vector.shape[0]}")
            nearest = self._chroma.query(
                self._space, collection, vector, limit=limit, where=_where(chosen), among=among
            )
            found += [(chunk_id, 1.0 - distance) for chunk_id, distance in nearest]
        return sorted(found, key=lambda item: (-item[1], item[0]))[:limit]

    def keep_only(self, subject_id: str, *, lecture_id: str, chunk_ids: Sequence[str]) -> None:
        """Forget the vectors of a lecture's chunks that are not in `chunk_ids`, in every generation."""
        kept = set(chunk_ids)
        for collection in self._generations(subject_id):
            there = self._chroma.ids(self._space, collection, {"lecture_id": lecture_id})
            self._delete(collection, [chunk_id for chunk_id in there if chunk_id not in kept])

    def ids(self, key: str, *, lecture_id: str | None = None) -> list[str]:
        """Return the ids of the chunks that have a vector, of one lecture or of all."""
        where = {"lecture_id": lecture_id} if lecture_id else None
        return [one for made in self._chosen((key,)) for one in self._chroma.ids(self._space, made, where)]

    def forget(self, key: str, *, chunk_ids: Sequence[str]) -> None:
        """Forget vectors; unknown ids are fine."""
        for collection in self._chosen((key,)):
            self._delete(collection, chunk_ids)

    def keys(self, subject_id: str) -> list[str]:
        """Return the keys of the generations that are there, in use or left over."""
        return [collection.name.removeprefix(f"{self._space}-") for collection in self._generations(subject_id)]

    def drop(self, key: str) -> None:
        """Forget a whole generation; one that is not there is fine."""
        for collection in self._chosen((key,)):
            self._chroma.drop(self._space, collection.name)

    def delete_subject(self, subject_id: str) -> None:
        """Forget every generation; a subject without one is fine."""
        for collection in self._generations(subject_id):
            self._chroma.drop(self._space, collection.name)

    def delete_owner(self) -> None:
        """Forget everything of this owner."""
        for collection in self._chosen(()):
            self._chroma.drop(self._space, collection.name)
        self._chroma.drop_space(self._space)

    def _generations(self, subject_id: str) -> list[Collection]:
        name = self._name(subject_id)
        return [one for one in self._chosen(()) if one.name == name or one.name.startswith(f"{name}-")]

    def _delete(self, collection: Collection, chunk_ids: Sequence[str]) -> None:
        for start in range(0, len(chunk_ids), self._chroma.batch):
            self._chroma.delete(self._space, collection, chunk_ids[start : start + self._chroma.batch])

    def _chosen(self, keys: Sequence[str]) -> list[Collection]:
        names = [self._name(key) for key in dict.fromkeys(keys)] or None
        return [collection for collection in self._chroma.collections(self._space, names) if self._owns(collection)]

    def _made_with(self, key: str, *, model: str, dimension: int) -> Collection:
        metadata: Row = {"model": model, "dimension": dimension, "owner": self._owner, "subject": key}
        made = self._chroma.make(self._space, self._name(key), metadata)
        if not self._owns(made):
            raise Conflict(f"The vectors of the subject {key} belong to somebody else.")
        if (made.model, made.dimension) != (model, dimension):
            raise _other_model(made.model, model)
        return made

    def _name(self, key: str) -> str:
        return f"{self._space}-{key}"

    def _owns(self, collection: Collection) -> bool:
        return collection.name.startswith(f"{self._space}-") and collection.owner in ("", self._owner)


def collection_of(made_id: object, name: str, metadata: Mapping[str, object] | None) -> Collection:
    """Return what Chroma says of a collection."""
    known = metadata or {}
    dimension = known.get("dimension")
    return Collection(
        id=str(made_id),
        name=name,
        model=str(known.get("model", "")),
        dimension=dimension if isinstance(dimension, int) else 0,
        owner=str(known.get("owner", "")),
    )


def _other_model(made: str, asked: str) -> Conflict:
    return Conflict(
        f"The index was made with {made}, not with {asked}.",
        hint="To index everything anew: smartnotes index rebuild --force",
    )


def _where(chosen: ChunkFilter) -> Where | None:
    """Return the filter for lectures, pages and kinds, None where nothing is filtered."""
    conditions: list[Where] = []
    if chosen.lecture_ids:
        conditions.append({"lecture_id": {"$in": list(chosen.lecture_ids)}})
    if chosen.kinds:
        conditions.append({"kind": {"$in": list(chosen.kinds)}})
    if chosen.first_page is not None:
        conditions.append({"page": {"$gte": chosen.first_page}})
    if chosen.last_page is not None:
        conditions.append({"page": {"$lte": chosen.last_page}})
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}
