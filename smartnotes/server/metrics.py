"""What Prometheus is told. Labels name routes, kinds and states; never a user or anything of theirs."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from smartnotes.core.errors import Unavailable
from smartnotes.core.jobs import queue_of
from smartnotes.stores.jobs import SqlJobQueue

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one gateway, and the jobs of all (which are in the database they share)."""

    def __init__(self, queue: SqlJobQueue) -> None:
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
        self._registry.register(_Jobs(queue))

    def answered(self, method: str, route: str, *, status: int, duration_s: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(duration_s)

    def text(self) -> bytes:
        """Return everything in Prometheus's text format."""
        return generate_latest(self._registry)


class _Jobs:
    """The job rows, counted when they are asked for; without a database there are none to count."""

    def __init__(self, queue: SqlJobQueue) -> None:
        self._queue = queue

    def describe(self) -> Iterator[Metric]:
        """Return nothing: registering must not open the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Count the rows."""
        family = GaugeMetricFamily("smartnotes_jobs", "Jobs by what they do.", labels=["queue", "kind", "state"])
        try:
            counts = self._queue.counts()
        except Unavailable:
            counts = {}
        for (kind, state), count in sorted(counts.items()):
            family.add_metric([queue_of(kind).value, kind, state.value], count)
        yield family
