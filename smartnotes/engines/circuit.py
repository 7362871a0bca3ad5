"""A circuit breaker (Nygard 2007, Release It!): what failed several times in a row is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from smartnotes.core.errors import Unavailable


class Circuit:
    """Opens after `failures` within `window_s`, for `open_s`; then one call tries. Threads may share it."""

    def __init__(
        self,
        what: str,
        *,
        failures: int = 3,
        window_s: float = 120.0,
        open_s: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what = what
        self._failures = failures
        self._window_s = window_s
        self._open_s = open_s
        self._clock = clock
        self._failed: list[float] = []
        self._closed_from = 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise `Unavailable` while the circuit is open. The first call afterwards goes through, others wait for it."""
        with self._lock:
            now = self._clock()
            if now < self._closed_from:
                raise Unavailable(
                    f"{self._what} failed {self._failures} times in a row and is left alone for "
                    f"{self._closed_from - now:.0f} s."
                )
            if len(self._failed) >= self._failures:
                self._closed_from = now + self._open_s  # until this one call has told how it went

    def worked(self) -> None:
        """Forget the failures."""
        with self._lock:
            self._failed.clear()
            self._closed_from = 0.0

    def failed(self) -> None:
        """Count a failure."""
        with self._lock:
            now = self._clock()
            self._failed = [when for when in self._failed if now - when < self._window_s or self._closed_from > when]
            self._failed.append(now)
            if len(self._failed) >= self._failures:
                self._failed = self._failed[-self._failures :]
                self._closed_from = now + self._open_s
