"""Lectures over HTTP: what was read, and the original file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import ConfigDict

from smartnotes.core.model import Figure, Lecture, Page, Value
from smartnotes.core.options import PageRange
from smartnotes.core.study import Document
from smartnotes.server.downloads import BINARY, blob_response
from smartnotes.server.etags import CHANGES, IF_MATCH, check_unchanged, tagged
from smartnotes.server.notebooks import CurrentNotebook, lecture_of
from smartnotes.server.problems import responses

router = APIRouter(prefix="/lectures", tags=["lectures"])


class LectureName(Value):
    """What a lecture is called."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "week 3.pdf"}]})

    name: str


@router.get("", operation_id="listLectures")
def list_lectures(notebook: CurrentNotebook) -> list[Lecture]:
    """Return the lectures of all subjects."""
    return notebook.lectures()


@router.get("/{lecture_id}", operation_id="getLecture", responses=CHANGES)
def get_lecture(lecture_id: str, notebook: CurrentNotebook, response: Response) -> Lecture:
    """Return one lecture."""
    return tagged(response, lecture_of(notebook, lecture_id))


@router.put("/{lecture_id}", operation_id="renameLecture", responses=CHANGES | responses(412), openapi_extra=IF_MATCH)
def rename_lecture(
    lecture_id: str, body: LectureName, notebook: CurrentNotebook, request: Request, response: Response
) -> Lecture:
    """Give a lecture another name."""
    lecture = lecture_of(notebook, lecture_id)
    check_unchanged(request, lecture)
    return tagged(response, notebook.rename_lecture(lecture.id, name=body.name))


@router.delete("/{lecture_id}", operation_id="deleteLecture", status_code=status.HTTP_204_NO_CONTENT)
def delete_lecture(lecture_id: str, notebook: CurrentNotebook) -> None:
    """Delete a lecture."""
    notebook.delete_lecture(lecture_of(notebook, lecture_id).id)


@router.get("/{lecture_id}/pages", operation_id="listPages")
def list_pages(
    lecture_id: str,
    notebook: CurrentNotebook,
    first: Annotated[int, Query(ge=1)] = 1,
    last: Annotated[int | None, Query(ge=1)] = None,
) -> list[Page]:
    """Return a lecture's pages in order, those from `first` to `last` where they are given."""
    lecture = lecture_of(notebook, lecture_id)
    end = min(last or lecture.pages, lecture.pages)
    return notebook.pages(lecture.id, pages=PageRange(first=first, last=end)) if first <= end else []


@router.get("/{lecture_id}/figures", operation_id="listFigures")
def list_figures(lecture_id: str, notebook: CurrentNotebook) -> list[Figure]:
    """Return a lecture's figures in page order; the pictures are under `/blobs`."""
    return notebook.figures(lecture_of(notebook, lecture_id).id)


@router.get(
    "/{lecture_id}/original",
    operation_id="downloadOriginal",
    response_class=Response,
    responses=BINARY | responses(404),
)
def original(lecture_id: str, notebook: CurrentNotebook, request: Request) -> Response:
    """Return the file as it was sent."""
    lecture = lecture_of(notebook, lecture_id)
    return blob_response(request, lecture.blob, media_type=lecture.media_type, name=lecture.name)


@router.get("/{lecture_id}/documents", operation_id="listLectureDocuments")
def list_documents(lecture_id: str, notebook: CurrentNotebook) -> list[Document]:
    """Return what was generated from a lecture, newest first."""
    lecture = lecture_of(notebook, lecture_id)
    made = notebook.documents(subject=lecture.subject_id)
    return [document for document in made if lecture.id in document.lectures]
