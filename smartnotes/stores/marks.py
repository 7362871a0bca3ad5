"""What each owner wrote last: how far into PostgreSQL's log, so that a replica can be asked whether it has it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from smartnotes.core.errors import Unavailable

if TYPE_CHECKING:
    from smartnotes.stores.quickredis import QuickRedis

KEPT_S = 24 * 3600
"""A replica that is further behind is none."""

_RAISE = """
local old = redis.call('GET', KEYS[1])
if not old or tonumber(old) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
"""


class Marks(Protocol):
    """The position in the log behind each owner's last write; it never goes back. Threads may share it."""

    def raise_to(self, owner: str, position: int) -> None:
        """Note that the owner has written up to this position."""

    def of(self, owner: str) -> int:
        """Return the owner's position, 0 where nothing was written lately. Raises `Unavailable`: it cannot be known."""


class MemoryMarks:
    """`Marks` of one process, the only one that writes."""

    def __init__(self) -> None:
        self._positions: dict[str, int] = {}
        self._lock = threading.Lock()

    def raise_to(self, owner: str, position: int) -> None:
        """Note a position; see `Marks.raise_to`."""
        with self._lock:
            self._positions[owner] = max(position, self._positions.get(owner, 0))

    def of(self, owner: str) -> int:
        """Return a position; see `Marks.of`."""
        return self._positions.get(owner, 0)

    def forget(self, owner: str, position: int) -> None:
        """Forget a position, unless the owner has moved on."""
        with self._lock:
            if self._positions.get(owner) == position:
                del self._positions[owner]


class RedisMarks:
    """`Marks` of several gateways and workers.

    A mark that could not be told to the others is kept here until it can; meanwhile, who cannot reach Redis reads from
    the primary.
    """

    def __init__(self, client: QuickRedis) -> None:
        self._client = client
        self._untold = MemoryMarks()

    def raise_to(self, owner: str, position: int) -> None:
        """Note a position; see `Marks.raise_to`."""
        try:
            self._client.run(_RAISE, key=_key(owner), values=(position, KEPT_S))
        except Unavailable:
            # The write is done; it must not fail now.
            self._untold.raise_to(owner, position)

    def of(self, owner: str) -> int:
        """Return a position; see `Marks.of`."""
        untold = self._untold.of(owner)
        if untold:
            self._client.run(_RAISE, key=_key(owner), values=(untold, KEPT_S))
            self._untold.forget(owner, untold)
        return int(self._client.get(_key(owner)) or 0)


def _key(owner: str) -> str:
    return f"smartnotes:mark:{owner}"
