"""Who does jobs: a `Runner` does one, from its claim to its end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

from smartnotes.bootstrap import build_reader
from smartnotes.client.localjob import Lease, now
from smartnotes.core.errors import Cancelled, NotFound, SmartNotesError, Unavailable
from smartnotes.core.events import Emit, Progress
from smartnotes.core.jobs import LEASE_S, MAX_ATTEMPTS, PATIENCE, JobError, JobInfo, JobState, Queue, backoff_s
from smartnotes.core.model import Value
from smartnotes.core.options import Isolation
from smartnotes.core.ports import Engines, Stores
from smartnotes.core.ports.models import LlmFor, no_llm
from smartnotes.core.usecases.reading import Helpers
from smartnotes.core.usecases.work import WORK, AnyWork, IngestWork, Onward, perform_stage
from smartnotes.server.events import EventLog, Reporter, changed
from smartnotes.server.logs import about
from smartnotes.server.parts import PageHelpers
from smartnotes.server.tasks import Bell, Passwords, tell
from smartnotes.stores.jobparts import SqlParts
from smartnotes.stores.jobs import SqlJobQueue, Taken

log = logging.getLogger(__name__)

HEARTBEAT_S = 2.0
"""How soon a job that was cancelled in another process stops."""

AGAIN_S = 0.5
"""How soon a write is tried again while the database is away."""


class Task(NamedTuple):
    """A stage of a job that is to be done: for whom, what, with what the stage before gave and who can help."""

    owner: str
    work: AnyWork
    emit: Emit
    password: str | None = None
    carried: str | None = None
    helpers: Helpers | None = None


Perform = Callable[[Task], Value | Onward]
"""How this process does a stage, on the owner's stores."""


def performer(
    *,
    engines: Engines,
    stores_for: Callable[[str], Stores],
    children: int | None = None,
    llm_for: LlmFor = no_llm,
) -> Perform:
    """Return how work is done with these engines, on the stores of its owner; `children` read a file at a time.

    Files of other people are only ever read in sandboxed children, whatever the options ask for.
    """

    def do(task: Task) -> Value | Onward:
        # A reader of its own for each task: one thread at a time may use a reader.
        safe = engines._replace(reader=build_reader(Isolation.SANDBOX, children=children))
        return perform_stage(
            task.work,
            carried=task.carried,
            helpers=task.helpers,
            engines=safe,
            stores=stores_for(task.owner),
            emit=task.emit,
            clock=now,
            password=task.password,
            llm_for=llm_for,
        )

    return do


class Runner:
    """Does claimed jobs of some queues. One runner serves any number of threads.

    `idle` says how many others could read pages of a lecture beside us; with none, nothing is shared.
    """

    def __init__(
        self,
        queue: SqlJobQueue,
        *,
        perform: Perform,
        events: EventLog,
        passwords: Passwords,
        queues: Sequence[Queue] = tuple(Queue),
        bell: Bell | None = None,
        idle: Callable[[], int] = lambda: 0,
    ) -> None:
        self.queues = tuple(queues)
        self._queue = queue
        self._perform = perform
        self._events = events
        self._passwords = passwords
        self._bell = bell
        self._idle = idle
        self._leases: dict[str, Lease] = {}
        self._stopping = threading.Event()

    def run_next(self, *, parent: str | None = None, beside: Callable[[], None] | None = None) -> bool:
        """Do the job of our queues that comes first; False where none waits, or this process is to end.

        With `parent`, only a part of that job; `beside` is called now and then meanwhile, and may raise `Cancelled`.
        """
        if self._stopping.is_set():
            return False
        taken = self._queue.claim_next(self.queues, now=now(), lease_s=LEASE_S, parent=parent, died=self._told_death)
        if taken is not None:
            self._run(taken, beside=beside)
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

    def under_way(self) -> tuple[str, ...]:
        """Return the jobs that are being done now."""
        return tuple(self._leases)

    def _run(self, taken: Taken, *, beside: Callable[[], None] | None = None) -> None:
        job = taken.claim.job
        with about(job_id=taken.parent or job.id, request_id=job.request_id):
            try:
                with self._held(taken) as lease:
                    value = self._stages(taken, lease, beside)
                if value is not None:
                    result = value.model_dump_json()
                    store = self._queue.store(taken.owner)
                    _surely(lambda: store.finish(taken.claim, JobState.DONE, result=result))
            except Exception as error:  # noqa: BLE001 - the job runner: whatever happens, the row must say so
                self._failed(taken, error)
            self._told_end(taken)

    @contextmanager
    def _held(self, taken: Taken) -> Iterator[Lease]:
        job = taken.claim.job
        lease = Lease(taken.claim, store=self._queue.store(taken.owner), heartbeat_s=HEARTBEAT_S)
        self._leases[job.id] = lease
        if self._stopping.is_set():
            lease.lose()
        if not taken.parent:
            tell(self._events, taken.owner, changed(job))
        try:
            with lease:
                yield lease
        finally:
            self._leases.pop(job.id, None)

    def _stages(self, taken: Taken, lease: Lease, beside: Callable[[], None] | None) -> Value | None:
        """Do the stages of a job that belong to our queues; None where it goes on in another."""
        claim = taken.claim
        work = WORK.validate_json(claim.job.request)
        reporter = Reporter(self._teller(taken), job_id=claim.job.id)
        emit = self._noting(taken, lease.guarded(reporter.emit), beside)
        password = self._passwords.get(taken.parent or claim.job.id)
        carried, value = taken.carried, None
        while True:
            helpers = self._helpers(taken, work) if isinstance(work, IngestWork) and carried is None else None
            value = self._perform(Task(taken.owner, work, emit, password, carried, helpers))
            if not isinstance(value, Onward):
                reporter.flush()
                return value
            if not self._moved(taken, value):
                return None
            carried = value.carried

    def _moved(self, taken: Taken, onward: Onward) -> bool:
        """Put a job before its next stage; returns whether that is ours too."""
        ours = onward.queue in self.queues
        move = self._queue.move
        kept = _surely(lambda: move(taken.claim, queue=onward.queue, carried=onward.carried, now=now(), keep=ours))
        if not kept:
            raise Cancelled("The job was cancelled.")
        if not ours:
            self._ring(taken.claim.job.id, onward.queue)
        return ours

    def _noting(self, taken: Taken, emit: Emit, beside: Callable[[], None] | None) -> Emit:
        """Return an emit that also notes the first page that is kept: a job that gets on is not tried in vain."""
        noted = threading.Event()

        def note(event: Progress) -> None:
            emit(event)
            if event.page is not None and not event.message and not noted.is_set():
                noted.set()
                self._queue.got_on(taken.claim)
            if beside is not None:
                beside()

        return note

    def _helpers(self, taken: Taken, work: IngestWork) -> Helpers:
        job = taken.claim.job
        return PageHelpers(
            SqlParts(self._queue.database, taken.claim, owner=taken.owner),
            job=job,
            work=work,
            ring=lambda part_id: self._ring(part_id, Queue.OCR),
            idle=self._idle,
            join=lambda beside: self.run_next(parent=job.id, beside=beside),
        )

    def _ring(self, job_id: str, queue: Queue) -> None:
        try:
            if self._bell is not None:
                self._bell.ring(job_id, queue=queue)
        except Unavailable as error:
            log.warning("no bell for %s, it waits for the next look: %s", job_id, error.message)

    def _teller(self, taken: Taken) -> Callable[..., None]:
        # What happens to a part is told by the job it is a part of.
        return (lambda _event: None) if taken.parent else lambda event: tell(self._events, taken.owner, event)

    def _failed(self, taken: Taken, error: Exception) -> None:
        """Write down how it failed, or put it back where another try may help."""
        claim, attempts = taken.claim, taken.claim.job.attempts
        if isinstance(error, Cancelled):
            # Put back where this process is to end, or whoever it is done for; a cancelled job stays what it is.
            _surely(lambda: self._queue.requeue(claim, not_before=now(), error=None, counts=False))
            return
        known = error if isinstance(error, SmartNotesError) else _unexpected(error)
        kept = JobError(code=known.code, message=known.message, hint=known.hint)
        away = isinstance(error, Unavailable) and attempts < PATIENCE
        may_pass = known.retryable or known is not error
        if away or (may_pass and claim.tries < MAX_ATTEMPTS):
            log.warning("job %s failed, to be tried again: %s", claim.job.id, known.message, exc_info=error)
            later = now() + timedelta(seconds=backoff_s(attempts if away else claim.tries))
            _surely(lambda: self._queue.requeue(claim, not_before=later, error=kept, counts=not away))
            return
        log.log(
            logging.ERROR if may_pass else logging.INFO, "job %s ended badly: %s", claim.job.id, known.message,
            exc_info=error if known is not error else None,
        )  # fmt: skip
        state = JobState.DEAD if may_pass else JobState.FAILED
        _surely(lambda: self._queue.store(taken.owner).finish(claim, state, error=kept))

    def _told_death(self, owner: str, job: JobInfo) -> None:
        log.error("job %s is dead: its workers ended, again and again", job.id)
        self._passwords.forget(job.id)
        tell(self._events, owner, changed(job))

    def _told_end(self, taken: Taken) -> None:
        if taken.parent:
            return
        job_id = taken.claim.job.id
        try:
            job = self._queue.store(taken.owner).get(job_id)
            if job.state.final:
                self._passwords.forget(job_id)
        except (NotFound, Unavailable) as error:  # its subject was deleted with it, or the rows tell it later
            log.info("the end of job %s was not told: %s", job_id, error.message)
        else:
            tell(self._events, taken.owner, changed(job))


def _surely(write: Callable[[], bool]) -> bool:
    """Write how a job ended, again and again while the database is away and the claim may still be good."""
    until = time.monotonic() + LEASE_S
    while True:
        try:
            return write()
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(AGAIN_S)


def _unexpected(error: Exception) -> SmartNotesError:
    return SmartNotesError(f"Unexpected: {type(error).__name__}: {error}")
