"""The rows of jobs: made, claimed, and read back as values, in the transaction of whoever asks."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from smartnotes.core.events import Progress
from smartnotes.core.jobs import MAX_ATTEMPTS, Claim, JobError, JobInfo, JobState, queue_of
from smartnotes.stores.holders import is_dead, this_process
from smartnotes.stores.tables import jobs


def queued_row(job: JobInfo, *, owner: str, parent: str = "") -> dict[str, object]:
    """Return the row of a queued job, or of a part of another."""
    row = job.model_dump(include={"id", "kind", "request", "created_at", "request_id"})
    return row | {
        "owner": owner,
        "queue": queue_of(job.kind).value,
        "parent": parent,
        "state": JobState.QUEUED.value,
        "token": 0,
        "holder": "",
    }


def drop_parts(connection: sa.Connection, job_id: str) -> None:
    """Forget the parts of a job; those who work on them notice at their next heartbeat."""
    connection.execute(jobs.delete().where(jobs.c.parent == job_id))


def held_by(claim: Claim) -> sa.ColumnElement[bool]:
    """Return the condition that a claim still stands."""
    return (jobs.c.state == JobState.RUNNING.value) & (jobs.c.token == claim.token)


def is_free(row: sa.Row[tuple[object, ...]], *, now: datetime) -> bool:
    """Say whether a job waits, or whoever has it is gone."""
    if row.state == JobState.RUNNING:
        return row.lease_until is None or row.lease_until <= now or is_dead(row.holder)
    return bool(row.state == JobState.QUEUED)


def take(connection: sa.Connection, row: sa.Row[tuple[object, ...]], *, now: datetime, lease_s: float) -> Claim | None:
    """Claim a locked row that is free; None, and the job is dead, where it was claimed too often."""
    one = jobs.c.id == row.id
    if row.tries >= MAX_ATTEMPTS:
        died = row.error or JobError(code="error", message=f"Gave up after {row.attempts} attempts.").model_dump_json()
        dead = {"state": JobState.DEAD.value, "error": died, "lease_until": None}
        connection.execute(jobs.update().where(one).values(dead))
        drop_parts(connection, row.id)
        return None
    claimed: dict[str, object] = {
        "state": JobState.RUNNING.value,
        "attempts": row.attempts + 1,
        "tries": row.tries + 1,
        "token": row.token + 1,
        "holder": this_process(),
        "lease_until": now + timedelta(seconds=lease_s),
    }
    connection.execute(jobs.update().where(one).values(claimed))
    job = info_of(connection.execute(sa.select(jobs).where(one)).one())
    return Claim(job=job, token=row.token + 1, tries=row.tries + 1)


def info_of(row: sa.Row[tuple[object, ...]]) -> JobInfo:
    """Return a row of the table `jobs` as a value."""
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
        request_id=row.request_id,
    )
