"""What all requests of a gateway share: engines, database, vectors, jobs."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request

from smartnotes.bootstrap import build_database, build_engines, build_reader, build_stores, build_vectors
from smartnotes.client.local import LocalNotebook
from smartnotes.core.errors import Unavailable
from smartnotes.core.options import Isolation
from smartnotes.core.ports import Engines, Stores
from smartnotes.server.events import EventLog, MemoryEvents
from smartnotes.server.running import Runner, Threads, performer
from smartnotes.server.tasks import MemoryPasswords, Tasks
from smartnotes.settings import Settings
from smartnotes.stores.database import Database
from smartnotes.stores.jobs import SqlJobQueue
from smartnotes.stores.vectors import ChromaVectors


@dataclass(frozen=True)
class Gateway:
    """The shared parts; threads may use them at once. `workers` are the threads that do jobs in this process."""

    settings: Settings
    home: Path
    engines: Engines
    database: Database
    vectors: ChromaVectors
    events: EventLog
    queue: SqlJobQueue
    tasks: Tasks
    workers: Threads

    def stores(self, owner: str) -> Stores:
        """Return the stores of one user."""
        return build_stores(self.home, owner=owner, database=self.database, vectors=self.vectors)

    def notebook(self, owner: str) -> LocalNotebook:
        """Return the notebook of one user."""
        return LocalNotebook(stores=self.stores(owner), engines=self.engines, settings=self.settings)

    def check(self) -> None:
        """Try what every request needs. Raises `Unavailable`."""
        self.database.check()
        try:
            with tempfile.TemporaryFile(dir=self.home):
                pass
        except OSError as error:
            raise Unavailable("The server's data folder cannot be written to.") from error

    def close(self) -> None:
        """Put jobs under way back into the queue and let go of everything."""
        self.workers.stop()
        self.database.close()


def open_gateway(settings: Settings, *, home: Path, engines: Engines | None = None) -> Gateway:
    """Return a gateway that does its jobs itself, on the rows of the database that the settings name."""
    # Files of other people are only ever read in sandboxed children, whatever the settings say.
    chosen = engines or build_engines(settings)._replace(reader=build_reader(Isolation.SANDBOX))
    database = build_database(settings, home)
    vectors = build_vectors(home)
    events = MemoryEvents()
    passwords = MemoryPasswords()
    queue = SqlJobQueue(database)

    def stores_for(owner: str) -> Stores:
        return build_stores(home, owner=owner, database=database, vectors=vectors)

    do = performer(engines=chosen, stores_for=stores_for)
    workers = Threads(Runner(queue, perform=do, events=events, passwords=passwords), queue, count=settings.server.jobs)
    tasks = Tasks(queue, events=events, bell=workers, passwords=passwords)
    return Gateway(settings, home, chosen, database, vectors, events, queue, tasks, workers)


def gateway_of(request: Request) -> Gateway:
    """Return the gateway that a request came to."""
    gateway: Gateway = request.app.state.gateway
    return gateway
