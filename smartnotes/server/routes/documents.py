"""Quizzes, flashcards and cheat sheets over HTTP: asking for them, listing, downloading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import ConfigDict, Field

from smartnotes.core.ids import derive_id, new_id
from smartnotes.core.jobs import JobInfo
from smartnotes.core.model import Value
from smartnotes.core.options import CardsOptions, CheatSheetOptions, QuizOptions
from smartnotes.core.study import Document, DocumentKind
from smartnotes.core.usecases.work import CardsWork, CheatSheetWork, QuizWork, Work
from smartnotes.server.downloads import BINARY, download, media_type_of
from smartnotes.server.notebooks import CurrentListings, CurrentNotebook, document_of, subject_of
from smartnotes.server.paging import PAGED, Paging, answer_list
from smartnotes.server.principal import CurrentUser
from smartnotes.server.problems import responses
from smartnotes.server.state import gateway_of

router = APIRouter(prefix="/documents", tags=["documents"])


class QuizRequest(Value):
    """A quiz to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "quiz", "options": {"count": 10}}]})

    kind: Literal["quiz"]
    options: QuizOptions = QuizOptions()

    def work(self, once: str) -> Work:
        """Return the work this asks for; with the same `once` it is the same document."""
        return QuizWork(document_id=derive_id("quiz", once), options=self.options)


class CardsRequest(Value):
    """Flashcards to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "cards", "options": {"count": 40}}]})

    kind: Literal["cards"]
    options: CardsOptions = CardsOptions()

    def work(self, once: str) -> Work:
        """Return the work this asks for; with the same `once` it is the same document."""
        return CardsWork(document_id=derive_id("deck", once), options=self.options)


class CheatSheetRequest(Value):
    """A cheat sheet to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "cheatsheet", "options": {"max_pages": 2}}]})

    kind: Literal["cheatsheet"]
    options: CheatSheetOptions = CheatSheetOptions()

    def work(self, once: str) -> Work:
        """Return the work this asks for; with the same `once` it is the same document."""
        return CheatSheetWork(document_id=derive_id("sheet", once), options=self.options)


GenerateRequest = Annotated[QuizRequest | CardsRequest | CheatSheetRequest, Field(discriminator="kind")]


@router.post("/generate", operation_id="generateDocument", status_code=status.HTTP_202_ACCEPTED)
def generate(body: GenerateRequest, request: Request, who: CurrentUser) -> JobInfo:
    """Have a document made; follow the job under `/tasks`."""
    once = getattr(request.state, "made_once", "") or new_id("once")
    return gateway_of(request).tasks.submit(who.user_id, body.work(once))


@router.get("", operation_id="listDocuments", response_model=list[Document], responses=PAGED | responses(404))
def list_documents(
    notebook: CurrentNotebook,
    listings: CurrentListings,
    request: Request,
    window: Paging,
    *,
    subject: Annotated[str | None, Query(description="Id of the subject they are about.")] = None,
    kind: DocumentKind | None = None,
) -> Response:
    """Return generated documents, newest first."""
    subject_id = subject_of(notebook, subject).id if subject else None
    return answer_list(request, listings.documents(window, subject_id=subject_id, kind=kind), of=Document)


@router.get("/formats/{kind}", operation_id="listFormats")
def list_formats(kind: DocumentKind, notebook: CurrentNotebook) -> Sequence[str]:
    """Return the formats that a kind of document can be downloaded in, the usual one first."""
    return notebook.formats(kind)


@router.get("/{document_id}", operation_id="getDocument")
def get_document(document_id: str, notebook: CurrentNotebook) -> Document:
    """Return what is known of a document; `download` gives its content."""
    return document_of(notebook, document_id)


@router.delete("/{document_id}", operation_id="deleteDocument", status_code=status.HTTP_204_NO_CONTENT)
def delete_document(document_id: str, notebook: CurrentNotebook) -> None:
    """Delete a document, a deck with those of its cards that are in no other deck."""
    notebook.delete_document(document_of(notebook, document_id).id)


@router.get("/{document_id}/download", operation_id="downloadDocument", response_class=Response, responses=BINARY)
def download_document(
    document_id: str,
    notebook: CurrentNotebook,
    request: Request,
    format: Annotated[str | None, Query(description="One of `/documents/formats/{kind}`.")] = None,  # noqa: A002
) -> Response:
    """Return a document as a file, in its usual format where none is given."""
    document = document_of(notebook, document_id)
    chosen = format or notebook.formats(document.kind)[0]
    data = notebook.render(document.id, format=chosen)
    return download(request, data, media_type=media_type_of(chosen), name=f"{document.title}.{chosen}")
