"""Redis for what is asked with every read: it answers at once or is left alone for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import redis

from smartnotes.core.errors import Unavailable

ANSWER_S = 0.5
AWAY_S = 2.0
"""After a failure nobody asks for so long: waiting for a dead server would cost every request half a second."""

Answer = TypeVar("Answer")


class QuickRedis:
    """A client whose calls raise `Unavailable`. Threads may share it."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            health_check_interval=30,
        )
        self._away_until = 0.0

    def get(self, key: str) -> str | None:
        """Return a value, None where there is none."""
        found = self._asked(lambda: self._client.get(key))
        return None if found is None else str(found)

    def set(self, key: str, value: str, *, kept_s: int, only_new: bool = False) -> None:
        """Keep a value for some seconds; with `only_new` only where there is none."""
        self._asked(lambda: self._client.set(key, value, ex=kept_s, nx=only_new))

    def run(self, script: str, *, key: str, values: tuple[int, ...]) -> None:
        """Run a script on one key."""
        self._asked(lambda: self._client.eval(script, 1, key, *values))

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        if time.monotonic() < self._away_until:
            raise _away()
        try:
            return ask()
        except redis.RedisError as error:
            self._away_until = time.monotonic() + AWAY_S
            raise _away() from error


def _away() -> Unavailable:
    return Unavailable("Redis cannot be reached.", hint="Try again in a moment.")
