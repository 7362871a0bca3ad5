"""Vectors in ChromaDB, embedded: a folder on disk, one collection for each subject.

Chroma's Rust bindings are called the way `chromadb.PersistentClient` calls them (1.5.9, `chromadb/api/rust.py`), so the
folder is an ordinary Chroma database. Going past the Python client saves the second its import takes before the first
answer, its default embedding function, which downloads a model, and its telemetry.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from smartnotes.core.errors import Conflict, EngineMissing, Unavailable
from smartnotes.core.model import Chunk
from smartnotes.core.ports import ChunkFilter, Vectors

if TYPE_CHECKING:
    from chromadb_rust_bindings import Bindings  # type: ignore[import-untyped]

_TENANT = "default_tenant"
_DATABASE = "default_database"
_BATCH = 5461
"""Chroma's largest batch: SQLite's 32,766 variables, six to a row."""
_INDEX_CACHE = 64
"""HNSW indexes kept open; each needs five file handles."""


class _Collection(NamedTuple):
    id: str
    model: str
    dimension: int


class ChromaVectors:
    """`VectorIndex` of one owner. One process at a time should write; what another one wrote is seen on the next call.

    Opened at first use. Raises `Unavailable` where the folder cannot be used, `EngineMissing` without chromadb. Threads
    may share it.
    """

    def __init__(self, path: Path, *, owner: str) -> None:
        self._path = path
        self._prefix = _prefix(owner)
        self._folder = _Folder(path)

    def of_owner(self, owner: str) -> ChromaVectors:
        """Return the vectors of another owner, through the same open folder."""
        other = copy(self)
        other._prefix = _prefix(owner)
        return other

    def upsert(self, subject_id: str, *, chunks: Sequence[Chunk], vectors: Vectors, model: str) -> None:
        """Put vectors in place. Raises `Conflict` where the collection was made with another model."""
        if not chunks:
            return
        with self._writing() as bindings:
            collection = self._made_with(bindings, subject_id, model=model, dimension=vectors.shape[1])
            for start in range(0, len(chunks), _BATCH):
                batch = chunks[start : start + _BATCH]
                bindings.upsert(
                    collection.id,
                    [chunk.id for chunk in batch],
                    vectors[start : start + len(batch)].tolist(),
                    [{"lecture_id": chunk.lecture_id, "page": chunk.page, "kind": chunk.kind.value} for chunk in batch],
                    None,
                    None,
                    _TENANT,
                    _DATABASE,
                )

    def search(self, vector: Vectors, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        """Return (chunk id, cosine similarity), best first, from the subjects of `chosen` (all where it names none)."""
        if not self._path.exists():
            return []
        found: list[tuple[str, float]] = []
        with self._reading() as bindings:
            for collection in self._chosen(chosen.subject_ids):
                if collection.dimension != vector.shape[0]:
                    raise _other_model(f"vectors of {collection.dimension} numbers", f"{vector.shape[0]}")
                answer = bindings.query(
                    collection.id,
                    None,
                    [vector.tolist()],
                    limit,
                    _where(chosen),
                    None,
                    ["distances"],
                    _TENANT,
                    _DATABASE,
                )
                found += [
                    (chunk_id, 1.0 - float(distance))
                    for chunk_id, distance in zip(answer.ids[0], answer.distances[0], strict=True)
                ]
        return sorted(found, key=lambda item: (-item[1], item[0]))[:limit]

    def keep_only(self, subject_id: str, *, lecture_id: str, chunk_ids: Sequence[str]) -> None:
        """Forget the vectors of a lecture's chunks that are not in `chunk_ids`."""
        if not self._path.exists():
            return
        with self._writing() as bindings:
            kept = set(chunk_ids)
            for collection in self._chosen((subject_id,)):
                where = json.dumps({"lecture_id": lecture_id})
                there = bindings.get(collection.id, None, where, None, 0, None, [], _TENANT, _DATABASE).ids
                gone = [chunk_id for chunk_id in there if chunk_id not in kept]
                for start in range(0, len(gone), _BATCH):
                    batch = gone[start : start + _BATCH]
                    bindings.delete(collection.id, batch, None, None, None, _TENANT, _DATABASE)

    def delete_subject(self, subject_id: str) -> None:
        """Forget the whole collection; a subject without one is fine."""
        if not self._path.exists():
            return
        with self._writing() as bindings:
            name = self._prefix + subject_id
            if self._folder.collections.pop(name, None):
                bindings.delete_collection(name, _TENANT, _DATABASE)

    def _chosen(self, subject_ids: Sequence[str]) -> list[_Collection]:
        there = self._folder.collections
        names = [self._prefix + subject_id for subject_id in subject_ids] or [
            name for name in sorted(there) if name.startswith(self._prefix)
        ]
        return [there[name] for name in dict.fromkeys(names) if name in there]

    def _made_with(self, bindings: Bindings, subject_id: str, *, model: str, dimension: int) -> _Collection:
        name = self._prefix + subject_id
        known = self._folder.collections.get(name)
        if known is None:
            made = bindings.create_collection(
                name,
                json.dumps({"hnsw": {"space": "cosine"}}),
                None,
                {"model": model, "dimension": dimension},
                True,
                _TENANT,
                _DATABASE,
            )
            known = self._folder.collections[name] = _collection(made)
        if (known.model, known.dimension) != (model, dimension):
            raise _other_model(known.model, model)
        return known

    @contextmanager
    def _reading(self) -> Iterator[Bindings]:
        """Give the open database, opened anew if another process has written to it."""
        try:
            yield self._folder.current()
        except Exception as error:
            # the bindings raise classes of the chromadb package, whose import is what this module avoids
            if not type(error).__module__.startswith("chromadb"):
                raise
            raise Unavailable(
                f"The vectors in {self._path} cannot be used: {error}.", hint="Ingest the lectures again."
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[Bindings]:
        with self._folder.writer, self._reading() as bindings:
            try:
                yield bindings
            finally:
                self._folder.written()


class _Folder:
    """The open database that all owners of a process share. One thread at a time writes, holding `writer`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bindings: Bindings | None = None
        self._seen: tuple[int, int] = (0, 0)
        self.writer = threading.RLock()
        self.collections: dict[str, _Collection] = {}

    def current(self) -> Bindings:
        """Return the open database, opened anew if another process has written to it."""
        if self.writer.acquire(blocking=self._bindings is None):
            try:
                if self._bindings is None or self._stamp() != self._seen:
                    self._open()
            finally:
                self.writer.release()
        # Otherwise a thread of ours writes: the file's stamp then says nothing of other processes.
        assert self._bindings is not None  # noqa: S101 - `_open` has set it
        return self._bindings

    def written(self) -> None:
        """Note that what has changed was our own doing."""
        self._seen = self._stamp()

    def _open(self) -> None:
        try:
            import chromadb_rust_bindings as rust  # noqa: PLC0415 - loads a 60 MB library
        except ImportError as error:
            raise EngineMissing("chromadb is not installed.", hint="pip install 'chromadb>=1.5.9,<1.6'") from error
        self._path.mkdir(parents=True, exist_ok=True)
        bindings = rust.Bindings(
            allow_reset=False,
            sqlite_db_config=rust.SqliteDBConfig(
                hash_type=rust.MigrationHash.MD5,
                migration_mode=rust.MigrationMode.Apply,
                url=str(self._path / "chroma.sqlite3"),
            ),
            persist_path=str(self._path),
            hnsw_cache_size=_INDEX_CACHE,
        )
        made = bindings.list_collections(None, None, _TENANT, _DATABASE)
        self.collections = {collection.name: _collection(collection) for collection in made}
        self._bindings = bindings
        self._seen = self._stamp()

    def _stamp(self) -> tuple[int, int]:
        try:
            status = os.stat(self._path / "chroma.sqlite3")  # noqa: PTH116 - called before every search
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_size)


def _prefix(owner: str) -> str:
    return f"o{hashlib.sha256(owner.encode()).hexdigest()[:16]}-"


def _collection(made: Any) -> _Collection:
    metadata = made.metadata or {}
    return _Collection(str(made.id), str(metadata.get("model", "")), int(metadata.get("dimension", 0)))


def _other_model(made: str, asked: str) -> Conflict:
    return Conflict(
        f"The index was made with {made}, not with {asked}.",
        hint="Set the embedding model back, or ingest the lectures of this subject again.",
    )


def _where(chosen: ChunkFilter) -> str | None:
    """Return Chroma's filter (JSON) for lectures, pages and kinds, None where nothing is filtered."""
    conditions: list[dict[str, Any]] = []
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
    return json.dumps(conditions[0] if len(conditions) == 1 else {"$and": conditions})
