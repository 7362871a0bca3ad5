"""A job of a server: watched from here, done there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import httpx2

from smartnotes.client.outcome import outcome
from smartnotes.client.remoteconnection import Connection
from smartnotes.core.errors import Cancelled, Unavailable
from smartnotes.core.events import Emit, Progress, ignore
from smartnotes.core.jobs import JobInfo
from smartnotes.core.model import Value

T = TypeVar("T", bound=Value)

POLL_S = 0.5
"""How often a job is looked at where its events cannot be had."""

AWAY_S = 120.0
PAUSE_S = 2.0
"""A server that is started again is waited for so long, and asked so often beside the tries of each call."""

LOST_CONNECTIONS = 5
"""After this many broken connections without an event between them the job is looked at instead of listened to."""


class RemoteJob(Generic[T]):
    """`Job` at a server. It goes on there when nobody waits; stopping to wait with the keyboard cancels it."""

    def __init__(
        self,
        info: JobInfo,
        *,
        connection: Connection,
        value: type[T],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.id = info.id
        self._connection = connection
        self._value = value
        self._sleep = sleep

    def info(self) -> JobInfo:
        """Return where it stands."""
        return self._connection.call("GET", f"/tasks/{self.id}", answer=JobInfo)

    def cancel(self) -> None:
        """Ask it to stop."""
        self._connection.data("DELETE", f"/tasks/{self.id}")

    def watch(self) -> Iterator[Progress]:
        """Yield progress until the job ends; after a lost connection it goes on behind the last event seen."""
        last, lost = "", 0
        while lost < LOST_CONNECTIONS:
            before = last
            try:
                for event in self._events(last):
                    last = event.id or last
                    if event.event == "progress":
                        yield Progress.model_validate_json(event.data)
                    elif event.event == "end":
                        return
            except Unavailable:
                pass  # the job goes on without us; what we missed is replayed
            if self._patient_info().state.final:
                return
            lost = 0 if last != before else lost + 1
            self._sleep(POLL_S)
        yield from self._polled()

    def result(self, *, emit: Emit = ignore) -> T:
        """Wait for the job and return its value, or raise the error it ended with."""
        try:
            for event in self.watch():
                emit(event)
        except (KeyboardInterrupt, Cancelled):
            self.cancel()
            raise
        return outcome(self._patient_info(), self._value)

    def _patient_info(self) -> JobInfo:
        """Return where it stands, also from a server that was away for a while: the job waits for it as we do."""
        pauses = int(AWAY_S / PAUSE_S)
        for _ in range(pauses):
            try:
                return self.info()
            except Unavailable:
                self._sleep(PAUSE_S)
        return self.info()

    def _events(self, last: str) -> Iterator[httpx2.ServerSentEvent]:
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
        with self._connection.stream("GET", f"/tasks/{self.id}/events", headers=headers) as response:
            yield from httpx2.EventSource(response)

    def _polled(self) -> Iterator[Progress]:
        seen: Progress | None = None
        while not (info := self._patient_info()).state.final:
            if info.progress is not None and info.progress != seen:
                seen = info.progress
                yield seen
            self._sleep(POLL_S)
