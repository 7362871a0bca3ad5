"""Partitions of the tables that grow with every hour of study: one for each month, on PostgreSQL.

A row of a month without a partition goes to the table's default one, so nothing is ever refused. On SQLite the tables
are plain.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa

from smartnotes.stores import schema
from smartnotes.stores.database import Database, metadata
from smartnotes.stores.learning_tables import PARTITIONED

MONTHS_AHEAD = 3
"""Partitions are there for last month, this one and so many after it."""

_LOCK_WAIT = "5s"
"""Whoever waits for a table's lock makes everybody wait who comes later."""


class Month(NamedTuple):
    """A partition to be: its table, its name, its first moment and the first one after it."""

    table: sa.Table
    name: str
    start: datetime
    end: datetime


def partitioned_tables() -> list[sa.Table]:
    """Return the tables that are partitioned by month on PostgreSQL; their column is `at`."""
    tables = metadata.sorted_tables
    return [table for table in tables if PARTITIONED in table.info]


def ensure_partitions(database: Database, *, now: datetime) -> list[str]:
    """Make the partitions that are missing around `now`; return their names. Does nothing on SQLite.

    Rows of these months that waited in a default partition move over. Called when a gateway or worker starts and once a
    day; several at once do it once. Raises `Unavailable` where a table is too busy to be changed now.
    """
    if database.url.get_backend_name() != "postgresql":
        return []
    wanted = [month for table in partitioned_tables() for month in _months(table, now)]
    with database.read() as connection:
        missing = [month for month in wanted if not schema.has_table(connection, month.name)]
    return [month.name for month in missing if _made(database, month)]


def _made(database: Database, month: Month) -> bool:
    # A transaction of its own: whoever keeps the locks of one partition and asks for those of the next may wait for a
    # writer that waits for them.
    with database.alone() as connection:
        if schema.has_table(connection, month.name):
            return False
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'")
        _make(connection, month)
    return True


def _months(table: sa.Table, now: datetime) -> Iterator[Month]:
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    count = first.year * 12 + first.month - 1
    for number in range(count - 1, count + MONTHS_AHEAD + 1):
        start, end = (first.replace(year=at // 12, month=at % 12 + 1) for at in (number, number + 1))
        yield Month(table, f"{table.name}_{start:%Y_%m}", start, end)


def _make(connection: sa.Connection, month: Month) -> None:
    """Make a partition beside its table, move what waited for it, and attach it."""
    name = month.table.name
    # Writers lock a subject before its sessions: so do we, for attaching locks what foreign keys refer to.
    for referred in sorted({key.column.table.name for key in month.table.foreign_keys}):
        connection.exec_driver_sql(f"LOCK TABLE {referred} IN SHARE ROW EXCLUSIVE MODE")
    # A row that came to the default partition between moving and attaching would be one too many there.
    connection.exec_driver_sql(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE")
    connection.exec_driver_sql(f"CREATE TABLE {month.name} (LIKE {name} INCLUDING ALL)")
    columns = month.table.columns.keys()
    waiting, made = (sa.table(at, *map(sa.column, columns)) for at in (f"{name}_default", month.name))
    here = (waiting.c.at >= month.start) & (waiting.c.at < month.end)
    connection.execute(made.insert().from_select(columns, sa.select(waiting).where(here)))
    connection.execute(sa.delete(waiting).where(here))
    range_of = f"FROM ('{month.start.isoformat()}') TO ('{month.end.isoformat()}')"
    connection.exec_driver_sql(f"ALTER TABLE {name} ATTACH PARTITION {month.name} FOR VALUES {range_of}")
