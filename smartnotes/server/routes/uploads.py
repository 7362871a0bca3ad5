"""Uploads in parts over HTTP: tus 1.0.0 (see `smartnotes.server.resumable`), and the same as JSON."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Header, Request, Response, status
from starlette.concurrency import run_in_threadpool

from smartnotes.core.errors import Outdated, UnsupportedFormat
from smartnotes.core.jobs import JobInfo
from smartnotes.server.notebooks import CurrentNotebook, subject_of
from smartnotes.server.paging import PAGED, Paging, answer_list, piece_of
from smartnotes.server.principal import CurrentUser
from smartnotes.server.problems import responses
from smartnotes.server.resumable import VERSION, PartialUpload, Uploads, about_of, http_date
from smartnotes.server.state import gateway_of
from smartnotes.server.uploads import pieces_of

OFFSETS = "application/offset+octet-stream"
LARGEST = 1 << 50


async def _speaks_tus(
    tus_resumable: Annotated[str, Header(description=f"The version of tus; {VERSION} is known.")] = VERSION,
) -> None:
    if tus_resumable != VERSION:
        raise Outdated(f"This server speaks tus {VERSION} only.", hint=f"Send Tus-Resumable: {VERSION}.")


router = APIRouter(prefix="/uploads", tags=["uploads"], dependencies=[Depends(_speaks_tus)])
beginning = APIRouter(prefix="/subjects", tags=["uploads"], dependencies=[Depends(_speaks_tus)])


async def _uploads(request: Request, who: CurrentUser) -> Uploads:
    return Uploads(gateway_of(request), owner=who.user_id)


CurrentUploads = Annotated[Uploads, Depends(_uploads)]
_TEXT = {"schema": {"type": "string"}}
_TUS: dict[str, Any] = {
    "Tus-Resumable": _TEXT | {"description": "The version of tus."},
    "Upload-Offset": {"schema": {"type": "integer"}, "description": "How many bytes have come."},
    "Upload-Expires": _TEXT | {"description": "Until when the rest may come."},
}
BEGUN: dict[int | str, dict[str, Any]] = {201: {"headers": _TUS}}
TAKEN: dict[int | str, dict[str, Any]] = {204: {"description": "So much has come.", "headers": _TUS}}
LENGTH: dict[str, Any] = {"Upload-Length": {"schema": {"type": "integer"}, "description": "Bytes of the whole file."}}
PARTIAL: dict[int | str, dict[str, Any]] = {200: {"description": "Where it stands.", "headers": _TUS | LENGTH}}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file from `Upload-Offset` on, or a part of it.",
        "content": {OFFSETS: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@beginning.post(
    "/{subject_id}/uploads",
    operation_id="beginUpload",
    status_code=status.HTTP_201_CREATED,
    responses=BEGUN | responses(400, 404, 409, 412, 413),
)
def begin_upload(  # noqa: PLR0917 - FastAPI calls it by name
    subject_id: str,
    notebook: CurrentNotebook,
    uploads: CurrentUploads,
    response: Response,
    upload_length: Annotated[int, Header(ge=0, le=LARGEST, description="Bytes of the whole file.")],
    upload_metadata: Annotated[
        str,
        Header(
            max_length=20_000,
            description="Pairs `key base64`, with commas between: filename, source, subject_is_new, options "
            "(IngestOptions as JSON), sha256, protected (a password comes with `finish`).",
        ),
    ] = "",
) -> PartialUpload:
    """Begin an upload in parts; its bytes go to `PATCH /uploads/{id}`."""
    about = about_of(upload_metadata)
    begun = uploads.begin(subject_of(notebook, subject_id).id, size_bytes=upload_length, about=about)
    response.headers["Location"] = f"/api/v1/uploads/{begun.id}"
    _tell(response, begun)
    return begun


@router.get("", operation_id="listUploads", response_model=list[PartialUpload], responses=PAGED | responses(412))
def list_uploads(uploads: CurrentUploads, request: Request, window: Paging) -> Response:
    """Return the uploads that have begun and not expired."""
    return answer_list(request, piece_of(uploads.all(), window=window, key=lambda one: (one.id,)), of=PartialUpload)


@router.get("/{upload_id}", operation_id="getUpload", responses=responses(412))
def get_upload(upload_id: str, uploads: CurrentUploads) -> PartialUpload:
    """Return where an upload stands."""
    return uploads.get(upload_id)


@router.head("/{upload_id}", operation_id="askOffset", response_class=Response, responses=PARTIAL | responses(412))
def ask_offset(upload_id: str, uploads: CurrentUploads) -> Response:
    """Say how many bytes have come, in `Upload-Offset`."""
    found = uploads.get(upload_id)
    response = Response(headers={"Upload-Length": str(found.size_bytes), "Cache-Control": "no-store"})
    _tell(response, found)
    return response


@router.patch(
    "/{upload_id}",
    operation_id="appendToUpload",
    status_code=status.HTTP_204_NO_CONTENT,
    response_class=Response,
    responses=TAKEN | responses(400, 409, 412, 413, 415),
    openapi_extra=BODY,
)
async def append(
    upload_id: str,
    uploads: CurrentUploads,
    request: Request,
    upload_offset: Annotated[int, Header(ge=0, le=LARGEST, description="Where the body belongs.")],
) -> Response:
    """Take in the bytes that come next. With the last one the file is handed on to be read (`Location`: its task)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != OFFSETS:
        raise UnsupportedFormat(f"The body must be of the type {OFFSETS}.")
    length = request.headers.get("content-length", "")
    announced = int(length) if length.isdecimal() else -1
    told = await uploads.append(upload_id, pieces_of(request), offset=upload_offset, announced=announced)
    response = Response(status_code=status.HTTP_204_NO_CONTENT)
    _tell(response, told)
    return response


@router.delete(
    "/{upload_id}",
    operation_id="deleteUpload",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(412),
)
def delete_upload(upload_id: str, uploads: CurrentUploads) -> None:
    """Give an upload up."""
    uploads.delete(upload_id)


@router.post(
    "/{upload_id}/finish",
    operation_id="finishUpload",
    status_code=status.HTTP_202_ACCEPTED,
    responses=responses(400, 409, 412, 413),
)
async def finish_upload(
    upload_id: str,
    uploads: CurrentUploads,
    x_password: Annotated[str | None, Header(description="The file's password, URL-encoded.")] = None,
) -> JobInfo:
    """Have a file read of which all bytes have come; asked again it answers the same job."""
    password = unquote(x_password) if x_password else None
    return await run_in_threadpool(lambda: uploads.finish(upload_id, password=password))


def _tell(response: Response, upload: PartialUpload) -> None:
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Upload-Offset"] = str(upload.offset_bytes)
    response.headers["Upload-Expires"] = http_date(upload.expires_at)
    if upload.task_id is not None:
        response.headers["Location"] = f"/api/v1/tasks/{upload.task_id}"
