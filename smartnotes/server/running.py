"""Those who do jobs: a `Runner` does one, `Threads` are the workers of a server that is one process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from smartnotes.bootstrap import build_reader
from smartnotes.client.localjob import Lease, now
from smartnotes.core.errors import Cancelled, NotFound, SmartNotesError, Unavailable
from smartnotes.core.events import Emit
from smartnotes.core.jobs import LEASE_S, MAX_ATTEMPTS, JobError, JobState, backoff_s
from smartnotes.core.model import Value
from smartnotes.core.options import Isolation
from smartnotes.core.ports import Engines, Stores
from smartnotes.core.usecases.work import WORK, Work, perform
from smartnotes.server.events import EventLog, Reporter, changed
from smartnotes.server.tasks import Passwords, tell
from smartnotes.stores.jobs import SqlJobQueue, Taken

log = logging.getLogger(__name__)

HEARTBEAT_S = 2.0
"""How soon a job that was cancelled in another process stops."""

LOOK_S = 2.0
"""How often the rows are looked at without a bell: for tries that were put off, and bells that were lost."""

AGAIN_S = 0.5
"""How soon a write is tried again while the database is away."""

KINDS = ("ingest", "quiz", "cards", "cheatsheet")

Perform = Callable[[str, Work, Emit, str | None], Value]
"""(owner, work, emit, password) -> value: how this process does work, on the owner's stores."""


def performer(*, engines: Engines, stores_for: Callable[[str], Stores]) -> Perform:
    """Return how work is done with these engines, on the stores of its owner.

    Files of other people are only ever read in sandboxed children, whatever the options ask for.
    """
    safe = engines._replace(reader=build_reader(Isolation.SANDBOX))

    def do(owner: str, work: Work, emit: Emit, password: str | None) -> Value:
        return perform(work, engines=safe, stores=stores_for(owner), emit=emit, clock=now, password=password)

    return do


class Runner:
    """Does claimed jobs. One runner serves any number of threads."""

    def __init__(self, queue: SqlJobQueue, *, perform: Perform, events: EventLog, passwords: Passwords) -> None:
        self._queue = queue
        self._perform = perform
        self._events = events
        self._passwords = passwords
        self._leases: dict[str, Lease] = {}
        self._stopping = threading.Event()

    def run_next(self, kinds: Sequence[str]) -> bool:
        """Do the oldest job of these kinds; False where none waits."""
        taken = self._queue.claim_next(kinds, now=now(), lease_s=LEASE_S)
        if taken is not None:
            self._run(taken)
        return taken is not None

    def run(self, job_id: str) -> bool:
        """Do this job; False where it needs nobody (any more)."""
        taken = self._queue.claim(job_id, now=now(), lease_s=LEASE_S)
        if taken is not None:
            self._run(taken)
        return taken is not None

    def stop(self) -> None:
        """Put the jobs under way back into the queue at their next safe point: this process is to end."""
        self._stopping.set()
        for lease in tuple(self._leases.values()):
            lease.lose()

    def _run(self, taken: Taken) -> None:
        owner, claim = taken
        store = self._queue.store(owner)
        lease = self._leases[claim.job.id] = Lease(claim, store=store, heartbeat_s=HEARTBEAT_S)
        reporter = Reporter(lambda event: tell(self._events, owner, event), job_id=claim.job.id)
        if self._stopping.is_set():
            lease.lose()
        tell(self._events, owner, changed(claim.job))
        try:
            with lease:
                work = WORK.validate_json(claim.job.request)
                password = self._passwords.get(claim.job.id)
                value = self._perform(owner, work, lease.guarded(reporter.emit), password)
            reporter.flush()
            result = value.model_dump_json()
            _surely(lambda: store.finish(claim, JobState.DONE, result=result))
        except Exception as error:  # noqa: BLE001 - the job runner: whatever happens, the row must say so
            self._failed(taken, error)
        finally:
            self._leases.pop(claim.job.id, None)
        self._told_end(owner, claim.job.id)

    def _failed(self, taken: Taken, error: Exception) -> None:
        """Write down how it failed, or put it back where another try may help."""
        claim, attempts = taken.claim, taken.claim.job.attempts
        if isinstance(error, Cancelled):
            if self._stopping.is_set():
                _surely(lambda: self._queue.requeue(claim, not_before=now(), error=None, counts=False))
            return
        known = error if isinstance(error, SmartNotesError) else _unexpected(error)
        kept = JobError(code=known.code, message=known.message, hint=known.hint)
        may_pass = known.retryable or known is not error
        if may_pass and attempts < MAX_ATTEMPTS:
            log.warning("job %s failed, to be tried again: %s", claim.job.id, known.message, exc_info=error)
            _surely(lambda: self._queue.requeue(claim, not_before=_later(attempts), error=kept))
            return
        state = JobState.DEAD if may_pass else JobState.FAILED
        _surely(lambda: self._queue.store(taken.owner).finish(claim, state, error=kept))

    def _told_end(self, owner: str, job_id: str) -> None:
        try:
            job = self._queue.store(owner).get(job_id)
            if job.state.final:
                self._passwords.forget(job_id)
        except (NotFound, Unavailable) as error:  # its subject was deleted with it, or the rows tell it later
            log.info("the end of job %s was not told: %s", job_id, error.message)
        else:
            tell(self._events, owner, changed(job))


def _surely(write: Callable[[], bool]) -> None:
    """Write how a job ended, again and again while the database is away and the claim may still be good."""
    until = time.monotonic() + LEASE_S
    while True:
        try:
            write()
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(AGAIN_S)
        else:
            return


def _unexpected(error: Exception) -> SmartNotesError:
    return SmartNotesError(f"Unexpected: {type(error).__name__}: {error}")


def _later(attempts: int) -> datetime:
    return now() + timedelta(seconds=backoff_s(attempts))


class Threads:
    """The workers of a server that is one process: `count` threads, each doing one job at a time.

    It is the bell too. `start` first puts back what an earlier process left behind.
    """

    def __init__(self, runner: Runner, queue: SqlJobQueue, *, count: int = 2) -> None:
        self._runner = runner
        self._queue = queue
        self._wake = threading.Semaphore(0)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work, name=f"job-{n}", daemon=True) for n in range(count)]
        self._threads.append(threading.Thread(target=self._look, name="jobs-reaper", daemon=True))

    def ring(self, job_id: str, *, kind: str) -> None:  # noqa: ARG002 - a `Bell`; the oldest job comes first here
        """Wake a thread."""
        self._wake.release()

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout_s: float = 10.0) -> None:
        """Stop at the next safe points; jobs that were not done wait for the next start."""
        self._over.set()
        self._runner.stop()
        for _ in self._threads:
            self._wake.release()
        until = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        while not self._over.is_set():
            try:
                worked = self._runner.run_next(KINDS)
            except Exception:  # the job runner: a database that is away for a moment must not end the thread
                log.exception("no job could be taken")
                worked = False
            if not worked and not self._over.is_set():
                self._wake.acquire(timeout=LOOK_S)

    def _look(self) -> None:
        while not self._over.is_set():
            try:
                for _ in self._queue.reap(now=now()):
                    self._wake.release()
            except Exception:  # as above
                log.exception("the job rows could not be looked at")
            self._over.wait(LOOK_S)
