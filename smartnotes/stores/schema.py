"""The version of a database's tables: found out when it is opened, moved on by migrations.

A version is the number of the newest file in ``migrations/versions``; the database keeps its own in Alembic's table. An
empty database gets its tables from the metadata at once, so Alembic is only imported where a migration is due.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import sqlalchemy as sa

from smartnotes.core.errors import Conflict, Unavailable
from smartnotes.stores.tables import metadata
from smartnotes.stores.words import create_words

MIGRATIONS = Path(__file__).with_name("migrations")
UNVERSIONED = "0000"
"""The version of tables made before there were migrations."""

_ALONE = 0x736D6E74
"""The PostgreSQL advisory lock of whoever makes or changes the tables."""

_versions = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32)),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""The table that Alembic would make."""

_one_at_a_time = threading.Lock()
"""Alembic keeps what it works on in module globals."""


class Fit(StrEnum):
    """How a database's tables and this program fit together."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


class Version(NamedTuple):
    """The version of a database's tables, "" for none, and whether this program can work with them."""

    number: str
    fit: Fit


@cache
def newest() -> str:
    """Return the version that this program needs: four digits."""
    return max(path.name[:4] for path in MIGRATIONS.glob("versions/[0-9][0-9][0-9][0-9]_*.py"))


def version_of(connection: sa.Connection) -> Version:
    """Look the version up."""
    if has_table(connection, _versions.name):
        number = connection.scalar(sa.select(sa.func.max(_versions.c.version_num)))
        if number is not None:
            fits = (number > newest()) - (number < newest())
            return Version(number, (Fit.CURRENT, Fit.NEWER, Fit.OLDER)[fits])
    made_before = has_table(connection, "subjects")
    return Version(UNVERSIONED, Fit.OLDER) if made_before else Version("", Fit.EMPTY)


def has_table(connection: sa.Connection, name: str) -> bool:
    """Return whether the database has a table of this name."""
    if connection.dialect.name == "postgresql":
        # Not to_regclass(): it may remember that a table was missing that has been made while we waited for the lock.
        known = sa.text("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = :name")
    else:
        known = sa.text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name")
    return connection.scalar(known, {"name": name}) is not None


def prepare(engine: sa.Engine) -> None:
    """See to it that the tables are there, before anything else uses the database.

    Older tables in a SQLite file are upgraded, after a copy of the file was made; those on a server are left to
    `migrate`, for other gateways may still work with them. Raises `Conflict` for newer ones, `Unavailable` for older.
    """
    with engine.connect() as connection:
        version = version_of(connection)
    if version.fit is not Fit.CURRENT:
        _bring_up(engine, even_on_a_server=False)


def migrate(engine: sa.Engine) -> tuple[str, str]:
    """Bring the tables to the version of this program; return (version before, "" for none; version now).

    Of several that try at once one does it and the others wait. Raises `Conflict` for newer tables.
    """
    return _bring_up(engine, even_on_a_server=True)


def check(connection: sa.Connection) -> None:
    """Raise `Unavailable` where migrations are missing. Newer tables are fine: whoever made them left ours to us."""
    version = version_of(connection)
    if version.fit in (Fit.OLDER, Fit.EMPTY):
        raise _outdated(version.number)


def move(connection: sa.Connection, *, to: str, direction: Literal["up", "down"] = "up") -> None:
    """Run the migrations to a version ("0001", "head", "base") in the connection's transaction."""
    from alembic import command  # noqa: PLC0415 - costs a fifth of a second, and is rarely needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    # Alembic reads a % in a setting as the start of a placeholder.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with _one_at_a_time:
        (command.upgrade if direction == "up" else command.downgrade)(config, to)
    if to != "base":
        # On SQLite, a table that is made anew loses its triggers.
        create_words(connection)


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Return whether a table's name is one that the metadata describe; for Alembic's comparison."""
    return kind != "table" or (name or "") in metadata.tables


@contextmanager
def alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a connection in a transaction that nobody else changes tables beside."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ALONE})")
            yield connection
        return
    with engine.connect().execution_options(immediate=True) as connection:
        # Where foreign keys are watched, replacing a table by its new shape would delete what refers to its rows.
        _watch_foreign_keys(connection, wanted=False)
        try:
            with connection.begin():
                yield connection
                _check_foreign_keys(connection)
        finally:
            _watch_foreign_keys(connection, wanted=True)


def _bring_up(engine: sa.Engine, *, even_on_a_server: bool) -> tuple[str, str]:
    with alone(engine) as connection:
        # Looked up again: another process may have been faster.
        version = version_of(connection)
        if version.fit is Fit.NEWER:
            raise _too_new(version.number)
        if version.fit is Fit.EMPTY:
            _create(connection)
        elif version.fit is Fit.OLDER:
            if engine.dialect.name == "sqlite":
                _copy_aside(Path(engine.url.database or ""), version=version.number)
            elif not even_on_a_server:
                raise _outdated(version.number)
            move(connection, to="head")
        return version.number, newest()


def _create(connection: sa.Connection) -> None:
    metadata.create_all(connection)
    create_words(connection)
    _versions.create(connection)
    connection.execute(_versions.insert().values(version_num=newest()))


def _copy_aside(path: Path, *, version: str) -> None:
    """Copy a SQLite file that we have locked; readers still see what it was."""
    copy = path.with_name(f"{path.name}.{version}")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        copy.unlink(missing_ok=True)
        raise Unavailable(
            f"The notebook's database could not be copied to {copy} before its upgrade: {error}.",
            hint="Make room on the disk.",
        ) from error


def _watch_foreign_keys(connection: sa.Connection, *, wanted: bool) -> None:
    # Below SQLAlchemy, which would begin a transaction first: inside of one the pragma does nothing.
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - what SQLite's dialect gives
    driver.execute(f"PRAGMA foreign_keys = {'ON' if wanted else 'OFF'}")


def _check_foreign_keys(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise Conflict(f"The table {broken[0]} refers to rows that are not there; nothing was changed.")


def _too_new(version: str) -> Conflict:
    return Conflict(
        f"This notebook was written by a newer smartnotes (schema {version}, this one knows {newest()}).",
        hint="Update with: pip install --upgrade smartnotes",
    )


def _outdated(version: str) -> Unavailable:
    found = f"The database's tables are those of version {version}" if version else "The database has no tables yet"
    return Unavailable(
        f"{found}, and this smartnotes needs those of version {newest()}.",
        hint="Run: smartnotes admin migrate",
    )
