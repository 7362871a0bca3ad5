"""Rate limits by user, by address and by account, shared by all gateways where there is a Redis.

The window moves with each call, so never more calls than the limit fit into any stretch of its length.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from enum import Enum

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from smartnotes.core.errors import RateLimited

_log = logging.getLogger("smartnotes.access")
MEMORY = "memory://"


class Rule(Enum):
    """What is counted, and how much of it is allowed."""

    SIGN_IN = "30/minute"
    """Signing in and registering, by address."""
    ACCOUNT_HERE = "10/minute"
    """Wrong passwords for one account from one address."""
    ACCOUNT = "100/hour"
    """Wrong passwords for one account from everywhere: high, or a stranger could lock its owner out."""
    STRANGER = "60/minute"
    """Requests with a bad credential, by address."""
    EXPORT = "5/hour"
    """Archives of everything, by user."""
    USER = "600/minute"
    """Everything a user does."""

    @property
    def limit(self) -> RateLimitItem:
        """The rule as the library wants it."""
        return parse(self.value)


_LIMITS = {rule: rule.limit for rule in Rule}


class RateLimits:
    """Counts calls. While Redis cannot be reached, each gateway counts for itself."""

    def __init__(self, url: str = MEMORY) -> None:
        self._shared = MovingWindowRateLimiter(_storage(url))
        self._own = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, rule: Rule, *keys: str) -> None:
        """Count one call. Raises `RateLimited`, with the seconds to wait, where it is one too many."""
        limit = _LIMITS[rule]
        for limiter in (self._shared, self._own):
            try:
                if limiter.hit(limit, rule.name, *keys):
                    return
                wait = limiter.get_window_stats(limit, rule.name, *keys).reset_time - time.time()
            except StorageError as error:
                _log.warning("rate limits are counted by this process alone: %s", error)
                continue
            raise RateLimited(
                f"Too many requests: {rule.value.replace('/', ' a ')} are allowed.",
                hint="Wait a moment and try again.",
                retry_after_s=max(1, math.ceil(wait)),
            )

    def forgive(self, rule: Rule, *keys: str) -> None:
        """Forget what was counted, because the right password came in the end."""
        for limiter in (self._shared, self._own):
            try:
                limiter.clear(_LIMITS[rule], rule.name, *keys)
            except StorageError:
                continue


def network(address: str) -> str:
    """Return what stands for one subscriber: an IPv4 address, or the /64 network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _storage(url: str) -> Storage:
    if url == MEMORY:
        return MemoryStorage()
    made = storage_from_string(url, wrap_exceptions=True, socket_timeout=0.5, socket_connect_timeout=0.5)
    assert isinstance(made, Storage)  # noqa: S101 - the asynchronous ones have URLs of their own
    return made
