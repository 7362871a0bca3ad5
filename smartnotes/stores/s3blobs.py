"""Bytes in S3-compatible object storage, each object under its SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from smartnotes.core.errors import EngineMissing, InputError, NotFound, SettingsError, Unavailable
from smartnotes.core.ids import sha256_hex
from smartnotes.stores.blobs import FolderBlobs, is_blob_id, unknown_blob

if TYPE_CHECKING:
    from obstore.store import S3Store

PART_BYTES = 8 << 20
PARTS_AT_ONCE = 3
"""Parts of an upload under way: with them, a file of any size needs 40 MB of memory."""

RETRIES = 4
RETRY_S = 20.0
"""A call that may be repeated is, with growing pauses, for so long."""

CALL_S = 600
"""A call may take so long: a part of 8 MB on a slow line, a download of a gigabyte on a fast one."""

CONNECT_S = 5

OPENINGS = 5
"""How often a file is fetched anew that was pushed out of the cache before it could be opened."""

FRESH = timedelta(days=1)
"""What is older is sent again when it is put, so that it counts as new for those who clear up."""


class Bucket(NamedTuple):
    """Where objects are kept. Empty keys mean those of the environment (``AWS_ACCESS_KEY_ID``...)."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = ""


def bucket_of(url: str, *, endpoint: str, region: str, access_key: str, secret_key: str) -> Bucket:
    """Return the bucket that ``s3://name/prefix`` names. Raises `SettingsError` for what is no such address."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc or parts.query or "@" in parts.netloc:
        raise SettingsError("The setting storage.url is no address of a bucket.", hint="Write it like s3://name/prefix")
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        raise SettingsError(
            "The setting storage.endpoint is no address.", hint="Write it like https://s3.example.org, or leave it out."
        )
    if bool(access_key) != bool(secret_key):
        raise SettingsError("storage.access_key and storage.secret_key go together: set both, or none.")
    return Bucket(parts.netloc, parts.path.strip("/"), endpoint, region, access_key, secret_key)


class S3Blobs:
    """`BlobStore` in a bucket: ``prefix/ab/abcdef...`` for the blob ``abcdef...``.

    What must be a file is kept in the folder `cache`, up to `cache_bytes`, the longest unused going first. Calls are
    repeated while the storage is away for a moment; then they raise `Unavailable`. Threads may share it. Raises
    `EngineMissing` without obstore.
    """

    def __init__(self, bucket: Bucket, *, cache: Path, cache_bytes: int, retry_s: float = RETRY_S) -> None:
        self._bucket = bucket
        self._retry_s = retry_s
        self._cache_folder = cache
        self._cache = FolderBlobs(cache)
        self._cache_bytes = cache_bytes
        self._opening = threading.Lock()
        self._opened: S3Store | None = None

    def put(self, data: bytes) -> str:
        """Keep `data` and return its id."""
        blob = sha256_hex(data)
        if not self._has(blob):
            import obstore  # noqa: PLC0415

            with self._translated(blob):
                obstore.put(self._store(), _key(blob), data, max_concurrency=PARTS_AT_ONCE)
        return blob

    def put_file(self, path: Path) -> str:
        """Send the file in parts and return its id. Raises `InputError` where it changes meanwhile."""
        with path.open("rb") as source:
            blob = hashlib.file_digest(source, "sha256").hexdigest()
        if not self._has(blob):
            import obstore  # noqa: PLC0415

            digest = hashlib.sha256()
            with self._translated(blob):
                obstore.put(
                    self._store(),
                    _key(blob),
                    _pieces(path, digest),
                    chunk_size=PART_BYTES,
                    max_concurrency=PARTS_AT_ONCE,
                )
            if digest.hexdigest() != blob:
                self.delete([blob])
                raise InputError(f"{path.name} changed while it was read.", hint="Try again.")
        return blob

    def get(self, blob: str) -> bytes:
        """Return the bytes. Raises `NotFound`."""
        with suppress(NotFound):
            return self._cache.get(blob)
        import obstore  # noqa: PLC0415

        with self._translated(blob):
            return bytes(obstore.get(self._store(), _key(blob)).bytes())

    @contextmanager
    def open_path(self, blob: str, *, name: str) -> Iterator[Path]:
        """Give the bytes as a readable file called `name`. Raises `NotFound`."""
        with ExitStack() as opened:
            yield self._open_cached(blob, name=name, opened=opened)

    def delete(self, blobs: Iterable[str]) -> None:
        """Forget these; unknown ids are fine."""
        import obstore  # noqa: PLC0415

        for blob in blobs:
            self._cache.delete([blob])
            with suppress(NotFound), self._translated(blob):
                obstore.delete(self._store(), _key(blob))

    def check(self) -> None:
        """Try whether the bucket answers. Raises `Unavailable`."""
        import obstore  # noqa: PLC0415

        with suppress(NotFound), self._translated():  # no such file, but keys that may ask
            obstore.head(self._store(), _key("0" * 64))
        try:
            with self._translated():
                next(iter(obstore.list(self._store(), chunk_size=1)), None)
        except NotFound as error:
            hint = "Make the bucket, or name another one in storage.url."
            raise Unavailable(f"There is no bucket {self._bucket.name}.", hint=hint) from error

    def _open_cached(self, blob: str, *, name: str, opened: ExitStack) -> Path:
        for _ in range(OPENINGS):
            if not self._cached(blob).exists():
                self._fetch(blob)
            with suppress(NotFound, FileNotFoundError):  # somebody else made room for another file just now
                os.utime(self._cached(blob))  # used now: it goes last
                # From here on only its name in the cache can be taken away: it is open under another one.
                return opened.enter_context(self._cache.open_path(blob, name=name))
        raise Unavailable("The cache of files is too small for all that is read.", hint="Raise storage.cache_bytes.")

    def older(self, than: datetime) -> Iterator[str]:
        """Yield the blobs that were kept before then."""
        import obstore  # noqa: PLC0415

        with self._translated():
            for found in obstore.list(self._store()):
                for one in found:
                    blob = one["path"].rpartition("/")[2]
                    if is_blob_id(blob) and one["last_modified"] < than:
                        yield blob

    def _has(self, blob: str) -> bool:
        """Return whether it is there, and not so old that it may be taken for one that was left over."""
        import obstore  # noqa: PLC0415

        try:
            with self._translated(blob):
                there = obstore.head(self._store(), _key(blob))
        except NotFound:
            return False
        return bool(there["last_modified"] > datetime.now(UTC) - FRESH)

    def _fetch(self, blob: str) -> None:
        """Put the blob into the cache, whole and checked."""
        import obstore  # noqa: PLC0415

        self._cache_folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._cache_folder, prefix=".get-") as file:
            digest = hashlib.sha256()
            with self._translated(blob):
                for piece in obstore.get(self._store(), _key(blob)).stream(min_chunk_size=1 << 20):
                    data = bytes(piece)
                    digest.update(data)
                    file.write(data)
            file.flush()
            if digest.hexdigest() != blob:
                raise Unavailable(f"The storage gave other bytes for {blob[:12]}... than it was given.")
            self._make_room(file.tell())
            final = self._cached(blob)
            final.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                final.hardlink_to(file.name)

    def _make_room(self, wanted: int) -> None:
        """Forget what was not used for longest until `wanted` bytes fit; a file that is too big is kept alone."""
        kept = []
        for path in self._cache_folder.glob("??/*"):
            with suppress(OSError):
                status = path.stat()
                kept.append((status.st_mtime, status.st_size, path))
        used = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if used + wanted <= self._cache_bytes:
                return
            path.unlink(missing_ok=True)
            used -= size

    def _cached(self, blob: str) -> Path:
        if not is_blob_id(blob):
            raise unknown_blob(blob)
        return self._cache_folder / blob[:2] / blob

    def _store(self) -> S3Store:
        with self._opening:
            if self._opened is None:
                self._opened = _open(self._bucket, retry_s=self._retry_s)
            return self._opened

    @contextmanager
    def _translated(self, blob: str = "0" * 64) -> Iterator[None]:
        """Raise our errors. Nothing of the original's text is passed on: it may quote what was sent."""
        if not is_blob_id(blob):
            raise unknown_blob(blob)
        try:
            from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError  # noqa: PLC0415
        except ImportError as error:
            raise EngineMissing("obstore is not installed.", hint='pip install "smartnotes[s3]"') from error
        where = f"s3://{self._bucket.name}"
        try:
            yield
        except FileNotFoundError as error:
            raise unknown_blob(blob) from error
        except (PermissionDeniedError, UnauthenticatedError) as error:
            hint = "Look at storage.access_key and storage.secret_key, and at what they may do."
            raise Unavailable(f"The storage {where} refuses us.", hint=hint) from error
        except BaseError as error:
            hint = "Is it running, and are storage.url and storage.endpoint right?"
            raise Unavailable(f"The storage {where} cannot be used.", hint=hint) from error


def _open(bucket: Bucket, *, retry_s: float) -> S3Store:
    from obstore.store import S3Store  # noqa: PLC0415

    known = {"access_key_id": bucket.access_key, "secret_access_key": bucket.secret_key, "endpoint": bucket.endpoint}
    given = {name: value for name, value in known.items() if value}
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        region=bucket.region,
        # with an address of its own a server seldom has a name for each bucket
        virtual_hosted_style_request=not bucket.endpoint,
        client_options={
            "allow_http": bucket.endpoint.startswith("http://"),
            "timeout": f"{CALL_S}s",
            "connect_timeout": f"{CONNECT_S}s",
        },
        retry_config={
            "max_retries": RETRIES,
            "retry_timeout": timedelta(seconds=retry_s),
            "backoff": {
                "init_backoff": timedelta(seconds=0.1),
                "max_backoff": timedelta(seconds=3),
                "base": 2,
            },
        },
        **given,  # type: ignore[arg-type]
    )


def _key(blob: str) -> str:
    return f"{blob[:2]}/{blob}"


def _pieces(path: Path, digest: hashlib._Hash) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            yield piece
