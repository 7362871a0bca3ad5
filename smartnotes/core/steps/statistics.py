"""How learning goes: counted from cards, reviews, quiz attempts and study sessions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from smartnotes.core.days import day_of
from smartnotes.core.learning import CardCounts, DueDay, QuizAttempt, QuizScore, Review, StudyDay, StudySession
from smartnotes.core.study import Citation, Rating


class Result(NamedTuple):
    """Something that was asked about a place in the notes, and whether it went wrong."""

    subject_id: str
    source: Citation
    wrong: bool


class PageResults(NamedTuple):
    """How all that was asked about a page went."""

    subject_id: str
    source: Citation
    results: int
    wrong: int


def add_counts(counts: Iterable[CardCounts]) -> CardCounts:
    """Return the sum."""
    total = Counter[str]()
    for one in counts:
        total.update(one.model_dump())
    return CardCounts(**total)


def study_days(
    *,
    reviews: Sequence[Review],
    attempts: Sequence[QuizAttempt],
    sessions: Sequence[StudySession],
    today: date,
    days: int,
    utc_offset_min: int,
) -> tuple[StudyDay, ...]:
    """Return the last `days` days up to `today`, the oldest first, also those on which nothing was done."""
    done: defaultdict[date, Counter[str]] = defaultdict(Counter)
    spent: defaultdict[date, float] = defaultdict(float)
    for review in reviews:
        day = done[day_of(review.at, utc_offset_min=utc_offset_min)]
        day["reviews"] += 1
        day["again"] += review.rating is Rating.AGAIN
        day["new"] += review.before.last_review is None
    for attempt in attempts:
        done[day_of(attempt.at, utc_offset_min=utc_offset_min)]["questions"] += len(attempt.grades)
    for session in sessions:
        spent[day_of(session.at, utc_offset_min=utc_offset_min)] += session.duration_s
    window = [today - timedelta(days=back) for back in reversed(range(days))]
    return tuple(StudyDay(day=day, study_s=spent[day], **done[day]) for day in window)


def retention(reviews: Collection[Review]) -> float | None:
    """Return the share of reviews that were not rated "again", None without any."""
    if not reviews:
        return None
    return sum(review.rating is not Rating.AGAIN for review in reviews) / len(reviews)


def quiz_scores(attempts: Sequence[QuizAttempt]) -> tuple[QuizScore, ...]:
    """Return the score of each attempt, the oldest first."""
    return tuple(
        QuizScore(
            attempt_id=attempt.id,
            quiz_id=attempt.quiz_id,
            title=attempt.title,
            at=attempt.at,
            questions=len(attempt.grades),
            score=attempt.score,
        )
        for attempt in sorted(attempts, key=lambda attempt: attempt.at)
    )


def quiz_share(attempts: Sequence[QuizAttempt]) -> float | None:
    """Return the share of right answers of all attempts, None without any."""
    asked = sum(len(attempt.grades) for attempt in attempts)
    return sum(attempt.right for attempt in attempts) / asked if asked else None


def weakest_pages(results: Iterable[Result], *, count: int) -> list[PageResults]:
    """Return the `count` pages with the worst results, the worst first; pages where all went well are none.

    A page is judged by (wrong + 1/2) / (results + 1), so that one slip among many weighs little and one alone is not
    yet the worst of all.
    """
    pages: dict[tuple[str, int], PageResults] = {}
    for result in results:
        key = (result.source.lecture_id, result.source.page)
        page = pages.get(key, PageResults(result.subject_id, result.source, 0, 0))
        pages[key] = page._replace(results=page.results + 1, wrong=page.wrong + result.wrong)
    weak = [page for page in pages.values() if page.wrong]
    return sorted(
        weak,
        key=lambda page: (
            -(page.wrong + 0.5) / (page.results + 1),
            -page.wrong,
            page.source.lecture_id,
            page.source.page,
        ),
    )[:count]


def streak(active: Collection[date], *, today: date) -> int:
    """Return the days of study in a row up to today, or up to yesterday where nothing was done today yet."""
    day = today if today in active else today - timedelta(days=1)
    days = 0
    while day in active:
        days += 1
        day -= timedelta(days=1)
    return days


def upcoming(due: Iterable[datetime], *, today: date, days: int, utc_offset_min: int) -> tuple[DueDay, ...]:
    """Return how many cards fall due on each of the next `days` days, today with all that is overdue first."""
    counted = Counter(max(today, day_of(time, utc_offset_min=utc_offset_min)) for time in due)
    window = [today + timedelta(days=ahead) for ahead in range(days)]
    return tuple(DueDay(day=day, cards=counted[day]) for day in window)
