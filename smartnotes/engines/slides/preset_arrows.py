"""Outlines of block arrows."""

from __future__ import annotations

import math

from smartnotes.engines.slides.matrix import Point
from smartnotes.engines.slides.paths import Outline, arc
from smartnotes.engines.slides.preset_base import Adjusted, Maker, adjustment, one


def arrow(*, tips: int, upright: bool) -> Maker:
    """Return the maker of a straight arrow to the right (down), with a tip at one end or both."""

    def make(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
        along, across = (h, w) if upright else (w, h)
        shaft = across * min(1.0, adjustment(adjusted, "adj1", 50_000)) / 2
        tip = min(along / tips, min(w, h) * adjustment(adjusted, "adj2", 50_000))
        middle, low, high = across / 2, across / 2 - shaft, across / 2 + shaft
        head: list[Point] = [(along - tip, 0), (along, middle), (along - tip, across), (along - tip, high)]
        back: list[Point] = [(0, high), (0, low)]
        if tips == 2:
            back = [(tip, high), (tip, across), (0, middle), (tip, 0), (tip, low)]
        points = [(along - tip, low), *head, *back]
        return one([(y, x) for x, y in points] if upright else points)

    return make


def mirrored(maker: Maker, *, upright: bool) -> Maker:
    """Return the maker of a shape mirrored: upside down where it is upright, else left to right."""

    def make(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
        made = maker(w, h, adjusted)
        return [
            one._replace(points=tuple((x, h - y) if upright else (w - x, y) for x, y in one.points)) for one in made
        ]

    return make


def bent_arrow(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return an arrow up and around a corner to the right."""
    side = min(w, h)
    shaft = side * adjustment(adjusted, "adj1", 25_000)
    head = 2 * side * adjustment(adjusted, "adj2", 25_000)
    tip = side * adjustment(adjusted, "adj3", 25_000)
    middle = head / 2
    turn = arc((shaft * 2, middle + shaft * 1.5), (shaft * 2, shaft * 2), start_deg=180, sweep_deg=90)
    inner = arc((shaft * 2, middle + shaft * 1.5), (shaft, shaft), start_deg=270, sweep_deg=-90)
    points = [(0, h), *turn, (w - tip, middle - shaft / 2), (w - tip, 0), (w, middle), (w - tip, head)]
    return one([*points, (w - tip, middle + shaft / 2), *inner, (shaft, h)])


def bent_up_arrow(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return an arrow to the right and around a corner upwards."""
    side = min(w, h)
    shaft, half, tip = (side * adjustment(adjusted, f"adj{number}", 25_000) for number in (1, 2, 3))
    x = w - half
    points = [(0, h - shaft), (x - shaft / 2, h - shaft), (x - shaft / 2, tip), (w - 2 * half, tip), (x, 0), (w, tip)]
    return one([*points, (x + shaft / 2, tip), (x + shaft / 2, h), (0, h)])


def u_turn_arrow(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return an arrow up, around and down."""
    side = min(w, h)
    shaft, half, tip = (side * adjustment(adjusted, f"adj{number}", 25_000) for number in (1, 2, 3))
    x, end = w - half, h * adjustment(adjusted, "adj5", 75_000)
    outer, inner = (x + shaft / 2) / 2, (x + shaft / 2) / 2 - shaft
    over = arc((outer, outer), (outer, outer), start_deg=180, sweep_deg=180)
    under = arc((outer, outer), (max(0.0, inner), max(0.0, inner)), start_deg=0, sweep_deg=-180)
    head = [(x + shaft / 2, end - tip), (w, end - tip), (x, end), (x - half, end - tip), (x - shaft / 2, end - tip)]
    return one([(0, h), *over, *head, *under, (shaft, h)])


def ring_arrow(w: float, h: float, _: Adjusted) -> list[Outline]:
    """Return an arrow bent along most of a circle: every kind of circular and curved arrow looks about like it."""
    centre, thick = (w / 2, h / 2), min(w, h) * 0.125
    outer = arc(centre, (w / 2 - thick, h / 2 - thick), start_deg=180, sweep_deg=160)
    inner = arc(centre, (w / 2 - 2 * thick, h / 2 - 2 * thick), start_deg=340, sweep_deg=-160)
    end = math.radians(340)
    tip = [
        (w / 2 + (w / 2 - share * thick) * math.cos(end), h / 2 + (h / 2 - share * thick) * math.sin(end))
        for share in (0.0, 3.0)
    ]
    point = w - 1.5 * thick, h / 2 + thick
    return one([*outer, tip[0], point, tip[1], *inner])


def curved_arrow(turn: int, *, mirrored: bool) -> Maker:
    """Return the maker of an arrow along a quarter of an ellipse that bends to one side."""

    def make(w: float, h: float, _: Adjusted) -> list[Outline]:
        along, across = (w, h) if turn % 2 == 0 else (h, w)
        thick = min(w, h) * 0.22
        outer = arc((along / 2, across), (along / 2 - thick / 2, across), start_deg=180, sweep_deg=150)
        inner = arc((along / 2, across), (along / 2 - 1.5 * thick, across - thick), start_deg=330, sweep_deg=-150)
        x = along - thick
        head = [(along, across * 0.55), (x, across), (along - 2.2 * thick, across * 0.55)]
        points = [*outer, *head, *inner]
        if mirrored:
            points = [(px, across - py) for px, py in points]
        return one([(py, px) for px, py in points] if turn % 2 else points)

    return make
