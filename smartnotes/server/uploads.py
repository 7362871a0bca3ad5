"""Receiving a file: the raw body of a request, counted and hashed on its way to the disk."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, NamedTuple

import anyio
from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from smartnotes.core.errors import EmptyFile, InputError, TooLarge

PIECE_BYTES = 1 << 20
"""What is kept in memory of an upload before it goes to the disk."""

SILENT_S = 30.0
"""A client that sends nothing for so long is given up."""

LONGEST_NAME = 200
"""Characters of a lecture's name that are kept."""


class Received(NamedTuple):
    """A file that has arrived: where it lies, its SHA-256 in hexadecimal digits, its size."""

    path: Path
    sha256: str
    size_bytes: int


@asynccontextmanager
async def receive(request: Request, *, folder: Path, limit: int) -> AsyncIterator[Received]:
    """Give the request's body as a file in `folder`, for the length of a `with`.

    Raises `TooLarge` as soon as more than `limit` bytes are announced or have come, `EmptyFile`, and `InputError` where
    the client goes away in the middle.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise too_large(limit)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="upload-") as file:
        digest, size = hashlib.sha256(), 0

        def keep(piece: bytes) -> None:
            digest.update(piece)
            file.write(piece)

        async for piece in pieces_of(request):
            size += len(piece)
            if size > limit:
                raise too_large(limit)
            await run_in_threadpool(keep, piece)
        if not size:
            raise EmptyFile("The file has no bytes.", hint="Send the file as the body of the request.")
        await run_in_threadpool(_settle, file)
        yield Received(Path(file.name), digest.hexdigest(), size)


async def pieces_of(request: Request) -> AsyncIterator[bytes]:
    """Yield the body in pieces of about `PIECE_BYTES`; what has come before the client goes away is yielded too.

    Raises `InputError` where the client goes away, or sends nothing for `SILENT_S`.
    """
    gathered = bytearray()
    parts = request.stream()
    broken: Exception | None = None
    while True:
        try:
            with anyio.fail_after(SILENT_S):
                gathered += await anext(parts)
        except StopAsyncIteration:
            break
        except (ClientDisconnect, TimeoutError) as error:
            broken = error
            break
        if len(gathered) >= PIECE_BYTES:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)
    if broken is not None:
        raise InputError("The upload broke off.", hint="Send it again.") from broken


def _settle(file: IO[bytes]) -> None:
    file.flush()


def too_large(limit: int) -> TooLarge:
    """Return the error for a file of more than `limit` bytes."""
    return TooLarge(f"The file has more than {limit:,} bytes, which this server's limit upload_bytes is.")


def display_name(name: str) -> str:
    """Return a file's name as it is shown: the last part of a path, visible characters only, not endless."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(character for character in last if character.isprintable()).strip()
    return shown[-LONGEST_NAME:] or "upload"
