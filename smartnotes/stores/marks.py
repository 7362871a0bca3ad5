"""What each owner wrote last: how far into PostgreSQL's log, so that a replica can be asked whether it has it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from smartnotes.core.errors import Unavailable

if TYPE_CHECKING:
    import redis

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


class RedisMarks:
    """`Marks` of several gateways and workers.

    A mark that could not be told to the others is kept here and told with the next one; meanwhile, who cannot reach
    Redis reads from the primary.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._raise = client.register_script(_RAISE)
        self._untold = MemoryMarks()

    def raise_to(self, owner: str, position: int) -> None:
        """Note a position; see `Marks.raise_to`."""
        import redis  # noqa: PLC0415 - only a server has it

        try:
            self._raise(keys=[_key(owner)], args=[position, KEPT_S])
        except redis.RedisError:
            # The write is done; it must not fail now.
            self._untold.raise_to(owner, position)

    def of(self, owner: str) -> int:
        """Return a position; see `Marks.of`."""
        import redis  # noqa: PLC0415

        try:
            told = self._client.get(_key(owner))
        except redis.RedisError as error:
            raise Unavailable("Redis cannot be reached.", hint="Try again in a moment.") from error
        return max(int(str(told or 0)), self._untold.of(owner))


def _key(owner: str) -> str:
    return f"smartnotes:mark:{owner}"
