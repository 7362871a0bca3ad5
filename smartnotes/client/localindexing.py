"""Indexes of the notebook on this machine."""

from __future__ import annotations

import logging

from smartnotes.client.localjob import LocalJob, now
from smartnotes.core.events import Emit, Level, Progress
from smartnotes.core.indexing import IndexRebuilt, IndexStatus
from smartnotes.core.jobs import JobInfo, JobState
from smartnotes.core.ports import Engines, Stores
from smartnotes.core.usecases import indexing
from smartnotes.core.usecases.work import IndexWork, index_work, perform

log = logging.getLogger("smartnotes")


class LocalIndexing:
    """`IndexingNotebook` on the stores."""

    _stores: Stores
    _engines: Engines

    def index_status(self, *, subject: str | None = None) -> IndexStatus:
        """Return which model made the index of each subject (or of one), and what it lacks."""
        return indexing.index_status(subject=subject, engines=self._engines, stores=self._stores)

    def rebuild_index(self, *, subject: str | None = None, force: bool = False) -> LocalJob[IndexRebuilt]:
        """Bring the indexes to the model that the settings name, and make what they lack."""
        work = index_work(subject=subject, force=force, stores=self._stores)
        info = JobInfo(
            id=work.job_id(""),
            kind=work.kind,
            state=JobState.QUEUED,
            request=work.model_dump_json(),
            created_at=now(),
        )
        added = self._stores.jobs.add(info)
        # of a rebuild that was asked for before and is not done, the row says which it was
        asked = IndexWork.model_validate_json(added.request)

        def do(emit: Emit) -> IndexRebuilt:
            done = perform(asked, engines=self._engines, stores=self._stores, emit=emit, clock=now)
            assert isinstance(done, IndexRebuilt)  # noqa: S101 - each kind of work has one kind of value
            return done

        return LocalJob(added, store=self._stores.jobs, work=do, value=IndexRebuilt)


def log_warnings(event: Progress) -> None:
    """Put warnings into the log, which commands print: for calls that have nobody to report to."""
    if event.level is Level.WARNING:
        log.warning("%s", event.message)
