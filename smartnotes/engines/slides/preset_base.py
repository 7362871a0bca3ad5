"""What the makers of named shapes have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from smartnotes.engines.slides.matrix import Point
from smartnotes.engines.slides.paths import Outline

Adjusted = Mapping[str, float]
"""Adjustments by their names, in 1/100,000 mostly."""

Maker = Callable[[float, float, Adjusted], list[Outline]]
Liner = Callable[[float, float, Adjusted], list[Point]]


def adjustment(adjusted: Adjusted, name: str, default: float) -> float:
    """Return an adjustment as a fraction; the default is in 1/100,000."""
    return adjusted.get(name, default) / 100_000


def one(points: list[Point]) -> list[Outline]:
    """Return a single closed outline."""
    return [Outline(tuple(points))]


def angles(adjusted: Adjusted, first: float, second: float) -> tuple[float, float]:
    """Return where an arc starts and how far it goes, in degrees clockwise; the defaults are in 1/60,000 degrees."""
    start, end = adjusted.get("adj1", first) / 60_000, adjusted.get("adj2", second) / 60_000
    return start, (end - start) % 360 or 360.0
