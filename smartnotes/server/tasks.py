"""Jobs on the server: asked for by a route, done by whoever claims the row.

A route calls `Tasks.submit`: the row is committed first, then the bell rings. Who hears it is one of

- the threads of this process (`smartnotes.server.threads`, for ``serve --embedded``), or
- workers on any machine (`smartnotes.server.queues`), which get the job's id and nothing else.

Missing a bell delays a job until the next look at the rows, never loses it.
"""

from __future__ import annotations

import logging
from typing import Protocol

from smartnotes.client.localjob import now
from smartnotes.core.errors import Conflict, Unavailable
from smartnotes.core.ids import derive_id
from smartnotes.core.jobs import Event, JobInfo, JobState, Queue, queue_of
from smartnotes.core.usecases.work import IndexWork, IngestWork, Work
from smartnotes.server.events import EventLog, changed
from smartnotes.server.logs import REQUEST_ID
from smartnotes.stores.jobs import SqlJobQueue

log = logging.getLogger(__name__)


class Bell(Protocol):
    """Tells those who work that a row waits. Raises `Unavailable`."""

    def ring(self, job_id: str, *, queue: Queue) -> None:
        """Wake somebody who does jobs of this queue."""
        ...


class Passwords(Protocol):
    """Passwords of files, which are never written into a row: kept beside it until the job ends."""

    def keep(self, job_id: str, password: str) -> None:
        """Keep a password for the job."""
        ...

    def get(self, job_id: str) -> str | None:
        """Return the job's password, None where it has none."""
        ...

    def forget(self, job_id: str) -> None:
        """Let go of it."""
        ...


class MemoryPasswords:
    """`Passwords` of one process."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def keep(self, job_id: str, password: str) -> None:
        """Keep a password for the job."""
        self._kept[job_id] = password

    def get(self, job_id: str) -> str | None:
        """Return the job's password."""
        return self._kept.get(job_id)

    def forget(self, job_id: str) -> None:
        """Let go of it."""
        self._kept.pop(job_id, None)


class Tasks:
    """What routes do with jobs: ask for them, look at them, cancel them, ask again."""

    def __init__(self, queue: SqlJobQueue, *, events: EventLog, bell: Bell, passwords: Passwords) -> None:
        self.events = events
        self._queue = queue
        self._bell = bell
        self._passwords = passwords

    def submit(self, user_id: str, work: Work, *, password: str | None = None) -> JobInfo:
        """Ask for work; the same ingest asked for twice is one job until it ends."""
        info = JobInfo(
            id=_job_id(user_id, work),
            kind=work.kind,
            state=JobState.QUEUED,
            request=work.model_dump_json(),
            created_at=now(),
            request_id=REQUEST_ID.get(),
        )
        if password is not None:
            self._passwords.keep(info.id, password)
        job = self._queue.store(user_id).add(info)
        self._tell(user_id, job)
        if job.state is JobState.QUEUED:
            self._ring(job)
        return job

    def get(self, user_id: str, job_id: str) -> JobInfo:
        """Return a job of this user. Raises `NotFound`."""
        return self._queue.store(user_id).get(job_id)

    def all(self, user_id: str, *, limit: int = 100) -> list[JobInfo]:
        """Return the user's jobs, newest first."""
        return self._queue.store(user_id).all(limit=limit)

    def cancel(self, user_id: str, job_id: str) -> JobInfo:
        """Cancel a job; one under way stops at its next safe point. Raises `NotFound`."""
        job = self._queue.store(user_id).cancel(job_id)
        if job.state is JobState.CANCELLED:
            self._passwords.forget(job_id)
            self._tell(user_id, job)
        return job

    def retry(self, user_id: str, job_id: str) -> JobInfo:
        """Put a job that ended badly back into the queue. Raises `NotFound`, `Conflict` for one that did not."""
        old = self.get(user_id, job_id)
        if old.state in (JobState.DONE, JobState.QUEUED, JobState.RUNNING):
            raise Conflict(f"A job that is {old.state} cannot be tried again.")
        fresh = JobInfo(
            id=old.id,
            kind=old.kind,
            state=JobState.QUEUED,
            request=old.request,
            created_at=now(),
            request_id=REQUEST_ID.get(),
        )
        job = self._queue.store(user_id).add(fresh)
        self._tell(user_id, job)
        self._ring(job)
        return job

    def _ring(self, job: JobInfo) -> None:
        try:
            self._bell.ring(job.id, queue=queue_of(job.kind))
        except Unavailable as error:
            log.warning("no bell for %s, it waits for the next look: %s", job.id, error)

    def _tell(self, user_id: str, job: JobInfo) -> None:
        tell(self.events, user_id, changed(job))


def _job_id(user_id: str, work: Work) -> str:
    if isinstance(work, IngestWork):
        return work.job_id()
    if isinstance(work, IndexWork):
        return work.job_id(user_id)
    # A document that is asked for again under its id, as after a crash, is made once.
    return derive_id("job", user_id, work.document_id)


def tell(events: EventLog, user_id: str, event: Event) -> None:
    """Append to the log; where that is out of reach the job goes on, for its row is what counts."""
    try:
        events.append(user_id, event)
    except Unavailable as error:
        log.warning("an event of %s was not told: %s", event.job_id, error)
