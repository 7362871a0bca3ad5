"""The database: a SQLite file or a PostgreSQL server with its replicas; how it is read and written."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

import smartnotes.stores.account_tables
import smartnotes.stores.audit_tables
import smartnotes.stores.conversation_tables
import smartnotes.stores.gateway_tables
import smartnotes.stores.index_tables
import smartnotes.stores.learning_tables
import smartnotes.stores.share_tables
import smartnotes.stores.worker_tables  # noqa: F401 - their tables are part of the metadata
from smartnotes.core.errors import Unavailable
from smartnotes.core.model import Value
from smartnotes.stores import schema
from smartnotes.stores.cache import Cache
from smartnotes.stores.connections import Connections
from smartnotes.stores.connections import Pool as Pool
from smartnotes.stores.replicas import Replicas
from smartnotes.stores.tables import metadata as metadata

AnyValue = TypeVar("AnyValue", bound=Value)
Found = TypeVar("Found")


class Database:
    """Connections to a SQLite file (a path) or to PostgreSQL (a URL), made at first use; threads may share it.

    `of` gives the same database as the stores of one owner use it: only they read from `replicas` and the `cache`.
    """

    def __init__(
        self,
        target: Path | str,
        *,
        pool: Pool = Pool(),  # noqa: B008 - an immutable value
        replicas: Replicas | None = None,
        cache: Cache | None = None,
    ) -> None:
        self._primary = Connections(target, pool=pool, prepare=schema.prepare, setting="database.url")
        self._replicas = replicas
        self._cache = cache
        self._owner: str | None = None

    def of(self, owner: str) -> Database:
        """Return this database for what one owner keeps in it. Every write of theirs must go through one like it."""
        theirs = copy.copy(self)
        theirs._owner = owner
        return theirs

    @property
    def url(self) -> sa.URL:
        """Where it is; with a password, perhaps."""
        return self._primary.url

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(self.url.database or "")

    @property
    def address(self) -> str:
        """What another process opens it by: the path or the URL, with its password."""
        return self.url.render_as_string(hide_password=False) if self._primary.is_postgres else str(self.path)

    @contextmanager
    def read(self, *, from_replica: bool = False) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the data.

        With `from_replica` it may be an older state, though with everything in it that the owner wrote: for what is
        shown, not for what something else is decided by.
        """
        with ExitStack() as stack:
            connection = self._replica(stack) if from_replica else None
            if connection is None:
                connection = stack.enter_context(self._primary.connected())
            if self._primary.is_postgres:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give a connection in a transaction that commits at the end and rolls back on an error.

        On SQLite it holds the write lock from its start; on PostgreSQL rows that are read to be changed must be locked.
        """
        try:
            with self._primary.connected() as connection:
                begun = connection.execution_options(immediate=True)
                with begun.begin():
                    yield begun
                if self._replicas is not None and self._owner is not None:
                    self._replicas.wrote(self._owner, connection)
        finally:
            # Also after an error: a commit may have arrived whose answer did not.
            if self._cache is not None and self._owner is not None:
                self._cache.changed(self._owner)

    def remember(self, key: Hashable, load: Callable[[], Found]) -> Found:
        """Return what `load` returned for this key since the owner's last write, if that is known, or load it."""
        if self._cache is None or self._owner is None:
            return load()
        return self._cache.get(self._owner, key, load)

    def check(self) -> None:
        """Ask the database for a sign of life. Raises `Unavailable`, also where migrations are missing."""
        with self._primary.connected() as connection:
            schema.check(connection)

    def migrate(self) -> tuple[str, str]:
        """Bring the tables to this program's version; return (version before, version now); see `schema.migrate`."""
        engine = self._primary.engine()
        try:
            return schema.migrate(engine)
        except sa.exc.DatabaseError as error:
            raise self._primary.unreachable(error) from error
        finally:
            engine.dispose()

    @contextmanager
    def alone(self) -> Iterator[sa.Connection]:
        """Give a connection in a transaction in which nobody else changes tables."""
        with self._primary.translated(), schema.alone(self._primary.open()) as connection:
            yield connection

    def engine(self) -> sa.Engine:
        """Return an engine of its own, whose tables nobody has looked at."""
        return self._primary.engine()

    def close(self) -> None:
        """Close all connections."""
        self._primary.close()
        if self._replicas is not None:
            self._replicas.close()

    def _replica(self, stack: ExitStack) -> sa.Connection | None:
        """Enter a connection to a replica that has all of the owner's writes, None where there is none."""
        if self._replicas is None or self._owner is None:
            return None
        for replica, position in self._replicas.candidates(self._owner):
            attempt = ExitStack()
            try:
                connection = attempt.enter_context(replica.connected(position))
            except Unavailable:
                continue
            if connection is not None:
                stack.enter_context(attempt)
                return connection
            attempt.close()
        return None


def pack(value: Value) -> bytes:
    """Return the value as compressed JSON."""
    return zlib.compress(value.model_dump_json().encode(), level=1)


def unpack(kind: type[AnyValue], data: bytes) -> AnyValue:
    """Return the value that `pack` made."""
    return kind.model_validate_json(zlib.decompress(data))
