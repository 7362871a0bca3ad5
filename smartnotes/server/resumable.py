"""Uploads that go on where they broke off, as tus 1.0.0 says (https://tus.io/protocols/resumable-upload).

The core protocol with the extensions creation, expiration and termination. What has come lies in a file of the data
folder, whose size is the offset: it is true after any crash. One request writes at a time, another one is told to wait.
With several gateways the data folder must be one that all of them share, as for everything else in it.

When the last byte is there the file is handed on to be read; `finish` does so again where that was missed, and gives
the job. A file with a password (`protected` in the metadata) waits for `finish`, which brings it: it is never stored.
"""

from __future__ import annotations

import binascii
import contextlib
import hashlib
import os
import threading
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from pydantic import AwareDatetime, ValidationError
from starlette.concurrency import run_in_threadpool

from smartnotes.client.localjob import now
from smartnotes.core.errors import Conflict, DamagedFile, EmptyFile, InProgress, NotFound, OptionsError, TooLarge
from smartnotes.core.ids import new_id
from smartnotes.core.jobs import JobInfo
from smartnotes.core.model import Value
from smartnotes.core.options import IngestOptions
from smartnotes.server.state import Gateway
from smartnotes.server.uploading import Upload, check_quota, submit_upload
from smartnotes.server.uploads import Received, display_name, too_large
from smartnotes.stores.uploads import SqlUploads, UploadRow, forget_expired, known_uploads

try:
    import fcntl
except ImportError:  # not on Windows: there one process may write, which its own lock sees to
    fcntl = None  # type: ignore[assignment]

VERSION = "1.0.0"
KEPT = timedelta(hours=24)
"""How long an upload may take, from its beginning."""

_writing: set[str] = set()
_lock = threading.Lock()


class About(Value):
    """What is said about a file when its upload begins (the pairs of `Upload-Metadata`)."""

    filename: str = "upload"
    source: str = ""
    subject_is_new: bool = False
    options: IngestOptions | None = None
    sha256: str = ""
    protected: bool = False


class PartialUpload(Value):
    """An upload under way. `offset_bytes` have come; `task_id` is the job that reads the file once it is complete."""

    id: str
    subject_id: str
    name: str
    size_bytes: int
    offset_bytes: int
    expires_at: AwareDatetime
    task_id: str | None = None


class Uploads:
    """The uploads of one user at one gateway."""

    def __init__(self, gateway: Gateway, *, owner: str) -> None:
        self._gateway = gateway
        self._owner = owner
        self._rows = SqlUploads(gateway.database, owner=owner)

    def begin(self, subject_id: str, *, size_bytes: int, about: About) -> PartialUpload:
        """Begin an upload. Raises `EmptyFile`, `TooLarge` (size and quota), `Conflict`."""
        server, limits = self._gateway.settings.server, self._gateway.settings.limits
        if not size_bytes:
            raise EmptyFile("The file has no bytes.")
        if size_bytes > min(server.upload_bytes, limits.file_bytes):
            raise too_large(min(server.upload_bytes, limits.file_bytes))
        sweep(self._gateway)
        coming = sum(row.size_bytes for row in self._rows.all() if row.job_id is None)
        stores = self._gateway.stores(self._owner)
        check_quota(size_bytes + coming, quota=server.quota_bytes, stores=stores)
        row = UploadRow(
            id=new_id("upl"),
            subject_id=subject_id,
            size_bytes=size_bytes,
            expires_at=now() + KEPT,
            value=about.model_dump_json(),
        )
        self._rows.add(row)
        path = self._path(row.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return self._told(row)

    def get(self, upload_id: str) -> PartialUpload:
        """Return an upload. Raises `NotFound`."""
        return self._told(self._row(upload_id))

    def all(self) -> list[PartialUpload]:
        """Return the uploads by id."""
        return [self._told(row) for row in self._rows.all() if row.expires_at > now()]

    def delete(self, upload_id: str) -> None:
        """Give an upload up. Raises `NotFound`."""
        self._rows.delete(upload_id)
        self._path(upload_id).unlink(missing_ok=True)

    async def append(
        self, upload_id: str, pieces: AsyncIterator[bytes], *, offset: int, announced: int
    ) -> PartialUpload:
        """Write pieces behind the `offset` bytes that have come. `announced` bytes are to come, -1 for who knows.

        Raises `NotFound`, `Conflict` where another number of bytes has come, `InProgress` where another request writes,
        `TooLarge`.
        """
        row = await run_in_threadpool(self._row, upload_id)
        opened = contextlib.ExitStack()
        file = await run_in_threadpool(opened.enter_context, _alone(self._path(upload_id)))
        try:
            there = await run_in_threadpool(lambda: file.seek(0, os.SEEK_END))
            if there != offset:
                raise Conflict(f"{there:,} bytes have come, not {offset:,}.", hint="Ask where to go on.")
            if offset + max(announced, 0) > row.size_bytes:
                raise _beyond(row.size_bytes)
            async for piece in pieces:
                there += len(piece)
                if there > row.size_bytes:
                    raise _beyond(row.size_bytes)
                await run_in_threadpool(file.write, piece)
        finally:
            await run_in_threadpool(opened.close)
        return await run_in_threadpool(self._ended, row)

    def finish(self, upload_id: str, *, password: str | None) -> JobInfo:
        """Hand the file on to be read; asked again it returns the same job.

        Raises `NotFound`, `Conflict` where bytes are missing, `DamagedFile` where its SHA-256 is another, `InProgress`.
        """
        row = self._row(upload_id)
        if row.job_id is not None:
            return self._gateway.tasks.get(self._owner, row.job_id)
        path = self._path(upload_id)
        with _alone(path):
            there = path.stat().st_size
            if there != row.size_bytes:
                raise Conflict(f"{there:,} of {row.size_bytes:,} bytes have come.", hint="Send the rest first.")
            return self._submit(row, path, password=password)

    def _submit(self, row: UploadRow, path: Path, *, password: str | None) -> JobInfo:
        about = About.model_validate_json(row.value)
        sha256 = ""
        if about.sha256:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            if sha256 != about.sha256.lower():
                self.delete(row.id)
                raise DamagedFile("The file that arrived is not the one that was announced.", hint="Send it again.")
        upload = Upload(
            subject_id=row.subject_id,
            subject_is_new=about.subject_is_new,
            name=about.filename,
            source=about.source,
            options=about.options,
            password=password,
        )
        received = Received(path, sha256, row.size_bytes)
        job = submit_upload(received, upload, gateway=self._gateway, owner=self._owner)
        self._rows.finish(row.id, job_id=job.id)
        path.unlink(missing_ok=True)
        return job

    def _ended(self, row: UploadRow) -> PartialUpload:
        told = self._told(row)
        if told.offset_bytes == told.size_bytes and not About.model_validate_json(row.value).protected:
            self.finish(row.id, password=None)
            return self.get(row.id)
        return told

    def _row(self, upload_id: str) -> UploadRow:
        row = self._rows.get(upload_id)
        if row.expires_at <= now():
            raise NotFound("The upload has expired.", hint="Begin again.")
        return row

    def _told(self, row: UploadRow) -> PartialUpload:
        path = self._path(row.id)
        finished = row.job_id is not None
        return PartialUpload(
            id=row.id,
            subject_id=row.subject_id,
            name=display_name(About.model_validate_json(row.value).filename),
            size_bytes=row.size_bytes,
            offset_bytes=row.size_bytes if finished else (path.stat().st_size if path.exists() else 0),
            expires_at=row.expires_at,
            task_id=row.job_id,
        )

    def _path(self, upload_id: str) -> Path:
        return _folder(self._gateway) / f"{upload_id}.part"


def sweep(gateway: Gateway) -> None:
    """Forget what has expired, and files that belong to no upload (any more)."""
    at = now()
    forget_expired(gateway.database, now=at)
    parts = list(_folder(gateway).glob("*.part"))
    known = known_uploads(gateway.database) if parts else set()
    for path in parts:
        # A file is there a moment after its row; one whose subject was deleted with its row may go at once.
        if path.stem not in known:
            path.unlink(missing_ok=True)


def about_of(metadata: str) -> About:
    """Return what a header `Upload-Metadata` says: pairs of a key and base64, with commas between. Others are ignored.

    Raises `OptionsError`.
    """
    pairs: dict[str, object] = {}
    for pair in filter(None, (part.strip() for part in metadata.split(","))):
        key, _, encoded = pair.partition(" ")
        if key not in About.model_fields:
            continue
        try:
            text = b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise OptionsError(f"Upload-Metadata: {key} is no base64 of UTF-8.") from error
        if key in ("subject_is_new", "protected"):
            pairs[key] = text.lower() in ("", "1", "true")
        else:
            pairs[key] = _options(text) if key == "options" else text
    try:
        return About.model_validate(pairs)
    except ValidationError as error:
        raise OptionsError(f"Upload-Metadata: {error.errors()[0]['msg']}.") from error


def _options(text: str) -> IngestOptions:
    try:
        return IngestOptions.model_validate_json(text)
    except ValidationError as error:
        raise OptionsError(f"Upload-Metadata: options is no IngestOptions: {error.errors()[0]['msg']}.") from error


def _folder(gateway: Gateway) -> Path:
    return gateway.home / "uploads-in-parts"


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to append to, while nobody else writes to it: no thread, and no other process of this machine."""
    with _lock:
        if path.name in _writing:
            raise _busy()
        _writing.add(path.name)
    try:
        with _opened(path) as file:
            if fcntl is not None:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError as error:
                    raise _busy() from error
            yield file
            file.flush()
            os.fsync(file.fileno())
    finally:
        with _lock:
            _writing.discard(path.name)


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("r+b")
    except FileNotFoundError as error:
        raise NotFound("The upload is gone.", hint="Begin again.") from error


def _busy() -> InProgress:
    return InProgress("Another request writes to this upload.", hint="Wait a moment and ask for the offset.")


def _beyond(size: int) -> TooLarge:
    return TooLarge(f"More bytes came than the {size:,} that were announced.")


def http_date(moment: datetime) -> str:
    """Return a moment as RFC 9110 writes it."""
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
