"""What several gateways tell one another about sessions, through Redis: whom they may not go on trusting from memory.

A gateway remembers for a while whom it saw, which spares it the database. In the one call to Redis in which a request
is counted it also learns whether that session or its user was signed out, suspended or changed meanwhile; then the
rows decide.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

import redis

from smartnotes.core.accounts import Principal
from smartnotes.core.errors import RateLimited

log = logging.getLogger("smartnotes.access")

REMEMBERED_S = 30.0
"""How long a gateway goes without the rows, as long as Redis answers."""
WINDOW_S = 60
ANSWER_S = 0.5
"""A Redis that takes longer is as good as away."""
_CHANGED = "smartnotes:changed:"
_CALLS = "smartnotes:calls:"
_ASK = -1

# The limit holds for a window that moves: of the calls in the minute before as many count as it overlaps.
_ADMIT = """
if #KEYS > 2 and redis.call('EXISTS', unpack(KEYS, 3)) > 0 then return -1 end
local now = tonumber(redis.call('GET', KEYS[1]) or '0')
local before = tonumber(redis.call('GET', KEYS[2]) or '0')
if before * tonumber(ARGV[2]) + now >= tonumber(ARGV[1]) then return 1 end
if redis.call('INCR', KEYS[1]) == 1 then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return 0
"""


class Denylist:
    """Counts the calls of users and remembers what changed, in Redis. Threads may share it."""

    def __init__(self, url: str, *, requests_per_minute: int) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S)
        self._admit = self._client.register_script(_ADMIT)
        self._limit = requests_per_minute

    def add(self, ids: Iterable[str]) -> None:
        """Tell all gateways that these sessions or users are not what they were."""
        try:
            with self._client.pipeline(transaction=False) as pipeline:
                for name in ids:
                    # Twice as long as anybody remembers: what is remembered is older than that by then.
                    pipeline.set(_CHANGED + name, "1", ex=int(2 * REMEMBERED_S))
                pipeline.execute()
        except redis.RedisError as error:
            log.warning("other gateways may go on for %s s as before: %s", REMEMBERED_S, error)

    def admits(self, seen: Principal) -> bool:
        """Count a call of somebody who is remembered; False (not counted) where the rows must be asked.

        Raises `RateLimited`.
        """
        return self._count(seen.user_id, unless=(seen.session_id or seen.user_id, seen.user_id))

    def count(self, user_id: str) -> bool:
        """Count a call of a user; False where Redis is away. Raises `RateLimited`."""
        return self._count(user_id, unless=())

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _count(self, user_id: str, *, unless: tuple[str, ...]) -> bool:
        window, elapsed_s = divmod(time.time(), WINDOW_S)
        counters = [f"{_CALLS}{user_id}:{int(window) - back}" for back in (0, 1)]
        keys = [*counters, *(_CHANGED + name for name in unless)]
        try:
            told = self._admit(keys, [self._limit, 1 - elapsed_s / WINDOW_S, 2 * WINDOW_S])
        except redis.RedisError as error:
            log.warning("Redis cannot be reached, the rows are asked: %s", error)
            return False
        if told == 1:
            wait_s = max(1, int(WINDOW_S - elapsed_s))
            message = f"Too many requests: {self._limit} in {WINDOW_S} seconds are allowed."
            raise RateLimited(message, hint="Wait a moment and try again.", retry_after_s=wait_s)
        return bool(told != _ASK)
