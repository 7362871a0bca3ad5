"""Bytes in a folder, each file under its SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from smartnotes.core.errors import NotFound, Unavailable
from smartnotes.core.ids import sha256_hex

_OPEN = ".open-"
_OLD_S = 24 * 3600
_LONGEST_NAME = 80
_ID_LENGTH = 64


class FolderBlobs:
    """`BlobStore` in a folder: ``ab/abcdef...`` for the blob ``abcdef...``.

    A file gets its name only when it is complete (written beside and renamed), so a name means whole content.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep `data` and return its id."""
        blob = sha256_hex(data)
        try:
            os.utime(self._path(blob))  # as good as new: nobody takes it for one that was left over
        except FileNotFoundError:
            with self._new_file(blob) as temporary:
                temporary.write_bytes(data)
        return blob

    def put_file(self, path: Path) -> str:
        """Keep a copy of the file and return its id."""
        self._folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        temporary = Path(name)
        try:
            # Hash what is copied, not the source again: it may change meanwhile.
            with path.open("rb") as source, os.fdopen(handle, "wb") as target:
                while piece := source.read(1 << 20):
                    digest.update(piece)
                    target.write(piece)
            final = self._path(digest.hexdigest())
            final.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(final)
        finally:
            temporary.unlink(missing_ok=True)
        return digest.hexdigest()

    def get(self, blob: str) -> bytes:
        """Return the bytes. Raises `NotFound`."""
        try:
            return self._path(blob).read_bytes()
        except FileNotFoundError as error:
            raise unknown_blob(blob) from error

    @contextmanager
    def open_path(self, blob: str, *, name: str) -> Iterator[Path]:
        """Give the bytes as a readable file called `name`. Raises `NotFound`."""
        path = self._path(blob)
        if not path.exists():
            raise unknown_blob(blob)
        self._forget_old_links()
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=_OPEN) as folder:
            link = Path(folder) / _safe(name)
            try:
                link.hardlink_to(path)
            except OSError:  # a file system without hard links
                shutil.copyfile(path, link)
            yield link

    def delete(self, blobs: Iterable[str]) -> None:
        """Forget these; unknown ids are fine."""
        for blob in blobs:
            self._path(blob).unlink(missing_ok=True)

    def older(self, than: datetime) -> Iterator[str]:
        """Yield the blobs that were kept before then."""
        for path in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):
                if len(path.name) == _ID_LENGTH and path.stat().st_mtime < than.timestamp():
                    yield path.name

    def check(self) -> None:
        """Try whether the folder can be written to. Raises `Unavailable`."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder):
                pass
        except OSError as error:
            raise Unavailable(f"The folder of files {self._folder} cannot be written to.") from error

    def _path(self, blob: str) -> Path:
        if not is_blob_id(blob):
            raise unknown_blob(blob)
        return self._folder / blob[:2] / blob

    def _forget_old_links(self) -> None:
        """Remove what killed processes left open a day ago or longer."""
        for folder in self._folder.glob(f"{_OPEN}*"):
            with suppress(OSError):
                if time.time() - folder.stat().st_mtime > _OLD_S:
                    shutil.rmtree(folder)

    @contextmanager
    def _new_file(self, blob: str) -> Iterator[Path]:
        final = self._path(blob)
        final.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=final.parent, prefix=".new-")
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.replace(final)
        finally:
            temporary.unlink(missing_ok=True)


def _safe(name: str) -> str:
    """Return the last part of a name with harmless characters only, its ending kept."""
    last = re.sub(r"[^\w .()+-]", "_", name.replace("\\", "/").rpartition("/")[2])
    return last[-_LONGEST_NAME:].lstrip(".") or "file"


def is_blob_id(blob: str) -> bool:
    """Return whether this can be a blob's id at all."""
    return len(blob) == _ID_LENGTH and blob.isascii() and blob.isalnum()


def unknown_blob(blob: str) -> NotFound:
    """Return the error for a blob that is not there."""
    return NotFound(f"The file {blob[:12]}... is not in the notebook's storage.")
