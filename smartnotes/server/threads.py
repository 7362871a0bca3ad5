"""The threads of a process that do jobs, one each at a time; and the row that says that this process is there."""

from __future__ import annotations

import logging
import os
import platform
import sys
import threading
import time
from contextlib import suppress

from smartnotes.client.localjob import now
from smartnotes.core.errors import SmartNotesError
from smartnotes.core.ids import new_id
from smartnotes.core.jobs import Queue, WorkerInfo
from smartnotes.server.running import Runner
from smartnotes.stores.workers import SqlWorkers

log = logging.getLogger("smartnotes.worker")

LOOK_S = 1.0
"""How often a thread without a job looks at the rows without a bell: for tries that were put off, lost bells."""

BEAT_S = 5.0
"""How often the process says that it is there."""

BEHIND = 5
"""How far behind everything else the operating system puts work on jobs (its "nice" value): people wait for answers."""


class Threads:
    """`count` threads that do the jobs of a runner. It is the bell too, of a server that is one process.

    A bell only saves time: threads that have nothing to do look at the rows every `LOOK_S`, busy ones after each job.
    """

    def __init__(self, runner: Runner, workers: SqlWorkers, *, count: int = 2) -> None:
        self._runner = runner
        self._workers = workers
        self._count = count
        self._id = new_id("wrk")
        self._started_at = now()
        # Bounded: bells that ring while all are busy must not add up to hundreds of looks at nothing.
        self._wake = threading.BoundedSemaphore(count)
        self._over = threading.Event()
        self._waiting = 0
        self._counting = threading.Lock()
        self.idle = threading.Event()
        self._threads = [threading.Thread(target=self._work, name=f"job-{n}", daemon=True) for n in range(count)]
        self._threads.append(threading.Thread(target=self._beat, name="worker-heartbeat", daemon=True))

    def ring(self, job_id: str, *, queue: Queue) -> None:  # noqa: ARG002 - a `Bell`; the first job comes first here
        """Wake a thread."""
        with suppress(ValueError):  # as many as there are threads will look already
            self._wake.release()

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout_s: float = 10.0) -> bool:
        """Stop at the next safe points; jobs that were not done wait for the next start. Says whether all ended."""
        self._over.set()
        self._runner.stop()
        for _ in range(self._count):
            self.ring("", queue=Queue.OCR)
        until = time.monotonic() + timeout_s
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def info(self) -> WorkerInfo:
        """Return what this process does now."""
        return WorkerInfo(
            id=self._id,
            host=platform.node(),
            process_id=os.getpid(),
            queues=self._runner.queues,
            slots=self._count,
            jobs=self._runner.under_way(),
            started_at=self._started_at,
            seen_at=now(),
        )

    def _work(self) -> None:
        step_back()
        while not self._over.is_set():
            try:
                worked = self._runner.run_next()
            except SmartNotesError as error:
                log.warning("no job could be taken: %s", error.message)
                worked = False
            except Exception:  # the job runner: whatever happened to one job must not end the thread
                log.exception("no job could be taken")
                worked = False
            if not worked and not self._over.is_set():
                self._wait()

    def _wait(self) -> None:
        with self._counting:
            self._waiting += 1
            self.idle.set()
        self._wake.acquire(timeout=LOOK_S)
        with self._counting:
            self._waiting -= 1
            if not self._waiting:
                self.idle.clear()

    def _beat(self) -> None:
        over = False
        while not over:
            try:
                self._workers.beat(self.info())
            except SmartNotesError as error:
                log.warning("this worker could not say that it is there: %s", error.message)
            over = self._over.wait(BEAT_S)
        try:
            self._workers.remove(self._id)
        except SmartNotesError:
            log.info("this worker's row is left to time")


def step_back() -> None:
    """Let everything else on this machine go first, for what this thread does and what it starts.

    On Linux a nice value belongs to a thread, and children inherit it; elsewhere nothing is changed, for there it would
    be the whole process.
    """
    if sys.platform == "linux":
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)
        except OSError as error:
            log.debug("jobs run at full priority: %s", error)
