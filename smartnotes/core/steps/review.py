"""Reviews by SM-2: when a card is due next, from how well it was remembered.

P. A. Wozniak, "Optimization of learning" (1990), chapter 3.2, algorithm SM-2: the first interval is 1 day, the second
6, each later one the one before times the ease factor; after each repetition of quality q the factor changes by
``0.1 - (5 - q) (0.08 + (5 - q) 0.02)`` and never falls below 1.3; a quality below 3 starts the repetitions anew without
changing the factor. Fractions of a day are rounded up.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from smartnotes.core.days import check_aware
from smartnotes.core.learning import Review
from smartnotes.core.scheduling import Scheduler
from smartnotes.core.study import Flashcard, Rating, ReviewState

FIRST_INTERVAL_DAYS = 1.0
SECOND_INTERVAL_DAYS = 6.0
EASE_FLOOR = 1.3
START_EASE = 2.5
PASSING_QUALITY = 3
LONGEST_INTERVAL_DAYS = 36_500.0
"""A century; SM-2 knows no bound, but calendars do."""

QUALITY: dict[Rating, int] = {Rating.AGAIN: 2, Rating.HARD: 3, Rating.GOOD: 4, Rating.EASY: 5}
"""Our four ratings on SM-2's scale of 0 (blackout) to 5 (perfect); "again" is "incorrect, seemed easy to recall"."""


def new_review(*, now: datetime) -> ReviewState:
    """Return the state of a card that was never reviewed: due at once. Raises `ValueError` for a naive `now`."""
    check_aware(now)
    return ReviewState(ease=START_EASE, due=now)


def review(state: ReviewState, rating: Rating, *, now: datetime) -> ReviewState:
    """Return the state after a review at `now`. Raises `ValueError` for a naive `now`."""
    check_aware(now)
    quality = QUALITY[rating]
    if quality < PASSING_QUALITY:
        return _scheduled(
            state, repetitions=0, interval_days=FIRST_INTERVAL_DAYS, ease=state.ease, now=now, lapsed=True
        )
    if state.repetitions == 0:
        interval = FIRST_INTERVAL_DAYS
    elif state.repetitions == 1:
        interval = SECOND_INTERVAL_DAYS
    else:
        interval = min(float(math.ceil(state.interval_days * state.ease)), LONGEST_INTERVAL_DAYS)
    ease = max(EASE_FLOOR, state.ease + 0.1 - (5 - quality) * (0.08 + (5 - quality) * 0.02))
    return _scheduled(
        state, repetitions=state.repetitions + 1, interval_days=interval, ease=ease, now=now, lapsed=False
    )


def _scheduled(
    state: ReviewState, *, repetitions: int, interval_days: float, ease: float, now: datetime, lapsed: bool
) -> ReviewState:
    return ReviewState(
        repetitions=repetitions,
        lapses=state.lapses + (1 if lapsed and state.repetitions > 0 else 0),
        interval_days=interval_days,
        ease=ease,
        due=now + timedelta(days=interval_days),
        last_review=now,
    )


class Sm2:
    """`Scheduler` by SM-2."""

    name = "sm2"

    def start(self, *, now: datetime) -> ReviewState:
        """Return the state of a new card; see `new_review`."""
        return new_review(now=now)

    def next(self, state: ReviewState, rating: Rating, *, now: datetime) -> ReviewState:
        """Return the state after a review; see `review`."""
        return review(state, rating, now=now)


SCHEDULERS: dict[str, Scheduler] = {Sm2.name: Sm2()}
"""Each way of scheduling by its name in `ReviewState.algorithm`."""


def review_card(
    card: Flashcard,
    rating: Rating,
    *,
    review_id: str,
    now: datetime,
    duration_s: float | None = None,
) -> tuple[Flashcard, Review]:
    """Return the card after a review and the entry for the log, which holds both states.

    Times of one card's reviews grow, also where the clocks of two machines differ. Raises `ValueError` for a naive
    `now`.
    """
    check_aware(now)
    last = card.review.last_review
    at = now if last is None else max(now, last + timedelta(microseconds=1))
    after = SCHEDULERS[card.review.algorithm].next(card.review, rating, now=at)
    entry = Review(
        id=review_id,
        card_id=card.id,
        subject_id=card.subject_id,
        rating=rating,
        at=at,
        duration_s=duration_s,
        before=card.review,
        after=after,
    )
    return card.model_copy(update={"review": after}), entry


def undo_review(card: Flashcard, entry: Review) -> Flashcard:
    """Return the card as it was scheduled before a review; what was edited since stays edited."""
    return card.model_copy(update={"review": entry.before})
