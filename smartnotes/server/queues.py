"""The doorbell between gateways and workers: three Huey queues in Redis.

A message says that a job of its queue waits and names one, nothing else; whoever hears it takes the oldest waiting job
from the rows. Huey loses messages (a worker that is killed takes one with it), rows do not get lost: whoever has
nothing to do looks at them every second, and a bell only saves that second. Messages are pickles, so they are signed:
only who knows the server's secret can put one in.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from huey import RedisHuey  # type: ignore[import-untyped]
from huey.serializer import SignedSerializer  # type: ignore[import-untyped]

from smartnotes.core.jobs import Queue
from smartnotes.server.redislog import reachable

Answered = Callable[[Queue, str], None]
"""(queue, job id): what a worker does when the bell rings."""


def _nobody(queue: Queue, job_id: str) -> None:
    raise AssertionError(f"a gateway was asked to work on {job_id} of {queue}")


class HueyBell:
    """`Bell` that workers on any machine hear; `answered` is given by workers only."""

    def __init__(self, url: str, *, secret: bytes, answered: Answered = _nobody) -> None:
        key = hmac.digest(secret, b"smartnotes queue 1", hashlib.sha256).hex()
        self.huey: dict[Queue, RedisHuey] = {}
        self._tasks: dict[Queue, Callable[[str], object]] = {}
        for queue in Queue:
            made = RedisHuey(
                f"smartnotes.{queue}",
                url=url,
                results=False,
                serializer=SignedSerializer(secret=key, salt=queue.value),
                clean_name=False,
            )
            self.huey[queue] = made
            self._tasks[queue] = made.task(name="work")(_task(queue, answered))

    def ring(self, job_id: str, *, queue: Queue) -> None:
        """Wake a worker of this queue."""
        with reachable():
            self._tasks[queue](job_id)

    def waiting(self, queue: Queue) -> int:
        """Return how many messages of a queue nobody has heard yet."""
        with reachable():
            return int(self.huey[queue].pending_count())


def _task(queue: Queue, answered: Answered) -> Callable[[str], None]:
    def work(job_id: str) -> None:
        answered(queue, job_id)

    return work
