"""Reviews of flashcards over HTTP: what is due, rating, taking back, the log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import ConfigDict

from smartnotes.core.learning import DueList, Duration, GivenId, Review
from smartnotes.core.model import Value
from smartnotes.core.options import DueOptions
from smartnotes.core.study import Rating
from smartnotes.server.learning import CurrentLearning, card_of
from smartnotes.server.notebooks import CurrentNotebook, subject_of
from smartnotes.server.paging import PAGED, Paging, answer_list
from smartnotes.server.problems import responses

router = APIRouter(prefix="/reviews", tags=["learning"])


class ReviewRequest(Value):
    """How well a card was remembered. What is sent twice under one `id` counts once; without one it gets one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "rev_1", "card_id": "card_1", "rating": "good", "duration_s": 4.2}]}
    )

    id: GivenId | None = None
    card_id: str
    rating: Rating
    duration_s: Duration | None = None


@router.get("/due", operation_id="listDueCards", responses=responses(404))
def list_due(notebook: CurrentNotebook, options: Annotated[DueOptions, Query()]) -> DueList:
    """Return what is to be reviewed today, in order, and the cards of each subject, counted."""
    if options.subject:
        subject_of(notebook, options.subject)
    return notebook.due_cards(options=options)


@router.post("", operation_id="addReview", status_code=status.HTTP_201_CREATED, responses=responses(404, 409))
def add_review(body: ReviewRequest, notebook: CurrentNotebook) -> Review:
    """Rate a card, which moves it in its schedule, and return the entry of the log."""
    card = card_of(notebook, body.card_id)
    return notebook.review(card.id, rating=body.rating, review_id=body.id, duration_s=body.duration_s)


@router.post("/undo", operation_id="undoLastReview", responses=responses(404, 409))
def undo_last(notebook: CurrentNotebook) -> Review:
    """Take back the last review."""
    return notebook.undo_review()


@router.post("/{review_id}/undo", operation_id="undoReview", responses=responses(409))
def undo(review_id: str, notebook: CurrentNotebook) -> Review:
    """Take back a review: its card is scheduled as it was before. The log keeps both."""
    return notebook.undo_review(review_id)


@router.get("", operation_id="listReviews", response_model=list[Review], responses=PAGED | responses(404))
def list_reviews(
    *,
    notebook: CurrentNotebook,
    listings: CurrentLearning,
    request: Request,
    window: Paging,
    subject: Annotated[str | None, Query(description="Id of the cards' subject.")] = None,
    card: Annotated[str | None, Query(description="Id of the card.")] = None,
) -> Response:
    """Return the log of reviews, newest first, also those that were taken back."""
    subject_id = subject_of(notebook, subject).id if subject else None
    card_id = card_of(notebook, card).id if card else None
    return answer_list(request, listings.reviews(window, subject_id=subject_id, card_id=card_id), of=Review)
