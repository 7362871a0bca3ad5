"""Bytes in a folder, each file under its SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from smartnotes.core.errors import NotFound
from smartnotes.core.ids import sha256_hex


class FolderBlobs:
    """`BlobStore` in a folder: ``ab/abcdef...`` for the blob ``abcdef...``.

    A file gets its name only when it is complete (written beside and renamed), so a name means whole content.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep `data` and return its id."""
        blob = sha256_hex(data)
        if not self._path(blob).exists():
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
            raise _unknown(blob) from error

    @contextmanager
    def open_path(self, blob: str) -> Iterator[Path]:
        """Give the bytes as a readable file. Raises `NotFound`."""
        path = self._path(blob)
        if not path.exists():
            raise _unknown(blob)
        yield path

    def delete(self, blobs: Iterable[str]) -> None:
        """Forget these; unknown ids are fine."""
        for blob in blobs:
            self._path(blob).unlink(missing_ok=True)

    def _path(self, blob: str) -> Path:
        if len(blob) != 64 or not blob.isalnum():
            raise _unknown(blob)
        return self._folder / blob[:2] / blob

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


def _unknown(blob: str) -> NotFound:
    return NotFound(f"The file {blob[:12]}... is not in the notebook's storage.")
