"""All jobs at a glance, of every owner: for administrators and for metrics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from smartnotes.core.errors import NotFound
from smartnotes.core.jobs import JobState, OwnedJob, Queue, QueueInfo
from smartnotes.stores.database import Database
from smartnotes.stores.jobs import info_of
from smartnotes.stores.listings import Window, newest_behind
from smartnotes.stores.tables import jobs


class SqlJobOverview:
    """Counts and lists over the job rows of all owners, or of one."""

    def __init__(self, database: Database, *, owner: str | None = None) -> None:
        self._database = database
        self._mine = sa.true() if owner is None else jobs.c.owner == owner

    def queues(self, *, now: datetime) -> list[QueueInfo]:
        """Return how each queue stands."""
        later = jobs.c.lease_until > now
        state = sa.case((sa.and_(jobs.c.state == JobState.QUEUED.value, later), "delayed"), else_=jobs.c.state)
        grouped = (
            sa.select(jobs.c.queue, state, sa.func.count(), sa.func.min(jobs.c.created_at))
            .where(self._mine)
            .group_by(jobs.c.queue, state)
        )
        with self._database.read() as connection:
            found = {(queue, kind): (count, oldest) for queue, kind, count, oldest in connection.execute(grouped)}
        return [_queue(queue, found, now) for queue in Queue]

    def counts(self) -> dict[tuple[str, JobState], int]:
        """Return how many jobs there are of each kind and state; parts are no jobs of their own here."""
        chosen = sa.select(jobs.c.kind, jobs.c.state, sa.func.count()).where(self._mine, jobs.c.parent == "")
        with self._database.read() as connection:
            rows = connection.execute(chosen.group_by(jobs.c.kind, jobs.c.state)).all()
        return {(kind, JobState(state)): count for kind, state, count in rows}

    def jobs(
        self, *, states: Sequence[JobState] = (), limit: int = 100, window: Window | None = None
    ) -> list[OwnedJob]:
        """Return jobs in these states (all where none is named), newest first.

        Of a `window` it is the piece, and one more where there is one. Raises `OptionsError`.
        """
        chosen = sa.select(jobs).where(self._mine, jobs.c.parent == "")
        if states:
            chosen = chosen.where(jobs.c.state.in_([state.value for state in states]))
        if window is not None:
            chosen = newest_behind(chosen, window, time=jobs.c.created_at, key=jobs.c.id)
            limit = window.limit + 1
        with self._database.read() as connection:
            rows = connection.execute(chosen.order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit)).all()
        return [_owned(row) for row in rows]

    def job(self, job_id: str) -> OwnedJob:
        """Return one job. Raises `NotFound`."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(jobs).where(self._mine, jobs.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFound(f"There is no job {job_id}.")
        return _owned(row)


def _owned(row: sa.Row[tuple[object, ...]]) -> OwnedJob:
    return OwnedJob(owner=row.owner, queue=Queue(row.queue), job=info_of(row))


def _queue(queue: Queue, found: dict[tuple[str, str], tuple[int, datetime]], now: datetime) -> QueueInfo:
    def count(state: str) -> int:
        return found.get((queue.value, state), (0, now))[0]

    waiting, oldest = found.get((queue.value, JobState.QUEUED.value), (0, now))
    return QueueInfo(
        queue=queue,
        waiting=waiting,
        delayed=count("delayed"),
        running=count(JobState.RUNNING.value),
        dead=count(JobState.DEAD.value),
        oldest_waiting_s=max(0.0, (now - oldest).total_seconds()) if waiting else None,
    )
