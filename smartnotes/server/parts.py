"""A long lecture, shared: its pages are split into parts that any worker takes, whoever has the job waits for them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from smartnotes.core.errors import Cancelled, error_class
from smartnotes.core.jobs import PAGES, JobInfo, JobState
from smartnotes.core.model import PageWarning
from smartnotes.core.usecases.reading import PagesRead
from smartnotes.core.usecases.work import WORK, IngestWork, PagesWork
from smartnotes.stores.jobparts import SqlParts, parts_done

SHARE_S = 10.0
"""Where less than so much reading is left, sharing it would not make it faster."""

PART_S = 8.0
"""How long reading a part may take: what a killed worker has to read again at most, and how soon all end."""

PAGES_AT_ONCE = 4
"""Pages of a part where nobody knows yet how long a page takes."""

LOOK_S = 0.3
"""How often the parts of others are looked at."""


class PageHelpers:
    """`Helpers` through job rows: every worker of the queue `ocr` may take a part, and so do we.

    `join` does a part that nobody has begun, calling what it is given now and then; False where there is none.
    """

    def __init__(
        self,
        parts: SqlParts,
        *,
        job: JobInfo,
        work: IngestWork,
        ring: Callable[[str], None],
        idle: Callable[[], int],
        join: Callable[[Callable[[], None]], bool],
        look_s: float = LOOK_S,
    ) -> None:
        self._parts = parts
        self._job = job
        self._work = work
        self._ring = ring
        self._idle = idle
        self._join = join
        self._look_s = look_s

    def begun(self) -> bool:
        """Say whether parts of an earlier run are still under way."""
        return any(not part.state.final for part in self._parts.all())

    def pay(self, *, left: int, page_s: float) -> bool:
        """Say whether enough is left, and somebody has the time to help."""
        return left > 1 and left * page_s > SHARE_S and self._idle() > 0

    def read(self, numbers: Sequence[int], *, page_s: float | None, report: Callable[[int], None]) -> PagesRead:
        """Read the pages together; see `Helpers.read`. Raises what ended a part badly, `Cancelled`."""
        self._split(numbers, page_s=page_s)
        looked_at = 0.0

        def look() -> None:
            nonlocal looked_at
            if time.monotonic() - looked_at >= self._look_s:
                looked_at = time.monotonic()
                parts = self._parts.all()
                report(min(len(numbers), parts_done(parts, pages=_counts(parts)).pages))

        while True:
            parts = self._parts.all()
            done = parts_done(parts, pages=_counts(parts))
            # Whoever reports is told here that the job was cancelled: its parts have gone by then.
            report(min(len(numbers), done.pages))
            if done.ended and parts:
                return _collected(parts)
            if not self._join(look):
                time.sleep(self._look_s)

    def _split(self, numbers: Sequence[int], *, page_s: float | None) -> None:
        """Make rows of the pages that no unfinished part has."""
        taken = {number for part in self._parts.all() if not part.state.final for number in _pages(part)}
        left = [number for number in numbers if number not in taken]
        size = part_size(len(left), page_s=page_s, readers=1 + self._idle())
        parts = [self._part(PagesWork(of=self._work, numbers=some)) for some in batches(left, size)]
        if not self._parts.replace(parts):
            raise Cancelled("The job was cancelled.")
        for part in parts:
            self._ring(part.id)

    def _part(self, work: PagesWork) -> JobInfo:
        return JobInfo(
            id=work.job_id(self._job.id),
            kind=PAGES,
            state=JobState.QUEUED,
            request=work.model_dump_json(),
            # As old as its job: whoever waits longest is served first.
            created_at=self._job.created_at,
            request_id=self._job.request_id,
        )


def part_size(pages: int, *, page_s: float | None, readers: int) -> int:
    """Return how many pages a part has: enough to be worth starting, few enough that all readers end together."""
    longest = PAGES_AT_ONCE if page_s is None else max(1, round(PART_S / max(page_s, 1e-3)))
    return max(1, min(longest, math.ceil(pages / (2 * max(1, readers)))))


def batches(numbers: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """Return the numbers in order, in tuples of `size`."""
    return [tuple(numbers[start : start + size]) for start in range(0, len(numbers), size)]


def _collected(parts: Sequence[JobInfo]) -> PagesRead:
    read, warnings = 0, list[PageWarning]()
    for part in parts:
        if part.state is JobState.DONE and part.result is not None:
            found = PagesRead.model_validate_json(part.result)
            read, warnings = read + found.read, [*warnings, *found.warnings]
        elif part.state is JobState.DEAD:
            lost = "Reading this page ended the process that read it, again and again."
            warnings += [PageWarning(page=number, code="page_crashed", message=lost) for number in _pages(part)]
        elif part.error is not None:
            raise error_class(part.error.code)(part.error.message, hint=part.error.hint)
    return PagesRead(read=read, warnings=tuple(sorted(warnings, key=lambda warning: warning.page or 0)))


def _pages(part: JobInfo) -> tuple[int, ...]:
    work = WORK.validate_json(part.request)
    return work.numbers if isinstance(work, PagesWork) else ()


def _counts(parts: Sequence[JobInfo]) -> list[int]:
    return [len(_pages(part)) for part in parts]
