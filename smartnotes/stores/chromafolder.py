"""ChromaDB embedded: a folder on disk.

Chroma's Rust bindings are called the way `chromadb.PersistentClient` calls them (1.5.9, `chromadb/api/rust.py`), so the
folder is an ordinary Chroma database. Going past the Python client saves the second its import takes before the first
answer, its default embedding function, which downloads a model, and its telemetry.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from smartnotes.core.errors import EngineMissing, Unavailable
from smartnotes.core.ports import Vectors
from smartnotes.stores.vectors import CONFIGURATION, Collection, Row, Where, collection_of

if TYPE_CHECKING:
    from chromadb_rust_bindings import Bindings  # type: ignore[import-untyped]

_TENANT = "default_tenant"
_DATABASE = "default_database"
_COMPARED = 800
"""Vectors that are compared with a query one by one in less time than Chroma takes to find the nearest among them."""
_INDEX_CACHE = 64
"""HNSW indexes kept open; each needs five file handles."""


class ChromaFolder:
    """`Chroma` in a folder, opened at first use. A folder that is not there holds nothing; writing makes it.

    One process at a time should write; what another one wrote is seen on the next call. Raises `EngineMissing` without
    chromadb.
    """

    batch = 5461
    """Chroma's largest: SQLite's 32,766 variables, six to a row."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bindings: Bindings | None = None
        self._seen: tuple[int, int] = (0, 0)
        self._lock = threading.Lock()
        self._known: dict[str, Collection] = {}

    def collections(self, space: str, names: Sequence[str] | None = None) -> list[Collection]:
        """Return the collections of a space with these names that are there; all with None."""
        if not self._path.exists():
            return []
        with self._open_database():
            there = dict(self._known)
        wanted = names if names is not None else sorted(name for name in there if name.startswith(f"{space}-"))
        return [there[name] for name in wanted if name in there]

    def make(self, space: str, name: str, metadata: Row) -> Collection:  # noqa: ARG002 - names begin with the space
        """Return the collection of this name, made where there is none."""
        with self._open_database() as bindings:
            if name not in self._known:
                configuration = json.dumps(CONFIGURATION)
                made = bindings.create_collection(name, configuration, None, dict(metadata), True, _TENANT, _DATABASE)
                self._known[name] = collection_of(made.id, name, made.metadata)
            return self._known[name]

    def upsert(
        self,
        space: str,  # noqa: ARG002
        collection: Collection,
        ids: Sequence[str],
        vectors: Vectors,
        rows: list[Row],
    ) -> None:
        """Put vectors in place."""
        with self._open_database() as bindings:
            if not self._is_there(collection):
                raise Unavailable("A subject was deleted while vectors were written to it.")
            bindings.upsert(
                collection.id, list(ids), vectors.tolist(), [dict(row) for row in rows], None, None, _TENANT, _DATABASE
            )

    def query(
        self,
        space: str,  # noqa: ARG002
        collection: Collection,
        vector: Vectors,
        *,
        limit: int,
        where: Where | None,
        among: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """Return (id, cosine distance), nearest first.

        Among 100,000 vectors Chroma takes 50 to 150 ms where it is to find what fits `where` itself, 20 to 30 where it
        is told which do, if they are a thousand or more; of fewer, comparing all is quicker (500: 11 ms).
        """
        if among is not None and len(among) <= _COMPARED:
            return self._compared(collection, vector, among)[:limit]
        fits = json.dumps(where) if where else None
        with self._open_database() as bindings:
            if not self._is_there(collection):
                return []
            if among is not None:
                # It fails where one of them is not in the collection, and then finds out itself which fit.
                with suppress(Exception):
                    return _nearest(bindings, collection, vector, limit=limit, ids=list(among))
            try:
                return _nearest(bindings, collection, vector, limit=limit, where=fits)
            except Exception:
                # Chroma 1.5.9 fails on a collection whose last vector went and whose index has left its cache. To count
                # before each query would read through the collection.
                if bindings.count(collection.id, _TENANT, _DATABASE):
                    raise
                return []

    def _compared(self, collection: Collection, vector: Vectors, ids: Sequence[str]) -> list[tuple[str, float]]:
        """Return (id, cosine distance) of those that are there, nearest first."""
        if not ids:
            return []
        with self._open_database() as bindings:
            if not self._is_there(collection):
                return []
            answer = bindings.get(collection.id, list(ids), None, None, 0, None, ["embeddings"], _TENANT, _DATABASE)
        there = list(answer.ids)
        vectors = np.array(answer.embeddings, dtype=np.float32).reshape(len(there), len(vector))
        lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector)
        far = 1.0 - vectors @ vector / np.maximum(lengths, 1e-12)
        return [(there[place], float(far[place])) for place in np.argsort(far, kind="stable")]

    def ids(self, space: str, collection: Collection, where: Where | None) -> list[str]:  # noqa: ARG002
        """Return the ids of the vectors that fit, of all with None."""
        fits = json.dumps(where) if where else None
        with self._open_database() as bindings:
            if not self._is_there(collection):
                return []
            answer = bindings.get(collection.id, None, fits, None, 0, None, [], _TENANT, _DATABASE)
        return list(answer.ids)

    def delete(self, space: str, collection: Collection, ids: Sequence[str]) -> None:  # noqa: ARG002
        """Forget vectors."""
        with self._open_database() as bindings:
            if self._is_there(collection):
                bindings.delete(collection.id, list(ids), None, None, None, _TENANT, _DATABASE)

    def drop(self, space: str, name: str) -> None:  # noqa: ARG002
        """Forget a whole collection."""
        with self._open_database() as bindings:
            if self._known.pop(name, None):
                bindings.delete_collection(name, _TENANT, _DATABASE)

    def drop_space(self, space: str) -> None:
        """Do nothing: the owners share the folder's one database."""

    def check(self) -> None:
        """Open the database, where there is one."""
        if self._path.exists():
            with self._open_database():
                pass

    def close(self) -> None:
        """Let go of the database, which is opened again when it is needed."""
        self._bindings = None

    @contextmanager
    def _open_database(self) -> Iterator[Bindings]:
        """Give the database to one thread at a time, opened anew if another process has written to it.

        One at a time, because a search writes too: it puts into the index what was added since the last one. Chroma
        fails where two do that at once.
        """
        with self._lock:
            try:
                if self._bindings is None or self._stamp() != self._seen:
                    self._bindings = self._opened()
                yield self._bindings
            except Exception as error:
                # the bindings raise classes of the chromadb package, whose import is what this module avoids
                if not type(error).__module__.startswith("chromadb"):
                    raise
                raise Unavailable(
                    f"The vectors in {self._path} cannot be used: {error}.", hint="Ingest the lectures again."
                ) from error
            finally:
                # what has changed was our own doing
                self._seen = self._stamp()

    def _is_there(self, collection: Collection) -> bool:
        return self._known.get(collection.name) == collection

    def _opened(self) -> Bindings:
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
        self._known = {one.name: collection_of(one.id, one.name, one.metadata) for one in made}
        return bindings

    def _stamp(self) -> tuple[int, int]:
        try:
            status = os.stat(self._path / "chroma.sqlite3")  # noqa: PTH116 - called before every search
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_size)


def _nearest(
    bindings: Bindings,
    collection: Collection,
    vector: Vectors,
    *,
    limit: int,
    ids: list[str] | None = None,
    where: str | None = None,
) -> list[tuple[str, float]]:
    answer = bindings.query(
        collection.id, ids, [vector.tolist()], limit, where, None, ["distances"], _TENANT, _DATABASE
    )
    return [(one, float(distance)) for one, distance in zip(answer.ids[0], answer.distances[0], strict=True)]
