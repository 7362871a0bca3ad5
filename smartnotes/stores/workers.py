"""Who does jobs now, and who of them does what only one should do."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from smartnotes.core.jobs import Queue, WorkerInfo
from smartnotes.stores.database import Database
from smartnotes.stores.holders import is_dead, this_process
from smartnotes.stores.worker_tables import leases, workers

SILENT_S = 20.0
"""A worker that was not heard of for so long is gone."""


class SqlWorkers:
    """The processes that do jobs, each with a row that it renews."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, worker: WorkerInfo) -> None:
        """Keep or renew a worker's row."""
        values = worker.model_dump(include={"host", "process_id", "slots", "started_at", "seen_at"})
        values |= {"queues": " ".join(worker.queues), "jobs": " ".join(worker.jobs), "holder": this_process()}
        with self._database.write() as connection:
            changed = connection.execute(workers.update().where(workers.c.id == worker.id).values(values))
            if not changed.rowcount:
                connection.execute(workers.insert().values(values | {"id": worker.id}))

    def remove(self, worker_id: str) -> None:
        """Forget a worker that has ended."""
        with self._database.write() as connection:
            connection.execute(workers.delete().where(workers.c.id == worker_id))

    def all(self, *, now: datetime) -> list[WorkerInfo]:
        """Return the workers that are there, by host and age."""
        fresh = workers.c.seen_at > now - timedelta(seconds=SILENT_S)
        chosen = sa.select(workers).where(fresh).order_by(workers.c.host, workers.c.started_at, workers.c.id)
        with self._database.read() as connection:
            return [_info(row) for row in connection.execute(chosen) if not is_dead(row.holder)]

    def forget(self, *, before: datetime) -> int:
        """Forget workers that were not heard of since then; returns how many."""
        with self._database.write() as connection:
            return connection.execute(workers.delete().where(workers.c.seen_at < before)).rowcount


class SqlLeases:
    """Leases by name: whoever takes one has it until its time is over, or the process has died."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, *, now: datetime, lease_s: float) -> bool:
        """Take or prolong a lease; False where another process has it."""
        mine = this_process()
        values = {"holder": mine, "until": now + timedelta(seconds=lease_s)}
        try:
            with self._database.write() as connection:
                row = connection.execute(sa.select(leases).where(leases.c.name == name).with_for_update()).one_or_none()
                if row is None:
                    connection.execute(leases.insert().values(values | {"name": name}))
                    return True
                if row.holder != mine and row.until > now and not is_dead(row.holder):
                    return False
                connection.execute(leases.update().where(leases.c.name == name).values(values))
                return True
        except sa.exc.IntegrityError:  # another process was the first to take it ever
            return False

    def due(self, name: str, *, now: datetime, every_s: float) -> bool:
        """Say whether something is to be done again, and note that it is done now."""
        with self._database.write() as connection:
            row = connection.execute(sa.select(leases).where(leases.c.name == name).with_for_update()).one_or_none()
            if row is not None and row.until > now:
                return False
            values = {"holder": "", "until": now + timedelta(seconds=every_s)}
            if row is None:
                connection.execute(leases.insert().values(values | {"name": name}))
            else:
                connection.execute(leases.update().where(leases.c.name == name).values(values))
            return True

    def release(self, name: str) -> None:
        """Give a lease of ours back."""
        mine = (leases.c.name == name) & (leases.c.holder == this_process())
        with self._database.write() as connection:
            connection.execute(leases.delete().where(mine))

    def forget(self, *, before: datetime) -> int:
        """Forget leases that ran out before that, of processes that died with them; returns how many."""
        over = (leases.c.holder != "") & (leases.c.until < before)
        with self._database.write() as connection:
            return connection.execute(leases.delete().where(over)).rowcount


def _info(row: sa.Row[tuple[object, ...]]) -> WorkerInfo:
    return WorkerInfo(
        id=row.id,
        host=row.host,
        process_id=row.process_id,
        queues=tuple(Queue(queue) for queue in row.queues.split()),
        slots=row.slots,
        jobs=tuple(row.jobs.split()),
        started_at=row.started_at,
        seen_at=row.seen_at,
    )
