"""What owners read often, kept in this process for a while and forgotten by everybody when the owner writes.

An entry belongs to a version of the owner's data. Every write gives the owner a new version, after its commit; what was
kept for an older one is never looked at again. So the versions are all that processes share (in Redis, which may lose
them: an owner without a version gets a new one).
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from smartnotes.core.errors import Unavailable

if TYPE_CHECKING:
    from smartnotes.stores.quickredis import QuickRedis

Found = TypeVar("Found")

MOST_ENTRIES = 1024
KEPT_S = 60.0
"""An entry is forgotten after so long: all that another process can be behind where it was not told of a write."""
VERSION_S = 3600


class Versions(Protocol):
    """The version of each owner's data. Threads may share it."""

    def of(self, owner: str) -> str:
        """Return the owner's version. Raises `Unavailable` where it cannot be known."""

    def change(self, owner: str) -> None:
        """Give the owner a new version. Raises `Unavailable` where others cannot be told."""


class MemoryVersions:
    """`Versions` of one process, the only one that writes."""

    def __init__(self) -> None:
        self._versions: dict[str, str] = {}

    def of(self, owner: str) -> str:
        """Return a version; see `Versions.of`."""
        return self._versions.get(owner, "")

    def change(self, owner: str) -> None:
        """Make a new version; see `Versions.change`."""
        self._versions[owner] = secrets.token_hex(8)


class RedisVersions:
    """`Versions` of several gateways and workers."""

    def __init__(self, client: QuickRedis) -> None:
        self._client = client

    def of(self, owner: str) -> str:
        """Return a version; see `Versions.of`."""
        version = self._client.get(_key(owner))
        while version is None:
            self._client.set(_key(owner), secrets.token_hex(8), kept_s=VERSION_S, only_new=True)
            version = self._client.get(_key(owner))
        return version

    def change(self, owner: str) -> None:
        """Make a new version; see `Versions.change`."""
        self._client.set(_key(owner), secrets.token_hex(8), kept_s=VERSION_S)


class _Entry(NamedTuple):
    version: str
    until: float
    value: Any


class Cache:
    """Values by owner and key; those used least recently make room. Threads may share it."""

    def __init__(
        self,
        versions: Versions,
        *,
        most: int = MOST_ENTRIES,
        kept_s: float = KEPT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._versions = versions
        self._most = most
        self._kept_s = kept_s
        self._clock = clock
        self._entries: OrderedDict[tuple[str, Hashable], _Entry] = OrderedDict()
        self._lock = threading.Lock()
        self._untold: set[str] = set()

    def get(self, owner: str, key: Hashable, load: Callable[[], Found]) -> Found:
        """Return what is kept for this key, else what `load` returns; that must not be changed by whoever gets it."""
        try:
            if owner in self._untold:
                self._tell(owner)
            version = self._versions.of(owner)
        except Unavailable:
            return load()
        with self._lock:
            entry = self._entries.get((owner, key))
            if entry is not None and entry.version == version and self._clock() < entry.until:
                self._entries.move_to_end((owner, key))
                found: Found = entry.value
                return found
        until = self._clock() + self._kept_s
        loaded = load()
        with self._lock:
            # Under the version from before the loading: a write since then has made another one.
            self._entries[owner, key] = _Entry(version, until, loaded)
            self._entries.move_to_end((owner, key))
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
        return loaded

    def changed(self, owner: str) -> None:
        """Forget what is kept for this owner, here and everywhere; called after a commit, which stays done."""
        with suppress(Unavailable):
            self._tell(owner)

    def _tell(self, owner: str) -> None:
        self._untold.discard(owner)
        try:
            self._versions.change(owner)
        except Unavailable:
            # Told before this process looks the next time; the others are behind for as long as an entry is kept.
            self._untold.add(owner)
            raise


def _key(owner: str) -> str:
    return f"smartnotes:version:{owner}"
