"""Lectures over HTTP: what was read, and the original file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import ConfigDict

from smartnotes.core.model import Figure, Lecture, Page, Value
from smartnotes.core.study import Document
from smartnotes.server.downloads import BINARY, blob_response
from smartnotes.server.etags import CHANGES, IF_MATCH, check_unchanged, tagged
from smartnotes.server.notebooks import CurrentListings, CurrentNotebook, lecture_of
from smartnotes.server.paging import PAGED, Paging, answer_list, piece_of
from smartnotes.server.problems import responses
from smartnotes.server.state import gateway_of

router = APIRouter(prefix="/lectures", tags=["lectures"])

LAST_PAGE = 1_000_000
"""No lecture has more pages; larger numbers fit into no column."""


class LectureName(Value):
    """What a lecture is called."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "week 3.pdf"}]})

    name: str


@router.get("", operation_id="listLectures", response_model=list[Lecture], responses=PAGED)
def list_lectures(listings: CurrentListings, request: Request, window: Paging) -> Response:
    """Return the lectures of all subjects by name."""
    return answer_list(request, listings.lectures(window), of=Lecture)


@router.get("/{lecture_id}", operation_id="getLecture", responses=CHANGES)
def get_lecture(lecture_id: str, notebook: CurrentNotebook, response: Response) -> Lecture:
    """Return one lecture."""
    return tagged(response, lecture_of(notebook, lecture_id))


@router.put(
    "/{lecture_id}", operation_id="renameLecture", responses=CHANGES | responses(409, 412), openapi_extra=IF_MATCH
)
def rename_lecture(
    lecture_id: str, body: LectureName, notebook: CurrentNotebook, request: Request, response: Response
) -> Lecture:
    """Give a lecture another name."""
    with gateway_of(request).edits.of(lecture_id):
        lecture = lecture_of(notebook, lecture_id)
        check_unchanged(request, lecture)
        return tagged(response, notebook.rename_lecture(lecture.id, name=body.name))


@router.delete("/{lecture_id}", operation_id="deleteLecture", status_code=status.HTTP_204_NO_CONTENT)
def delete_lecture(lecture_id: str, notebook: CurrentNotebook) -> None:
    """Delete a lecture."""
    notebook.delete_lecture(lecture_of(notebook, lecture_id).id)


@router.get("/{lecture_id}/pages", operation_id="listPages", response_model=list[Page], responses=PAGED)
def list_pages(
    lecture_id: str,
    listings: CurrentListings,
    request: Request,
    window: Paging,
    *,
    first: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    last: Annotated[int | None, Query(ge=1, le=LAST_PAGE)] = None,
) -> Response:
    """Return a lecture's pages in order, those from `first` to `last` where they are given."""
    return answer_list(request, listings.pages(lecture_id, window, first=first, last=last), of=Page)


@router.get("/{lecture_id}/figures", operation_id="listFigures", response_model=list[Figure], responses=PAGED)
def list_figures(lecture_id: str, listings: CurrentListings, request: Request, window: Paging) -> Response:
    """Return a lecture's figures in page order; the pictures are under `/blobs`."""
    return answer_list(request, listings.figures(lecture_id, window), of=Figure)


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


@router.get(
    "/{lecture_id}/documents", operation_id="listLectureDocuments", response_model=list[Document], responses=PAGED
)
def list_documents(lecture_id: str, notebook: CurrentNotebook, request: Request, window: Paging) -> Response:
    """Return what was generated from a lecture, newest first."""
    lecture = lecture_of(notebook, lecture_id)
    made = notebook.documents(subject=lecture.subject_id)
    from_it = [document for document in made if lecture.id in document.lectures]
    found = piece_of(from_it, window=window, key=lambda one: (-one.created_at.timestamp(), one.id))
    return answer_list(request, found, of=Document)
