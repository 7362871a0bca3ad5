"""Parts of a job as rows of their own: pages of a lecture that several workers read at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from smartnotes.core.jobs import Claim, JobInfo, JobState
from smartnotes.stores.database import Database
from smartnotes.stores.jobrows import held_by, info_of, queued_row
from smartnotes.stores.tables import jobs


class SqlParts:
    """The parts of one job, for whoever holds its claim. They are claimed like any job, and end with their job."""

    def __init__(self, database: Database, claim: Claim, *, owner: str) -> None:
        self._database = database
        self._claim = claim
        self._owner = owner

    def all(self) -> list[JobInfo]:
        """Return every part."""
        chosen = sa.select(jobs).where(jobs.c.parent == self._claim.job.id).order_by(jobs.c.created_at, jobs.c.id)
        with self._database.read() as connection:
            return [info_of(row) for row in connection.execute(chosen)]

    def replace(self, parts: Sequence[JobInfo]) -> bool:
        """Forget the parts that have ended and add these; False (and nothing written) where the claim was lost."""
        job_id = self._claim.job.id
        held = sa.select(jobs.c.id).where(jobs.c.id == job_id, held_by(self._claim)).with_for_update()
        ended = [state.value for state in JobState if state.final]
        with self._database.write() as connection:
            if connection.scalar(held) is None:
                return False
            connection.execute(jobs.delete().where(jobs.c.parent == job_id, jobs.c.state.in_(ended)))
            rows = [queued_row(part, owner=self._owner, parent=job_id) for part in parts]
            if rows:
                connection.execute(jobs.insert(), rows)
            return True


class PartsDone(NamedTuple):
    """How far the parts of a job are: whether all have ended, and how many pages are done with."""

    ended: bool
    pages: int


def parts_done(parts: Sequence[JobInfo], *, pages: Sequence[int]) -> PartsDone:
    """Return how far parts with these numbers of pages are."""
    done = 0
    for part, count in zip(parts, pages, strict=True):
        told = part.progress.done if part.progress is not None else 0
        done += count if part.state.final else min(told, count)
    return PartsDone(all(part.state.final for part in parts), done)
