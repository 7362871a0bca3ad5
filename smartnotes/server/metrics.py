"""What Prometheus is told. Labels name routes, kinds and states; never a user or anything of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from smartnotes.client.localjob import now
from smartnotes.core.errors import Unavailable
from smartnotes.core.jobs import JobState, QueueInfo, WorkerInfo
from smartnotes.stores.database import Database
from smartnotes.stores.joboverview import SqlJobOverview
from smartnotes.stores.workers import SqlWorkers

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one gateway, and the jobs of all (which are in the database they share)."""

    def __init__(self, database: Database) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "smartnotes_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "smartnotes_request_seconds",
            "From a request's arrival to the end of its answer.",
            ["method", "route"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._registry.register(_Jobs(database))
        # Looking a label up costs more than counting; routes, methods and statuses are few.
        self._counter = cache(self._requests.labels)
        self._histogram = cache(self._seconds.labels)

    def answered(self, method: str, route: str, *, status: int, duration_s: float) -> None:
        """Count a request."""
        self._counter(method, route, str(status)).inc()
        self._histogram(method, route).observe(duration_s)

    def text(self) -> bytes:
        """Return everything in Prometheus's text format."""
        return generate_latest(self._registry)


class _Jobs:
    """The rows of jobs and workers, counted when they are asked for; without a database there are none to count."""

    def __init__(self, database: Database) -> None:
        self._overview = SqlJobOverview(database)
        self._workers = SqlWorkers(database)

    def describe(self) -> Iterator[Metric]:
        """Return nothing: registering must not open the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Count the rows."""
        try:
            at = now()
            yield from _families(self._overview.counts(), self._overview.queues(now=at), self._workers.all(now=at))
        except Unavailable:
            return


def _families(
    counts: Mapping[tuple[str, JobState], int], queues: Sequence[QueueInfo], workers: Sequence[WorkerInfo]
) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("smartnotes_jobs", "Jobs by what they do.", labels=["kind", "state"])
    for (kind, state), count in sorted(counts.items()):
        jobs.add_metric([kind, state.value], count)
    length = GaugeMetricFamily("smartnotes_queue_jobs", "Jobs in a queue.", labels=["queue", "state"])
    oldest = GaugeMetricFamily(
        "smartnotes_queue_oldest_seconds", "Age of the job that waits longest.", labels=["queue"]
    )
    listening = GaugeMetricFamily("smartnotes_queue_workers", "Workers that take jobs of a queue.", labels=["queue"])
    for info in queues:
        found = {"waiting": info.waiting, "delayed": info.delayed, "running": info.running, "dead": info.dead}
        for name, count in found.items():
            length.add_metric([info.queue.value, name], count)
        oldest.add_metric([info.queue.value], info.oldest_waiting_s or 0.0)
        listening.add_metric([info.queue.value], sum(info.queue in worker.queues for worker in workers))
    slots = GaugeMetricFamily("smartnotes_worker_slots", "Jobs that the workers can do at a time.")
    slots.add_metric([], sum(worker.slots for worker in workers))
    busy = GaugeMetricFamily("smartnotes_worker_slots_busy", "Jobs that the workers do now.")
    busy.add_metric([], sum(len(worker.jobs) for worker in workers))
    yield from (jobs, length, oldest, listening, slots, busy)
