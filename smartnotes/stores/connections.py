"""Connections to one database server or file: the pool, how transactions begin, errors in our words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from smartnotes.core.errors import OptionsError, SettingsError, Unavailable

BUSY_S = 30
"""How long a writer to a SQLite file waits for another one."""


class Pool(NamedTuple):
    """How many connections there are and how long they may take.

    `size` are kept open, `overflow` more are opened when all are busy; who gets none within `timeout_s` is turned away;
    one is replaced when it is `recycle_s` old. On PostgreSQL a statement is stopped after `statement_s`. With
    `pgbouncer` nothing is kept in a connection, for the next transaction may run in another one.
    """

    size: int = 10
    overflow: int = 20
    timeout_s: float = 30.0
    recycle_s: int = 3600
    statement_s: float = 30.0
    pgbouncer: bool = False


def _nothing(engine: sa.Engine) -> None:
    pass


class Connections:
    """Connections to a SQLite file (a path) or to PostgreSQL (a URL), made at first use; threads may share them.

    `prepare` is called with the engine before anybody gets a connection.
    """

    def __init__(
        self, target: Path | str, *, pool: Pool, prepare: Callable[[sa.Engine], None] = _nothing, setting: str
    ) -> None:
        self.url = (
            sa.make_url(f"sqlite:///{target}") if isinstance(target, Path) else _postgres(target, setting=setting)
        )
        self.is_postgres = self.url.get_backend_name() == "postgresql"
        self._pool = pool
        self._prepare = prepare
        self._engine: sa.Engine | None = None
        self._opening = threading.Lock()

    @contextmanager
    def connected(self) -> Iterator[sa.Connection]:
        """Give a connection. Raises `Unavailable`, also out of what is done with it."""
        engine = self.open()
        with self.translated(), engine.connect() as connection:
            yield connection

    def open(self) -> sa.Engine:
        """Return the engine, prepared."""
        with self._opening:
            if self._engine is None:
                engine = self.engine()
                try:
                    self._prepare(engine)
                except sa.exc.DatabaseError as error:
                    engine.dispose()
                    raise self.unreachable(error) from error
                self._engine = engine
            return self._engine

    def engine(self) -> sa.Engine:
        """Return an engine of its own, which was not prepared."""
        return self._postgres_engine() if self.is_postgres else self._sqlite_engine()

    def close(self) -> None:
        """Close all connections."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raise our errors for the database's."""
        try:
            yield
        except sa.exc.TimeoutError as error:
            raise Unavailable("The database has no free connection.", hint="Try again in a moment.") from error
        except sa.exc.OperationalError as error:
            raise self.unreachable(error) from error
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            raise self.unreachable(error) from error
        except ValueError as error:
            if "NUL" not in str(error):
                raise
            raise OptionsError("A text may not have NUL characters.") from error

    def unreachable(self, error: sa.exc.DBAPIError) -> Unavailable:
        """Return our error for one of the database's."""
        said = str(error.orig)
        if self.is_postgres:
            if "unsupported startup parameter" in said:
                hint = "Behind PgBouncer, set database.pgbouncer to true."
                return Unavailable("PgBouncer does not let smartnotes in.", hint=hint)
            if getattr(error.orig, "pgcode", None) == _CANCELED:
                return Unavailable("The database took too long.", hint="Try again in a moment.")
            return Unavailable("The database cannot be reached.", hint="Try again in a moment.")
        if "locked" in said:
            return Unavailable("The notebook's database is busy.", hint="Try again in a moment.")
        return Unavailable(
            f"The notebook's database {self.url.database} cannot be opened: {said}.",
            hint="Restore it from a backup, or move the file away to start a new notebook.",
        )

    def _sqlite_engine(self) -> sa.Engine:
        Path(self.url.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            self.url,
            connect_args={"timeout": BUSY_S},
            pool_size=self._pool.size,
            max_overflow=self._pool.overflow,
            pool_timeout=self._pool.timeout_s,
        )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgres_engine(self) -> sa.Engine:
        milliseconds = round(self._pool.statement_s * 1000)
        arguments: dict[str, object] = {"connect_timeout": 5, "application_name": "smartnotes"}
        if not self._pool.pgbouncer:
            arguments["options"] = f"-c statement_timeout={milliseconds}"
        engine = sa.create_engine(
            self.url,
            pool_size=self._pool.size,
            max_overflow=self._pool.overflow,
            pool_timeout=self._pool.timeout_s,
            pool_recycle=self._pool.recycle_s,
            pool_pre_ping=True,
            connect_args=arguments,
        )
        if self._pool.pgbouncer:

            def limit(connection: sa.Connection) -> None:
                if connection.get_isolation_level() != "AUTOCOMMIT":
                    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")

            sa.event.listen(engine, "begin", limit)
        return engine


_CANCELED = "57014"
"""PostgreSQL's code for a statement that took too long."""


def _postgres(url: str, *, setting: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise SettingsError(f"{setting} is no URL.", hint="postgresql://user:password@host/name") from error
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingsError(
            f"{setting} is of the kind {parsed.drivername!r}; only PostgreSQL is known.",
            hint="Leave it empty to keep everything in a SQLite file.",
        )
    return parsed.set(drivername="postgresql+psycopg2")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun by `_begin_sqlite`, not by the driver, which would begin them too late for a
    # read-then-write.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
