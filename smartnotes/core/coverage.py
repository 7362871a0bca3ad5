"""Coverage: whether the evidence answers a question at all, or "not in your notes" is the answer."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.excerpts import Excerpt
from smartnotes.core.study import Hit
from smartnotes.core.wording import content_stems

THRESHOLD = 0.5


def covers(question: str, hits: Sequence[Hit], found: Sequence[Excerpt]) -> bool:
    """Return whether the hits cover the question."""
    return bool(hits and found) and coverage(question, hits, found) >= THRESHOLD


def coverage(question: str, hits: Sequence[Hit], found: Sequence[Excerpt]) -> float:
    """Return 0-1: how likely the hits answer the question."""
    return hits[0].score
