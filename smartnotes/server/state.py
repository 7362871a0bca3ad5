"""What all requests of a gateway share: engines, database, vectors, jobs."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request

from smartnotes.bootstrap import (
    build_blobs,
    build_database,
    build_engines,
    build_reader,
    build_served_web,
    build_stores,
    build_vectors,
    llms_of,
)
from smartnotes.client.local import LocalNotebook
from smartnotes.client.localjob import now
from smartnotes.core.errors import SmartNotesError, Unavailable
from smartnotes.core.options import Isolation
from smartnotes.core.ports import BlobStore, Engines, Stores
from smartnotes.server.editing import Edits
from smartnotes.server.events import EventLog, MemoryEvents
from smartnotes.server.housekeeping import chores
from smartnotes.server.principal import SECRET_FILE
from smartnotes.server.queues import HueyBell
from smartnotes.server.redislog import RedisEvents, RedisPasswords, check_durable, connect, reachable
from smartnotes.server.running import Runner, performer
from smartnotes.server.scheduler import Scheduler
from smartnotes.server.sealing import Seal
from smartnotes.server.tasks import MemoryPasswords, Tasks
from smartnotes.server.threads import Threads
from smartnotes.server.tokens import secrets_from
from smartnotes.settings import Settings
from smartnotes.stores.database import Database
from smartnotes.stores.jobs import SqlJobQueue
from smartnotes.stores.partitions import ensure_partitions
from smartnotes.stores.vectors import ChromaVectors
from smartnotes.stores.workers import SqlLeases, SqlWorkers

log = logging.getLogger("smartnotes.server")


@dataclass(frozen=True)
class Gateway:
    """The shared parts; threads may use them at once.

    `workers` are the threads that do jobs in this process, None where workers of their own do.
    """

    settings: Settings
    home: Path
    engines: Engines
    database: Database
    vectors: ChromaVectors
    blobs: BlobStore
    events: EventLog
    queue: SqlJobQueue
    tasks: Tasks
    edits: Edits
    workers: Threads | None
    scheduler: Scheduler | None = None

    def stores(self, owner: str) -> Stores:
        """Return the stores of one user."""
        return build_stores(self.home, owner=owner, database=self.database, vectors=self.vectors, blobs=self.blobs)

    def notebook(self, owner: str) -> LocalNotebook:
        """Return the notebook of one user."""
        return LocalNotebook(
            stores=self.stores(owner), engines=self.engines, settings=self.settings, web=build_served_web
        )

    def check(self) -> None:
        """Try what every request needs. Raises `Unavailable`, which names what is away."""
        self.database.check()
        self.vectors.check()
        self.blobs.check()
        if self.settings.redis.url:
            with reachable():
                connect(self.settings.redis.url).ping()
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.home):
                pass
        except OSError as error:
            raise Unavailable("The server's data folder cannot be written to.") from error

    def start(self) -> None:
        """Prepare the tables of the months to come, and begin to do jobs where this process does them.

        Raises `SettingsError` for a Redis that may forget jobs.
        """
        if self.settings.redis.url:
            _check_redis(self.settings.redis.url)
        try:
            ensure_partitions(self.database, now=now())
        except SmartNotesError as error:
            log.warning("no partitions could be made: %s", error.message)
        if self.workers is not None:
            self.workers.start()
        if self.scheduler is not None:
            self.scheduler.start()

    def close(self) -> None:
        """Put jobs under way back into the queue and let go of everything."""
        if self.scheduler is not None:
            self.scheduler.stop()
        if self.workers is not None:
            self.workers.stop()
        self.vectors.close()
        self.database.close()


def open_gateway(settings: Settings, *, home: Path, engines: Engines | None = None) -> Gateway:
    """Return a gateway: with Redis one of several, whose jobs workers do; without, one that does them itself."""
    # Files of other people are only ever read in sandboxed children, whatever the settings say.
    chosen = engines or build_engines(settings)._replace(reader=build_reader(Isolation.SANDBOX))
    database = build_database(settings, home)
    vectors = build_vectors(settings, home)
    blobs = build_blobs(settings, home)
    queue, edits = SqlJobQueue(database), Edits(SqlLeases(database))
    if settings.redis.url:
        events, tasks = _with_workers(settings, home=home, queue=queue)
        return Gateway(settings, home, chosen, database, vectors, blobs, events, queue, tasks, edits, None)

    def stores_for(owner: str) -> Stores:
        return build_stores(home, owner=owner, database=database, vectors=vectors, blobs=blobs)

    own_events, passwords = MemoryEvents(), MemoryPasswords()
    do = performer(engines=chosen, stores_for=stores_for, llm_for=llms_of(settings))
    runner = Runner(queue, perform=do, events=own_events, passwords=passwords)
    threads = Threads(runner, SqlWorkers(database), count=settings.server.jobs)
    own_tasks = Tasks(queue, events=own_events, bell=threads, passwords=passwords)
    own_chores = chores(settings, home=home, database=database)
    scheduler = Scheduler(queue, SqlLeases(database), bell=threads, chores=own_chores)
    return Gateway(
        settings, home, chosen, database, vectors, blobs, own_events, queue, own_tasks, edits, threads, scheduler
    )


def _with_workers(settings: Settings, *, home: Path, queue: SqlJobQueue) -> tuple[EventLog, Tasks]:
    """Return what is shared with other gateways and workers through Redis."""
    client = connect(settings.redis.url)
    events = RedisEvents(client)
    secrets = secrets_from(settings.server, file=home / SECRET_FILE)
    bell = HueyBell(settings.redis.url, secret=secrets[0])
    return events, Tasks(queue, events=events, bell=bell, passwords=RedisPasswords(client, seal=Seal(secrets)))


def _check_redis(url: str) -> None:
    try:
        check_durable(connect(url))
    except Unavailable as error:  # it is waited for: requests that need it say so meanwhile
        log.warning("%s", error.message)


def gateway_of(request: Request) -> Gateway:
    """Return the gateway that a request came to."""
    gateway: Gateway = request.app.state.gateway
    return gateway
