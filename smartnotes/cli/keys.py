"""Single keys from a terminal, none of them lost: what is typed ahead waits."""

from __future__ import annotations

import os
import re
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

END = "\x04"
_SEQUENCE = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]")
"""What arrow and function keys send."""


class Keyboard:
    """The keys of the terminal on standard input, for the length of a `with`."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._usual: list[Any] | None = None

    def __enter__(self) -> Keyboard:
        self._listen()
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()

    def key(self) -> str:
        """Wait for a key and return it; `END` where there are no more. An interrupt is raised."""
        while not self._waiting:
            text = self._read()
            if not text:
                return END
            self._waiting.extend(_SEQUENCE.sub("", text))
        return self._waiting.popleft()

    @contextmanager
    def lines(self) -> Iterator[None]:
        """Let whole lines be typed and seen, as usual."""
        self._restore()
        try:
            yield
        finally:
            self._listen()

    def _listen(self) -> None:
        if sys.platform == "win32":
            return
        import termios
        import tty

        # Not flushed: a key pressed a moment too early counts all the same.
        self._usual = termios.tcgetattr(sys.stdin)
        tty.setcbreak(sys.stdin, termios.TCSADRAIN)

    def _restore(self) -> None:
        if sys.platform == "win32" or self._usual is None:
            return
        import termios

        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._usual)
        self._usual = None

    def _read(self) -> str:
        if sys.platform == "win32":
            import msvcrt

            return msvcrt.getwch()
        return os.read(sys.stdin.fileno(), 64).decode(errors="replace")
