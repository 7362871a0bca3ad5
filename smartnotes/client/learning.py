"""What a notebook offers for learning: cards and their reviews, quizzes taken, study sessions, statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

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
from smartnotes.core.options import DueOptions, StatisticsOptions
from smartnotes.core.study import Flashcard, Quiz, Rating


class LearningNotebook(Protocol):
    """The learning part of `Notebook`. Cards, decks and quizzes are named by their id or a beginning of it."""

    def cards(self, *, subject: str | None = None, deck: str | None = None) -> list[Flashcard]:
        """Return the cards of a subject or deck, or all, in the order they were made."""
        ...

    def card(self, ref: str) -> Flashcard:
        """Return one card."""
        ...

    def edit_card(self, ref: str, *, change: CardText) -> Flashcard:
        """Change a card's words or suspend it; its id and its history stay."""
        ...

    def delete_card(self, ref: str) -> Flashcard:
        """Delete a card with its history."""
        ...

    def due_cards(self, *, options: DueOptions | None = None) -> DueList:
        """Return what is to be reviewed today."""
        ...

    def review(
        self, card: str, *, rating: Rating, review_id: str | None = None, duration_s: float | None = None
    ) -> Review:
        """Rate how well a card was remembered. What is sent twice under one id counts once."""
        ...

    def undo_review(self, review_id: str | None = None) -> Review:
        """Take back a review, the last one where none is named. Raises `Conflict` where a later one stands."""
        ...

    def reviews(self, *, subject: str | None = None, card: str | None = None, limit: int = 100) -> list[Review]:
        """Return the latest entries of the review log, newest first, also those that were taken back."""
        ...

    def quiz(self, ref: str) -> Quiz:
        """Return a quiz that was made."""
        ...

    def grade(self, quiz: str, *, answer: GivenAnswer) -> Grade:
        """Judge one answer without keeping it."""
        ...

    def take_quiz(
        self,
        quiz: str,
        *,
        answers: Sequence[GivenAnswer],
        attempt_id: str | None = None,
        duration_s: float | None = None,
    ) -> QuizAttempt:
        """Grade answers to a quiz and keep the attempt; a question without an answer is wrong."""
        ...

    def quiz_attempts(self, *, subject: str | None = None, quiz: str | None = None) -> list[QuizAttempt]:
        """Return attempts, newest first."""
        ...

    def record_session(self, session: StudySession) -> StudySession:
        """Keep a study session."""
        ...

    def study_sessions(self, *, subject: str | None = None, kind: StudyKind | None = None) -> list[StudySession]:
        """Return study sessions, newest first."""
        ...

    def statistics(self, *, options: StatisticsOptions | None = None) -> Statistics:
        """Return how learning goes."""
        ...
