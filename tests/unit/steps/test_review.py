"""SM-2 as Wozniak published it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from smartnotes.core.steps.review import new_review, review
from smartnotes.core.study import Rating, ReviewState
from tests.builders import NOON


def after(*ratings: Rating) -> ReviewState:
    state = new_review(now=NOON)
    for rating in ratings:
        state = review(state, rating, now=state.due)
    return state


def test_a_new_card_is_due_at_once() -> None:
    state = new_review(now=NOON)
    assert (state.due, state.ease, state.repetitions) == (NOON, 2.5, 0)


@pytest.mark.parametrize(
    ("ratings", "interval", "ease"),
    [
        ((Rating.GOOD,), 1, 2.5),
        ((Rating.GOOD, Rating.GOOD), 6, 2.5),
        ((Rating.GOOD, Rating.GOOD, Rating.GOOD), 15, 2.5),
        ((Rating.EASY, Rating.EASY, Rating.EASY), 17, 2.8),  # 6 x 2.7 = 16.2, rounded up
        ((Rating.HARD, Rating.HARD, Rating.HARD), 14, 2.08),  # 6 x 2.22 = 13.3, rounded up
    ],
)
def test_intervals_and_ease_factors_are_those_of_the_published_table(
    ratings: tuple[Rating, ...], interval: float, ease: float
) -> None:
    state = after(*ratings)
    assert state.interval_days == interval
    assert state.ease == pytest.approx(ease)


def test_a_forgotten_card_starts_anew_and_keeps_its_ease() -> None:
    state = after(Rating.EASY, Rating.GOOD, Rating.AGAIN)
    assert (state.repetitions, state.interval_days, state.lapses) == (0, 1, 1)
    assert state.ease == pytest.approx(2.6)
    assert review(state, Rating.GOOD, now=state.due).interval_days == 1


def test_the_due_time_is_the_review_plus_the_interval() -> None:
    late = NOON + timedelta(days=3)
    assert review(new_review(now=NOON), Rating.GOOD, now=late).due == late + timedelta(days=1)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        review(new_review(now=NOON), Rating.GOOD, now=datetime(2026, 3, 1))
