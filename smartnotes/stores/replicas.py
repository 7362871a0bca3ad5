"""Read replicas: streaming copies of the primary, asked only where they have all that the reader wrote."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from smartnotes.core.errors import Unavailable
from smartnotes.stores.connections import Connections, Pool
from smartnotes.stores.marks import Marks

DOWN_S = 5.0
"""A replica that did not answer is not asked again for so long."""

_POSITION = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
_REPLAYED = "SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint"


class Replica:
    """One replica and how far it was when it was asked last; it only moves on."""

    def __init__(self, url: str, *, pool: Pool) -> None:
        self._connections = Connections(url, pool=pool, setting="database.replicas")
        self._replayed = 0
        self._down_until = 0.0

    @property
    def is_up(self) -> bool:
        """Whether it is worth asking."""
        return time.monotonic() >= self._down_until

    @contextmanager
    def connected(self, position: int) -> Iterator[sa.Connection | None]:
        """Give a connection that sees everything up to this position, None where it would not.

        Raises `Unavailable`.
        """
        try:
            with self._connections.connected() as connection:
                yield connection if self._has(connection, position) else None
        except Unavailable:
            # Started anew it may be another one, which is behind.
            self._replayed = 0
            self._down_until = time.monotonic() + DOWN_S
            raise

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def _has(self, connection: sa.Connection, position: int) -> bool:
        if self._replayed < position:
            # In a transaction of its own: the reader's must not begin, and see a state, before the answer is there.
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            self._replayed = int(alone.exec_driver_sql(_REPLAYED).scalar_one() or 0)
            alone.rollback()
        return self._replayed >= position


class Replicas:
    """All replicas, asked in turn, and the marks of what each owner wrote."""

    def __init__(self, urls: Sequence[str], *, pool: Pool, marks: Marks) -> None:
        self._replicas = [Replica(url, pool=pool) for url in urls]
        self._marks = marks
        self._turn = itertools.count()
        self._lock = threading.Lock()

    def wrote(self, owner: str, connection: sa.Connection) -> None:
        """Note that the owner's transaction on this connection to the primary was committed."""
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        position = int(alone.exec_driver_sql(_POSITION).scalar_one())
        alone.rollback()
        self._marks.raise_to(owner, position)

    def candidates(self, owner: str) -> Iterator[tuple[Replica, int]]:
        """Yield replicas to try, each with the position that it must have reached; nothing where that is not known."""
        try:
            position = self._marks.of(owner)
        except Unavailable:
            return
        with self._lock:
            first = next(self._turn)
        for number in range(len(self._replicas)):
            replica = self._replicas[(first + number) % len(self._replicas)]
            if replica.is_up:
                yield replica, position

    def close(self) -> None:
        """Close all connections."""
        for replica in self._replicas:
            replica.close()
