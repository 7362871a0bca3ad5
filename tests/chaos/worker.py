"""The worker that a storm kills: real queues, claims and leases around work that leaves a trace in the database.

Usage: python -m tests.chaos.worker DATABASE_URL REDIS_URL
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time

import sqlalchemy as sa

from smartnotes.core.events import Progress
from smartnotes.core.jobs import Queue
from smartnotes.core.model import Value
from smartnotes.core.usecases.work import IngestWork
from smartnotes.server.running import Task
from smartnotes.server.worker import Worker, serve
from smartnotes.stores.database import Database
from smartnotes.stores.jobs import SqlJobQueue

SECRET = b"of the storm " * 4
STEPS = 5
POISON = "poison"


class Done(Value):
    """What the work gives back."""

    name: str


def main(database_url: str, redis_url: str) -> None:
    database = Database(database_url)

    def perform(task: Task) -> Value:
        work, emit = task.work, task.emit
        assert isinstance(work, IngestWork)
        if work.name == POISON:
            os.kill(os.getpid(), signal.SIGKILL)
        for step in range(STEPS):
            emit(Progress(step="read", done=step + 1, total=STEPS))
            time.sleep(random.uniform(0.01, 0.08))  # noqa: S311 - how long a page takes
        with database.write() as connection:
            effect = sa.text("INSERT INTO effects VALUES (:name, :owner) ON CONFLICT DO NOTHING")
            connection.execute(effect, {"name": work.name, "owner": task.owner})
        return Done(name=work.name)

    serve(
        Worker(
            url=redis_url,
            secrets=[SECRET],
            jobs=SqlJobQueue(database),
            perform=perform,
            queues=tuple(Queue),
            concurrency=1,
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
