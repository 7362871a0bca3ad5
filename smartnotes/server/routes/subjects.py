"""Subjects over HTTP, and uploads into them."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Header, Query, Request, Response, status
from pydantic import ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from smartnotes.core.errors import OptionsError
from smartnotes.core.jobs import JobInfo
from smartnotes.core.model import Lecture, Subject, Value
from smartnotes.core.options import IngestOptions
from smartnotes.server.etags import CHANGES, IF_MATCH, check_unchanged, tagged
from smartnotes.server.idempotency import fingerprint, key_of, once
from smartnotes.server.notebooks import CurrentListings, CurrentNotebook, subject_of
from smartnotes.server.paging import PAGED, Paging, answer_list
from smartnotes.server.principal import CurrentUser
from smartnotes.server.problems import responses
from smartnotes.server.state import gateway_of
from smartnotes.server.uploading import Upload, submit_upload
from smartnotes.server.uploads import receive

router = APIRouter(prefix="/subjects", tags=["subjects"])


class SubjectName(Value):
    """What a subject is called."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Algorithms"}]})

    name: str


class UploadQuery(Value):
    """What is said about a file beside its bytes."""

    name: Annotated[str, Field(description="What the lecture is called, as `week 3.pdf`.")] = "upload"
    source: Annotated[str, Field(description="Where it came from: a later file from there replaces it.")] = ""
    subject_is_new: Annotated[bool, Field(description="The subject goes again if the file cannot be read.")] = False
    options: Annotated[str | None, Field(description="IngestOptions as JSON; as the server is set up without.")] = None

    def upload(self, subject_id: str, *, password: str | None) -> Upload:
        """Return it as a value. Raises `OptionsError`."""
        try:
            options = IngestOptions.model_validate_json(self.options) if self.options else None
        except ValidationError as error:
            raise OptionsError(f"The parameter options is no IngestOptions: {error.errors()[0]['msg']}.") from error
        return Upload(
            subject_id=subject_id,
            subject_is_new=self.subject_is_new,
            name=self.name,
            source=self.source,
            options=options,
            password=password,
        )


@router.get("", operation_id="listSubjects", response_model=list[Subject], responses=PAGED)
def list_subjects(listings: CurrentListings, request: Request, window: Paging) -> Response:
    """Return all subjects by name."""
    return answer_list(request, listings.subjects(window), of=Subject)


@router.post("", operation_id="createSubject", status_code=status.HTTP_201_CREATED, responses=responses(409))
def create_subject(body: SubjectName, notebook: CurrentNotebook, response: Response) -> Subject:
    """Make a subject. Its name must be free."""
    subject = notebook.create_subject(body.name)
    response.headers["Location"] = f"/api/v1/subjects/{subject.id}"
    return subject


@router.get("/{subject_id}", operation_id="getSubject", responses=CHANGES)
def get_subject(subject_id: str, notebook: CurrentNotebook, response: Response) -> Subject:
    """Return one subject."""
    return tagged(response, subject_of(notebook, subject_id))


@router.put(
    "/{subject_id}", operation_id="renameSubject", responses=CHANGES | responses(409, 412), openapi_extra=IF_MATCH
)
def rename_subject(
    subject_id: str, body: SubjectName, notebook: CurrentNotebook, request: Request, response: Response
) -> Subject:
    """Give a subject another name."""
    with gateway_of(request).edits.of(subject_id):
        subject = subject_of(notebook, subject_id)
        check_unchanged(request, subject)
        return tagged(response, notebook.rename_subject(subject.id, name=body.name))


@router.delete("/{subject_id}", operation_id="deleteSubject", status_code=status.HTTP_204_NO_CONTENT)
def delete_subject(subject_id: str, notebook: CurrentNotebook) -> None:
    """Delete a subject with its lectures and documents."""
    notebook.delete_subject(subject_of(notebook, subject_id).id)


@router.get("/{subject_id}/lectures", operation_id="listSubjectLectures", response_model=list[Lecture], responses=PAGED)
def list_lectures(
    subject_id: str, notebook: CurrentNotebook, listings: CurrentListings, request: Request, window: Paging
) -> Response:
    """Return the lectures of a subject by name."""
    subject = subject_of(notebook, subject_id)
    return answer_list(request, listings.lectures(window, subject_id=subject.id), of=Lecture)


@router.post(
    "/{subject_id}/lectures/upload",
    operation_id="uploadLecture",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=JobInfo,
    responses=responses(400, 409, 413),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "The file itself, of any supported type.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def upload_lecture(
    subject_id: str,
    request: Request,
    who: CurrentUser,
    query: Annotated[UploadQuery, Query()],
    x_password: Annotated[str | None, Header(description="The file's password, URL-encoded.")] = None,
) -> Response:
    """Take in a file and have it read; follow the job under `/tasks`."""
    gateway, key = gateway_of(request), key_of(request.headers)
    await run_in_threadpool(subject_of, gateway.notebook(who.user_id), subject_id)
    upload = query.upload(subject_id, password=unquote(x_password) if x_password else None)
    limit = min(gateway.settings.server.upload_bytes, gateway.settings.limits.file_bytes)
    async with receive(request, folder=gateway.home / "uploads", limit=limit) as received:

        async def submit() -> Response:
            job = await run_in_threadpool(submit_upload, received, upload, gateway=gateway, owner=who.user_id)
            return Response(job.model_dump_json(), status.HTTP_202_ACCEPTED, media_type="application/json")

        said = fingerprint(request, body=received.sha256)
        return await once(request, key, who, fingerprint=said, do=submit)
