"""Job rows in SQL: claims with a lease and a fencing token; the rows of one owner, and the queue of all owners."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from smartnotes.core.errors import NotFound
from smartnotes.core.events import Progress
from smartnotes.core.jobs import Claim, JobError, JobInfo, JobState, Queue, check_move
from smartnotes.stores.database import Database
from smartnotes.stores.jobrows import drop_parts, held_by, is_free, queued_row, take
from smartnotes.stores.jobrows import info_of as info_of
from smartnotes.stores.tables import jobs


class SqlJobs:
    """`JobStore` on SQL."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def add(self, job: JobInfo) -> JobInfo:
        """Keep a queued job; see `JobStore.add`."""
        row = queued_row(job, owner=self._owner)
        with self._database.write() as connection:
            old = connection.execute(sa.select(jobs).where(self._one(job.id)).with_for_update()).one_or_none()
            if old is not None and not JobState(old.state).final:
                return info_of(old)
            if old is not None:
                # The token goes on counting, so that a worker that held the old row still cannot write.
                row["token"] = old.token
                connection.execute(jobs.delete().where(self._one(job.id)))
                drop_parts(connection, job.id)
            connection.execute(jobs.insert().values(row))
        return job

    def get(self, job_id: str) -> JobInfo:
        """Return a job. Raises `NotFound`."""
        with self._database.read() as connection:
            return info_of(self._row(connection, job_id))

    def all(self, *, limit: int = 100) -> list[JobInfo]:
        """Return jobs, newest first."""
        mine = (jobs.c.owner == self._owner) & (jobs.c.parent == "")
        chosen = sa.select(jobs).where(mine).order_by(jobs.c.created_at.desc()).limit(limit)
        with self._database.read() as connection:
            return [info_of(row) for row in connection.execute(chosen)]

    def claim(self, job_id: str, *, now: datetime, lease_s: float) -> Claim | None:
        """Take a job; see `JobStore.claim`."""
        with self._database.write() as connection:
            row = self._row(connection, job_id, lock=True)
            return take(connection, row, now=now, lease_s=lease_s) if is_free(row, now=now) else None

    def renew(self, claim: Claim, *, now: datetime, lease_s: float, progress: Progress | None = None) -> bool:
        """Prolong the lease; see `JobStore.renew`."""
        values: dict[str, object] = {"lease_until": now + timedelta(seconds=lease_s)}
        if progress is not None:
            values["progress"] = progress.model_dump_json()
        with self._database.write() as connection:
            done = connection.execute(jobs.update().where(self._held(claim)).values(values))
            return done.rowcount == 1

    def finish(
        self, claim: Claim, state: JobState, *, result: str | None = None, error: JobError | None = None
    ) -> bool:
        """End a job; see `JobStore.finish`."""
        check_move(JobState.RUNNING, state)
        values = {
            "state": state.value,
            "result": result,
            "error": error.model_dump_json() if error else None,
            "lease_until": None,
        }
        with self._database.write() as connection:
            done = connection.execute(jobs.update().where(self._held(claim)).values(values)).rowcount == 1
            if done:
                drop_parts(connection, claim.job.id)
            return done

    def cancel(self, job_id: str) -> JobInfo:
        """Cancel a job; see `JobStore.cancel`."""
        with self._database.write() as connection:
            row = self._row(connection, job_id, lock=True)
            if not JobState(row.state).final:
                cancelled = {"state": JobState.CANCELLED.value, "lease_until": None}
                connection.execute(jobs.update().where(self._one(job_id)).values(cancelled))
                drop_parts(connection, job_id)
            return info_of(self._row(connection, job_id))

    def _one(self, job_id: str) -> sa.ColumnElement[bool]:
        return (jobs.c.id == job_id) & (jobs.c.owner == self._owner)

    def _held(self, claim: Claim) -> sa.ColumnElement[bool]:
        return self._one(claim.job.id) & held_by(claim)

    def _row(self, connection: sa.Connection, job_id: str, *, lock: bool = False) -> sa.Row[tuple[object, ...]]:
        chosen = sa.select(jobs).where(self._one(job_id))
        row = connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()
        if row is None:
            raise NotFound(f"There is no job {job_id}.")
        return row


class Taken(NamedTuple):
    """A claim with the owner whose job it is, the job it is a part of ("" for none), and its stage.

    `carried` is what the stage before gave, None in the first.
    """

    owner: str
    claim: Claim
    parent: str = ""
    queue: Queue = Queue.GENERATION
    carried: str | None = None


class Waiting(NamedTuple):
    """A queued job that a worker may take now."""

    job_id: str
    queue: Queue


class SqlJobQueue:
    """The jobs of all owners, for those who work on them; everybody else sees an owner's rows through `SqlJobs`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def store(self, owner: str) -> SqlJobs:
        """Return the rows of one owner."""
        return SqlJobs(self.database, owner=owner)

    def claim_next(
        self,
        queues: Sequence[Queue],
        *,
        now: datetime,
        lease_s: float,
        parent: str | None = None,
        died: Callable[[str, JobInfo], None] = lambda _owner, _job: None,
    ) -> Taken | None:
        """Take the job of these queues that comes first: by queue, then by age. None where there is none.

        With `parent`, only parts of that job. Jobs on the way that were claimed too often are dead from here on: `died`
        is told of each (owner, job).
        """
        chosen = sa.select(jobs).where(_ready(now), jobs.c.queue.in_([queue.value for queue in queues]))
        if parent is not None:
            chosen = chosen.where(jobs.c.parent == parent)
        first = chosen.order_by(_RANK, jobs.c.created_at, jobs.c.id).limit(1)
        while True:
            with self.database.write() as connection:
                row = connection.execute(first.with_for_update(skip_locked=True)).one_or_none()
                if row is None:
                    return None
                claim = take(connection, row, now=now, lease_s=lease_s)
            if claim is not None:
                return _taken(row, claim)
            if not row.parent:
                died(row.owner, self.store(row.owner).get(row.id))

    def claim(self, job_id: str, *, now: datetime, lease_s: float) -> Taken | None:
        """Take this job, None where it is gone, final, held by another or not to be tried yet."""
        with self.database.write() as connection:
            row = connection.execute(
                sa.select(jobs).where(jobs.c.id == job_id, _ready(now)).with_for_update(skip_locked=True)
            ).one_or_none()
            claim = take(connection, row, now=now, lease_s=lease_s) if row is not None else None
            return _taken(row, claim) if row is not None and claim is not None else None

    def requeue(self, claim: Claim, *, not_before: datetime, error: JobError | None, counts: bool = True) -> bool:
        """Put a claimed job back, to be tried again from then on; False where the claim was lost.

        What does not count was not the job's doing: the worker was told to stop, or something it needs was away.
        """
        values: dict[str, object] = {
            "state": JobState.QUEUED.value,
            "lease_until": not_before,
            "error": error.model_dump_json() if error else None,
            "holder": "",
        }
        if not counts:
            values["tries"] = jobs.c.tries - 1
            # Told to stop: as if it had not begun.
            values["attempts"] = claim.job.attempts - (error is None)
        return self._update(claim, values)

    def got_on(self, claim: Claim) -> bool:
        """Note that something of the job is done for good, so that it does not count as tried too often."""
        return self._update(claim, {"tries": 1})

    def move(self, claim: Claim, *, queue: Queue, carried: str, now: datetime, keep: bool) -> bool:
        """Put a job before its next stage; False where the claim was lost. Its parts are done with.

        Whoever wants to do the next stage too may `keep` the claim; otherwise the job waits in the queue.
        """
        values: dict[str, object] = {"queue": queue.value, "carried": carried, "tries": 1 if keep else 0}
        if not keep:
            values |= {
                "state": JobState.QUEUED.value,
                "lease_until": now,
                "holder": "",
                "attempts": jobs.c.attempts - 1,
            }
        return self._update(claim, values, ends_parts=True)

    def reap(self, *, now: datetime) -> list[Waiting]:
        """Put running jobs whose lease has ended, or whose process is known to be dead, back into the queue."""
        running = sa.select(jobs).where(jobs.c.state == JobState.RUNNING.value)
        with self.database.read() as connection:
            lost = [row for row in connection.execute(running) if is_free(row, now=now)]
        back = []
        for row in lost:
            same = (jobs.c.id == row.id) & (jobs.c.state == row.state) & (jobs.c.token == row.token)
            # A heartbeat since then has moved the lease; a process that is dead sends none.
            same &= jobs.c.lease_until == row.lease_until
            queued = {"state": JobState.QUEUED.value, "lease_until": None, "holder": ""}
            with self.database.write() as connection:
                if connection.execute(jobs.update().where(same).values(queued)).rowcount == 1:
                    back.append(Waiting(row.id, Queue(row.queue)))
        return back

    def _update(self, claim: Claim, values: dict[str, object], *, ends_parts: bool = False) -> bool:
        held = (jobs.c.id == claim.job.id) & held_by(claim)
        with self.database.write() as connection:
            done = connection.execute(jobs.update().where(held).values(values)).rowcount == 1
            if done and ends_parts:
                drop_parts(connection, claim.job.id)
            return done


_RANK = sa.case({queue.value: place for place, queue in enumerate(Queue)}, value=jobs.c.queue, else_=len(Queue))


def _taken(row: sa.Row[tuple[object, ...]], claim: Claim) -> Taken:
    return Taken(row.owner, claim, row.parent, Queue(row.queue), row.carried)


def _ready(now: datetime) -> sa.ColumnElement[bool]:
    waited = jobs.c.lease_until.is_(None) | (jobs.c.lease_until <= now)
    return (jobs.c.state == JobState.QUEUED.value) & waited
