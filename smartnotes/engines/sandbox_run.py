"""One file read by several children: who reads what, for how long, and what becomes of a page that kills its reader."""

from __future__ import annotations

import json
import queue
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from smartnotes.core.errors import DamagedFile, EngineError, SmartNotesError, TooLarge, error_class
from smartnotes.core.events import Emit, Progress
from smartnotes.core.model import PageWarning
from smartnotes.core.options import IngestOptions, LocalModels, how_to_raise
from smartnotes.core.ports import PageRead, SourceInfo
from smartnotes.engines.formats import PDF, TIFF
from smartnotes.engines.sandbox_child import Child, Inbox, Message
from smartnotes.engines.workfolder import WorkFolder

START_S = 60.0
"""Seconds for Python to start and import, on a busy machine."""

_BATCH_S = 0.5  # a child is given about this much work at once
_MAX_BATCH = 16
_WORTH_S = 0.8  # work left for each child that pays for starting one more
_PICTURED_BYTES = 30_000  # of a file for each of its pages: they are scans, or full of pictures
_PICTURED_S = 0.5  # such a page takes about as long
_TICK_S = 0.5
_SHORT_TICK_S = 0.1  # while another child may have to be started
_ATTEMPTS = 2  # a page whose child crashed is tried once more, alone
_MAX_TIMEOUTS = 3  # pages that may run out of time before the rest is given up: the whole must end some day
_MAX_CRASHES = 20


class Run:
    """The children that read one file, and what they have left to do."""

    def __init__(
        self,
        path: Path,
        info: SourceInfo,
        *,
        options: IngestOptions,
        folder: WorkFolder,
        emit: Emit,
        children: int,
        models: LocalModels,
    ) -> None:
        self._models = models
        self._path, self._info, self._options = path, info, options
        self._folder, self._emit, self._most = folder, emit, children
        self._inbox: Inbox = queue.SimpleQueue()
        self._children: list[Child] = []
        self._started = 0
        self._todo: deque[int] = deque()
        self._suspects: deque[int] = deque()  # read alone, after everything else
        self._crashes: Counter[int] = Counter()
        self._timeouts = 0
        self._failed_starts = 0
        self._mean_s = 0.0
        self._expected_s = expected_page_s(path, info)
        self._done = 0
        self._total = 0
        self._last_emit = 0.0

    def adopt(self, child: Child) -> None:
        """Take over a child that has the file open."""
        child.inbox = self._inbox
        self._children.append(child)
        self._started = 1

    def stop(self) -> None:
        """End all children; may be called twice."""
        for child in self._children:
            child.kill()
        self._children.clear()

    def results(self, numbers: Sequence[int]) -> Iterator[PageRead | PageWarning]:
        """Yield a result for each page. Raises what opening the file raises, and whatever `emit` does."""
        self._todo.extend(numbers)
        self._total = len(numbers)
        while self._done < self._total:
            self._staff()
            for result in self._step():
                self._done += 1
                yield result

    def _step(self) -> list[PageRead | PageWarning]:
        """Handle one message, or the time that has passed without one."""
        try:
            message = self._inbox.get(timeout=_TICK_S if len(self._children) >= self._most else _SHORT_TICK_S)
        except queue.Empty:
            self._report(None)
            return self._overdue()
        child = message.child
        if child not in self._children:
            return []
        started_s = child.since_s
        result: list[PageRead | PageWarning] = []
        try:
            if message.word == "page":
                result = [child.take(message)]
            elif message.word == "lost":
                result = [self._lost(child, message)]
            child.note(message)
        except (EngineError, ValueError):  # not what our program says: it has been taken over, or its memory is broken
            return self._bury(child)
        match message.word:
            case "start":
                self._report(child.current)
            case "page" | "lost":
                self._time(message.at_s - started_s)
            case "error":
                raise open_error(child, message)
            case "end":
                return self._bury(child)
        return result

    def _lost(self, child: Child, message: Message) -> PageWarning:
        warning = PageWarning.model_validate_json(message.rest)
        if warning.page != child.current:
            raise EngineError("The reading process gave a warning about another page.")
        return warning

    def _report(self, page: int | None) -> None:
        now = time.monotonic()
        if page is None and now - self._last_emit < _TICK_S:
            return
        self._last_emit = now
        done = self._info.pages - self._total + self._done
        self._emit(Progress(step="read", done=max(0, done), total=self._info.pages, unit="pages", page=page))

    def _time(self, seconds: float) -> None:
        self._mean_s = seconds if not self._mean_s else 0.7 * self._mean_s + 0.3 * seconds

    # who reads what

    def _staff(self) -> None:
        """Give work to children that have little, and start another one where that pays."""
        for child in self._children:
            while self._todo and len(child.pages) < self._batch():
                count = min(len(self._todo), self._batch())
                child.read([self._todo.popleft() for _ in range(count)])
            if not child.pages and not self._todo and self._suspects:
                child.read([self._suspects.popleft()])
        waiting = len(self._todo) + len(self._suspects)
        if waiting and (not self._children or (len(self._children) < self._most and self._is_worth_another())):
            self._hire()

    def _batch(self) -> int:
        """Return how many pages make about half a second; one before that is known."""
        if not self._mean_s:
            return 1
        return max(1, min(_MAX_BATCH, int(_BATCH_S / self._mean_s)))

    def _is_worth_another(self) -> bool:
        now = time.monotonic()
        running = [now - child.since_s for child in self._children if child.current is not None]
        page_s = max([self._mean_s or self._expected_s, *running])
        return page_s * len(self._todo) > _WORTH_S * len(self._children)

    def _hire(self) -> None:
        self._started += 1
        folder = self._folder.subfolder(str(self._started))
        try:
            child = Child(self._path, options=self._options, folder=folder, inbox=self._inbox, models=self._models)
        except OSError as error:
            raise EngineError(f"The reading process cannot be started: {error}.") from error
        self._children.append(child)
        child.read([(self._todo or self._suspects).popleft()])

    # what goes wrong

    def _overdue(self) -> list[PageRead | PageWarning]:
        """Kill children that have used up their time."""
        now = time.monotonic()
        limits = self._options.limits
        lost: list[PageRead | PageWarning] = []
        for child in list(self._children):
            spent = now - child.since_s
            if child.info is None and spent > (limits.file_s if child.report else START_S):
                raise open_timeout(child, limits.file_s)
            if child.current is not None and spent > limits.page_s:
                page = child.current
                self._dismiss(child)
                allowed = f"{limits.page_s:g} s (--set limits.page_s=NUMBER raises that)"
                message = f"Page {page} was not read within {allowed}."
                lost.append(PageWarning(page=page, code="page_timeout", message=message))
                self._timeouts += 1
        if self._timeouts >= _MAX_TIMEOUTS:
            lost += self._give_up("page_timeout", f"{self._timeouts} pages ran out of time")
        return lost

    def _bury(self, child: Child) -> list[PageRead | PageWarning]:
        """Clear up after a child that has ended, and decide about the page it was reading."""
        page = child.current
        opened = child.info is not None
        self._dismiss(child)
        if not opened:
            self._failed_starts += 1
            if self._failed_starts >= _ATTEMPTS:
                raise crash_error(child)
            return []
        if page is None:
            return []  # it was idle for long, or had not begun
        self._crashes[page] += 1
        if self._crashes[page] < _ATTEMPTS:
            self._suspects.append(page)
            return []
        memory = child.ran_out_of_memory()
        greedy = "it needs more memory than the limit memory_bytes (--set limits.memory_bytes=NUMBER raises it)"
        cause = greedy if memory else f"its reader {child.cause_of_death()}"
        code = "page_memory" if memory else "page_crashed"
        lost: list[PageRead | PageWarning] = []
        lost.append(PageWarning(page=page, code=code, message=f"Page {page} could not be read: {cause}."))
        if sum(self._crashes.values()) >= _MAX_CRASHES * _ATTEMPTS:
            lost += self._give_up(code, f"{len(self._crashes)} pages crashed their reader")
        return lost

    def _dismiss(self, child: Child) -> None:
        """Kill a child; what it had not begun goes back to the front of the queue."""
        child.kill()
        self._children.remove(child)
        for page in reversed(child.pages):
            if page == child.current:
                continue
            (self._suspects if self._crashes[page] else self._todo).appendleft(page)

    def _give_up(self, code: str, reason: str) -> list[PageRead | PageWarning]:
        """Return warnings for all pages not read yet."""
        left = [*self._todo, *self._suspects]
        for child in list(self._children):
            left += child.pages
            child.kill()
        self._children.clear()
        self._todo.clear()
        self._suspects.clear()
        return [PageWarning(page=page, code=code, message=f"Page {page} was not tried: {reason}.") for page in left]


def expected_page_s(path: Path, info: SourceInfo) -> float:
    """Return how long a page may take before one has been read; 0.0 where nothing tells.

    Waiting for the first page of a scan would leave the other cores idle for as long as the shortest scans take.
    """
    pictured = info.media_type in (PDF, TIFF) and path.stat().st_size > _PICTURED_BYTES * info.pages
    return _PICTURED_S if pictured else 0.0


def open_error(child: Child, message: Message) -> SmartNotesError:
    """Return the error for a child that could not open its file, from its own account or from how it ended."""
    if message.word != "error":
        return crash_error(child)
    told = json.loads(message.rest)
    return error_class(str(told["code"]))(str(told["message"]), hint=str(told["hint"]))


def crash_error(child: Child) -> SmartNotesError:
    """Return the error for a child that ended without an account of why."""
    child.kill()
    if not child.report:  # it never got as far as the file
        words = child.last_words().splitlines()
        return EngineError(f"The reading process cannot be started: {words[-1] if words else child.cause_of_death()}")
    if child.ran_out_of_memory():
        return TooLarge(
            "Opening the file needs more memory than the limit memory_bytes.",
            hint=how_to_raise("memory_bytes", instead="Print it to a new PDF from a viewer"),
        )
    return DamagedFile(
        f"The file crashes its reader ({child.cause_of_death()}).",
        hint="It is damaged, or made to do that. Open it in a viewer and print it to a new PDF.",
    )


def open_timeout(child: Child, file_s: float) -> SmartNotesError:
    """Return the error for a child that takes too long to open its file."""
    if not child.report:
        return EngineError(f"The reading process did not start within {START_S:g} s.")
    return TooLarge(
        f"Opening the file takes longer than the limit file_s of {file_s:g} s.",
        hint=how_to_raise("file_s", instead="Print it to a new PDF from a viewer"),
    )
