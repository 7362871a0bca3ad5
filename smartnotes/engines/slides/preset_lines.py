"""Outlines of connectors, braces and brackets: lines that are never filled."""

from __future__ import annotations

from smartnotes.engines.slides.matrix import Point
from smartnotes.engines.slides.paths import Outline, arc, bezier
from smartnotes.engines.slides.preset_base import Adjusted, Liner, Maker, adjustment, angles


def brace(side: str) -> Liner:
    """Return the maker of a curly brace that opens to the other side."""

    def make(w: float, h: float, adjusted: Adjusted) -> list[Point]:
        radius = min(w, h) * min(0.25, adjustment(adjusted, "adj1", 8_333))
        middle = h * adjustment(adjusted, "adj2", 50_000)
        points = [
            *arc((w, radius), (w / 2, radius), start_deg=270, sweep_deg=-90),
            *arc((0, middle - radius), (w / 2, radius), start_deg=0, sweep_deg=90),
            *arc((0, middle + radius), (w / 2, radius), start_deg=270, sweep_deg=90),
            *arc((w, h - radius), (w / 2, radius), start_deg=180, sweep_deg=-90),
        ]
        return points if side == "left" else [(w - x, y) for x, y in points]

    return make


def bracket(side: str) -> Liner:
    """Return the maker of a bracket that opens to the other side."""

    def make(w: float, h: float, adjusted: Adjusted) -> list[Point]:
        radius = min(h / 2, min(w, h) * adjustment(adjusted, "adj", 8_333))
        points = [
            *arc((w, radius), (w, radius), start_deg=270, sweep_deg=-90),
            *arc((w, h - radius), (w, radius), start_deg=180, sweep_deg=-90),
        ]
        return points if side == "left" else [(w - x, y) for x, y in points]

    return make


def pair(one: Liner) -> Maker:
    """Return the maker of two braces or brackets around what is between them."""

    def make(w: float, h: float, _: Adjusted) -> list[Outline]:
        part = min(w, h) * 0.17
        left = one(part, h, {})
        right = [(w - x, y) for x, y in left]
        return [Outline(tuple(points), closed=False, filled=False) for points in (left, right)]

    return make


def _elbow(w: float, h: float, adjusted: Adjusted) -> list[Point]:
    x = w * adjustment(adjusted, "adj1", 50_000)
    return [(0, 0), (x, 0), (x, h), (w, h)]


def _elbow_four(w: float, h: float, adjusted: Adjusted) -> list[Point]:
    x, y = w * adjustment(adjusted, "adj1", 50_000), h * adjustment(adjusted, "adj2", 50_000)
    return [(0, 0), (x, 0), (x, y), (w, y), (w, h)]


def _elbow_five(w: float, h: float, adjusted: Adjusted) -> list[Point]:
    x, y = w * adjustment(adjusted, "adj1", 50_000), h * adjustment(adjusted, "adj2", 50_000)
    back = w * adjustment(adjusted, "adj3", 50_000)
    return [(0, 0), (x, 0), (x, y), (back, y), (back, h), (w, h)]


def _curve(w: float, h: float, adjusted: Adjusted) -> list[Point]:
    x = w * adjustment(adjusted, "adj1", 50_000)
    first = bezier([(0, 0), (x, 0), (x, h / 2)])
    return [(0, 0), *first, *bezier([(x, h / 2), (x, h), (w, h)])]


def _open_arc(w: float, h: float, adjusted: Adjusted) -> list[Point]:
    start, sweep = angles(adjusted, 16_200_000, 0)
    return arc((w / 2, h / 2), (w / 2, h / 2), start_deg=start, sweep_deg=sweep)


def _diagonal(w: float, h: float, _: Adjusted) -> list[Point]:
    return [(0, 0), (w, h)]


LINES: dict[str, Liner] = {
    "line": _diagonal,
    "straightConnector1": _diagonal,
    "lineInv": lambda w, h, _: [(0, h), (w, 0)],
    "bentConnector2": lambda w, h, _: [(0, 0), (w, 0), (w, h)],
    "bentConnector3": _elbow,
    "bentConnector4": _elbow_four,
    "bentConnector5": _elbow_five,
    "curvedConnector2": lambda w, h, _: [(0, 0), *bezier([(0, 0), (w / 2, 0), (w, h / 2), (w, h)])],
    "curvedConnector3": _curve,
    "curvedConnector4": _curve,
    "curvedConnector5": _curve,
    "arc": _open_arc,
    "leftBrace": brace("left"),
    "rightBrace": brace("right"),
    "leftBracket": bracket("left"),
    "rightBracket": bracket("right"),
}
