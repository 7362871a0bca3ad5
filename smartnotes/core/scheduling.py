"""What a way of scheduling reviews must offer; SM-2 is in `smartnotes.core.steps.review`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from smartnotes.core.study import Rating, ReviewState


class Scheduler(Protocol):
    """Decides when a card is due again. Pure: the same arguments give the same state."""

    @property
    def name(self) -> str:
        """What `ReviewState.algorithm` says."""
        ...

    def start(self, *, now: datetime) -> ReviewState:
        """Return the state of a card that was never reviewed: due at once. Raises `ValueError` for a naive time."""
        ...

    def next(self, state: ReviewState, rating: Rating, *, now: datetime) -> ReviewState:
        """Return the state after a review at `now`. Raises `ValueError` for a naive time."""
        ...
