"""Sending a large file: in parts that go on where they broke off (tus 1.0.0), whatever happens to line and server."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from smartnotes.client.remoteconnection import Connection
from smartnotes.core.errors import Conflict, InProgress, InputError, SmartNotesError, Unavailable
from smartnotes.core.ids import derive_id
from smartnotes.core.jobs import JobInfo
from smartnotes.core.options import IngestOptions

IN_PARTS_BYTES = 8 * 1024**2
"""Files from this size on are sent in parts; a smaller one is as soon sent again."""

PIECE_BYTES = 1 << 18
"""What is read and sent at a time."""

GIVE_UP_S = 120.0
"""After so long without a byte more at the server the upload is given up."""

PAUSE_S = 0.5
_TUS = {"Tus-Resumable": "1.0.0"}
_PASSING = (Unavailable, InProgress, Conflict, InputError)
"""What an interrupted part ends in. Classes below these are meant for good."""


def send_file(
    connection: Connection, path: Path, *, subject: str, is_new: bool, name: str, options: IngestOptions | None
) -> JobInfo:
    """Send a file into the subject with this id and return the job that reads it."""
    password = options.password if options else None
    wanted = options.model_dump_json() if options else ""
    about = {"source": _origin(path), "subject_is_new": "true" if is_new else "", "options": wanted}
    if path.stat().st_size >= IN_PARTS_BYTES:
        return send_in_parts(connection, path, subject_id=subject, about={"filename": name, **about}, password=password)
    return connection.upload(
        f"/subjects/{subject}/lectures/upload",
        query={"name": name} | {key: value for key, value in about.items() if value},
        pieces=lambda: _rest(path, 0),
        headers={
            "Content-Type": "application/octet-stream",
            "Content-Length": str(path.stat().st_size),
            **_password(password),
        },
        answer=JobInfo,
    )


def send_in_parts(
    connection: Connection,
    path: Path,
    *,
    subject_id: str,
    about: Mapping[str, str],
    password: str | None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> JobInfo:
    """Send the file and return the job that reads it. `about` is what `Upload-Metadata` says of it.

    Raises what a plain upload raises; `Unavailable` where nothing gets through for `GIVE_UP_S` seconds.
    """
    size = path.stat().st_size
    address = _begun(connection, subject_id, size=size, about={**about, **({"protected": "1"} if password else {})})
    patience = _Patience(sleep=sleep, clock=clock)
    while True:
        try:
            offset = int(connection.headers("HEAD", address, headers=_TUS)["Upload-Offset"])
            patience.seen(offset)
            if offset >= size:
                headers = {**_TUS, **_password(password)}
                told = connection.data("POST", f"{address}/finish", headers=headers, safe=True)
                return JobInfo.model_validate_json(told)
            _send_from(connection, address, path, offset=offset)
        except SmartNotesError as error:
            if type(error) not in _PASSING:
                raise
            patience.lost(error)


class _Patience:
    """How long it is tried again: until `GIVE_UP_S` seconds have gone by without a byte more."""

    def __init__(self, *, sleep: Callable[[float], None], clock: Callable[[], float]) -> None:
        self._sleep = sleep
        self._clock = clock
        self._offset = -1
        self._since = clock()

    def seen(self, offset: int) -> None:
        """Note how many bytes have come."""
        if offset > self._offset:
            self._offset, self._since = offset, self._clock()

    def lost(self, error: SmartNotesError) -> None:
        """Pause after an error, or raise it."""
        if self._clock() - self._since > GIVE_UP_S:
            raise error
        self._sleep(PAUSE_S)


def _begun(connection: Connection, subject_id: str, *, size: int, about: Mapping[str, str]) -> str:
    metadata = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in about.items() if value)
    headers = {**_TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}
    told = connection.headers("POST", f"/subjects/{subject_id}/uploads", headers=headers)
    return f"/uploads/{told['Location'].rpartition('/')[2]}"


def _send_from(connection: Connection, address: str, path: Path, *, offset: int) -> None:
    headers = {
        **_TUS,
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(path.stat().st_size - offset),
        "Upload-Offset": str(offset),
    }
    connection.headers("PATCH", address, pieces=lambda: _rest(path, offset), headers=headers, repeatable=False)


def _rest(path: Path, offset: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        while piece := file.read(PIECE_BYTES):
            yield piece


def _password(password: str | None) -> dict[str, str]:
    # Header values are bytes of ISO 8859-1 only; a password may hold anything.
    return {"X-Password": quote(password, safe="")} if password else {}


def _origin(path: Path) -> str:
    """Return what says that a later file came from the same place, without telling the server the folder's name."""
    return f"{derive_id('src', str(path.parent))}/{path.name}"
