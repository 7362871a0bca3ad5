"""The database: a SQLite file or a PostgreSQL server; how it is opened, how transactions begin."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import sqlalchemy as sa

import smartnotes.stores.account_tables
import smartnotes.stores.audit_tables
import smartnotes.stores.learning_tables
import smartnotes.stores.share_tables
import smartnotes.stores.worker_tables  # noqa: F401 - their tables are part of the metadata
from smartnotes.core.errors import OptionsError, SettingsError, Unavailable
from smartnotes.core.model import Value
from smartnotes.stores import schema
from smartnotes.stores.tables import metadata as metadata

BUSY_S = 30
"""How long a writer waits for another one."""

AnyValue = TypeVar("AnyValue", bound=Value)


class Pool(NamedTuple):
    """Connections kept open, more of them when all are busy, seconds to wait for one and until one is replaced."""

    size: int = 10
    overflow: int = 20
    timeout_s: float = 30.0
    recycle_s: int = 3600


class Database:
    """Connections to a SQLite file (a path) or to PostgreSQL (a URL), made at first use; threads may share it."""

    def __init__(self, target: Path | str, *, pool: Pool = Pool()) -> None:  # noqa: B008 - an immutable value
        self.url = sa.make_url(f"sqlite:///{target}") if isinstance(target, Path) else _postgres(target)
        self._pool = pool
        self._engine: sa.Engine | None = None
        self._opening = threading.Lock()

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(self.url.database or "")

    @property
    def address(self) -> str:
        """What another process opens it by: the path or the URL, with its password."""
        return self.url.render_as_string(hide_password=False) if self._is_postgres else str(self.path)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the data."""
        with self._connected() as connection:
            yield (connection.execution_options(isolation_level="REPEATABLE READ") if self._is_postgres else connection)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give a connection in a transaction that commits at the end and rolls back on an error.

        On SQLite it holds the write lock from its start; on PostgreSQL rows that are read to be changed must be locked.
        """
        with self._connected() as connection:
            begun = connection.execution_options(immediate=True)
            with begun.begin():
                yield begun

    def check(self) -> None:
        """Ask the database for a sign of life. Raises `Unavailable`, also where migrations are missing."""
        with self._connected() as connection:
            schema.check(connection)

    def migrate(self) -> tuple[str, str]:
        """Bring the tables to this program's version; return (version before, version now); see `schema.migrate`."""
        engine = self.engine()
        try:
            return schema.migrate(engine)
        except sa.exc.DatabaseError as error:
            raise _unreachable(self.url, error) from error
        finally:
            engine.dispose()

    @contextmanager
    def alone(self) -> Iterator[sa.Connection]:
        """Give a connection in a transaction in which nobody else changes tables."""
        try:
            with schema.alone(self._open()) as connection:
                yield connection
        except sa.exc.OperationalError as error:
            raise _unreachable(self.url, error) from error

    def engine(self) -> sa.Engine:
        """Return an engine of its own, whose tables nobody has looked at."""
        return self._postgres_engine() if self._is_postgres else self._sqlite_engine()

    def close(self) -> None:
        """Close all connections."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @property
    def _is_postgres(self) -> bool:
        return self.url.get_backend_name() == "postgresql"

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        engine = self._open()
        try:
            with engine.connect() as connection:
                yield connection
        except sa.exc.TimeoutError as error:
            raise Unavailable("The database has no free connection.", hint="Try again in a moment.") from error
        except sa.exc.OperationalError as error:
            raise _unreachable(self.url, error) from error
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            raise _unreachable(self.url, error) from error
        except ValueError as error:
            if "NUL" not in str(error):
                raise
            raise OptionsError("A text may not have NUL characters.") from error

    def _open(self) -> sa.Engine:
        with self._opening:
            if self._engine is None:
                engine = self.engine()
                try:
                    schema.prepare(engine)
                except sa.exc.DatabaseError as error:
                    engine.dispose()
                    raise _unreachable(self.url, error) from error
                self._engine = engine
            return self._engine

    def _sqlite_engine(self) -> sa.Engine:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            self.url,
            connect_args={"timeout": BUSY_S},
            pool_size=self._pool.size,
            max_overflow=self._pool.overflow,
            pool_timeout=self._pool.timeout_s,
        )
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def _postgres_engine(self) -> sa.Engine:
        return sa.create_engine(
            self.url,
            pool_size=self._pool.size,
            max_overflow=self._pool.overflow,
            pool_timeout=self._pool.timeout_s,
            pool_recycle=self._pool.recycle_s,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5, "application_name": "smartnotes"},
        )


def _postgres(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise SettingsError("database.url is no URL.", hint="postgresql://user:password@host/name") from error
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingsError(
            f"database.url is of the kind {parsed.drivername!r}; only PostgreSQL is known.",
            hint="Leave it empty to keep everything in a SQLite file.",
        )
    return parsed.set(drivername="postgresql+psycopg2")


def _unreachable(url: sa.URL, error: sa.exc.DBAPIError) -> Unavailable:
    if url.get_backend_name() == "postgresql":
        return Unavailable("The database cannot be reached.", hint="Try again in a moment.")
    if "locked" in str(error.orig):
        return Unavailable("The notebook's database is busy.", hint="Try again in a moment.")
    return Unavailable(
        f"The notebook's database {url.database} cannot be opened: {error.orig}.",
        hint="Restore it from a backup, or move the file away to start a new notebook.",
    )


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun by `_begin`, not by the driver, which would begin them too late for a read-then-write.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def pack(value: Value) -> bytes:
    """Return the value as compressed JSON."""
    return zlib.compress(value.model_dump_json().encode(), level=1)


def unpack(kind: type[AnyValue], data: bytes) -> AnyValue:
    """Return the value that `pack` made."""
    return kind.model_validate_json(zlib.decompress(data))
