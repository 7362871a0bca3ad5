"""Reading untrusted files in child processes that are locked in and watched by the clock."""

from __future__ import annotations

import json
import os
import queue
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

from smartnotes.core.errors import EngineError
from smartnotes.core.events import Emit
from smartnotes.core.model import PageWarning
from smartnotes.core.options import IngestOptions, LocalModels
from smartnotes.core.ports import PageRead, SourceInfo
from smartnotes.engines.formats import file_size
from smartnotes.engines.inline import InlineReader, reader_name
from smartnotes.engines.sandbox_child import Child, Inbox
from smartnotes.engines.sandbox_run import START_S, Run, open_error, open_timeout
from smartnotes.engines.workfolder import WorkFolder

__all__ = ["InlineReader", "SandboxedReader", "isolation_report"]


class SandboxedReader:
    """Reads files in child processes; a file that crashes, hangs or fills the memory costs a page, never this process.

    Up to `children` (default: one a core) read at a time, and only as many as pay. The child that inspected a file is
    kept for a few seconds, for reading it; `close` ends it at once. One thread at a time per reader.
    """

    def __init__(self, *, children: int | None = None, models: LocalModels | None = None) -> None:
        self.name = reader_name()
        self._models = models or LocalModels()
        self._children = children or _cores()
        self._kept: _Kept | None = None
        self._lock = threading.Lock()

    def inspect(self, path: Path, *, options: IngestOptions) -> SourceInfo:
        """Say what the file is. Raises `InputError` (or `NotFound`) where it cannot be read at all."""
        file_size(path)
        self.close()
        kept = _Kept(path, options, self._models)
        try:
            info = kept.open(options.limits.file_s)
        except BaseException:
            kept.close()
            raise
        with self._lock:
            self._kept = kept
        return info

    def fingerprints(self, path: Path, info: SourceInfo, *, options: IngestOptions) -> dict[int, str]:  # noqa: ARG002
        """Return the fingerprints of the pages that have one, from the child that inspected the file.

        None where that child is gone or takes too long: then reading has to do without.
        """
        with self._lock:
            kept = self._kept
        if kept is None or not kept.suits(path, options):
            return {}
        found = kept.fingerprints(options.limits.file_s)
        if found is None:
            self.close()
        return found or {}

    def read(
        self, path: Path, info: SourceInfo, *, numbers: Sequence[int], options: IngestOptions, emit: Emit
    ) -> Iterator[PageRead | PageWarning]:
        """Yield each page of `numbers` as soon as it is done, in any order; a warning for one that is lost.

        Closing the iterator ends all children. Raises `InputError` where the file no longer opens, `EngineError` where
        children cannot be started at all.
        """
        if not numbers:
            self.close()
            return
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is not None and not kept.suits(path, options):
            kept.close()
            kept = None
        folder = kept.folder if kept is not None else WorkFolder()
        try:
            run = Run(
                path,
                info,
                options=options,
                folder=folder,
                emit=emit,
                children=self._children,
                models=self._models,
            )
            try:
                if kept is not None:
                    run.adopt(kept.child)
                yield from run.results(numbers)
            finally:
                run.stop()
        finally:
            folder.remove()
            if kept is not None:
                kept.close()

    def close(self) -> None:
        """End the child that is kept after `inspect`, if there is one."""
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()


class _Kept:
    """A child that has opened a file, with its folder. It is ended with the interpreter at the latest."""

    def __init__(self, path: Path, options: IngestOptions, models: LocalModels) -> None:
        self.folder = WorkFolder()
        self._key = _key(path, options)
        self._inbox: Inbox = queue.SimpleQueue()
        try:
            self.child = Child(
                path, options=options, folder=self.folder.subfolder("0"), inbox=self._inbox, models=models
            )
        except BaseException:
            self.folder.remove()
            raise
        self._finalizer = weakref.finalize(self, _discard, self.child, self.folder)

    def suits(self, path: Path, options: IngestOptions) -> bool:
        """Say whether this child has opened this file, with these options, and still runs."""
        return self._key == _key(path, options) and self.child.is_alive()

    def open(self, file_s: float) -> SourceInfo:
        """Wait until the file is open."""
        deadline = time.monotonic() + START_S
        while self.child.info is None:
            try:
                message = self._inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise open_timeout(self.child, file_s) from None
            self.child.note(message)
            if message.word == "ready":
                deadline = message.at_s + file_s
            elif message.word in ("error", "end"):
                raise open_error(self.child, message)
        return self.child.info

    def fingerprints(self, most_s: float) -> dict[int, str] | None:
        """Return the fingerprints of all pages; None where the child ends or is not done in time."""
        self.child.ask_fingerprints()
        deadline = time.monotonic() + most_s
        while True:
            try:
                message = self._inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return None
            self.child.note(message)
            if message.word == "prints":
                told = json.loads(message.rest)
                return {int(number): str(value) for number, value in told.items()}
            if message.word in ("error", "end"):
                return None

    def close(self) -> None:
        """End the child and remove its folder; may be called twice."""
        self._finalizer()


def _discard(child: Child, folder: WorkFolder) -> None:
    child.kill()
    folder.remove()


def _key(path: Path, options: IngestOptions) -> tuple[str, int, int, str, str | None]:
    status = path.stat()
    return str(path.resolve()), status.st_size, status.st_mtime_ns, options.digest(), options.password


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def isolation_report() -> dict[str, str]:
    """Start a child and return what it could lock away: measure -> outcome, for people."""
    folder = WorkFolder()
    try:
        probe = folder.path / "probe.txt"
        probe.write_text("probe\n", encoding="ascii")
        inbox: Inbox = queue.SimpleQueue()
        child = Child(probe, options=IngestOptions(), folder=folder.subfolder("0"), inbox=inbox)
        try:
            message = inbox.get(timeout=START_S)
            child.note(message)
            if message.word != "ready":
                child.kill()
                raise EngineError(f"The reading process cannot be started. {child.last_words()[-300:]}")
            return {"process": "a child of its own", **child.report}
        except queue.Empty:
            raise EngineError("The reading process did not start in time.") from None
        finally:
            child.kill()
    finally:
        folder.remove()
