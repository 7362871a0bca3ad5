"""Temporary folders that are gone again even after their owner was killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO

_PREFIX = "smartnotes-read-"
_LOCK = "lock"
_FRESH_S = 60.0  # a folder this young may not have its lock yet


class WorkFolder:
    """A temporary folder for one run of children, with a lock that ends with the process that holds it."""

    def __init__(self) -> None:
        remove_stale()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock: IO[bytes] = (self.path / _LOCK).open("wb")
        _try_lock(self._lock)

    def subfolder(self, name: str) -> Path:
        """Return a new folder inside."""
        folder = self.path / name
        folder.mkdir()
        return folder

    def remove(self) -> None:
        """Remove the folder with everything in it; may be called twice."""
        self._lock.close()
        shutil.rmtree(self.path, ignore_errors=True)


def remove_stale() -> None:
    """Remove the folders of runs whose process has ended without doing so."""
    try:
        found = list(Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"))
    except OSError:
        return
    for folder in found:
        with contextlib.suppress(OSError):
            if _is_stale(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_stale(folder: Path) -> bool:
    status = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or time.time() - status.st_mtime < _FRESH_S:
        return False
    if hasattr(os, "getuid") and status.st_uid != os.getuid():
        return False
    lock = folder / _LOCK
    if not lock.exists():
        return True
    with lock.open("r+b") as file:
        return _try_lock(file)


def _try_lock(file: IO[bytes]) -> bool:
    """Take the lock if nobody has it. Systems without flock do not let a folder in use be removed either."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
