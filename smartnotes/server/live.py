"""Live connections of a gateway: whoever listens gets the events of one user, in order, none twice, none missing.

A subscription holds a bounded number of events. Where its client is too slow, or the log was out of reach for a moment,
the events it holds are let go and read again from the log, behind the last one that was sent.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import anyio
from starlette.concurrency import run_in_threadpool

from smartnotes.core.errors import RateLimited, Unavailable
from smartnotes.core.jobs import Event, event_order
from smartnotes.server.events import EventLog, Told

log = logging.getLogger("smartnotes.server")

HELD_EVENTS = 1000
"""Events held for a connection that is slow to take them."""

CONNECTIONS = 20
"""Live connections that a user may have on one gateway."""

AGAIN_S = 1.0
"""How soon a log that was out of reach is asked again."""


class Batch(NamedTuple):
    """Events in order; after a `gap` some may be missing, and the job rows say where things stand."""

    events: list[Event]
    gap: bool = False


class Subscription:
    """The events of one user from a point on. `next` belongs to one coroutine, `push` to any thread."""

    def __init__(self, user_id: str, *, events: EventLog, after: str | None) -> None:
        self._user_id = user_id
        self._log = events
        self._last = after or ""
        self._again = after is not None
        self._gap = False
        self._lock = threading.Lock()
        self._held: deque[Event] = deque()
        self.loop = asyncio.get_running_loop()
        self._awake = asyncio.Event()
        self._woken = False
        if self._again:
            self._awake.set()

    def push(self, events: Sequence[Event]) -> bool:
        """Hand over new events; returns whether `wake` must be called on the loop, for it sleeps."""
        with self._lock:
            self._held.extend(events)
            if len(self._held) > HELD_EVENTS:
                self._last = self._last or _before(self._held[0].id)
                self._held.clear()
                self._again = True
            return self._to_wake()

    def lose(self) -> bool:
        """Say that events may have been missed; returns whether `wake` must be called on the loop."""
        with self._lock:
            # Without a place to begin at there is nothing to read again: the rows tell.
            self._again, self._gap = bool(self._last), True
            return self._to_wake()

    def wake(self) -> None:
        """Let `next` go on; on its event loop."""
        self._awake.set()

    async def next(self, *, within_s: float | None = None) -> Batch:
        """Wait for events and return them; none where nothing happens `within_s`."""
        while True:
            try:
                if not self._awake.is_set():
                    if within_s is None:  # most of the time, and a deadline costs as much as the message
                        await self._awake.wait()
                    else:
                        with anyio.fail_after(within_s):
                            await self._awake.wait()
            except TimeoutError:
                return Batch([])
            with self._lock:
                self._awake.clear()
                self._woken = False
                events, self._held = list(self._held), deque()
                again, self._again = self._again, False
                gap, self._gap = self._gap, False
            if again:
                try:
                    events = [*await run_in_threadpool(self._log.since, self._user_id, self._last), *events]
                except Unavailable:
                    with self._lock:
                        self._again, self._gap = True, True
                    await anyio.sleep(AGAIN_S)
                    self._awake.set()
                    continue
            fresh = self._later(events)
            if fresh or gap:
                return Batch(fresh, gap)

    def _later(self, events: Sequence[Event]) -> list[Event]:
        """Return what was not returned before, once each."""
        fresh, last = [], event_order(self._last)
        for event in events:
            if (order := event_order(event.id)) > last:
                fresh.append(event)
                last, self._last = order, event.id
        return fresh

    def _to_wake(self) -> bool:
        asleep, self._woken = not self._woken, True
        return asleep


def _before(event_id: str) -> str:
    """Return the last id that comes before this one."""
    milliseconds, number = event_order(event_id)
    return f"{milliseconds}-{number - 1}" if number else f"{milliseconds - 1}-{2**63 - 1}"


class Hub:
    """Hands what the log tells to the subscriptions of this gateway."""

    def __init__(self, events: EventLog) -> None:
        self._events = events
        self._lock = threading.Lock()
        self._of_user: dict[str, set[Subscription]] = {}
        self._end: Callable[[], None] | None = None

    def __len__(self) -> int:
        return sum(len(found) for found in tuple(self._of_user.values()))

    @contextmanager
    def subscribe(self, user_id: str, *, after: str | None = None) -> Iterator[Subscription]:
        """Give the user's events behind the id `after` ("": all that are kept), or None: those from now on.

        Called on an event loop. Raises `RateLimited` where the user has too many connections.
        """
        subscription = Subscription(user_id, events=self._events, after=after)
        with self._lock:
            if self._end is None:
                self._end = self._events.listen(self._heard)
            found = self._of_user.setdefault(user_id, set())
            if len(found) >= CONNECTIONS:
                raise RateLimited(f"More than {CONNECTIONS} live connections.", hint="Close some of them.")
            found.add(subscription)
        try:
            yield subscription
        finally:
            with self._lock:
                found.discard(subscription)
                if not found:
                    self._of_user.pop(user_id, None)

    def close(self) -> None:
        """Stop to listen."""
        end, self._end = self._end, None
        if end is not None:
            end()

    def _heard(self, told: Sequence[Told]) -> None:
        if not told:
            everybody = [one for found in tuple(self._of_user.values()) for one in tuple(found)]
            _wake([one for one in everybody if one.lose()])
            return
        of_user: dict[str, list[Event]] = {}
        for one in told:
            if one.user_id in self._of_user:
                of_user.setdefault(one.user_id, []).append(one.event)
        _wake(
            [
                subscription
                for user_id, events in of_user.items()
                for subscription in tuple(self._of_user.get(user_id, ()))
                if subscription.push(events)
            ]
        )


def _wake(subscriptions: Sequence[Subscription]) -> None:
    """Wake them with one call to each loop: every call lets go of the interpreter's lock and waits for it again."""
    loops: dict[asyncio.AbstractEventLoop, list[Subscription]] = {}
    for subscription in subscriptions:
        loops.setdefault(subscription.loop, []).append(subscription)
    for loop, asleep in loops.items():
        try:
            loop.call_soon_threadsafe(_wake_all, asleep)
        except RuntimeError:  # the loop has closed under its connections: nobody listens any more
            log.debug("events came after the end")


def _wake_all(asleep: Sequence[Subscription]) -> None:
    for subscription in asleep:
        subscription.wake()
