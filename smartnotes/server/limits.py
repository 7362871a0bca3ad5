"""Rate limits by user, by address and by account, shared by all gateways where there is a Redis.

The windows move: never more calls than the limit fit into any stretch of a window's length. For the many calls of a
user two counters stand for the exact times (`SlidingWindowCounterRateLimiter`), which costs the same for any limit.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from smartnotes.core.errors import RateLimited

_log = logging.getLogger("smartnotes.access")
MEMORY = "memory://"
REQUESTS_PER_MINUTE = 1200


class Rule(Enum):
    """What is counted, and how much of it is allowed."""

    SIGN_IN = "120/minute"
    """Signing in and registering, by address: a lecture hall behind one address must get in."""
    ACCOUNT_HERE = "10/minute"
    """Passwords tried for one account from one address, until the right one."""
    ACCOUNT = "100/hour"
    """Passwords tried for one account from everywhere: high, or a stranger could lock its owner out."""
    LINK_HERE = "30/minute"
    """Passwords tried for one share link from one address, until the right one: a class may open it at once."""
    LINK = "200/hour"
    """Passwords tried for one share link from everywhere."""
    STRANGER = "60/minute"
    """Requests with a bad credential, by address."""
    EXPORT = "5/hour"
    """Archives of everything, by user."""
    USER = f"{REQUESTS_PER_MINUTE}/minute"
    """Everything a user does; a setting may say another number."""


Call = tuple[Rule, *tuple[str, ...]]
"""A rule and what is counted under it: an address, an account, a user."""


class _Counters(NamedTuple):
    """The two ways of counting, in one place."""

    exact: RateLimiter
    cheap: RateLimiter


class RateLimits:
    """Counts calls; safe in several threads. While Redis cannot be reached, each gateway counts for itself."""

    def __init__(self, url: str = MEMORY, *, requests_per_minute: int = REQUESTS_PER_MINUTE) -> None:
        self._limits = {rule: parse(rule.value) for rule in Rule}
        self._limits[Rule.USER] = parse(f"{requests_per_minute}/minute")
        self._places = [_counters(_storage(url))]
        if url != MEMORY:
            self._places.append(_counters(MemoryStorage()))

    @property
    def local(self) -> bool:
        """Whether counting is a matter of this process's memory, and so never waits."""
        return len(self._places) == 1

    def hit(self, rule: Rule, *keys: str) -> None:
        """Count one call. Raises `RateLimited`, with the seconds to wait, where it is one too many."""
        limit = self._limits[rule]
        for place in self._places:
            limiter = place.cheap if rule is Rule.USER else place.exact
            try:
                if limiter.hit(limit, rule.name, *keys):
                    return
                wait = limiter.get_window_stats(limit, rule.name, *keys).reset_time - time.time()
            except StorageError as error:
                _log.warning("rate limits are counted by this process alone: %s", error)
                continue
            raise _too_many(limit, wait_s=wait)

    def hit_all(self, calls: Iterable[Call]) -> None:
        """Count several; the first that is one too many raises `RateLimited`."""
        for call in calls:
            self.hit(*call)

    def forgive(self, calls: Iterable[Call]) -> None:
        """Forget what was counted, because the right password came in the end."""
        for rule, *keys in calls:
            for place in self._places:
                try:
                    place.exact.clear(self._limits[rule], rule.name, *keys)
                except StorageError:
                    continue


def network(address: str) -> str:
    """Return what stands for one subscriber: an IPv4 address, or the /64 network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))


def _counters(storage: Storage) -> _Counters:
    return _Counters(exact=MovingWindowRateLimiter(storage), cheap=SlidingWindowCounterRateLimiter(storage))


def _storage(url: str) -> Storage:
    if url == MEMORY:
        return MemoryStorage()
    made = storage_from_string(url, wrap_exceptions=True, socket_timeout=0.5, socket_connect_timeout=0.5)
    assert isinstance(made, Storage)  # noqa: S101 - the asynchronous ones have URLs of their own
    return made


def _too_many(limit: RateLimitItem, *, wait_s: float) -> RateLimited:
    return RateLimited(
        f"Too many requests: {limit.amount} in {limit.get_expiry()} seconds are allowed.",
        hint="Wait a moment and try again.",
        retry_after_s=max(1, math.ceil(wait_s)),
    )
