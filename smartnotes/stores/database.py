"""A SQLite database file: how it is opened, how transactions begin."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

import smartnotes.stores.account_tables  # noqa: F401 - its tables are part of the metadata
from smartnotes.core.errors import Conflict, Unavailable
from smartnotes.core.model import Value
from smartnotes.stores.tables import metadata
from smartnotes.stores.words import create_words

SCHEMA_VERSION = 1
BUSY_S = 30
"""How long a writer waits for another one."""

AnyValue = TypeVar("AnyValue", bound=Value)


class Database:
    """Connections to one SQLite file, made at first use; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine: sa.Engine | None = None

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the data."""
        with self._open().connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give a connection that holds the write lock from its start; commits at the end, rolls back on an error."""
        with self._open().connect().execution_options(immediate=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all connections."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _open(self) -> sa.Engine:
        if self._engine is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            engine = sa.create_engine(f"sqlite:///{self.path}", connect_args={"timeout": BUSY_S})
            sa.event.listen(engine, "connect", _prepare)
            sa.event.listen(engine, "begin", _begin)
            try:
                _create(engine)
            except sa.exc.DatabaseError as error:
                raise Unavailable(
                    f"The notebook's database {self.path} cannot be opened: {error.orig}.",
                    hint="Restore it from a backup, or move the file away to start a new notebook.",
                ) from error
            self._engine = engine
        return self._engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun by `_begin`, not by the driver, which would begin them too late for a read-then-write.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _create(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version == SCHEMA_VERSION:
        return
    if version > SCHEMA_VERSION:
        raise Conflict(
            f"This notebook was written by a newer smartnotes (schema {version}, this one knows {SCHEMA_VERSION}).",
            hint="Update with: pip install --upgrade smartnotes",
        )
    with engine.connect().execution_options(immediate=True) as connection, connection.begin():
        metadata.create_all(connection)
        create_words(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


def pack(value: Value) -> bytes:
    """Return the value as compressed JSON."""
    return zlib.compress(value.model_dump_json().encode(), level=1)


def unpack(kind: type[AnyValue], data: bytes) -> AnyValue:
    """Return the value that `pack` made."""
    return kind.model_validate_json(zlib.decompress(data))
