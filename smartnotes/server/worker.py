"""A worker: takes jobs of some queues, on this machine, for as long as it is not told to stop (`smartnotes worker`).

Any number may run on any number of machines. They share the database, Redis, the Chroma server and the file store with
the gateways. One that is killed loses nothing: its jobs are taken over as soon as its lease ends, or at once where
another worker on the same machine sees that the process is gone.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from huey.consumer import Consumer  # type: ignore[import-untyped]
from huey.consumer import Worker as HueyWorker
from typing_extensions import override

from smartnotes.bootstrap import build_blobs, build_database, build_engines, build_stores, build_vectors, llms_of
from smartnotes.client.localjob import now
from smartnotes.core.errors import OptionsError, SettingsError
from smartnotes.core.jobs import Queue
from smartnotes.core.ports import Stores
from smartnotes.server.housekeeping import chores
from smartnotes.server.principal import SECRET_FILE
from smartnotes.server.queues import HueyBell
from smartnotes.server.redislog import RedisEvents, RedisPasswords, check_durable, connect
from smartnotes.server.running import Perform, Runner, performer
from smartnotes.server.scheduler import Chore, Scheduler
from smartnotes.server.sealing import Seal
from smartnotes.server.threads import Threads
from smartnotes.server.tokens import secrets_from
from smartnotes.settings import Settings, load_settings
from smartnotes.stores.jobs import SqlJobQueue
from smartnotes.stores.workers import SqlLeases, SqlWorkers

log = logging.getLogger("smartnotes.worker")

STOP_S = 30.0
"""A job under way has so long to reach a safe point when the worker is told to stop."""


class Worker:
    """Threads that do jobs of some queues, those who listen for the bell of each, and a scheduler."""

    def __init__(
        self,
        *,
        url: str,
        secrets: Sequence[bytes],
        jobs: SqlJobQueue,
        perform: Perform,
        queues: Sequence[Queue],
        concurrency: int,
        chores: Sequence[Chore] = (),
    ) -> None:
        client = connect(url)
        self._bell = HueyBell(url, secret=secrets[0], answered=self._answer)
        workers = SqlWorkers(jobs.database)
        runner = Runner(
            jobs,
            perform=perform,
            events=RedisEvents(client),
            passwords=RedisPasswords(client, seal=Seal(secrets)),
            # In the order of their weight, however they were named.
            queues=[queue for queue in Queue if queue in queues],
            bell=self._bell,
            idle=lambda: idle_readers(workers),
        )
        self._threads = Threads(runner, workers, count=concurrency)
        self._scheduler = Scheduler(jobs, SqlLeases(jobs.database), bell=self._bell, chores=chores)
        self._ears = [_Ear(self._bell.huey[queue], self._threads.idle) for queue in runner.queues]

    def start(self) -> None:
        """Begin to work."""
        self._threads.start()
        self._scheduler.start()
        for ear in self._ears:
            ear.start()

    def check(self) -> None:
        """Start listening threads again that died; called now and then."""
        for ear in self._ears:
            ear.check_worker_health()

    def stop(self, *, timeout_s: float = STOP_S) -> bool:
        """Take nothing new and put back what is under way; returns whether all came to an end in time."""
        until = time.monotonic() + timeout_s
        for ear in self._ears:
            ear.stop_flag.set()
        ended = self._threads.stop(timeout_s=timeout_s)
        self._scheduler.stop()
        for ear in self._ears:
            ear.shutdown_timeout = max(0.1, until - time.monotonic())
            ended = ear.join() and ended
        return ended

    def _answer(self, queue: Queue, job_id: str) -> None:
        self._threads.ring(job_id, queue=queue)


class _Listener(HueyWorker):  # type: ignore[misc]
    """Takes messages while a thread has time for what they announce; otherwise they are left to other workers."""

    idle: threading.Event

    @override
    def loop(self, now: Any = None) -> None:
        """Hear one message."""
        if self.idle.wait(1.0):
            super().loop(now)


class _Ear(Consumer):  # type: ignore[misc]
    """Huey's consumer of one queue on one thread, without its signal handlers: several share a process here."""

    worker_class = _Listener

    def __init__(self, huey: Any, idle: threading.Event) -> None:
        self._idle = idle
        super().__init__(huey, workers=1, periodic=False, max_delay=1.0)

    @override
    def _create_worker(self) -> Any:
        worker = super()._create_worker()
        worker.idle = self._idle
        return worker

    @override
    def _set_signal_handlers(self) -> None:
        pass

    def join(self) -> bool:
        """Wait for the threads; returns whether they ended within `shutdown_timeout`."""
        return bool(self._join_workers())


def idle_readers(workers: SqlWorkers) -> int:
    """Return how many more pages could be read at the same time, as far as the workers' last heartbeats tell."""
    reading = [worker for worker in workers.all(now=now()) if Queue.OCR in worker.queues]
    return sum(max(0, worker.slots - len(worker.jobs)) for worker in reading)


def run_worker(
    settings: Settings | None = None,
    *,
    home: Path | None = None,
    queues: Sequence[str] = tuple(Queue),
    concurrency: int = 1,
    started: Callable[[], None] = lambda: None,
) -> bool:
    """Work until SIGTERM or SIGINT; a second one ends at once. Says whether all jobs came to a safe point.

    Settings and the server's data folder are by default those of `create_app`. `started` is called once it works.
    Raises `SettingsError`, `Unavailable`.
    """
    loaded = load_settings()
    settings, home = settings or loaded.settings, home or loaded.home / "server"
    check_settings(settings, queues=queues)
    database, vectors = build_database(settings, home), build_vectors(settings, home)
    blobs = build_blobs(settings, home)
    database.check()
    check_durable(connect(settings.redis.url))

    def stores_for(owner: str) -> Stores:
        return build_stores(home, owner=owner, database=database, vectors=vectors, blobs=blobs)

    worker = Worker(
        url=settings.redis.url,
        secrets=secrets_from(settings.server, file=home / SECRET_FILE),
        jobs=SqlJobQueue(database),
        perform=performer(
            engines=build_engines(settings),
            stores_for=stores_for,
            children=max(1, (os.cpu_count() or 1) // concurrency),
            llm_for=llms_of(settings),
        ),
        queues=[Queue(queue) for queue in queues],
        concurrency=concurrency,
        chores=chores(settings, home=home, database=database),
    )
    ended = serve(worker, started=started)
    vectors.close()
    database.close()
    return ended


def check_settings(settings: Settings, *, queues: Sequence[str]) -> None:
    """Raise `SettingsError` where a worker would share its queue with nobody, `OptionsError` for an unknown queue."""
    unknown = set(queues) - {queue.value for queue in Queue}
    if unknown:
        raise OptionsError(f"There is no queue {min(unknown)!r}.", hint=f"There are: {', '.join(Queue)}.")
    if not settings.redis.url:
        raise SettingsError("A worker needs Redis.", hint="Set redis.url, the same as the gateways'.")


def serve(worker: Worker, *, started: Callable[[], None] = lambda: None) -> bool:
    """Run a worker until the process is told to stop; says whether all jobs came to a safe point."""
    told = threading.Event()

    def on_signal(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    worker.start()
    started()
    while not told.wait(10.0):
        worker.check()
    ended = worker.stop()
    if not ended:
        log.warning("jobs were still under way; another worker takes them over")
    return ended
