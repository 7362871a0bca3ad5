"""Job rows in SQL: claims with a lease and a fencing token; the rows of one owner, and the queue of all owners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from smartnotes.core.errors import NotFound
from smartnotes.core.events import Progress
from smartnotes.core.jobs import MAX_ATTEMPTS, Claim, JobError, JobInfo, JobState, check_move
from smartnotes.stores.database import Database
from smartnotes.stores.holders import is_dead, this_process
from smartnotes.stores.tables import jobs


class SqlJobs:
    """`JobStore` on SQL."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def add(self, job: JobInfo) -> JobInfo:
        """Keep a queued job; see `JobStore.add`."""
        row = job.model_dump(include={"id", "kind", "request", "created_at"})
        row |= {"owner": self._owner, "state": JobState.QUEUED.value, "token": 0, "holder": ""}
        with self._database.write() as connection:
            old = connection.execute(sa.select(jobs).where(self._one(job.id)).with_for_update()).one_or_none()
            if old is not None and not JobState(old.state).final:
                return _info(old)
            if old is not None:
                # The token goes on counting, so that a worker that held the old row still cannot write.
                row["token"] = old.token
                connection.execute(jobs.delete().where(self._one(job.id)))
            connection.execute(jobs.insert().values(row))
        return job

    def get(self, job_id: str) -> JobInfo:
        """Return a job. Raises `NotFound`."""
        with self._database.read() as connection:
            return _info(self._row(connection, job_id))

    def all(self, *, limit: int = 100) -> list[JobInfo]:
        """Return jobs, newest first."""
        chosen = sa.select(jobs).where(jobs.c.owner == self._owner).order_by(jobs.c.created_at.desc()).limit(limit)
        with self._database.read() as connection:
            return [_info(row) for row in connection.execute(chosen)]

    def claim(self, job_id: str, *, now: datetime, lease_s: float) -> Claim | None:
        """Take a job; see `JobStore.claim`."""
        with self._database.write() as connection:
            row = self._row(connection, job_id, lock=True)
            return _take(connection, row, now=now, lease_s=lease_s) if _free(row, now=now) else None

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
            done = connection.execute(jobs.update().where(self._held(claim)).values(values))
            return done.rowcount == 1

    def cancel(self, job_id: str) -> JobInfo:
        """Cancel a job; see `JobStore.cancel`."""
        with self._database.write() as connection:
            row = self._row(connection, job_id, lock=True)
            if not JobState(row.state).final:
                cancelled = {"state": JobState.CANCELLED.value, "lease_until": None}
                connection.execute(jobs.update().where(self._one(job_id)).values(cancelled))
            return _info(self._row(connection, job_id))

    def _one(self, job_id: str) -> sa.ColumnElement[bool]:
        return (jobs.c.id == job_id) & (jobs.c.owner == self._owner)

    def _held(self, claim: Claim) -> sa.ColumnElement[bool]:
        return self._one(claim.job.id) & _held_by(claim)

    def _row(self, connection: sa.Connection, job_id: str, *, lock: bool = False) -> sa.Row[tuple[object, ...]]:
        chosen = sa.select(jobs).where(self._one(job_id))
        row = connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()
        if row is None:
            raise NotFound(f"There is no job {job_id}.")
        return row


class Taken(NamedTuple):
    """A claim with the owner whose job it is."""

    owner: str
    claim: Claim


class Waiting(NamedTuple):
    """A queued job that a worker may take now."""

    job_id: str
    kind: str


class SqlJobQueue:
    """The jobs of all owners, for those who work on them; everybody else sees an owner's rows through `SqlJobs`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def store(self, owner: str) -> SqlJobs:
        """Return the rows of one owner."""
        return SqlJobs(self._database, owner=owner)

    def claim_next(self, kinds: Sequence[str], *, now: datetime, lease_s: float) -> Taken | None:
        """Take the oldest job of these kinds that may be tried now, None where there is none."""
        while True:
            chosen = sa.select(jobs).where(_ready(now), jobs.c.kind.in_(kinds)).order_by(jobs.c.created_at, jobs.c.id)
            with self._database.write() as connection:
                row = connection.execute(chosen.limit(1).with_for_update(skip_locked=True)).one_or_none()
                if row is None:
                    return None
                claim = _take(connection, row, now=now, lease_s=lease_s)
            if claim is not None:
                return Taken(row.owner, claim)

    def claim(self, job_id: str, *, now: datetime, lease_s: float) -> Taken | None:
        """Take this job, None where it is gone, final, held by another or not to be tried yet."""
        with self._database.write() as connection:
            row = connection.execute(
                sa.select(jobs).where(jobs.c.id == job_id, _ready(now)).with_for_update(skip_locked=True)
            ).one_or_none()
            claim = _take(connection, row, now=now, lease_s=lease_s) if row is not None else None
            return Taken(row.owner, claim) if row is not None and claim is not None else None

    def requeue(self, claim: Claim, *, not_before: datetime, error: JobError | None, counts: bool = True) -> bool:
        """Put a claimed job back, to be tried again from then on; False where the claim was lost.

        Where the attempt does not count (the worker was told to stop), it is taken off again.
        """
        values: dict[str, object] = {
            "state": JobState.QUEUED.value,
            "lease_until": not_before,
            "error": error.model_dump_json() if error else None,
            "holder": "",
        }
        if not counts:
            values["attempts"] = claim.job.attempts - 1
        held = (jobs.c.id == claim.job.id) & _held_by(claim)
        with self._database.write() as connection:
            return connection.execute(jobs.update().where(held).values(values)).rowcount == 1

    def reap(self, *, now: datetime) -> list[Waiting]:
        """Put running jobs whose lease has ended, or whose process is known to be dead, back into the queue."""
        running = sa.select(jobs).where(jobs.c.state == JobState.RUNNING.value)
        with self._database.read() as connection:
            lost = [row for row in connection.execute(running) if _free(row, now=now)]
        back = []
        for row in lost:
            same = (jobs.c.id == row.id) & (jobs.c.state == row.state) & (jobs.c.token == row.token)
            # A heartbeat since then has moved the lease; a process that is dead sends none.
            same &= jobs.c.lease_until == row.lease_until
            queued = {"state": JobState.QUEUED.value, "lease_until": None, "holder": ""}
            with self._database.write() as connection:
                if connection.execute(jobs.update().where(same).values(queued)).rowcount == 1:
                    back.append(Waiting(row.id, row.kind))
        return back

    def waiting(self, *, now: datetime, limit: int = 1000) -> list[Waiting]:
        """Return the jobs that may be tried now, oldest first."""
        chosen = sa.select(jobs.c.id, jobs.c.kind).where(_ready(now)).order_by(jobs.c.created_at, jobs.c.id)
        with self._database.read() as connection:
            return [Waiting(row.id, row.kind) for row in connection.execute(chosen.limit(limit))]

    def counts(self) -> dict[tuple[str, JobState], int]:
        """Return how many jobs there are of each kind and state."""
        grouped = sa.select(jobs.c.kind, jobs.c.state, sa.func.count()).group_by(jobs.c.kind, jobs.c.state)
        with self._database.read() as connection:
            return {(kind, JobState(state)): count for kind, state, count in connection.execute(grouped)}


def _ready(now: datetime) -> sa.ColumnElement[bool]:
    waited = jobs.c.lease_until.is_(None) | (jobs.c.lease_until <= now)
    return (jobs.c.state == JobState.QUEUED.value) & waited


def _held_by(claim: Claim) -> sa.ColumnElement[bool]:
    return (jobs.c.state == JobState.RUNNING.value) & (jobs.c.token == claim.token)


def _free(row: sa.Row[tuple[object, ...]], *, now: datetime) -> bool:
    if row.state == JobState.RUNNING:
        return row.lease_until is None or row.lease_until <= now or is_dead(row.holder)
    return bool(row.state == JobState.QUEUED)


def _take(connection: sa.Connection, row: sa.Row[tuple[object, ...]], *, now: datetime, lease_s: float) -> Claim | None:
    """Claim a locked row that is free; None, and the job is dead, where it was claimed too often."""
    one = jobs.c.id == row.id
    if row.attempts >= MAX_ATTEMPTS:
        died = row.error or JobError(code="error", message=f"Gave up after {row.attempts} attempts.").model_dump_json()
        dead = {"state": JobState.DEAD.value, "error": died, "lease_until": None}
        connection.execute(jobs.update().where(one).values(dead))
        return None
    claimed: dict[str, object] = {
        "state": JobState.RUNNING.value,
        "attempts": row.attempts + 1,
        "token": row.token + 1,
        "holder": this_process(),
        "lease_until": now + timedelta(seconds=lease_s),
    }
    connection.execute(jobs.update().where(one).values(claimed))
    return Claim(job=_info(connection.execute(sa.select(jobs).where(one)).one()), token=row.token + 1)


def _info(row: sa.Row[tuple[object, ...]]) -> JobInfo:
    return JobInfo(
        id=row.id,
        kind=row.kind,
        state=JobState(row.state),
        request=row.request,
        result=row.result,
        progress=Progress.model_validate_json(row.progress) if row.progress else None,
        attempts=row.attempts,
        error=JobError.model_validate_json(row.error) if row.error else None,
        created_at=row.created_at,
        lease_until=row.lease_until,
    )


def info_of(row: sa.Row[tuple[object, ...]]) -> JobInfo:
    """Return a row of the table `jobs` as a value."""
    return _info(row)
