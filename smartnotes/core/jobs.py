"""Jobs: work that may take longer than a second, as a row with a lease.

    queued ──claim──> running ──> done
      ^                 │ ├─────> failed      an error of ours that no retry mends
      │  lease expired, │ ├─────> cancelled
      └── retryable ────┘ └─────> dead        too many attempts; stays visible, retried by hand

The row is the truth. Whoever claims it gets a token; only the holder of the current token may renew or finish it, so a
worker that was thought dead cannot overwrite the one that took over (a fencing token).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from smartnotes.core.errors import Conflict, OptionsError
from smartnotes.core.events import Progress
from smartnotes.core.model import Value
from smartnotes.core.study import Answer


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DEAD = "dead"

    @property
    def final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


LEGAL: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset(JobState) - {JobState.RUNNING},
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset({JobState.QUEUED}),
    JobState.CANCELLED: frozenset({JobState.QUEUED}),
    JobState.DEAD: frozenset({JobState.QUEUED}),
}
"""The moves a job may make; back to queued from a final state is a retry by hand."""


class JobError(Value):
    """Why a job ended badly; turned back into the error class by `code`."""

    code: str
    message: str
    hint: str = ""


class JobInfo(Value):
    """A job as others see it. `request` and `result` are the JSON of the use case's options and value.

    `lease_until` ends the claim of a running job; a queued one is not tried before it (after a failure that may pass).
    `attempts` counts how often it was begun. `request_id` is the HTTP request that asked for it, "" where none did.
    """

    id: str
    kind: str
    state: JobState
    request: str
    result: str | None = None
    progress: Progress | None = None
    attempts: Annotated[int, Field(ge=0)] = 0
    error: JobError | None = None
    created_at: AwareDatetime
    lease_until: AwareDatetime | None = None
    request_id: str = ""


class Event(Value):
    """Something that happened to a job: it went one step on, or its state changed (exactly one of the fields is there).

    A question asked over a live connection is told of in the same way: `job_id` is then the question's id, and `answer`
    or `error` is its end.

    `id` orders the events of a user: ``milliseconds-number``, compared as two numbers. Whoever lost the connection asks
    for what came after the last id it saw.
    """

    id: str = ""
    job_id: str
    progress: Progress | None = None
    job: JobInfo | None = None
    answer: Answer | None = None
    error: JobError | None = None


def event_order(event_id: str) -> tuple[int, int]:
    """Return what to compare event ids by; (0, 0) comes before all. Raises `OptionsError` for what is no id."""
    if not event_id:
        return (0, 0)
    milliseconds, separator, number = event_id.partition("-")
    if not (separator and milliseconds.isdecimal() and number.isdecimal() and len(event_id) <= 64):
        raise OptionsError("An event id has the form 1700000000000-0.")
    return (int(milliseconds), int(number))


class Queue(StrEnum):
    """What kind of work a worker takes: reading files, models, or making documents. The first is taken first."""

    OCR = "ocr"
    AI = "ai"
    GENERATION = "generation"


PAGES = "pages"
"""The kind of a job that is part of another one: some pages of a lecture, read beside its others."""


INDEX = "index"
"""The kind of a job that makes vectors anew."""


def queue_of(kind: str) -> Queue:
    """Return the queue that a kind of job begins in."""
    if kind == INDEX:
        return Queue.AI
    return Queue.OCR if kind in ("ingest", PAGES) else Queue.GENERATION


class OwnedJob(Value):
    """A job and whose it is, as an administrator sees it."""

    owner: str
    queue: Queue
    job: JobInfo


class QueueInfo(Value):
    """How a queue stands. Parts of a lecture that is read by several workers count as jobs of their own here.

    `waiting` may be begun now, `delayed` is to be tried again later; `dead` have been given up.
    """

    queue: Queue
    waiting: int = 0
    delayed: int = 0
    running: int = 0
    dead: int = 0
    oldest_waiting_s: float | None = None


class WorkerInfo(Value):
    """A process that does jobs: what it listens to, how many at once, which ones it does now."""

    id: str
    host: str
    process_id: int
    queues: tuple[Queue, ...]
    slots: int
    jobs: tuple[str, ...] = ()
    started_at: AwareDatetime
    seen_at: AwareDatetime


def backoff_s(attempts: int) -> float:
    """Return how long to wait after the given number of failed attempts: 2, 4, 8, ... and at most 60 seconds."""
    return min(60.0, 2.0 ** max(1, attempts))


class Claim(Value):
    """The right to work on a job until the lease ends; renew it with a heartbeat.

    `tries` counts the claims since the job last got on, this one included.
    """

    job: JobInfo
    token: Annotated[int, Field(ge=1)]
    tries: Annotated[int, Field(ge=1)] = 1


LEASE_S = 30.0
"""How long a claim lasts without a heartbeat."""

MAX_ATTEMPTS = 5
"""A job that was claimed this often without getting on is dead."""

PATIENCE = 20
"""How often a job is begun in all while something that it needs is away."""


def check_move(old: JobState, new: JobState) -> None:
    """Raise `Conflict` where a job in state `old` may not become `new`."""
    if new not in LEGAL[old]:
        raise Conflict(f"A job that is {old} cannot become {new}.")
