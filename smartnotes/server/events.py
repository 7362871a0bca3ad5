"""What happens to the jobs of each user, as a log that can be read again from any id.

Plain publish and subscribe would lose what happens while a client is away. So every event is kept for a while under an
id that only grows, and whoever comes back asks for what came after the last id it saw. In one process the log is a list
in memory; with several gateways and workers it is in Redis (`smartnotes.server.redislog`). A log may be lost: the job
rows are the truth, and clients get them first.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from smartnotes.core.events import Progress
from smartnotes.core.jobs import Event, JobInfo, event_order

KEPT_EVENTS = 5000
"""Events kept for each user."""

KEPT_USERS = 2000
"""Users whose events are kept in memory; the one that was silent longest is forgotten first."""


class Told(NamedTuple):
    """An event and the user it belongs to."""

    user_id: str
    event: Event


Listener = Callable[[Sequence[Told]], None]
"""Called from any thread, in order; no events means that some may have been missed (the log was out of reach)."""


class EventLog(Protocol):
    """Safe to call from several threads. Raises `Unavailable` where the log cannot be reached."""

    def append(self, user_id: str, event: Event) -> Event:
        """Keep the event and return it with its id."""
        ...

    def since(self, user_id: str, after: str) -> list[Event]:
        """Return what came after this id ("" for all that is kept), in order."""
        ...

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with everything that is appended from now on, by anybody; returns what ends it."""
        ...


class _Kept(NamedTuple):
    """An event as JSON, and what `event_order` gives for its id."""

    order: tuple[int, int]
    text: str


class MemoryEvents:
    """`EventLog` of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Text, not values: a tenth of the objects that Python's collector would look through again and again.
        self._logs: OrderedDict[str, deque[_Kept]] = OrderedDict()
        self._listeners: list[Listener] = []
        self._last = (0, 0)

    def append(self, user_id: str, event: Event) -> Event:
        """Keep the event; see `EventLog.append`."""
        with self._lock:
            milliseconds = max(time.time_ns() // 1_000_000, self._last[0])
            self._last = (milliseconds, self._last[1] + 1 if milliseconds == self._last[0] else 0)
            kept = event.model_copy(update={"id": f"{self._last[0]}-{self._last[1]}"})
            text = _Kept(self._last, kept.model_dump_json())
            self._logs.setdefault(user_id, deque(maxlen=KEPT_EVENTS)).append(text)
            self._logs.move_to_end(user_id)
            if len(self._logs) > KEPT_USERS:
                self._logs.popitem(last=False)
            # Inside the lock, so that every listener sees the order of the ids; listeners only hand events on.
            for listener in self._listeners:
                listener([Told(user_id, kept)])
        return kept

    def since(self, user_id: str, after: str) -> list[Event]:
        """Return later events; see `EventLog.since`."""
        last = event_order(after)
        with self._lock:
            later = [one.text for one in self._logs.get(user_id, ()) if one.order > last]
        return [Event.model_validate_json(text) for text in later]

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell of new events; see `EventLog.listen`."""
        with self._lock:
            self._listeners.append(listener)

        def end() -> None:
            with self._lock:
                self._listeners.remove(listener)

        return end


MERGED_S = 0.1
"""Counters that come faster than this are merged: only the latest is told."""


class Reporter:
    """Turns what one job emits into events. Counters may be merged, messages of weight and text never.

    Emits come from one thread at a time; `flush` tells the last counter that was held back.
    """

    def __init__(self, tell: Callable[[Event], None], *, job_id: str) -> None:
        self._tell = tell
        self._job_id = job_id
        self._held: Progress | None = None
        self._told_at = 0.0
        self._told_step = ""

    def emit(self, progress: Progress) -> None:
        """Report one step forward."""
        at = time.monotonic()
        counts_only = not progress.delta and not progress.message and progress.step == self._told_step
        if counts_only and progress.done != progress.total and at - self._told_at < MERGED_S:
            self._held = progress
            return
        if progress.delta or progress.step != self._told_step:
            self.flush()
        self._held = None
        self._told_at, self._told_step = at, progress.step
        self._tell(Event(job_id=self._job_id, progress=progress))

    def flush(self) -> None:
        """Tell the counter that was held back, if any."""
        held, self._held = self._held, None
        if held is not None:
            self._tell(Event(job_id=self._job_id, progress=held))


def changed(job: JobInfo) -> Event:
    """Return the event that says where a job now stands.

    What was asked and what came out stay in the row: they may be large, and each event is kept many times over.
    """
    return Event(job_id=job.id, job=job.model_copy(update={"request": "", "result": None}))
