"""A worker as `smartnotes worker` starts it, with settings from the environment, that one kind of file kills."""

from __future__ import annotations

import os
import signal

from smartnotes.bootstrap import build_database, build_engines, build_reader, build_stores, build_vectors
from smartnotes.client.localjob import now
from smartnotes.core.jobs import Queue
from smartnotes.core.model import Value
from smartnotes.core.options import Isolation
from smartnotes.core.usecases.work import IngestWork, Onward, perform_stage
from smartnotes.server.housekeeping import chores
from smartnotes.server.logs import set_up
from smartnotes.server.principal import SECRET_FILE
from smartnotes.server.running import Task
from smartnotes.server.tokens import secrets_from
from smartnotes.server.worker import Worker, serve
from smartnotes.settings import LogFormat, load_settings
from smartnotes.stores.jobs import SqlJobQueue

POISON = "poison.md"


def main() -> None:
    set_up(LogFormat.TEXT)
    loaded = load_settings()
    settings, home = loaded.settings, loaded.home / "server"
    database, vectors = build_database(settings, home), build_vectors(settings, home)
    engines = build_engines(settings)

    def perform(task: Task) -> Value | Onward:
        ingest = task.work if isinstance(task.work, IngestWork) else None
        if ingest is not None and ingest.name == POISON:
            os.kill(os.getpid(), signal.SIGKILL)
        # Notes are read in this process: a child for each would cost more than all the rest, and is tested elsewhere.
        is_note = ingest is not None and ingest.name.endswith(".md")
        return perform_stage(
            task.work,
            carried=task.carried,
            helpers=task.helpers,
            engines=engines._replace(reader=build_reader(Isolation.NONE if is_note else Isolation.SANDBOX, children=1)),
            stores=build_stores(home, owner=task.owner, database=database, vectors=vectors),
            emit=task.emit,
            clock=now,
            password=task.password,
        )

    serve(
        Worker(
            url=settings.redis.url,
            secrets=secrets_from(settings.server, file=home / SECRET_FILE),
            jobs=SqlJobQueue(database),
            perform=perform,
            queues=tuple(Queue),
            concurrency=1,
            chores=chores(settings, home=home, database=database),
        )
    )


if __name__ == "__main__":
    main()
