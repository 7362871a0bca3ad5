"""Jobs on the server, done by threads of the same process: what is done, what is tried again, what stops."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from smartnotes.client.localjob import now
from smartnotes.core.errors import Conflict, DamagedFile, EngineTimeout, NotFound
from smartnotes.core.events import Progress
from smartnotes.core.jobs import LEASE_S, MAX_ATTEMPTS, JobInfo, JobState, Queue
from smartnotes.core.options import IngestOptions, QuizOptions
from smartnotes.core.usecases.work import IngestWork, QuizWork
from smartnotes.server.events import MemoryEvents
from smartnotes.server.running import Runner
from smartnotes.server.tasks import MemoryPasswords, Tasks
from smartnotes.server.threads import Threads
from smartnotes.stores.database import Database
from smartnotes.stores.joboverview import SqlJobOverview
from smartnotes.stores.jobs import SqlJobQueue
from smartnotes.stores.workers import SqlWorkers
from tests.builders import a_subject

WORK = QuizWork(document_id="quiz_1", options=QuizOptions())


class Silent:
    """A bell nobody hears."""

    def ring(self, job_id, *, queue):
        pass


class Office:
    """Tasks and a runner on one database; `perform` is what the runner does."""

    def __init__(self, path, perform):
        self.database = Database(path)
        self.queue = SqlJobQueue(self.database)
        self.events = MemoryEvents()
        self.passwords = MemoryPasswords()
        self.runner = Runner(self.queue, perform=perform, events=self.events, passwords=self.passwords)
        self.threads = Threads(self.runner, SqlWorkers(self.database), count=2)
        self.tasks = Tasks(self.queue, events=self.events, bell=self.threads, passwords=self.passwords)

    def try_now(self, job_id):
        """Forget what the backoff says and do the job."""
        with self.database.write() as connection:
            connection.exec_driver_sql("UPDATE jobs SET lease_until = NULL WHERE state = 'queued'")
        return self.runner.run(job_id)


@pytest.fixture
def office(tmp_path):
    made = []

    def make(perform):
        made.append(Office(tmp_path / "notebook.db", perform))
        return made[-1]

    yield make
    for one in made:
        one.threads.stop() if one.threads._threads[0].is_alive() else None
        one.database.close()


def until(true, *, within_s=10.0):
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def test_a_submitted_job_is_done_for_its_owner_and_its_events_are_kept(office):
    seen = []

    def perform(task):
        seen.append((task.owner, task.work))
        task.emit(Progress(step="read", done=1, total=1))
        return a_subject()

    one = office(perform)
    one.threads.start()
    job = one.tasks.submit("ann", WORK)
    until(lambda: one.tasks.get("ann", job.id).state.final)
    assert seen == [("ann", WORK)]
    assert one.tasks.get("ann", job.id).result == a_subject().model_dump_json()
    until(lambda: len(one.events.since("ann", "")) == 4)
    told = one.events.since("ann", "")
    assert [event.job.state if event.job else event.progress.step for event in told] == [
        "queued",
        "running",
        "read",
        "done",
    ]
    assert one.events.since("ann", told[1].id) == told[2:]
    assert one.events.since("bob", "") == []


def test_nobody_sees_or_cancels_the_job_of_another(office):
    one = office(lambda *_: a_subject())
    job = one.tasks.submit("ann", WORK)
    for call in (one.tasks.get, one.tasks.cancel, one.tasks.retry):
        with pytest.raises(NotFound):
            call("bob", job.id)
    assert one.tasks.all("bob") == []


def test_a_failure_that_may_pass_is_tried_again_later_and_then_the_job_is_dead(office):
    def perform(*_):
        raise EngineTimeout("Too slow.")

    one = office(perform)
    job = one.tasks.submit("ann", WORK)
    assert one.runner.run(job.id)
    waiting = one.tasks.get("ann", job.id)
    assert (waiting.state, waiting.attempts, waiting.error.code) == (JobState.QUEUED, 1, "engine_timeout")
    assert waiting.lease_until > now()
    assert not one.runner.run(job.id), "not before its time"
    for _ in range(MAX_ATTEMPTS - 1):
        assert one.try_now(job.id)
    assert one.tasks.get("ann", job.id).state is JobState.DEAD
    assert one.tasks.retry("ann", job.id).state is JobState.QUEUED


def test_an_unexpected_error_is_tried_again_too(office):
    tries = []

    def perform(*_):
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError
        return a_subject()

    one = office(perform)
    job = one.tasks.submit("ann", WORK)
    one.runner.run(job.id)
    one.try_now(job.id)
    done = one.tasks.get("ann", job.id)
    assert (done.state, done.error) == (JobState.DONE, None)


def test_an_error_that_no_retry_mends_ends_the_job(office):
    def perform(*_):
        raise DamagedFile("Broken.", hint="Export it again.")

    one = office(perform)
    job = one.tasks.submit("ann", WORK)
    one.runner.run(job.id)
    failed = one.tasks.get("ann", job.id)
    assert (failed.state, failed.error.hint) == (JobState.FAILED, "Export it again.")
    assert one.events.since("ann", "")[-1].job.state is JobState.FAILED


def test_a_cancelled_job_stops_and_stays_cancelled(office):
    started = threading.Event()

    def perform(task):
        started.set()
        while True:
            task.emit(Progress(step="read"))
            time.sleep(0.01)

    one = office(perform)
    one.threads.start()
    job = one.tasks.submit("ann", WORK)
    assert started.wait(10)
    assert one.tasks.cancel("ann", job.id).state is JobState.CANCELLED
    until(lambda: not one.runner._leases)
    assert one.tasks.get("ann", job.id).state is JobState.CANCELLED
    with pytest.raises(Conflict):
        one.tasks.retry("ann", one.tasks.retry("ann", job.id).id)


def test_a_server_that_stops_leaves_its_jobs_for_the_next(office):
    started = threading.Event()

    def forever(task):
        started.set()
        while True:
            task.emit(Progress(step="read"))
            time.sleep(0.01)

    one = office(forever)
    one.threads.start()
    job = one.tasks.submit("ann", WORK)
    assert started.wait(10)
    one.threads.stop()
    left = one.tasks.get("ann", job.id)
    assert (left.state, left.attempts) == (JobState.QUEUED, 0)

    other = office(lambda *_: a_subject())
    other.threads.start()
    until(lambda: other.tasks.get("ann", job.id).state is JobState.DONE)


def test_a_job_whose_lease_ended_goes_back_and_the_old_claim_is_worth_nothing(office):
    one = office(lambda *_: a_subject())
    job = one.tasks.submit("ann", WORK)
    old = one.queue.claim(job.id, now=now() - timedelta(seconds=LEASE_S + 1), lease_s=LEASE_S).claim
    assert [back.job_id for back in one.queue.reap(now=now())] == [job.id]
    assert not one.queue.store("ann").finish(old, JobState.DONE)
    assert one.runner.run(job.id)
    assert one.tasks.get("ann", job.id).state is JobState.DONE


def test_a_live_claim_is_not_reaped(office):
    one = office(lambda *_: a_subject())
    job = one.tasks.submit("ann", WORK)
    one.queue.claim(job.id, now=now(), lease_s=LEASE_S)
    assert one.queue.reap(now=now()) == []
    assert one.queue.claim_next(list(Queue), now=now(), lease_s=LEASE_S) is None


def test_a_password_reaches_the_work_and_no_row_and_is_forgotten_at_the_end(office):
    seen = []

    def perform(task):
        seen.append(task.password)
        return a_subject()

    one = office(perform)
    work = IngestWork(subject_id="sub_1", blob="0" * 64, name="a", source="a", options=IngestOptions())
    job = one.tasks.submit("ann", work, password="horse")
    assert "horse" not in str(one.tasks.get("ann", job.id))
    one.runner.run(job.id)
    assert seen == ["horse"]
    assert one.passwords.get(job.id) is None


def test_a_queue_of_more_weight_comes_first_and_the_oldest_job_of_a_queue(office):
    one = office(lambda *_: a_subject())
    for number, kind in enumerate(("quiz", "ingest", "quiz", "ingest")):
        one.queue.store("ann").add(
            JobInfo(id=f"job_{number}", kind=kind, state=JobState.QUEUED, request="{}", created_at=now())
        )

    def take(*queues):
        return one.queue.claim_next(queues, now=now(), lease_s=LEASE_S).claim.job.id

    assert take(Queue.GENERATION) == "job_0"
    assert [take(*Queue) for _ in range(3)] == ["job_1", "job_3", "job_2"]
    overview = SqlJobOverview(one.database)
    assert overview.counts() == {("quiz", JobState.RUNNING): 2, ("ingest", JobState.RUNNING): 2}


def test_whoever_watches_is_told_that_a_job_died_whose_workers_ended_too_often(office):
    one = office(lambda *_: a_subject())
    job = one.tasks.submit("ann", WORK)
    for _ in range(MAX_ATTEMPTS):
        assert one.queue.claim(job.id, now=now() - timedelta(seconds=2 * LEASE_S), lease_s=LEASE_S)
        one.queue.reap(now=now())
    assert not one.runner.run_next()
    assert one.tasks.get("ann", job.id).state is JobState.DEAD
    assert one.events.since("ann", "")[-1].job.state is JobState.DEAD
