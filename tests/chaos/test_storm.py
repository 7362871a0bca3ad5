"""Workers, PostgreSQL and Redis are killed while jobs are asked for and done: nothing is lost, nothing happens twice.

The storm is short here; ``STORM_S=60`` makes it a long one. The order of the kills is fixed by the seed.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from smartnotes.client.localjob import now
from smartnotes.core.errors import Unavailable
from smartnotes.core.jobs import JobState
from smartnotes.core.options import IngestOptions
from smartnotes.core.usecases.work import IngestWork
from smartnotes.server.queues import HueyBell
from smartnotes.server.redislog import RedisEvents, RedisPasswords, connect
from smartnotes.server.sealing import Seal
from smartnotes.server.tasks import Tasks
from smartnotes.stores.database import Database
from smartnotes.stores.jobs import SqlJobQueue
from smartnotes.stores.workers import SqlWorkers
from tests.chaos import services
from tests.chaos.worker import POISON, SECRET

log = logging.getLogger(__name__)

STORM_S = float(os.environ.get("STORM_S", "15"))
DRAIN_S = 30.0
EVERY_S = float(os.environ.get("STORM_EVERY_S", "0.2"))
WORKERS = 4
SEED = 20260301
USERS = ("ann", "bob")

TRACES = """
CREATE TABLE effects (name TEXT PRIMARY KEY, owner TEXT NOT NULL);
CREATE TABLE ends (job TEXT NOT NULL, state TEXT NOT NULL);
CREATE FUNCTION note_end() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO ends VALUES (NEW.id, NEW.state); RETURN NEW; END $$;
CREATE TRIGGER note_end AFTER UPDATE ON jobs FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state NOT IN ('queued', 'running'))
    EXECUTE FUNCTION note_end();
"""


class Storm:
    """The services, a gateway's side of the jobs, and the workers."""

    def __init__(self, folder: Path) -> None:
        self.postgres, database_url = services.postgres(folder / "postgres")
        self.redis, redis_url = services.durable_redis(folder)
        self.postgres.start()
        self.redis.start()
        self.database = Database(database_url)
        self.queue = SqlJobQueue(self.database)
        self.database.check()
        with self.database.write() as connection:
            connection.execute(sa.text(TRACES))
        client = connect(redis_url)
        self.events = RedisEvents(client)
        bell = HueyBell(redis_url, secret=SECRET)
        passwords = RedisPasswords(client, seal=Seal([SECRET]))
        self.tasks = Tasks(self.queue, events=self.events, bell=bell, passwords=passwords)
        self.workers = [services.worker(n, database_url, redis_url, folder=folder) for n in range(WORKERS)]
        for worker in self.workers:
            worker.start()

    def end(self) -> None:
        self.database.close()
        for service in (*self.workers, self.postgres, self.redis):
            service.kill()

    def keep_alive(self) -> None:
        """Start workers again that a poisoned job has killed, as whoever runs them would."""
        for worker in self.workers:
            if not worker.alive():
                worker.start()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]


@pytest.fixture
def storm():
    folder = Path(tempfile.mkdtemp(prefix="smartnotes-storm-"))
    folder.chmod(0o755)
    (folder / "postgres").mkdir()
    made = Storm(folder)
    yield made
    made.end()
    shutil.rmtree(folder, ignore_errors=True)


def work(number, name=None):
    options = IngestOptions()
    return IngestWork(
        subject_id="sub_1", blob=f"{number:064x}", name=name or f"work-{number}", source="", options=options
    )


def ask(storm, acknowledged, over):
    """Ask for work all the time; what failed is asked again, and only what was answered counts."""
    number = 0
    while not over.is_set():
        user = USERS[number % len(USERS)]
        try:
            acknowledged[storm.tasks.submit(user, work(number)).id] = user
            number += 1
        except Unavailable:
            pass
        time.sleep(EVERY_S)


def test_no_job_is_lost_and_none_is_done_twice_while_everything_is_killed(storm):
    chance = random.Random(SEED)  # noqa: S311 - a storm that can be repeated
    acknowledged: dict[str, str] = {}
    over = threading.Event()
    asking = threading.Thread(target=ask, args=(storm, acknowledged, over))
    asking.start()
    poison = storm.tasks.submit("ann", work(10**6, POISON)).id
    everything = [*storm.workers, storm.redis, storm.postgres]
    deck: list[services.Service] = []
    until = time.monotonic() + STORM_S
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.4, 1.2))
        storm.keep_alive()
        deck = deck or chance.sample(everything, len(everything))
        victim = deck.pop()
        victim.kill()
        victim.start()
    over.set()
    asking.join()

    began = time.monotonic()
    drained = began + DRAIN_S
    left = {*acknowledged, poison}
    while left and time.monotonic() < drained:
        storm.keep_alive()
        jobs = {job.id: job for user in USERS for job in storm.tasks.all(user, limit=10_000)}
        left = {job_id for job_id in left if not jobs[job_id].state.final}
        time.sleep(0.2)

    killed = {service.name: service.kills for service in everything}
    log.info("%d jobs, kills %s, drained in %.1f s", len(acknowledged), killed, time.monotonic() - began)
    assert not left, f"{len(left)} of {len(acknowledged)} still under way; kills: {killed}"
    states = Counter(jobs[job_id].state for job_id in acknowledged)
    assert states == {JobState.DONE: len(acknowledged)}, killed
    assert jobs[poison].state is JobState.DEAD
    assert len(acknowledged) > 20
    ends = Counter(job for job, _ in storm.rows("SELECT job, state FROM ends"))
    assert set(ends) >= {*acknowledged, poison}
    assert set(ends.values()) == {1}, "a job ended twice"
    done = {f"work-{int(work_of.blob, 16)}" for work_of in map(_work, (jobs[job_id] for job_id in acknowledged))}
    assert {name for (name,) in storm.rows("SELECT name FROM effects")} == done


def wait_until(holds, *, timeout_s=30.0):
    until = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def _work(job):
    return IngestWork.model_validate_json(job.request)


def test_a_worker_that_is_told_to_stop_puts_its_job_back_and_ends_well(storm):
    workers = SqlWorkers(storm.database)
    # One that is told to stop while Python still starts has no job to put back, and is simply ended by the signal.
    wait_until(lambda: len(workers.all(now=now())) == WORKERS)
    for number in range(30):
        storm.tasks.submit("ann", work(number))
    wait_until(lambda: any(job.state is JobState.RUNNING for job in storm.tasks.all("ann")))
    assert [worker.end() for worker in storm.workers] == [0] * WORKERS
    jobs = storm.tasks.all("ann")
    assert {job.state for job in jobs} <= {JobState.QUEUED, JobState.DONE}
    assert all(job.attempts == 0 for job in jobs if job.state is JobState.QUEUED)
