"""Flashcards over HTTP: listing, changing, suspending, deleting."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status

from smartnotes.core.learning import CardText
from smartnotes.core.study import Flashcard
from smartnotes.server.etags import CHANGES, IF_MATCH, check_unchanged, tagged
from smartnotes.server.learning import CurrentLearning, card_of, deck_of
from smartnotes.server.notebooks import CurrentNotebook, subject_of
from smartnotes.server.paging import PAGED, Paging, answer_list
from smartnotes.server.problems import responses
from smartnotes.server.state import gateway_of

router = APIRouter(prefix="/flashcards", tags=["learning"])


@router.get("", operation_id="listFlashcards", response_model=list[Flashcard], responses=PAGED | responses(404))
def list_flashcards(
    *,
    notebook: CurrentNotebook,
    listings: CurrentLearning,
    request: Request,
    window: Paging,
    subject: Annotated[str | None, Query(description="Id of their subject.")] = None,
    deck: Annotated[str | None, Query(description="Id of a deck they are in.")] = None,
) -> Response:
    """Return flashcards in the order they were made."""
    subject_id = subject_of(notebook, subject).id if subject else None
    deck_id = deck_of(notebook, deck).id if deck else None
    return answer_list(request, listings.flashcards(window, subject_id=subject_id, deck_id=deck_id), of=Flashcard)


@router.get("/{card_id}", operation_id="getFlashcard", responses=CHANGES)
def get_flashcard(card_id: str, notebook: CurrentNotebook, response: Response) -> Flashcard:
    """Return one card with its place in the schedule."""
    return tagged(response, card_of(notebook, card_id))


@router.put(
    "/{card_id}", operation_id="changeFlashcard", responses=CHANGES | responses(409, 412), openapi_extra=IF_MATCH
)
def change_flashcard(
    card_id: str, body: CardText, notebook: CurrentNotebook, request: Request, response: Response
) -> Flashcard:
    """Change a card's words, or suspend it; what is left out stays. Its id and its history stay too."""
    with gateway_of(request).edits.of(card_id):
        card = card_of(notebook, card_id)
        check_unchanged(request, card)
        return tagged(response, notebook.edit_card(card.id, change=body))


@router.delete("/{card_id}", operation_id="deleteFlashcard", status_code=status.HTTP_204_NO_CONTENT)
def delete_flashcard(card_id: str, notebook: CurrentNotebook) -> None:
    """Delete a card with its history."""
    notebook.delete_card(card_of(notebook, card_id).id)
