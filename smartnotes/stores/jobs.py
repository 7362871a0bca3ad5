"""Job rows in SQL: claims with a lease and a fencing token."""

from __future__ import annotations

from datetime import datetime, timedelta

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
            old = connection.execute(sa.select(jobs).where(self._one(job.id))).one_or_none()
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
            row = self._row(connection, job_id)
            free = row.state == JobState.QUEUED or (
                row.state == JobState.RUNNING
                and (row.lease_until is None or row.lease_until <= now or is_dead(row.holder))
            )
            if not free:
                return None
            if row.attempts >= MAX_ATTEMPTS:
                died = JobError(code="error", message=f"Gave up after {row.attempts} attempts.")
                values = {"state": JobState.DEAD.value, "error": died.model_dump_json()}
                connection.execute(jobs.update().where(self._one(job_id)).values(values))
                return None
            claimed: dict[str, object] = {
                "state": JobState.RUNNING.value,
                "attempts": row.attempts + 1,
                "token": row.token + 1,
                "holder": this_process(),
                "lease_until": now + timedelta(seconds=lease_s),
            }
            connection.execute(jobs.update().where(self._one(job_id)).values(claimed))
            return Claim(job=_info(self._row(connection, job_id)), token=row.token + 1)

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
            row = self._row(connection, job_id)
            if not JobState(row.state).final:
                cancelled = {"state": JobState.CANCELLED.value, "lease_until": None}
                connection.execute(jobs.update().where(self._one(job_id)).values(cancelled))
            return _info(self._row(connection, job_id))

    def _one(self, job_id: str) -> sa.ColumnElement[bool]:
        return (jobs.c.id == job_id) & (jobs.c.owner == self._owner)

    def _held(self, claim: Claim) -> sa.ColumnElement[bool]:
        running = jobs.c.state == JobState.RUNNING.value
        return self._one(claim.job.id) & running & (jobs.c.token == claim.token)

    def _row(self, connection: sa.Connection, job_id: str) -> sa.Row[tuple[object, ...]]:
        row = connection.execute(sa.select(jobs).where(self._one(job_id))).one_or_none()
        if row is None:
            raise NotFound(f"There is no job {job_id}.")
        return row


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
