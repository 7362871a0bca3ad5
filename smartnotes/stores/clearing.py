"""What nobody needs any more: expired credentials, old jobs, pages of lectures that never came to be, lost files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from pydantic import ValidationError

from smartnotes.core.ids import derive_id
from smartnotes.core.jobs import JobState
from smartnotes.core.usecases.work import WORK, IngestWork
from smartnotes.stores.audit_tables import audit_events
from smartnotes.stores.database import Database, metadata
from smartnotes.stores.tables import blob_uses, jobs, lectures, page_reads
from smartnotes.stores.uses import in_use, release

SHOWN = {"shares": timedelta(days=30), "api_tokens": timedelta(days=30)}
"""What its owner still sees in a list for a while after it has expired."""

EXPIRED = timedelta(days=1)
"""Everything else that has expired is kept so long, so that clocks that differ do no harm."""

JOBS_KEPT = timedelta(days=30)
DEAD_JOBS_KEPT = timedelta(days=90)
READS_KEPT = timedelta(days=7)
"""How long pages wait that were read for a lecture whose job did not come to its end: asked for again, it goes on."""

ENDED = [state.value for state in JobState if state.final and state is not JobState.DEAD]
_BATCH = 500


class SqlClearing:
    """Deletes rows that have had their time, of all owners."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def expired(self, *, now: datetime) -> int:
        """Forget what has expired: every row of a table with a column `expires_at`. Returns how many."""
        gone = 0
        for table in metadata.sorted_tables:
            if "expires_at" in table.c:
                limit = now - SHOWN.get(table.name, EXPIRED)
                with self._database.write() as connection:
                    gone += connection.execute(table.delete().where(table.c.expires_at < limit)).rowcount
        return gone

    def old_audit(self, *, before: datetime) -> int:
        """Forget what the audit log says of the time before. Returns how many events."""
        with self._database.write() as connection:
            return connection.execute(audit_events.delete().where(audit_events.c.at < before)).rowcount

    def old_jobs(self, *, now: datetime) -> int:
        """Forget jobs that ended long ago. Returns how many."""
        ended = jobs.c.state.in_(ENDED) & (jobs.c.created_at < now - JOBS_KEPT)
        dead = (jobs.c.state == JobState.DEAD.value) & (jobs.c.created_at < now - DEAD_JOBS_KEPT)
        with self._database.write() as connection:
            return connection.execute(jobs.delete().where(ended | dead)).rowcount

    def abandoned_reads(self, *, now: datetime) -> list[str]:
        """Forget pages read for lectures that no job is making any more; return the blobs that nobody needs then."""
        published = sa.select(lectures.c.id)
        waiting = sa.select(page_reads.c.lecture_id).where(page_reads.c.lecture_id.not_in(published)).distinct()
        with self._database.read() as connection:
            found = set(connection.scalars(waiting))
        freed: list[str] = []
        for lecture_id in sorted(found - self._in_the_making(now)):
            with self._database.write() as connection:
                # Looked at again: it may have been published since.
                if connection.scalar(sa.select(lectures.c.id).where(lectures.c.id == lecture_id)) is None:
                    connection.execute(page_reads.delete().where(page_reads.c.lecture_id == lecture_id))
                    freed += release(connection, [lecture_id])
        return freed

    def unneeded(self, blobs: Iterable[str], *, now: datetime) -> Iterator[str]:
        """Yield those of the blobs that no row names: neither a lecture nor a document nor a job."""
        asked_for = {work.blob for work in self._ingests(now)}
        some: list[str] = []
        for blob in blobs:
            some.append(blob)
            if len(some) == _BATCH:
                yield from self._without_use(some, asked_for)
                some.clear()
        yield from self._without_use(some, asked_for)

    def _without_use(self, blobs: Sequence[str], asked_for: set[str]) -> list[str]:
        used = sa.select(blob_uses.c.blob).where(blob_uses.c.blob.in_(blobs))
        with self._database.read() as connection:
            needed = set(connection.scalars(used)) | asked_for
            return [blob for blob in blobs if blob not in needed and not in_use(connection, blob)]

    def _in_the_making(self, now: datetime) -> set[str]:
        return {derive_id("lec", work.subject_id, work.blob) for work in self._ingests(now)}

    def _ingests(self, now: datetime) -> list[IngestWork]:
        """Return the ingests that are not done, or not for long."""
        ended = [state.value for state in JobState if state.final]
        alive = jobs.c.state.not_in(ended) | (jobs.c.created_at > now - READS_KEPT)
        with self._database.read() as connection:
            requests = connection.scalars(sa.select(jobs.c.request).where(jobs.c.kind == "ingest", alive)).all()
        return [work for request in requests if (work := _ingest(request)) is not None]


def _ingest(request: str) -> IngestWork | None:
    try:
        work = WORK.validate_json(request)
    except ValidationError:  # of another version; its job says so when it is done
        return None
    return work if isinstance(work, IngestWork) else None
