"""Files that leave: entity tags, names, types that no browser runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from smartnotes.core.ids import sha256_hex
from smartnotes.server.etags import names
from smartnotes.server.state import gateway_of

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
PIECE_BYTES = 1 << 18

OCTETS = "application/octet-stream"
BINARY: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "It is still what `If-None-Match` names."},
}


def media_type_of(format: str) -> str:  # noqa: A002 - the word users type
    """Return the media type of a document's format."""
    return MEDIA_TYPES.get(format, OCTETS)


def blob_response(request: Request, blob: str, *, media_type: str = OCTETS, name: str = "") -> Response:
    """Return a blob; its id is its entity tag, for its bytes never change. Raises `NotFound`."""
    if _is_known(request, blob):
        return _unchanged(blob)
    opened = ExitStack()
    path = opened.enter_context(gateway_of(request).blobs.open_path(blob, name="blob"))
    headers = {**_headers(blob, name=name), "Content-Length": str(path.stat().st_size)}
    return StreamingResponse(_pieces(path, opened), media_type=media_type, headers=headers)


def download(request: Request, data: bytes, *, media_type: str, name: str) -> Response:
    """Return a file that was just made, or that it is unchanged."""
    tag = sha256_hex(data)
    return _unchanged(tag) if _is_known(request, tag) else _file(data, tag=tag, media_type=media_type, name=name)


def _file(data: bytes, *, tag: str, media_type: str, name: str) -> Response:
    return Response(data, media_type=media_type, headers=_headers(tag, name=name))


def _pieces(path: Path, opened: ExitStack) -> Iterator[bytes]:
    """Yield the file in pieces, so that a large one never is in memory as a whole."""
    with opened, path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _headers(tag: str, *, name: str) -> dict[str, str]:
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    if name:
        plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
        headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return headers


def _unchanged(tag: str) -> Response:
    return Response(status_code=304, headers={"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"})


def _is_known(request: Request, tag: str) -> bool:
    given = request.headers.get("if-none-match")
    return given is not None and names(given, tag)
