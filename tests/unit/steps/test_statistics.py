"""How learning goes, counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from smartnotes.core.learning import CardCounts, Grade, QuizAttempt, Review, StudyKind, StudySession
from smartnotes.core.steps.statistics import (
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
from smartnotes.core.study import Citation, Rating, ReviewState
from tests.builders import NOON

TODAY = NOON.date()


def a_source(page=1):
    return Citation(lecture_id="lec_1", lecture_name="lecture.pdf", page=page, start=0, end=1, quote="x")


def a_review(rating=Rating.GOOD, *, at=NOON, first=False):
    state = ReviewState(due=NOON, last_review=None if first else NOON - timedelta(days=1))
    return Review(
        id=f"rev_{at.timestamp()}",
        card_id="card_1",
        subject_id="sub_1",
        rating=rating,
        at=at,
        before=state,
        after=state,
    )


def an_attempt(*right, at=NOON):
    grades = tuple(
        Grade(question_id=f"q_{number}", prompt="?", given="", right=one, expected="x", source=a_source())
        for number, one in enumerate(right)
    )
    return QuizAttempt(
        id=f"try_{at.timestamp()}",
        quiz_id="quiz_1",
        subject_id="sub_1",
        title="Quiz",
        at=at,
        score=sum(right) / len(right),
        grades=grades,
    )


def test_every_day_of_the_window_is_there_and_has_what_was_done_on_it():
    session = StudySession(id="s", kind=StudyKind.CHAT, at=NOON, duration_s=90, items=1)
    days = study_days(
        reviews=[a_review(Rating.AGAIN), a_review(first=True), a_review(at=NOON - timedelta(days=1))],
        attempts=[an_attempt(True, False)],
        sessions=[session],
        today=TODAY,
        days=3,
        utc_offset_min=0,
    )
    assert [day.day for day in days] == [TODAY - timedelta(days=back) for back in (2, 1, 0)]
    assert [day.reviews for day in days] == [0, 1, 2]
    assert (days[2].again, days[2].new, days[2].questions, days[2].study_s) == (1, 1, 2, 90)


@pytest.mark.parametrize(("offset", "day"), [(0, 1), (11 * 60, 1), (12 * 60, 2), (-13 * 60, 28)])
def test_a_day_is_the_students_own(offset, day):
    [found] = study_days(
        reviews=[a_review()],
        attempts=[],
        sessions=[],
        today=date(2026, 2 if day == 28 else 3, day),
        days=1,
        utc_offset_min=offset,
    )
    assert found.reviews == 1


def test_retention_is_the_share_that_was_not_forgotten():
    assert retention([]) is None
    assert retention([a_review(rating) for rating in Rating]) == 0.75


def test_scores_of_quizzes_are_in_order_and_weighed_by_their_questions():
    first, second = an_attempt(True), an_attempt(False, False, True, at=NOON - timedelta(days=2))
    assert [score.score for score in quiz_scores([first, second])] == [second.score, 1]
    assert quiz_share([first, second]) == 0.5
    assert quiz_share([]) is None


def test_the_weakest_page_comes_first_and_good_pages_are_not_named():
    results = [
        *[Result("sub_1", a_source(1), wrong) for wrong in (True, False, False, False)],
        *[Result("sub_1", a_source(2), wrong) for wrong in (True, True, True, False)],
        *[Result("sub_1", a_source(3), False) for _ in range(5)],
    ]
    assert [(page.source.page, page.wrong, page.results) for page in weakest_pages(results, count=5)] == [
        (2, 3, 4),
        (1, 1, 4),
    ]
    assert len(weakest_pages(results, count=1)) == 1


def test_a_streak_goes_on_until_today_is_over():
    days = {TODAY - timedelta(days=back) for back in (1, 2, 3, 5)}
    assert streak(days, today=TODAY) == 3
    assert streak(days | {TODAY}, today=TODAY) == 4
    assert streak(days, today=TODAY + timedelta(days=1)) == 0
    assert streak(set(), today=TODAY) == 0


def test_what_is_overdue_is_due_today():
    due = [NOON - timedelta(days=9), NOON, NOON + timedelta(days=1), NOON + timedelta(days=5)]
    found = upcoming(due, today=TODAY, days=3, utc_offset_min=0)
    assert [(day.day, day.cards) for day in found] == [
        (TODAY, 2),
        (TODAY + timedelta(days=1), 1),
        (TODAY + timedelta(days=2), 0),
    ]


def test_counts_add_up():
    assert add_counts([CardCounts(total=2, new=1), CardCounts(total=3, due=2)]) == CardCounts(total=5, new=1, due=2)
    assert add_counts([]) == CardCounts()
