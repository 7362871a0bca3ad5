"""Quizzes that are taken, study sessions, and statistics of it all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from smartnotes.core.days import check_aware, day_of, start_of
from smartnotes.core.errors import NotFound, OptionsError
from smartnotes.core.language.wording import tokens
from smartnotes.core.learning import (
    GivenAnswer,
    Grade,
    QuizAttempt,
    Review,
    Statistics,
    StudyKind,
    StudySession,
    WeakTopic,
)
from smartnotes.core.options import StatisticsOptions
from smartnotes.core.ports import Stores
from smartnotes.core.steps.statistics import (
    PageResults,
    Result,
    add_counts,
    quiz_scores,
    quiz_share,
    retention,
    streak,
    study_days,
    upcoming,
    weakest_pages,
)
from smartnotes.core.study import Document, DocumentKind, Question, Quiz, Rating
from smartnotes.core.teaching.grading import grade
from smartnotes.core.usecases.learning import count_subjects
from smartnotes.core.usecases.library import find_subject

FURTHEST_AHEAD = timedelta(days=1)
"""A session may have begun so much later than our clock says: the student's may be wrong."""

_FIRST_LOOK_DAYS = 60


def find_quiz(ref: str, *, stores: Stores) -> tuple[Document, Quiz]:
    """Return the quiz with this id or a beginning of it. Raises `NotFound`."""
    document = only_quiz(ref, stores.documents.all())
    return document, Quiz.model_validate_json(stores.blobs.get(document.blob))


def only_quiz(ref: str, documents: Sequence[Document]) -> Document:
    """Return the quiz that a beginning of an id means. Raises `NotFound`."""
    fits = [one for one in documents if one.kind is DocumentKind.QUIZ and ref and one.id.startswith(ref)]
    if len(fits) != 1:
        raise NotFound(f"There is no quiz {ref!r}.", hint="See: smartnotes quiz list")
    return fits[0]


def grade_answer(ref: str, *, answer: GivenAnswer, stores: Stores) -> Grade:
    """Judge one answer, which is not kept. Raises `NotFound`, `OptionsError` for a question of another quiz."""
    _, quiz = find_quiz(ref, stores=stores)
    return _grades(quiz, [answer], only=True, stores=stores)[0]


def take_quiz(
    ref: str,
    *,
    answers: Sequence[GivenAnswer],
    attempt_id: str,
    duration_s: float | None,
    now: datetime,
    stores: Stores,
) -> QuizAttempt:
    """Grade the answers to a quiz and keep the attempt; sent twice under one id it counts once.

    A question without an answer counts as wrong. Raises `NotFound`, `OptionsError` for a question of another quiz,
    `ValueError` for a naive time.
    """
    check_aware(now)
    known = stores.study.attempt(attempt_id)
    if known is not None:
        return known
    document, quiz = find_quiz(ref, stores=stores)
    if not quiz.questions:
        raise OptionsError("This quiz has no questions.", hint="Make another one: smartnotes quiz make")
    grades = _grades(quiz, answers, only=False, stores=stores)
    attempt = QuizAttempt(
        id=attempt_id,
        quiz_id=quiz.id,
        subject_id=document.subject_id,
        title=quiz.title,
        at=now,
        duration_s=duration_s,
        score=sum(one.right for one in grades) / len(grades),
        grades=tuple(grades),
    )
    return stores.study.add_attempt(attempt)


def _grades(quiz: Quiz, answers: Sequence[GivenAnswer], *, only: bool, stores: Stores) -> list[Grade]:
    given = {answer.question_id: answer.text for answer in answers}
    questions = {question.id: question for question in quiz.questions}
    if len(given) < len(answers):
        raise OptionsError("A question was answered twice.")
    unknown = [question_id for question_id in given if question_id not in questions]
    if unknown:
        raise OptionsError(f"The quiz has no question {unknown[0]!r}.", hint="See: smartnotes quiz export -f json")
    asked = [questions[question_id] for question_id in given] if only else quiz.questions
    vocabulary = _vocabulary(asked, stores=stores)
    return [grade(question, given.get(question.id, ""), vocabulary=vocabulary) for question in asked]


def _vocabulary(questions: Sequence[Question], *, stores: Stores) -> frozenset[str]:
    """Return the words of the lectures that were asked about, and those of the questions where these are gone."""
    words: set[str] = set()
    for lecture_id in {question.source.lecture_id for question in questions}:
        try:
            pages = stores.lectures.pages(lecture_id)
        except NotFound:
            pages = []
        words |= {token.word for page in pages for token in tokens(page.text)}
    texts = [text for question in questions for text in (question.answer, *question.options, *question.accept)]
    return frozenset(words | {token.word for text in texts for token in tokens(text)})


def list_attempts(*, subject: str | None, quiz: str | None, stores: Stores) -> list[QuizAttempt]:
    """Return attempts, newest first. Raises `NotFound`, `Conflict`."""
    subject_id = find_subject(subject, stores=stores).id if subject else None
    quiz_id = find_quiz(quiz, stores=stores)[0].id if quiz else None
    return stores.study.attempts(subject_id=subject_id, quiz_id=quiz_id)


def record_session(session: StudySession, *, now: datetime, stores: Stores) -> StudySession:
    """Keep a study session; sent twice under one id it counts once. Raises `NotFound`, `OptionsError`."""
    if session.at > now + FURTHEST_AHEAD:
        raise OptionsError("A study session cannot begin in the future.")
    if session.subject_id is not None and session.subject_id not in {one.id for one in stores.subjects.all()}:
        raise NotFound(f"There is no subject {session.subject_id!r}.")
    return stores.study.add_session(session)


def list_sessions(*, subject: str | None, kind: StudyKind | None, stores: Stores) -> list[StudySession]:
    """Return study sessions, newest first. Raises `NotFound`, `Conflict`."""
    subject_id = find_subject(subject, stores=stores).id if subject else None
    return stores.study.sessions(subject_id=subject_id, kind=kind)


def statistics(options: StatisticsOptions, *, now: datetime, stores: Stores) -> Statistics:
    """Return how learning goes. Raises `NotFound`, `Conflict`, `ValueError` for a naive time."""
    check_aware(now)
    subject_id = find_subject(options.subject, stores=stores).id if options.subject else None
    offset = options.utc_offset_min
    today = day_of(now, utc_offset_min=offset)
    since = start_of(today - timedelta(days=options.days - 1), utc_offset_min=offset)
    tomorrow = start_of(today + timedelta(days=1), utc_offset_min=offset)
    horizon = start_of(today + timedelta(days=options.ahead), utc_offset_min=offset)
    reviews = stores.reviews.all(since=since, subject_id=subject_id)
    attempts = stores.study.attempts(since=since, subject_id=subject_id)
    sessions = stores.study.sessions(since=since, subject_id=subject_id)
    subjects = count_subjects(subject_id, before=tomorrow, stores=stores)
    weak = weakest_pages(_results(reviews, attempts, stores=stores), count=options.topics)
    due = stores.cards.due_times(before=horizon, subject_id=subject_id)
    return Statistics(
        subject_id=subject_id,
        cards=add_counts(one.cards for one in subjects),
        subjects=subjects,
        days=study_days(
            reviews=reviews, attempts=attempts, sessions=sessions, today=today, days=options.days, utc_offset_min=offset
        ),
        retention=retention(reviews),
        quiz_score=quiz_share(attempts),
        quizzes=quiz_scores(attempts),
        weak=tuple(topic for page in weak if (topic := _topic(page, stores=stores))),
        streak_days=_streak(subject_id, today=today, utc_offset_min=offset, stores=stores),
        upcoming=upcoming(due, today=today, days=options.ahead, utc_offset_min=offset),
    )


def _results(reviews: Sequence[Review], attempts: Sequence[QuizAttempt], *, stores: Stores) -> Iterator[Result]:
    cards = stores.cards.some(list(dict.fromkeys(review.card_id for review in reviews)))
    for review in reviews:
        if review.card_id in cards:
            yield Result(review.subject_id, cards[review.card_id].source, review.rating is Rating.AGAIN)
    for attempt in attempts:
        for one in attempt.grades:
            yield Result(attempt.subject_id, one.source, not one.right)


def _topic(page: PageResults, *, stores: Stores) -> WeakTopic | None:
    """Return what a weak page is about, None where its lecture is gone."""
    source = page.source
    try:
        lecture = stores.lectures.get(source.lecture_id)
        found = stores.lectures.pages(lecture.id, first=source.page, last=source.page)
    except NotFound:
        return None
    return WeakTopic(
        subject_id=page.subject_id,
        lecture_id=lecture.id,
        lecture_name=lecture.name,
        page=source.page,
        heading=found[0].title if found else "",
        results=page.results,
        wrong=page.wrong,
    )


def _streak(subject_id: str | None, *, today: date, utc_offset_min: int, stores: Stores) -> int:
    days = _FIRST_LOOK_DAYS
    while True:
        since = start_of(today - timedelta(days=days), utc_offset_min=utc_offset_min)
        times = stores.study.activity(since=since, subject_id=subject_id)
        found = streak({day_of(time, utc_offset_min=utc_offset_min) for time in times}, today=today)
        if found < days:
            return found
        days *= 4
