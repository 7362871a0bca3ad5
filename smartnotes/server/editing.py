"""One edit of a thing at a time, over all gateways: what `If-Match` was compared with is what is then changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from smartnotes.client.localjob import now
from smartnotes.core.errors import Conflict
from smartnotes.core.ids import sha256_hex
from smartnotes.stores.workers import SqlLeases

LEASE_S = 10.0
"""How long others wait for a gateway of which nobody can tell whether it still lives."""
WAIT_S = 5.0
EDIT = "edit:"
STRIPES = 64
"""Things of one process that can be edited at the same time, at most."""


class Edits:
    """Keeps edits of one thing apart: those of this process by locks, those of other gateways by leases."""

    def __init__(self, leases: SqlLeases) -> None:
        self._leases = leases
        self._locks = [threading.Lock() for _ in range(STRIPES)]

    @contextmanager
    def of(self, thing_id: str) -> Iterator[None]:
        """Be the only one who edits this thing. Raises `Conflict` where another one takes too long."""
        name = f"{EDIT}{sha256_hex(thing_id.encode())[:40]}"
        until = time.monotonic() + WAIT_S
        with self._locks[hash(thing_id) % STRIPES]:
            while not self._leases.take(name, now=now(), lease_s=LEASE_S):
                if time.monotonic() > until:
                    raise Conflict("It is being changed at this moment.", hint="Read it again, then repeat the change.")
                time.sleep(0.02)
            try:
                yield
            finally:
                self._leases.release(name)
