"""Outlines of named shapes with an area."""

from __future__ import annotations

import math

from smartnotes.engines.slides.matrix import Point
from smartnotes.engines.slides.paths import Outline, arc, bezier
from smartnotes.engines.slides.preset_base import Adjusted, Maker, adjustment, angles, one


def rounded(w: float, h: float, radii: tuple[float, float, float, float]) -> list[Outline]:
    """Return a rectangle with corners of these radii: top left, top right, bottom right, bottom left."""
    points: list[Point] = []
    for radius, x, y, start in zip(radii, (0, w, w, 0), (0, 0, h, h), (180, 270, 0, 90), strict=True):
        centre = x + (radius if x == 0 else -radius), y + (radius if y == 0 else -radius)
        points += arc(centre, (radius, radius), start_deg=start, sweep_deg=90) if radius else [(x, y)]
    return one(points)


def round_rect(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a rectangle with round corners."""
    radius = min(w, h) * min(0.5, adjustment(adjusted, "adj", 16_667))
    return rounded(w, h, (radius, radius, radius, radius))


def terminator(w: float, h: float, _: Adjusted) -> list[Outline]:
    """Return a rectangle whose short sides are half circles."""
    radius = min(w, h) / 2
    return rounded(w, h, (radius, radius, radius, radius))


def round_two(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a rectangle with round corners at the top, and others at the bottom."""
    top, bottom = (min(w, h) * min(0.5, adjustment(adjusted, name, d)) for name, d in (("adj1", 16_667), ("adj2", 0)))
    return rounded(w, h, (top, top, bottom, bottom))


def round_one(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a rectangle with one round corner."""
    return rounded(w, h, (0.0, min(w, h) * min(0.5, adjustment(adjusted, "adj", 16_667)), 0.0, 0.0))


def ellipse(w: float, h: float, _: Adjusted) -> list[Outline]:
    """Return an ellipse."""
    return one(arc((w / 2, h / 2), (w / 2, h / 2), start_deg=0, sweep_deg=360))


def triangle(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a triangle whose tip is at the top."""
    return one([(w * adjustment(adjusted, "adj", 50_000), 0), (w, h), (0, h)])


def parallelogram(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a parallelogram that leans to the right."""
    slant = min(w, min(w, h) * adjustment(adjusted, "adj", 25_000))
    return one([(slant, 0), (w, 0), (w - slant, h), (0, h)])


def trapezoid(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a trapezoid that is wider at the bottom."""
    slant = min(w / 2, min(w, h) * adjustment(adjusted, "adj", 25_000))
    return one([(slant, 0), (w - slant, 0), (w, h), (0, h)])


def hexagon(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a hexagon with points at its sides."""
    slant = min(w / 2, min(w, h) * adjustment(adjusted, "adj", 25_000))
    return one([(slant, 0), (w - slant, 0), (w, h / 2), (w - slant, h), (slant, h), (0, h / 2)])


def chevron(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a chevron that points to the right."""
    tip = min(w, min(w, h) * adjustment(adjusted, "adj", 50_000))
    return one([(0, 0), (w - tip, 0), (w, h / 2), (w - tip, h), (0, h), (tip, h / 2)])


def home_plate(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a rectangle with a point to the right."""
    tip = min(w, min(w, h) * adjustment(adjusted, "adj", 50_000))
    return one([(0, 0), (w - tip, 0), (w, h / 2), (w - tip, h), (0, h)])


def snip(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a rectangle without its top right corner."""
    cut = min(w, h) * min(0.5, adjustment(adjusted, "adj", 16_667))
    return one([(0, 0), (w - cut, 0), (w, cut), (w, h), (0, h)])


def can(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return an upright cylinder."""
    depth = min(h / 2, min(w, h) * adjustment(adjusted, "adj", 25_000) / 2)
    lid = arc((w / 2, depth), (w / 2, depth), start_deg=0, sweep_deg=360)
    base = arc((w / 2, h - depth), (w / 2, depth), start_deg=0, sweep_deg=180)
    top = arc((w / 2, depth), (w / 2, depth), start_deg=180, sweep_deg=180)
    return [Outline((*top, *base)), Outline(tuple(lid))]


def cube(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a box seen from the front, above and right."""
    depth = min(w, h) * adjustment(adjusted, "adj", 25_000)
    front, edge = w - depth, h - depth
    return [
        Outline(((0, depth), (depth, 0), (w, 0), (w, edge), (front, h), (0, h))),
        Outline(((0, depth), (front, depth), (front, h)), closed=False, filled=False),
        Outline(((front, depth), (w, 0)), closed=False, filled=False),
    ]


def cloud(w: float, h: float, _: Adjusted) -> list[Outline]:
    """Return an ellipse with eleven bumps; the standard's has as many."""
    points: list[Point] = []
    for step in range(220):
        angle = math.tau * step / 220
        reach = 0.9 + 0.1 * abs(math.sin(5.5 * angle))
        points.append((w / 2 * (1 + reach * math.cos(angle)), h / 2 * (1 + reach * math.sin(angle))))
    return one(points)


def callout(base: Maker) -> Maker:
    """Return the maker of a shape with a tail to where it points."""

    def make(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
        x = w * (0.5 + adjustment(adjusted, "adj1", -20_833))
        y = h * (0.5 + adjustment(adjusted, "adj2", 62_500))
        sideways = abs(x - w / 2) / max(w, 1.0) > abs(y - h / 2) / max(h, 1.0)
        if sideways:
            root: list[Point] = [(w / 2, h * 0.35), (w / 2, h * 0.65)]
        else:
            at = w * (0.3 if x < w / 2 else 0.7)
            root = [(at - w * 0.1, h / 2), (at + w * 0.1, h / 2)]
        return [Outline((root[0], (x, y), root[1])), *base(w, h, {})]

    return make


def line_callout(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a rectangle with a line to what it speaks about."""
    ys, xs = (("adj1", 18_750), ("adj3", 112_500)), (("adj2", -8_333), ("adj4", -38_333))
    points = tuple((w * adjustment(adjusted, *x), h * adjustment(adjusted, *y)) for x, y in zip(xs, ys, strict=True))
    return [*rounded(w, h, (0, 0, 0, 0)), Outline(points, closed=False, filled=False)]


def star(points: int, inner: float) -> Maker:
    """Return the maker of a star with so many points; the others lie at `inner` of the radius."""

    def make(w: float, h: float, _: Adjusted) -> list[Outline]:
        found: list[Point] = []
        for step in range(2 * points):
            reach, angle = (inner if step % 2 else 1.0), math.pi * step / points - math.pi / 2
            found.append((w / 2 * (1 + reach * math.cos(angle)), h / 2 * (1 + reach * math.sin(angle))))
        return one(found)

    return make


def plus(thickness: float) -> Maker:
    """Return the maker of a cross; `thickness` is the default of its inset."""

    def make(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
        inset = min(w, h) * adjustment(adjusted, "adj", thickness)
        a, b, c, d = inset, w - inset, inset, h - inset
        corners: list[Point] = [(a, 0), (b, 0), (b, c), (w, c), (w, d), (b, d), (b, h), (a, h)]
        return one([*corners, (a, d), (0, d), (0, c), (a, c)])

    return make


def bars(rows: tuple[tuple[float, float], ...]) -> Maker:
    """Return the maker of bars between these shares of the height."""

    def make(w: float, h: float, _: Adjusted) -> list[Outline]:
        left, right = 0.13 * w, 0.87 * w
        return [Outline(((left, low * h), (right, low * h), (right, high * h), (left, high * h))) for low, high in rows]

    return make


def multiply(w: float, h: float, _: Adjusted) -> list[Outline]:
    """Return a times sign."""
    a, b, m = 0.17, 0.33, 0.16
    corners = ((a, b), (b, a), (0.5, 0.5 - m), (1 - b, a), (1 - a, b), (0.5 + m, 0.5))
    other = ((1 - a, 1 - b), (1 - b, 1 - a), (0.5, 0.5 + m), (b, 1 - a), (a, 1 - b), (0.5 - m, 0.5))
    return one([(x * w, y * h) for x, y in corners + other])


def pie(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a piece of a pie."""
    start, sweep = angles(adjusted, 0, 16_200_000)
    return one([*arc((w / 2, h / 2), (w / 2, h / 2), start_deg=start, sweep_deg=sweep), (w / 2, h / 2)])


def chord(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return the part of an ellipse on one side of a line."""
    start, sweep = angles(adjusted, 2_700_000, 16_200_000)
    return one(arc((w / 2, h / 2), (w / 2, h / 2), start_deg=start, sweep_deg=sweep))


def block_arc(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a part of a ring."""
    start, sweep = angles(adjusted, 10_800_000, 0)
    thick = min(w, h) * min(0.5, adjustment(adjusted, "adj3", 25_000))
    centre = w / 2, h / 2
    outer = arc(centre, centre, start_deg=start, sweep_deg=sweep)
    inner = arc(centre, (w / 2 - thick, h / 2 - thick), start_deg=start + sweep, sweep_deg=-sweep)
    return one([*outer, *inner])


def donut(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a ring."""
    thick = min(w, h) * min(0.5, adjustment(adjusted, "adj", 25_000))
    centre = w / 2, h / 2
    ring = arc(centre, centre, start_deg=0, sweep_deg=360)
    hole = arc(centre, (w / 2 - thick, h / 2 - thick), start_deg=360, sweep_deg=-360)
    return [
        Outline((*ring, *hole), stroked=False),
        Outline(tuple(ring), filled=False),
        Outline(tuple(hole), filled=False),
    ]


def frame(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a frame."""
    thick = min(w, h) * min(0.5, adjustment(adjusted, "adj1", 12_500))
    outer: list[Point] = [(0, 0), (w, 0), (w, h), (0, h), (0, 0)]
    inner: list[Point] = [(thick, thick), (thick, h - thick), (w - thick, h - thick), (w - thick, thick)]
    return one([*outer, *inner, (thick, thick)])


def document(w: float, h: float, _: Adjusted) -> list[Outline]:
    """Return a sheet whose lower edge is a wave."""
    wave = bezier([(w, h * 0.8), (w / 2, h * 0.8), (w / 2, h * 1.13), (0, h * 0.93)])
    return one([(0, 0), (w, 0), (w, h * 0.8), *wave])


def predefined(w: float, h: float, _: Adjusted) -> list[Outline]:
    """Return a rectangle with a second line at both sides."""
    sides = [Outline(((x, 0), (x, h)), closed=False, filled=False) for x in (w / 8, w * 7 / 8)]
    return [*rounded(w, h, (0, 0, 0, 0)), *sides]


def folded(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a sheet with a folded corner."""
    fold = min(w, h) * adjustment(adjusted, "adj", 16_667)
    return [
        Outline(((0, 0), (w, 0), (w, h - fold), (w - fold, h), (0, h))),
        Outline(((w - fold, h), (w - 0.8 * fold, h - 0.8 * fold), (w, h - fold)), closed=False),
    ]


def heart(w: float, h: float, _: Adjusted) -> list[Outline]:
    """Return a heart."""
    right = bezier([(w / 2, h / 4), (w * 0.71, -h / 3), (w * 1.53, h / 4), (w / 2, h)])
    left = bezier([(w / 2, h), (-w * 0.53, h / 4), (w * 0.29, -h / 3), (w / 2, h / 4)])
    return one([(w / 2, h / 4), *right, *left])


def l_shape(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    """Return a corner."""
    side = min(w, h)
    foot, leg = (side * adjustment(adjusted, name, 50_000) for name in ("adj1", "adj2"))
    return one([(0, 0), (leg, 0), (leg, h - foot), (w, h - foot), (w, h), (0, h)])
