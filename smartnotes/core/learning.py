"""Values of learning: reviews, quiz attempts with their grades, study sessions, statistics.

Times are aware UTC, days are the student's own (see `UtcOffset`), durations seconds (`_s`), scores and shares 0-1.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field

from smartnotes.core.kinds import StudyKind as StudyKind
from smartnotes.core.model import Fraction, PageNumber, Value
from smartnotes.core.study import Citation, Flashcard, Rating, ReviewState

Count = Annotated[int, Field(ge=0)]
Duration = Annotated[float, Field(ge=0, le=7 * 24 * 3600)]
GivenId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
"""An id that the client gives: what is sent twice under it counts once."""

KNOWN_DAYS = 21
"""A card whose interval is this long counts as known, not as being learned."""


class CardText(Value):
    """A card as the student wants it; what is None stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"front": "What is a heap?", "suspended": False}]})

    front: Annotated[str, Field(max_length=2_000)] | None = None
    back: Annotated[str, Field(max_length=4_000)] | None = None
    suspended: bool | None = None


class Review(Value):
    """One entry of the review log: how well a card was remembered and what that did to its schedule.

    `undone` says that it was taken back later; the log keeps it.
    """

    id: GivenId
    card_id: str
    subject_id: str
    rating: Rating
    at: AwareDatetime
    duration_s: Duration | None = None
    before: ReviewState
    after: ReviewState
    undone: bool = False


class CardCounts(Value):
    """Cards by where they stand: `new` never reviewed, `known` with an interval of three weeks or more.

    `due` are those of `learning` and `known` that are to be reviewed by the end of the day. Suspended cards are in
    `total` and `suspended` only.
    """

    total: Count = 0
    new: Count = 0
    learning: Count = 0
    known: Count = 0
    due: Count = 0
    suspended: Count = 0


class SubjectCards(Value):
    """The cards of one subject, counted."""

    subject_id: str
    subject: str
    cards: CardCounts


class DueList(Value):
    """What to review now, in order: cards that are due, the longest overdue first, then new ones.

    `counts` are by subject and know no limit. `new_left` and `reviews_left` is what the day's limits still allow.
    """

    cards: tuple[Flashcard, ...]
    counts: tuple[SubjectCards, ...]
    new_left: Count
    reviews_left: Count


class GivenAnswer(Value):
    """What a student answered to a question; "" for nothing."""

    question_id: str
    text: Annotated[str, Field(max_length=2_000)] = ""


class Grade(Value):
    """How an answer was judged. `reason` says why where that is not plain: a slip of spelling, a missing unit.

    `expected` is the right answer, `source` the place in the notes that says so.
    """

    question_id: str
    prompt: str
    given: str
    right: bool
    expected: str
    reason: str = ""
    source: Citation


class QuizAttempt(Value):
    """A quiz that was taken: a grade for each of its questions and the share that was right."""

    id: GivenId
    quiz_id: str
    subject_id: str
    title: str
    at: AwareDatetime
    duration_s: Duration | None = None
    score: Fraction
    grades: tuple[Grade, ...]

    @property
    def right(self) -> int:
        """How many answers were right."""
        return sum(grade.right for grade in self.grades)


class StudySession(Value):
    """Time spent studying. `items` are questions asked, questions answered or cards reviewed.

    `subject_id` is None where it was about all subjects; `score` is the share that was right or remembered, None where
    nothing is scored. `at` is when it began.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": "study_1", "kind": "review", "at": "2026-11-23T18:00:00Z", "duration_s": 600, "items": 24}
            ]
        }
    )

    id: GivenId
    kind: StudyKind
    subject_id: str | None = None
    at: AwareDatetime
    duration_s: Duration
    items: Count
    score: Fraction | None = None


class StudyDay(Value):
    """What was done on a day. `study_s` is the time of all study sessions that began on it."""

    day: date
    reviews: Count = 0
    again: Count = 0
    new: Count = 0
    questions: Count = 0
    study_s: Annotated[float, Field(ge=0)] = 0.0


class DueDay(Value):
    """How many cards fall due on a day; what is overdue is due today."""

    day: date
    cards: Count


class QuizScore(Value):
    """The score of an attempt."""

    attempt_id: str
    quiz_id: str
    title: str
    at: AwareDatetime
    questions: Count
    score: Fraction


class WeakTopic(Value):
    """A page whose cards and questions went badly: `wrong` of `results` reviews and answers.

    `heading` is the page's title, "" where it has none.
    """

    subject_id: str
    lecture_id: str
    lecture_name: str
    page: PageNumber
    heading: str
    results: Count
    wrong: Count


class Statistics(Value):
    """How learning goes, of one subject or (subject_id None) all, over the last days.

    `retention` is the share of reviews not rated "again", `quiz_score` the share of right answers; None without any.
    `streak_days` are days of study in a row up to today, or up to yesterday where today is still to come.
    """

    subject_id: str | None = None
    cards: CardCounts
    subjects: tuple[SubjectCards, ...]
    days: tuple[StudyDay, ...]
    retention: Fraction | None = None
    quiz_score: Fraction | None = None
    quizzes: tuple[QuizScore, ...] = ()
    weak: tuple[WeakTopic, ...] = ()
    streak_days: Count = 0
    upcoming: tuple[DueDay, ...] = ()
