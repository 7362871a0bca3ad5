"""What the routes of learning share: lists of learning, and things by their exact id."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from smartnotes.client.local import LocalNotebook
from smartnotes.core.errors import NotFound
from smartnotes.core.study import Document, DocumentKind, Flashcard
from smartnotes.core.usecases.learning import CARD_ID_LENGTH
from smartnotes.server.notebooks import document_of
from smartnotes.server.principal import CurrentUser
from smartnotes.server.state import gateway_of
from smartnotes.stores.learning_listings import SqlLearningListings


async def _listings(request: Request, who: CurrentUser) -> SqlLearningListings:
    return SqlLearningListings(gateway_of(request).database.of(who.user_id), owner=who.user_id)


CurrentLearning = Annotated[SqlLearningListings, Depends(_listings)]
"""The lists of what the caller learns, a piece at a time."""


def card_of(notebook: LocalNotebook, card_id: str) -> Flashcard:
    """Return the card with exactly this id. Raises `NotFound`."""
    if len(card_id) < CARD_ID_LENGTH:
        raise NotFound(f"There is no card {card_id!r}.")
    return notebook.card(card_id)


def deck_of(notebook: LocalNotebook, deck_id: str) -> Document:
    """Return the deck with exactly this id. Raises `NotFound`."""
    return _document(notebook, deck_id, DocumentKind.CARDS, "deck")


def quiz_of(notebook: LocalNotebook, quiz_id: str) -> Document:
    """Return the quiz with exactly this id. Raises `NotFound`."""
    return _document(notebook, quiz_id, DocumentKind.QUIZ, "quiz")


def _document(notebook: LocalNotebook, document_id: str, kind: DocumentKind, what: str) -> Document:
    found = document_of(notebook, document_id)
    if found.kind is not kind:
        raise NotFound(f"There is no {what} {document_id!r}.")
    return found
