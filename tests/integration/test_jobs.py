"""Job rows in SQL: who may work on a job, and who may not."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from smartnotes.client.localjob import LocalJob
from smartnotes.core.errors import Cancelled, Conflict, DamagedFile, NotFound
from smartnotes.core.events import Progress
from smartnotes.core.jobs import LEASE_S, MAX_ATTEMPTS, JobInfo, JobState, check_move
from smartnotes.core.model import Subject
from smartnotes.stores.database import Database
from smartnotes.stores.holders import is_dead, this_process
from smartnotes.stores.jobs import SqlJobs
from tests.builders import NOON, a_subject


@pytest.fixture(params=["sqlite", "postgres"])
def jobs(request, tmp_path):
    chosen = tmp_path / "notebook.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(chosen)
    yield SqlJobs(database, owner="local")
    database.close()


def queued(job_id="job_1"):
    return JobInfo(id=job_id, kind="ingest", state=JobState.QUEUED, request="{}", created_at=NOON)


def claim(jobs, *, at=NOON):
    return jobs.claim("job_1", now=at, lease_s=LEASE_S)


def test_only_one_may_hold_a_job(jobs):
    jobs.add(queued())
    assert claim(jobs).token == 1
    assert claim(jobs) is None


def test_after_the_lease_another_takes_over_and_the_first_can_no_longer_write(jobs):
    jobs.add(queued())
    first = claim(jobs)
    second = claim(jobs, at=NOON + timedelta(seconds=LEASE_S + 1))
    assert second.token == first.token + 1
    assert not jobs.renew(first, now=NOON, lease_s=LEASE_S)
    assert not jobs.finish(first, JobState.DONE, result="old")
    assert jobs.finish(second, JobState.DONE, result="new")
    assert jobs.get("job_1").result == "new"


def test_a_renewed_lease_holds_and_shows_progress(jobs):
    jobs.add(queued())
    first = claim(jobs)
    assert jobs.renew(first, now=NOON + timedelta(seconds=20), lease_s=LEASE_S, progress=Progress(step="read", done=3))
    assert claim(jobs, at=NOON + timedelta(seconds=LEASE_S + 5)) is None
    assert jobs.get("job_1").progress.done == 3


def test_a_job_of_a_dead_process_is_taken_over_at_once(jobs):
    jobs.add(queued())
    code = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from smartnotes.stores.database import Database; from smartnotes.stores.jobs import SqlJobs\n"
        "target = sys.argv[1] if '://' in sys.argv[1] else Path(sys.argv[1])\n"
        "jobs = SqlJobs(Database(target), owner='local')\n"
        "assert jobs.claim('job_1', now=datetime.now(UTC), lease_s=3600)\n"
    )
    subprocess.run([sys.executable, "-c", code, jobs._database.address], check=True)
    assert claim(jobs) is not None


def test_this_process_is_alive():
    assert not is_dead(this_process())
    assert not is_dead("another-host/1/1")


def test_too_many_attempts_end_in_dead(jobs):
    jobs.add(queued())
    for attempt in range(MAX_ATTEMPTS):
        assert claim(jobs, at=NOON + timedelta(hours=attempt)) is not None
    assert claim(jobs, at=NOON + timedelta(hours=MAX_ATTEMPTS)) is None
    assert jobs.get("job_1").state is JobState.DEAD


def test_the_same_work_asked_twice_is_one_job_until_it_ends(jobs):
    jobs.add(queued())
    held = claim(jobs)
    assert jobs.add(queued()).state is JobState.RUNNING
    jobs.finish(held, JobState.DONE, result="{}")
    jobs.add(queued())
    assert jobs.get("job_1").state is JobState.QUEUED
    assert claim(jobs).token == held.token + 1


def test_a_cancelled_job_cannot_be_finished(jobs):
    jobs.add(queued())
    held = claim(jobs)
    assert jobs.cancel("job_1").state is JobState.CANCELLED
    assert not jobs.finish(held, JobState.DONE, result="{}")


def test_another_owner_sees_nothing(jobs):
    jobs.add(queued())
    stranger = SqlJobs(jobs._database, owner="stranger")
    with pytest.raises(NotFound):
        stranger.get("job_1")
    assert stranger.all() == []


def test_only_legal_moves():
    with pytest.raises(Conflict):
        check_move(JobState.DONE, JobState.RUNNING)


def local(jobs, work):
    return LocalJob(jobs.add(queued()), store=jobs, work=work, value=Subject)


def test_a_local_job_keeps_its_value_and_reports(jobs):
    def work(emit):
        emit(Progress(step="read", done=1, total=2))
        return a_subject()

    job = local(jobs, work)
    assert [event.done for event in job.watch()] == [1]
    assert job.result() == a_subject()
    assert job.info().state is JobState.DONE


def test_a_failed_job_raises_the_same_error_again_from_its_row(jobs):
    def work(emit):
        raise DamagedFile("Broken.", hint="Export it again.")

    job = local(jobs, work)
    for _ in range(2):
        with pytest.raises(DamagedFile, match="Broken") as caught:
            job.result()
        assert caught.value.hint == "Export it again."


def test_an_unexpected_error_ends_the_job_too(jobs):
    def work(emit):
        raise ZeroDivisionError

    job = local(jobs, work)
    with pytest.raises(ZeroDivisionError):
        job.result()
    assert job.info().state is JobState.FAILED


def test_a_cancelled_local_job_raises_and_keeps_its_state(jobs):
    def work(emit):
        jobs.cancel("job_1")
        return a_subject()

    job = local(jobs, work)
    with pytest.raises(Cancelled):
        job.result()
    assert job.info().state is JobState.CANCELLED
