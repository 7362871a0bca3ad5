"""A worker: takes jobs of some queues, on this machine, for as long as it is not told to stop (`smartnotes worker`).

Any number may run on any number of machines. They share the database, Redis and the file store with the gateways. One
that is killed loses nothing: its jobs are taken over as soon as its lease ends, or at once where another worker on the
same machine sees that the process is gone.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import redis
from huey.consumer import Consumer  # type: ignore[import-untyped]

from smartnotes.bootstrap import build_database, build_engines, build_stores, build_vectors
from smartnotes.client.localjob import now
from smartnotes.core.errors import OptionsError, SettingsError, SmartNotesError
from smartnotes.core.jobs import Queue, queue_of
from smartnotes.core.ports import Stores
from smartnotes.server.principal import SECRET_FILE
from smartnotes.server.queues import HueyBell
from smartnotes.server.redislog import PREFIX, RedisEvents, RedisPasswords, connect, reachable
from smartnotes.server.running import KINDS, LOOK_S, Perform, Runner, performer
from smartnotes.server.sealing import Seal
from smartnotes.server.tokens import secrets_from
from smartnotes.settings import Settings, load_settings
from smartnotes.stores.jobs import SqlJobQueue

log = logging.getLogger("smartnotes.worker")

STOP_S = 30.0
"""A job under way has so long to reach a safe point when the worker is told to stop."""


class Scheduler:
    """Puts jobs of dead workers back and rings for rows that nobody was told of.

    Every worker has one, and Redis lets one of them look at a time. Without Redis all look: the rows allow that.
    """

    def __init__(self, queue: SqlJobQueue, *, bell: HueyBell, client: redis.Redis) -> None:
        self._queue = queue
        self._bell = bell
        self._client = client

    def tick(self) -> None:
        """Look once, where it is our turn."""
        try:
            if not self._client.set(f"{PREFIX}scheduler", "1", nx=True, px=int(LOOK_S * 900)):
                return
        except redis.RedisError as error:
            log.warning("Redis cannot be reached: %s", error)
        self._queue.reap(now=now())
        waiting = self._queue.waiting(now=now())
        missing = Counter({queue: -self._bell.waiting(queue) for queue in Queue})
        missing.update(queue_of(job.kind) for job in waiting)
        for job in waiting:
            if missing[queue_of(job.kind)] > 0:
                missing[queue_of(job.kind)] -= 1
                self._bell.ring(job.job_id, kind=job.kind)


class Worker:
    """Threads that listen to queues, and a scheduler."""

    def __init__(
        self,
        *,
        url: str,
        secrets: Sequence[bytes],
        jobs: SqlJobQueue,
        perform: Perform,
        queues: Sequence[Queue],
        concurrency: int,
    ) -> None:
        client = connect(url)
        passwords = RedisPasswords(client, seal=Seal(secrets))
        self._runner = Runner(jobs, perform=perform, events=RedisEvents(client), passwords=passwords)
        self._bell = HueyBell(url, secret=secrets[0], answered=self._answer)
        self._scheduler = Scheduler(jobs, bell=self._bell, client=client)
        self._over = threading.Event()
        self._consumers = [_Quiet(self._bell.huey[queue], concurrency) for queue in queues]
        self._ticking = threading.Thread(target=self._tick, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._ticking.start()
        for consumer in self._consumers:
            consumer.start()

    def check(self) -> None:
        """Start threads again that died; called now and then."""
        for consumer in self._consumers:
            consumer.check_worker_health()

    def stop(self, *, timeout_s: float = STOP_S) -> bool:
        """Take nothing new and put back what is under way; returns whether all came to an end in time."""
        self._over.set()
        for consumer in self._consumers:
            consumer.stop_flag.set()
        self._runner.stop()
        until = time.monotonic() + timeout_s
        ended = True
        for consumer in self._consumers:
            consumer.shutdown_timeout = max(0.0, until - time.monotonic())
            ended = consumer.join() and ended
        return ended

    def _answer(self, queue: Queue, _job_id: str) -> None:
        if not self._over.is_set():
            self._runner.run_next([kind for kind in KINDS if queue_of(kind) is queue])

    def _tick(self) -> None:
        while not self._over.wait(LOOK_S / 2):
            try:
                self._scheduler.tick()
            except SmartNotesError as error:
                log.warning("the jobs could not be looked at: %s", error.message)
            except Exception:  # the job runner's other half: it must outlive whatever happened
                log.exception("the jobs could not be looked at")


class _Quiet(Consumer):  # type: ignore[misc]
    """Huey's consumer on threads, without its signal handlers: several share a process here."""

    def __init__(self, huey: Any, workers: int) -> None:
        super().__init__(huey, workers=workers, periodic=False, max_delay=1.0)

    def _set_signal_handlers(self) -> None:
        pass

    def join(self) -> bool:
        """Wait for the threads; returns whether they ended within `shutdown_timeout`."""
        return bool(self._join_workers())


def run_worker(
    settings: Settings | None = None,
    *,
    home: Path | None = None,
    queues: Sequence[str] = tuple(Queue),
    concurrency: int = 1,
) -> None:
    """Work until SIGTERM or SIGINT; a second one ends at once. Raises `SettingsError`, `Unavailable`.

    Settings and the server's data folder are by default those of `create_app`.
    """
    loaded = load_settings()
    settings, home = settings or loaded.settings, home or loaded.home / "server"
    if not settings.redis.url:
        raise SettingsError("A worker needs Redis.", hint="Set redis.url, the same as the gateways'.")
    unknown = set(queues) - {queue.value for queue in Queue}
    if unknown:
        raise OptionsError(f"There is no queue {min(unknown)!r}.", hint=f"There are: {', '.join(Queue)}.")
    database, vectors = build_database(settings, home), build_vectors(settings, home)
    database.check()

    def stores_for(owner: str) -> Stores:
        return build_stores(home, owner=owner, database=database, vectors=vectors)

    worker = Worker(
        url=settings.redis.url,
        secrets=secrets_from(settings.server, file=home / SECRET_FILE),
        jobs=SqlJobQueue(database),
        perform=performer(engines=build_engines(settings), stores_for=stores_for),
        queues=[Queue(queue) for queue in queues],
        concurrency=concurrency,
    )
    with reachable():
        connect(settings.redis.url).ping()
    serve(worker)
    vectors.close()
    database.close()


def serve(worker: Worker) -> None:
    """Run a worker until the process is told to stop."""
    told = threading.Event()

    def on_signal(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    worker.start()
    while not told.wait(10.0):
        worker.check()
    if not worker.stop():
        log.warning("jobs were still under way; another worker takes them over")
