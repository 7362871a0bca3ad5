"""Learning in the notebook on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.client.localjob import now
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
from smartnotes.core.options import DueOptions, StatisticsOptions
from smartnotes.core.ports import Stores
from smartnotes.core.study import Flashcard, Quiz, Rating
from smartnotes.core.usecases import learning, progress


class LocalLearning:
    """`LearningNotebook` on the stores of one owner."""

    _stores: Stores

    def cards(self, *, subject: str | None = None, deck: str | None = None) -> list[Flashcard]:
        """Return the cards of a subject or deck, or all, in the order they were made."""
        return learning.list_cards(subject=subject, deck=deck, stores=self._stores)

    def card(self, ref: str) -> Flashcard:
        """Return one card."""
        return learning.find_card(ref, stores=self._stores)

    def edit_card(self, ref: str, *, change: CardText) -> Flashcard:
        """Change a card's words or suspend it; its id and its history stay."""
        return learning.edit_card(ref, change=change, stores=self._stores)

    def delete_card(self, ref: str) -> Flashcard:
        """Delete a card with its history."""
        return learning.delete_card(ref, stores=self._stores)

    def due_cards(self, *, options: DueOptions | None = None) -> DueList:
        """Return what is to be reviewed today."""
        return learning.due_cards(options or DueOptions(), now=now(), stores=self._stores)

    def review(
        self, card: str, *, rating: Rating, review_id: str | None = None, duration_s: float | None = None
    ) -> Review:
        """Rate how well a card was remembered."""
        return learning.review(
            card,
            rating=rating,
            review_id=review_id or new_id("rev"),
            duration_s=duration_s,
            now=now(),
            stores=self._stores,
        )

    def undo_review(self, review_id: str | None = None) -> Review:
        """Take back a review, the last one where none is named."""
        return learning.take_back(review_id, now=now(), stores=self._stores)

    def reviews(self, *, subject: str | None = None, card: str | None = None, limit: int = 100) -> list[Review]:
        """Return the latest entries of the review log, newest first, also those that were taken back."""
        return learning.list_reviews(subject=subject, card=card, limit=limit, stores=self._stores)

    def quiz(self, ref: str) -> Quiz:
        """Return a quiz that was made."""
        return progress.find_quiz(ref, stores=self._stores)[1]

    def grade(self, quiz: str, *, answer: GivenAnswer) -> Grade:
        """Judge one answer without keeping it."""
        return progress.grade_answer(quiz, answer=answer, stores=self._stores)

    def take_quiz(
        self,
        quiz: str,
        *,
        answers: Sequence[GivenAnswer],
        attempt_id: str | None = None,
        duration_s: float | None = None,
    ) -> QuizAttempt:
        """Grade answers to a quiz and keep the attempt; a question without an answer is wrong."""
        return progress.take_quiz(
            quiz,
            answers=answers,
            attempt_id=attempt_id or new_id("try"),
            duration_s=duration_s,
            now=now(),
            stores=self._stores,
        )

    def quiz_attempts(self, *, subject: str | None = None, quiz: str | None = None) -> list[QuizAttempt]:
        """Return attempts, newest first."""
        return progress.list_attempts(subject=subject, quiz=quiz, stores=self._stores)

    def record_session(self, session: StudySession) -> StudySession:
        """Keep a study session."""
        return progress.record_session(session, now=now(), stores=self._stores)

    def study_sessions(self, *, subject: str | None = None, kind: StudyKind | None = None) -> list[StudySession]:
        """Return study sessions, newest first."""
        return progress.list_sessions(subject=subject, kind=kind, stores=self._stores)

    def statistics(self, *, options: StatisticsOptions | None = None) -> Statistics:
        """Return how learning goes."""
        return progress.statistics(options or StatisticsOptions(), now=now(), stores=self._stores)
