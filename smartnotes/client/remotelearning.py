"""Learning in the notebook at a server."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.client.remoteconnection import Connection
from smartnotes.core.errors import OptionsError
from smartnotes.core.ids import new_id
from smartnotes.core.learning import (
    CardText,
    DueList,
    GivenAnswer,
    Grade,
    QuizAttempt,
    Review,
    Statistics,
    StudyKind,
    StudySession,
)
from smartnotes.core.model import Subject
from smartnotes.core.options import DueOptions, StatisticsOptions
from smartnotes.core.refs import resolve
from smartnotes.core.study import Document, DocumentKind, Flashcard, Quiz, Rating
from smartnotes.core.usecases.learning import CARD_ID_LENGTH, only_card, only_deck
from smartnotes.core.usecases.progress import only_quiz

MOST_REVIEWS = 1_000
"""Entries of the log that the server gives at a time."""


class RemoteLearning:
    """`LearningNotebook` at a server."""

    _connection: Connection

    def cards(self, *, subject: str | None = None, deck: str | None = None) -> list[Flashcard]:
        """Return the cards of a subject or deck, or all, in the order they were made."""
        query = {"subject": self._subject_id(subject), "deck": self._document_id(deck) if deck is not None else None}
        return self._connection.collect("/flashcards", query=query, of=Flashcard)

    def card(self, ref: str) -> Flashcard:
        """Return one card."""
        return self._connection.call("GET", f"/flashcards/{self._card_id(ref)}", answer=Flashcard)

    def edit_card(self, ref: str, *, change: CardText) -> Flashcard:
        """Change a card's words or suspend it; its id and its history stay."""
        return self._connection.call("PUT", f"/flashcards/{self._card_id(ref)}", body=change, answer=Flashcard)

    def delete_card(self, ref: str) -> Flashcard:
        """Delete a card with its history."""
        card = self.card(ref)
        self._connection.data("DELETE", f"/flashcards/{card.id}")
        return card

    def due_cards(self, *, options: DueOptions | None = None) -> DueList:
        """Return what is to be reviewed today."""
        wanted = options or DueOptions()
        query = {**wanted.model_dump(mode="json"), "subject": self._subject_id(wanted.subject)}
        return self._connection.call("GET", "/reviews/due", query=query, answer=DueList)

    def review(
        self, card: str, *, rating: Rating, review_id: str | None = None, duration_s: float | None = None
    ) -> Review:
        """Rate how well a card was remembered."""
        body = {
            "id": review_id or new_id("rev"),
            "card_id": self._card_id(card),
            "rating": rating.value,
            "duration_s": duration_s,
        }
        return self._connection.call("POST", "/reviews", body=body, answer=Review, safe=True)

    def undo_review(self, review_id: str | None = None) -> Review:
        """Take back a review, the last one where none is named."""
        path = f"/reviews/{_part(review_id)}/undo" if review_id is not None else "/reviews/undo"
        # One that is named may be taken back twice; the last one is another one the second time.
        return self._connection.call("POST", path, answer=Review, safe=review_id is not None)

    def reviews(self, *, subject: str | None = None, card: str | None = None, limit: int = 100) -> list[Review]:
        """Return the latest entries of the review log, newest first, also those that were taken back."""
        query = {
            "subject": self._subject_id(subject),
            "card": self._card_id(card) if card is not None else None,
            "limit": min(limit, MOST_REVIEWS),
        }
        if limit <= MOST_REVIEWS:
            return self._connection.call("GET", "/reviews", query=query, answer=list[Review])
        return self._connection.collect("/reviews", query=query, of=Review)[:limit]

    def quiz(self, ref: str) -> Quiz:
        """Return a quiz that was made."""
        return self._connection.call("GET", f"/quizzes/{self._quiz_id(ref)}", answer=Quiz)

    def grade(self, quiz: str, *, answer: GivenAnswer) -> Grade:
        """Judge one answer without keeping it."""
        path = f"/quizzes/{self._quiz_id(quiz)}/grade"
        return self._connection.call("POST", path, body=answer, answer=Grade, safe=True)

    def take_quiz(
        self,
        quiz: str,
        *,
        answers: Sequence[GivenAnswer],
        attempt_id: str | None = None,
        duration_s: float | None = None,
    ) -> QuizAttempt:
        """Grade answers to a quiz and keep the attempt; a question without an answer is wrong."""
        body = {
            "id": attempt_id or new_id("try"),
            "answers": [answer.model_dump(mode="json") for answer in answers],
            "duration_s": duration_s,
        }
        path = f"/quizzes/{self._quiz_id(quiz)}/attempts"
        return self._connection.call("POST", path, body=body, answer=QuizAttempt, safe=True)

    def quiz_attempts(self, *, subject: str | None = None, quiz: str | None = None) -> list[QuizAttempt]:
        """Return attempts, newest first."""
        query = {"subject": self._subject_id(subject), "quiz": self._quiz_id(quiz) if quiz is not None else None}
        return self._connection.collect("/quiz-attempts", query=query, of=QuizAttempt)

    def record_session(self, session: StudySession) -> StudySession:
        """Keep a study session."""
        return self._connection.call("POST", "/study-sessions", body=session, answer=StudySession, safe=True)

    def study_sessions(self, *, subject: str | None = None, kind: StudyKind | None = None) -> list[StudySession]:
        """Return study sessions, newest first."""
        query = {"subject": self._subject_id(subject), "kind": kind.value if kind else None}
        return self._connection.collect("/study-sessions", query=query, of=StudySession)

    def statistics(self, *, options: StatisticsOptions | None = None) -> Statistics:
        """Return how learning goes."""
        wanted = options or StatisticsOptions()
        query = {**wanted.model_dump(mode="json"), "subject": self._subject_id(wanted.subject)}
        return self._connection.call("GET", "/statistics", query=query, answer=Statistics)

    def _subject_id(self, ref: str | None) -> str | None:
        if not ref:
            return None
        return resolve(ref, self._connection.collect("/subjects", of=Subject), what="subject").id

    def _card_id(self, ref: str) -> str:
        if len(ref) >= CARD_ID_LENGTH:
            return _part(ref)
        return only_card(ref, [card.id for card in self.cards() if ref and card.id.startswith(ref)][:2])

    def _quiz_id(self, ref: str) -> str:
        return only_quiz(ref, self._documents(DocumentKind.QUIZ)).id

    def _document_id(self, ref: str) -> str:
        return only_deck(ref, self._documents(DocumentKind.CARDS)).id

    def _documents(self, kind: DocumentKind) -> list[Document]:
        return self._connection.collect("/documents", query={"kind": kind.value}, of=Document)


def _part(text: str) -> str:
    """Return an id as a part of a path. Raises `OptionsError` for what cannot be one."""
    if not all(character.isalnum() or character in "_.:-" for character in text) or text.strip(".") == "":
        raise OptionsError(f"{text!r} is no id.")
    return text
