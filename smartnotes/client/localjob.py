"""A job of the local notebook: done by the thread that waits for it, while its row holds the lease."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Generic, TypeVar

from smartnotes.client.outcome import outcome
from smartnotes.core.errors import Cancelled, Conflict, SmartNotesError
from smartnotes.core.events import Emit, Progress, ignore
from smartnotes.core.jobs import LEASE_S, Claim, JobError, JobInfo, JobState
from smartnotes.core.model import Value
from smartnotes.core.ports import JobStore

log = logging.getLogger(__name__)
T = TypeVar("T", bound=Value)

HEARTBEAT_S = LEASE_S / 6
POLL_S = 0.2
"""How often a job that another process does is looked at."""


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class LocalJob(Generic[T]):
    """`Job` on a `JobStore`.

    `work` does it and is called by whoever waits first; where another process already does the same work, this one
    waits for it and takes over if it dies.
    """

    def __init__(self, info: JobInfo, *, store: JobStore, work: Callable[[Emit], T], value: type[T]) -> None:
        self.id = info.id
        self._store = store
        self._work = work
        self._value = value

    def info(self) -> JobInfo:
        """Return where it stands."""
        return self._store.get(self.id)

    def cancel(self) -> None:
        """Ask it to stop."""
        self._store.cancel(self.id)

    def watch(self) -> Iterator[Progress]:
        """Yield progress until the job ends; it runs on a thread of its own meanwhile."""
        events: queue.SimpleQueue[Progress | None] = queue.SimpleQueue()

        def run() -> None:
            try:
                self.result(emit=events.put)
            except SmartNotesError:
                pass  # the row keeps it; `result` raises it
            finally:
                events.put(None)

        thread = threading.Thread(target=run, name=f"job-{self.id}", daemon=True)
        thread.start()
        while (event := events.get()) is not None:
            yield event
        thread.join()

    def result(self, *, emit: Emit = ignore) -> T:
        """Do the job, or wait for the process that does, and return its value."""
        while True:
            claim = self._store.claim(self.id, now=now(), lease_s=LEASE_S)
            if claim is not None:
                return self._run(claim, emit)
            info = self.info()
            if info.state.final:
                return outcome(info, self._value)
            if info.progress is not None:
                emit(info.progress)
            time.sleep(POLL_S)

    def _run(self, claim: Claim, emit: Emit) -> T:
        lease = Lease(claim, store=self._store)
        try:
            with lease:
                value = self._work(lease.guarded(emit))
        except SmartNotesError as error:
            state = JobState.CANCELLED if isinstance(error, Cancelled) else JobState.FAILED
            self._end(claim, state, error)
            raise
        except KeyboardInterrupt:
            self._end(claim, JobState.CANCELLED, Cancelled("Stopped by the keyboard."))
            raise
        except Exception as error:
            self._end(claim, JobState.FAILED, SmartNotesError(f"Unexpected: {type(error).__name__}: {error}"))
            raise
        if not self._store.finish(claim, JobState.DONE, result=value.model_dump_json()):
            info = self.info()
            raise (
                Cancelled("The job was cancelled.")
                if info.state is JobState.CANCELLED
                else Conflict("Another process took this job over.", hint="Run the command again to see its result.")
            )
        return value

    def _end(self, claim: Claim, state: JobState, error: SmartNotesError) -> None:
        self._store.finish(claim, state, error=JobError(code=error.code, message=error.message, hint=error.hint))


class Lease:
    """Keeps a claim alive with a heartbeat thread, and stops the work when the claim is lost.

    A heartbeat that the database does not take (it is restarting, say) is tried again: only its word ends a claim.
    """

    def __init__(self, claim: Claim, *, store: JobStore, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._claim = claim
        self._heartbeat_s = heartbeat_s
        self._store = store
        self._latest: Progress | None = None
        self._lost = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{claim.job.id}", daemon=True)

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def guarded(self, emit: Emit) -> Emit:
        """Return an emit that notes progress for the row and raises `Cancelled` once the claim is lost."""

        def report(event: Progress) -> None:
            if self._lost.is_set():
                raise Cancelled("The job was cancelled.")
            self._latest = event if not event.delta else self._latest
            emit(event)

        return report

    def lose(self) -> None:
        """Stop the work at its next report: somebody has cancelled it."""
        self._lost.set()

    def _beat(self) -> None:
        while not self._over.wait(self._heartbeat_s):
            try:
                held = self._store.renew(self._claim, now=now(), lease_s=LEASE_S, progress=self._latest)
            except Exception as error:  # noqa: BLE001 - a thread that died here would let the lease run out
                log.warning("no heartbeat for %s: %s", self._claim.job.id, error)
                continue
            if not held:
                self._lost.set()
                return
