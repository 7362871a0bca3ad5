"""What one process does for all: jobs of dead workers go back into their queue, what has expired is cleared away.

Every process that does jobs has a scheduler; a lease in the database lets one of them work, and another one takes over
as soon as that one is gone. When a chore was done last is kept there, too, so that it is not done again by the next.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from smartnotes.client.localjob import now
from smartnotes.core.errors import SmartNotesError, Unavailable
from smartnotes.server.tasks import Bell
from smartnotes.stores.jobs import SqlJobQueue
from smartnotes.stores.workers import SqlLeases

log = logging.getLogger("smartnotes.worker")

TICK_S = 1.0
LEASE_S = 10.0
"""How long the others wait where nobody can tell whether the one who has the lease is still alive."""
LEASE = "scheduler"


class Chore(NamedTuple):
    """Something to be done every so often. It returns how much there was to do, for the log."""

    name: str
    every_s: float
    do: Callable[[], int]


class Scheduler:
    """Looks after the rows, where it is this process's turn."""

    def __init__(self, queue: SqlJobQueue, leases: SqlLeases, *, bell: Bell, chores: Sequence[Chore] = ()) -> None:
        self._queue = queue
        self._leases = leases
        self._bell = bell
        self._chores = chores
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more, and let another process do it."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join(LEASE_S)
        try:
            self._leases.release(LEASE)
        except SmartNotesError:
            log.info("the scheduler's lease is left to time")

    def tick(self) -> bool:
        """Look once; False where another process does."""
        if not self._leases.take(LEASE, now=now(), lease_s=LEASE_S):
            return False
        for job_id, queue in self._queue.reap(now=now()):
            log.warning("job %s lost its worker and waits again", job_id)
            try:
                self._bell.ring(job_id, queue=queue)
            except Unavailable:
                log.debug("no bell; whoever is idle looks by itself")
        for chore in self._chores:
            if self._over.is_set():
                break
            if self._leases.due(f"chore:{chore.name}", now=now(), every_s=chore.every_s):
                self._do(chore)
        return True

    def _do(self, chore: Chore) -> None:
        try:
            done = chore.do()
        except Exception:  # a chore that fails must not keep the others, or the jobs, from being looked after
            log.exception("the chore %r failed", chore.name)
        else:
            if done:
                log.info("chore %r: %d", chore.name, done)

    def _run(self) -> None:
        while not self._over.wait(TICK_S):
            try:
                self.tick()
            except SmartNotesError as error:
                log.warning("the jobs could not be looked at: %s", error.message)
            except Exception:  # as above: the thread must outlive whatever happened
                log.exception("the jobs could not be looked at")
