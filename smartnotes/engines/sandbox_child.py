"""A child process as its parent sees it: started, told what to read, listened to, killed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from smartnotes.core.errors import EngineError
from smartnotes.core.model import Page
from smartnotes.core.options import IngestOptions, LocalModels, OcrMode
from smartnotes.core.ports import PageRead, SourceInfo

_MAX_LINE = 128 * 1024**2
_MAX_CROP = 256 * 1024**2
_BLOB = re.compile(r"[0-9a-f]{64}")
_KEPT_VARIABLES = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TESSDATA_PREFIX", "PATH")
_PROGRAM = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from smartnotes.engines.child import main; main()"


class Message(NamedTuple):
    """What a child said, and when (`time.monotonic`). The word is "end" once it has said its last."""

    child: Child
    word: str
    rest: bytes
    at_s: float


Inbox = queue.SimpleQueue[Message]


class Child:
    """One child process with its folder, in which it leaves its crops.

    `pages` are the pages it has been told to read and has not answered for yet, `current` the one it is reading since
    `since_s`. A thread per child moves its messages to the inbox: pipes cannot be waited for together on every system.
    """

    def __init__(
        self,
        path: Path,
        *,
        options: IngestOptions,
        folder: Path,
        inbox: Inbox,
        models: LocalModels = LocalModels(),  # noqa: B008 - a frozen value
    ) -> None:
        self.folder = folder
        self.inbox = inbox
        self.pages: deque[int] = deque()
        self.current: int | None = None
        self.since_s = time.monotonic()
        self.info: SourceInfo | None = None
        self.report: dict[str, str] = {}
        self._ended = False
        self._log = folder / "log"
        self._process = self._start()
        self._tell(_setup(path, options, folder, models))
        self._listener = threading.Thread(target=self._listen, name="smartnotes-child", daemon=True)
        self._listener.start()

    def read(self, numbers: Sequence[int]) -> None:
        """Tell the child to read these pages after those it has."""
        self.pages.extend(numbers)
        self._tell("read " + " ".join(map(str, numbers)))

    def ask_fingerprints(self) -> None:
        """Tell the child to send the fingerprints of all pages."""
        self._tell("prints")

    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process at once, or let it end where it has said its last; wait until it is gone."""
        if self._ended:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=2.0)
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        self._listener.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def note(self, message: Message) -> None:
        """Take in a message about the child's own state."""
        match message.word:
            case "ready":
                self.report = {str(key): str(value) for key, value in json.loads(message.rest).items()}
                self.since_s = message.at_s
            case "info":
                self.info = SourceInfo.model_validate_json(message.rest)
            case "start":
                self.current, self.since_s = int(message.rest), message.at_s
            case "page" | "lost":
                if self.current is not None and self.current in self.pages:
                    self.pages.remove(self.current)
                self.current = None
            case "end":
                self._ended = True

    def take(self, message: Message) -> PageRead:
        """Return the page of a message with its crops. Raises `EngineError` where it is not what was asked for."""
        try:
            page = Page.model_validate_json(message.rest)
            crops = {figure.blob: self._crop(figure.blob) for figure in page.figures}
        except (ValueError, OSError) as error:
            raise EngineError(f"The reading process gave an answer that makes no sense ({error}).") from error
        if page.number != self.current:
            raise EngineError(f"The reading process answered page {page.number} for page {self.current}.")
        return PageRead(page, crops)

    def cause_of_death(self) -> str:
        """Return how the process ended, in words."""
        code = self._process.wait()
        if code < 0:
            if -code == getattr(signal, "SIGABRT", None):
                return "gave up (SIGABRT): out of memory, most often"
            try:
                return f"ended by {signal.Signals(-code).name}"
            except ValueError:
                return f"ended by signal {-code}"
        return f"ended with code {code}"

    def ran_out_of_memory(self) -> bool:
        """Say whether the last words of a dead child speak of memory."""
        return bool(re.search(r"MemoryError|bad_alloc|out of memory|Cannot allocate", self.last_words(), re.I))

    def last_words(self) -> str:
        """Return the end of what the child printed as errors."""
        try:
            with self._log.open("rb") as file:
                file.seek(max(0, self._log.stat().st_size - 2000))
                return file.read().decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        environment |= dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP", "HOME"), str(self.folder)) | {"LANG": "C.UTF-8"}
        searched = json.dumps([str(Path(entry).resolve()) for entry in sys.path if entry])
        with self._log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-I", "-B", "-X", "utf8", "-c", _PROGRAM, searched],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                cwd=self.folder,
                bufsize=0,
                start_new_session=True,
            )

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        with contextlib.suppress(OSError):  # it has ended: the listener says so
            self._process.stdin.write(line.encode() + b"\n")

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        with os.fdopen(os.dup(self._process.stdout.fileno()), "rb") as stream, contextlib.suppress(OSError):
            while (line := stream.readline(_MAX_LINE)).endswith(b"\n"):
                word, _, rest = line[:-1].partition(b" ")
                self.inbox.put(Message(self, word.decode("ascii", "replace"), rest, time.monotonic()))
        self.inbox.put(Message(self, "end", b"", time.monotonic()))

    def _crop(self, blob: str) -> bytes:
        """Return a crop and remove its file. Raises `ValueError` where it is not what its name says."""
        if not _BLOB.fullmatch(blob):
            raise ValueError("a figure without a proper blob id")
        path = self.folder / f"{blob}.png"
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            data = file.read(_MAX_CROP)
        if hashlib.sha256(data).hexdigest() != blob:
            raise ValueError("a figure whose bytes are not those of its id")
        return data


def _setup(path: Path, options: IngestOptions, folder: Path, models: LocalModels) -> str:
    # Only the embedded Tesseract reads without starting a program.
    programs = options.ocr is not OcrMode.NEVER and find_spec("tesserocr") is None
    values = {
        "path": str(path.resolve()),
        "options": options.model_dump(mode="json"),
        "password": options.password,
        "models": models.model_dump(mode="json"),
        "folder": str(folder),
        "parent": os.getpid(),
        "programs": programs,
    }
    return json.dumps(values)
