"""Outlines of the shapes that have names (``a:prstGeom``; ISO/IEC 29500-1, 20.1.10.56), as far as slides draw them.

A name that is not here is drawn as a rectangle: labels and arrows then still stand where they belong. The numbers behind
the adjustments are the defaults of the standard's presetShapeDefinitions.xml.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from smartnotes.engines.slides_matrix import Point
from smartnotes.engines.slides_paths import Outline, arc, bezier

Adjusted = Mapping[str, float]
"""Adjustments by their names, in 1/100,000 mostly."""

_Maker = Callable[[float, float, Adjusted], list[Outline]]


def preset(name: str, *, width: float, height: float, adjusted: Adjusted) -> list[Outline]:
    """Return the outlines of a named shape in a box of that size."""
    if name in _LINES:
        return [Outline(tuple(_LINES[name](width, height, adjusted)), closed=False, filled=False)]
    maker = _SHAPES.get(name)
    if maker is not None:
        return maker(width, height, adjusted)
    corners = _POLYGONS.get(name, _RECTANGLE)
    return [Outline(tuple((x * width, y * height) for x, y in corners))]


def text_box(name: str, *, width: float, height: float) -> tuple[float, float, float, float]:
    """Return where text goes in a named shape: left, top, right, bottom in its own box."""
    left, top, right, bottom = _TEXT.get(name, (0.0, 0.0, 1.0, 1.0))
    return left * width, top * height, right * width, bottom * height


_RECTANGLE: tuple[Point, ...] = ((0, 0), (1, 0), (1, 1), (0, 1))
_DIAMOND: tuple[Point, ...] = ((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5))
_POLYGONS: dict[str, tuple[Point, ...]] = {
    "rtTriangle": ((0, 0), (1, 1), (0, 1)),
    "diamond": _DIAMOND,
    "flowChartDecision": _DIAMOND,
    "flowChartInputOutput": ((0.2, 0), (1, 0), (0.8, 1), (0, 1)),
    "flowChartManualInput": ((0, 0.2), (1, 0), (1, 1), (0, 1)),
    "flowChartManualOperation": ((0, 0), (1, 0), (0.8, 1), (0.2, 1)),
    "flowChartPreparation": ((0.2, 0), (0.8, 0), (1, 0.5), (0.8, 1), (0.2, 1), (0, 0.5)),
    "flowChartOffpageConnector": ((0, 0), (1, 0), (1, 0.8), (0.5, 1), (0, 0.8)),
    "flowChartMerge": ((0, 0), (1, 0), (0.5, 1)),
    "flowChartExtract": ((0.5, 0), (1, 1), (0, 1)),
    "flowChartCollate": ((0, 0), (1, 0), (0, 1), (1, 1)),
    "flowChartPunchedCard": ((0.2, 0), (1, 0), (1, 1), (0, 1), (0, 0.2)),
    "pentagon": ((0.5, 0), (1, 0.38), (0.81, 1), (0.19, 1), (0, 0.38)),
    "heptagon": ((0.5, 0), (0.9, 0.2), (1, 0.64), (0.72, 1), (0.28, 1), (0, 0.64), (0.1, 0.2)),
    "octagon": ((0.29, 0), (0.71, 0), (1, 0.29), (1, 0.71), (0.71, 1), (0.29, 1), (0, 0.71), (0, 0.29)),
    "lightningBolt": (
        (0.39, 0), (0.59, 0.28), (0.5, 0.31), (0.76, 0.56), (0.68, 0.59), (1, 1), (0.46, 0.69), (0.55, 0.64),
        (0.26, 0.44), (0.35, 0.39), (0, 0.18),
    ),
}  # fmt: skip
_ROUND = (0.146, 0.146, 0.854, 0.854)
_TEXT: dict[str, tuple[float, float, float, float]] = {
    "ellipse": _ROUND, "flowChartConnector": _ROUND, "donut": _ROUND, "cloud": _ROUND, "cloudCallout": _ROUND,
    "wedgeEllipseCallout": _ROUND, "diamond": (0.25, 0.25, 0.75, 0.75), "flowChartDecision": (0.25, 0.25, 0.75, 0.75),
    "triangle": (0.25, 0.5, 0.75, 1.0), "rtTriangle": (0.08, 0.5, 0.6, 0.95), "hexagon": (0.1, 0.1, 0.9, 0.9),
    "parallelogram": (0.15, 0.0, 0.85, 1.0), "flowChartInputOutput": (0.2, 0.0, 0.8, 1.0),
    "trapezoid": (0.15, 0.2, 0.85, 1.0), "can": (0.0, 0.25, 1.0, 1.0), "flowChartMagneticDisk": (0.0, 0.33, 1.0, 0.83),
    "rightArrow": (0.0, 0.25, 0.9, 0.75), "leftArrow": (0.1, 0.25, 1.0, 0.75), "cube": (0.0, 0.25, 0.75, 1.0),
    "chevron": (0.25, 0.0, 0.75, 1.0), "pentagon": (0.15, 0.2, 0.85, 1.0),
}  # fmt: skip


def _adjustment(adjusted: Adjusted, name: str, default: float) -> float:
    return adjusted.get(name, default) / 100_000


def _one(points: list[Point]) -> list[Outline]:
    return [Outline(tuple(points))]


def _rounded(w: float, h: float, radii: tuple[float, float, float, float]) -> list[Outline]:
    """Return a rectangle with corners of these radii: top left, top right, bottom right, bottom left."""
    points: list[Point] = []
    for radius, x, y, start in zip(radii, (0, w, w, 0), (0, 0, h, h), (180, 270, 0, 90), strict=True):
        centre = x + (radius if x == 0 else -radius), y + (radius if y == 0 else -radius)
        points += arc(centre, (radius, radius), start_deg=start, sweep_deg=90) if radius else [(x, y)]
    return _one(points)


def _round_rect(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    radius = min(w, h) * min(0.5, _adjustment(adjusted, "adj", 16_667))
    return _rounded(w, h, (radius, radius, radius, radius))


def _terminator(w: float, h: float, _: Adjusted) -> list[Outline]:
    radius = min(w, h) / 2
    return _rounded(w, h, (radius, radius, radius, radius))


def _round_two(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    top, bottom = (min(w, h) * min(0.5, _adjustment(adjusted, name, d)) for name, d in (("adj1", 16_667), ("adj2", 0)))
    return _rounded(w, h, (top, top, bottom, bottom))


def _round_one(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    return _rounded(w, h, (0.0, min(w, h) * min(0.5, _adjustment(adjusted, "adj", 16_667)), 0.0, 0.0))


def _ellipse(w: float, h: float, _: Adjusted) -> list[Outline]:
    return _one(arc((w / 2, h / 2), (w / 2, h / 2), start_deg=0, sweep_deg=360))


def _triangle(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    return _one([(w * _adjustment(adjusted, "adj", 50_000), 0), (w, h), (0, h)])


def _parallelogram(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    slant = min(w, min(w, h) * _adjustment(adjusted, "adj", 25_000))
    return _one([(slant, 0), (w, 0), (w - slant, h), (0, h)])


def _trapezoid(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    slant = min(w / 2, min(w, h) * _adjustment(adjusted, "adj", 25_000))
    return _one([(slant, 0), (w - slant, 0), (w, h), (0, h)])


def _hexagon(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    slant = min(w / 2, min(w, h) * _adjustment(adjusted, "adj", 25_000))
    return _one([(slant, 0), (w - slant, 0), (w, h / 2), (w - slant, h), (slant, h), (0, h / 2)])


def _chevron(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    tip = min(w, min(w, h) * _adjustment(adjusted, "adj", 50_000))
    return _one([(0, 0), (w - tip, 0), (w, h / 2), (w - tip, h), (0, h), (tip, h / 2)])


def _home_plate(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    tip = min(w, min(w, h) * _adjustment(adjusted, "adj", 50_000))
    return _one([(0, 0), (w - tip, 0), (w, h / 2), (w - tip, h), (0, h)])


def _snip(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    cut = min(w, h) * min(0.5, _adjustment(adjusted, "adj", 16_667))
    return _one([(0, 0), (w - cut, 0), (w, cut), (w, h), (0, h)])


def _arrow(*, tips: int, upright: bool) -> _Maker:
    """Return the maker of a straight arrow to the right (down), with a tip at one end or both."""

    def make(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
        along, across = (h, w) if upright else (w, h)
        shaft = across * min(1.0, _adjustment(adjusted, "adj1", 50_000)) / 2
        tip = min(along / tips, min(w, h) * _adjustment(adjusted, "adj2", 50_000))
        middle, low, high = across / 2, across / 2 - shaft, across / 2 + shaft
        head: list[Point] = [(along - tip, 0), (along, middle), (along - tip, across), (along - tip, high)]
        back: list[Point] = [(0, high), (0, low)]
        if tips == 2:
            back = [(tip, high), (tip, across), (0, middle), (tip, 0), (tip, low)]
        points = [(along - tip, low), *head, *back]
        return _one([(y, x) for x, y in points] if upright else points)

    return make


def _reversed(maker: _Maker, *, upright: bool) -> _Maker:
    def make(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
        made = maker(w, h, adjusted)
        return [
            one._replace(points=tuple((x, h - y) if upright else (w - x, y) for x, y in one.points)) for one in made
        ]

    return make


def _bent_arrow(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    side = min(w, h)
    shaft = side * _adjustment(adjusted, "adj1", 25_000)
    head = 2 * side * _adjustment(adjusted, "adj2", 25_000)
    tip = side * _adjustment(adjusted, "adj3", 25_000)
    middle = head / 2
    turn = arc((shaft * 2, middle + shaft * 1.5), (shaft * 2, shaft * 2), start_deg=180, sweep_deg=90)
    inner = arc((shaft * 2, middle + shaft * 1.5), (shaft, shaft), start_deg=270, sweep_deg=-90)
    points = [(0, h), *turn, (w - tip, middle - shaft / 2), (w - tip, 0), (w, middle), (w - tip, head)]
    return _one([*points, (w - tip, middle + shaft / 2), *inner, (shaft, h)])


def _bent_up_arrow(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    side = min(w, h)
    shaft, half, tip = (side * _adjustment(adjusted, f"adj{number}", 25_000) for number in (1, 2, 3))
    x = w - half
    points = [(0, h - shaft), (x - shaft / 2, h - shaft), (x - shaft / 2, tip), (w - 2 * half, tip), (x, 0), (w, tip)]
    return _one([*points, (x + shaft / 2, tip), (x + shaft / 2, h), (0, h)])


def _u_turn_arrow(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    side = min(w, h)
    shaft, half, tip = (side * _adjustment(adjusted, f"adj{number}", 25_000) for number in (1, 2, 3))
    x, end = w - half, h * _adjustment(adjusted, "adj5", 75_000)
    outer, inner = (x + shaft / 2) / 2, (x + shaft / 2) / 2 - shaft
    over = arc((outer, outer), (outer, outer), start_deg=180, sweep_deg=180)
    under = arc((outer, outer), (max(1.0, inner), max(1.0, inner)), start_deg=0, sweep_deg=-180)
    head = [(x + shaft / 2, end - tip), (w, end - tip), (x, end), (x - half, end - tip), (x - shaft / 2, end - tip)]
    return _one([(0, h), *over, *head, *under, (shaft, h)])


def _ring_arrow(w: float, h: float, _: Adjusted) -> list[Outline]:
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
    return _one([*outer, tip[0], point, tip[1], *inner])


def _curved_arrow(turn: int, *, mirrored: bool) -> _Maker:
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
        return _one([(py, px) for px, py in points] if turn % 2 else points)

    return make


def _can(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    depth = min(h / 2, min(w, h) * _adjustment(adjusted, "adj", 25_000) / 2)
    lid = arc((w / 2, depth), (w / 2, depth), start_deg=0, sweep_deg=360)
    base = arc((w / 2, h - depth), (w / 2, depth), start_deg=0, sweep_deg=180)
    top = arc((w / 2, depth), (w / 2, depth), start_deg=180, sweep_deg=180)
    return [Outline(tuple([*top, *base])), Outline(tuple(lid))]


def _cube(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    depth = min(w, h) * _adjustment(adjusted, "adj", 25_000)
    front, edge = w - depth, h - depth
    return [
        Outline(((0, depth), (depth, 0), (w, 0), (w, edge), (front, h), (0, h))),
        Outline(((0, depth), (front, depth), (front, h)), closed=False, filled=False),
        Outline(((front, depth), (w, 0)), closed=False, filled=False),
    ]


def _cloud(w: float, h: float, _: Adjusted) -> list[Outline]:
    """Return an ellipse with eleven bumps; the standard's has as many."""
    points: list[Point] = []
    for step in range(220):
        angle = math.tau * step / 220
        reach = 0.9 + 0.1 * abs(math.sin(5.5 * angle))
        points.append((w / 2 * (1 + reach * math.cos(angle)), h / 2 * (1 + reach * math.sin(angle))))
    return _one(points)


def _callout(base: _Maker) -> _Maker:
    """Return the maker of a shape with a tail to where it points."""

    def make(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
        x = w * (0.5 + _adjustment(adjusted, "adj1", -20_833))
        y = h * (0.5 + _adjustment(adjusted, "adj2", 62_500))
        sideways = abs(x - w / 2) / max(w, 1.0) > abs(y - h / 2) / max(h, 1.0)
        if sideways:
            root: list[Point] = [(w / 2, h * 0.35), (w / 2, h * 0.65)]
        else:
            at = w * (0.3 if x < w / 2 else 0.7)
            root = [(at - w * 0.1, h / 2), (at + w * 0.1, h / 2)]
        return [Outline((root[0], (x, y), root[1])), *base(w, h, {})]

    return make


def _line_callout(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    ys, xs = (("adj1", 18_750), ("adj3", 112_500)), (("adj2", -8_333), ("adj4", -38_333))
    points = tuple((w * _adjustment(adjusted, *x), h * _adjustment(adjusted, *y)) for x, y in zip(xs, ys, strict=True))
    return [*preset("rect", width=w, height=h, adjusted={}), Outline(points, closed=False, filled=False)]


def _star(points: int, inner: float) -> _Maker:
    def make(w: float, h: float, _: Adjusted) -> list[Outline]:
        found: list[Point] = []
        for step in range(2 * points):
            reach, angle = (inner if step % 2 else 1.0), math.pi * step / points - math.pi / 2
            found.append((w / 2 * (1 + reach * math.cos(angle)), h / 2 * (1 + reach * math.sin(angle))))
        return _one(found)

    return make


def _plus(thickness: float) -> _Maker:
    def make(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
        inset = min(w, h) * _adjustment(adjusted, "adj", thickness)
        a, b, c, d = inset, w - inset, inset, h - inset
        corners: list[Point] = [(a, 0), (b, 0), (b, c), (w, c), (w, d), (b, d), (b, h), (a, h)]
        return _one([*corners, (a, d), (0, d), (0, c), (a, c)])

    return make


def _bars(rows: tuple[tuple[float, float], ...]) -> _Maker:
    def make(w: float, h: float, _: Adjusted) -> list[Outline]:
        left, right = 0.13 * w, 0.87 * w
        return [Outline(((left, low * h), (right, low * h), (right, high * h), (left, high * h))) for low, high in rows]

    return make


def _multiply(w: float, h: float, _: Adjusted) -> list[Outline]:
    a, b, m = 0.17, 0.33, 0.16
    corners = ((a, b), (b, a), (0.5, 0.5 - m), (1 - b, a), (1 - a, b), (0.5 + m, 0.5))
    other = ((1 - a, 1 - b), (1 - b, 1 - a), (0.5, 0.5 + m), (b, 1 - a), (a, 1 - b), (0.5 - m, 0.5))
    return _one([(x * w, y * h) for x, y in corners + other])


def _pie(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    start, sweep = _angles(adjusted, 0, 16_200_000)
    return _one([*arc((w / 2, h / 2), (w / 2, h / 2), start_deg=start, sweep_deg=sweep), (w / 2, h / 2)])


def _chord(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    start, sweep = _angles(adjusted, 2_700_000, 16_200_000)
    return _one(arc((w / 2, h / 2), (w / 2, h / 2), start_deg=start, sweep_deg=sweep))


def _block_arc(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    start, sweep = _angles(adjusted, 10_800_000, 0)
    thick = min(w, h) * min(0.5, _adjustment(adjusted, "adj3", 25_000))
    centre = w / 2, h / 2
    outer = arc(centre, centre, start_deg=start, sweep_deg=sweep)
    inner = arc(centre, (w / 2 - thick, h / 2 - thick), start_deg=start + sweep, sweep_deg=-sweep)
    return _one([*outer, *inner])


def _donut(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    thick = min(w, h) * min(0.5, _adjustment(adjusted, "adj", 25_000))
    centre = w / 2, h / 2
    ring = arc(centre, centre, start_deg=0, sweep_deg=360)
    hole = arc(centre, (w / 2 - thick, h / 2 - thick), start_deg=360, sweep_deg=-360)
    return [
        Outline(tuple([*ring, *hole]), stroked=False),
        Outline(tuple(ring), filled=False),
        Outline(tuple(hole), filled=False),
    ]


def _angles(adjusted: Adjusted, first: float, second: float) -> tuple[float, float]:
    start, end = adjusted.get("adj1", first) / 60_000, adjusted.get("adj2", second) / 60_000
    return start, (end - start) % 360 or 360.0


def _frame(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    thick = min(w, h) * min(0.5, _adjustment(adjusted, "adj1", 12_500))
    outer: list[Point] = [(0, 0), (w, 0), (w, h), (0, h), (0, 0)]
    inner: list[Point] = [(thick, thick), (thick, h - thick), (w - thick, h - thick), (w - thick, thick)]
    return _one([*outer, *inner, (thick, thick)])


def _document(w: float, h: float, _: Adjusted) -> list[Outline]:
    wave = bezier([(w, h * 0.8), (w / 2, h * 0.8), (w / 2, h * 1.13), (0, h * 0.93)])
    return _one([(0, 0), (w, 0), (w, h * 0.8), *wave])


def _predefined(w: float, h: float, _: Adjusted) -> list[Outline]:
    sides = [Outline(((x, 0), (x, h)), closed=False, filled=False) for x in (w / 8, w * 7 / 8)]
    return [*preset("rect", width=w, height=h, adjusted={}), *sides]


def _folded(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    fold = min(w, h) * _adjustment(adjusted, "adj", 16_667)
    return [
        Outline(((0, 0), (w, 0), (w, h - fold), (w - fold, h), (0, h))),
        Outline(((w - fold, h), (w - 0.8 * fold, h - 0.8 * fold), (w, h - fold)), closed=False),
    ]


def _heart(w: float, h: float, _: Adjusted) -> list[Outline]:
    right = bezier([(w / 2, h / 4), (w * 0.71, -h / 3), (w * 1.53, h / 4), (w / 2, h)])
    left = bezier([(w / 2, h), (-w * 0.53, h / 4), (w * 0.29, -h / 3), (w / 2, h / 4)])
    return _one([(w / 2, h / 4), *right, *left])


def _l_shape(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
    side = min(w, h)
    foot, leg = (side * _adjustment(adjusted, name, 50_000) for name in ("adj1", "adj2"))
    return _one([(0, 0), (leg, 0), (leg, h - foot), (w, h - foot), (w, h), (0, h)])


def _brace(side: str) -> Callable[[float, float, Adjusted], list[Point]]:
    def make(w: float, h: float, adjusted: Adjusted) -> list[Point]:
        radius = min(w, h) * min(0.25, _adjustment(adjusted, "adj1", 8_333))
        middle = h * _adjustment(adjusted, "adj2", 50_000)
        points = [
            *arc((w, radius), (w / 2, radius), start_deg=270, sweep_deg=-90),
            *arc((0, middle - radius), (w / 2, radius), start_deg=0, sweep_deg=90),
            *arc((0, middle + radius), (w / 2, radius), start_deg=270, sweep_deg=90),
            *arc((w, h - radius), (w / 2, radius), start_deg=180, sweep_deg=-90),
        ]
        return points if side == "left" else [(w - x, y) for x, y in points]

    return make


def _bracket(side: str) -> Callable[[float, float, Adjusted], list[Point]]:
    def make(w: float, h: float, adjusted: Adjusted) -> list[Point]:
        radius = min(h / 2, min(w, h) * _adjustment(adjusted, "adj", 8_333))
        points = [
            *arc((w, radius), (w, radius), start_deg=270, sweep_deg=-90),
            *arc((w, h - radius), (w, radius), start_deg=180, sweep_deg=-90),
        ]
        return points if side == "left" else [(w - x, y) for x, y in points]

    return make


def _pair(one: Callable[[float, float, Adjusted], list[Point]]) -> _Maker:
    def make(w: float, h: float, adjusted: Adjusted) -> list[Outline]:
        part = min(w, h) * 0.17
        left = one(part, h, {})
        right = [(w - x, y) for x, y in left]
        return [Outline(tuple(points), closed=False, filled=False) for points in (left, right)]

    return make


def _elbow(w: float, h: float, adjusted: Adjusted) -> list[Point]:
    x = w * _adjustment(adjusted, "adj1", 50_000)
    return [(0, 0), (x, 0), (x, h), (w, h)]


def _elbow_four(w: float, h: float, adjusted: Adjusted) -> list[Point]:
    x, y = w * _adjustment(adjusted, "adj1", 50_000), h * _adjustment(adjusted, "adj2", 50_000)
    return [(0, 0), (x, 0), (x, y), (w, y), (w, h)]


def _elbow_five(w: float, h: float, adjusted: Adjusted) -> list[Point]:
    x, y = w * _adjustment(adjusted, "adj1", 50_000), h * _adjustment(adjusted, "adj2", 50_000)
    back = w * _adjustment(adjusted, "adj3", 50_000)
    return [(0, 0), (x, 0), (x, y), (back, y), (back, h), (w, h)]


def _curve(w: float, h: float, adjusted: Adjusted) -> list[Point]:
    x = w * _adjustment(adjusted, "adj1", 50_000)
    first = bezier([(0, 0), (x, 0), (x, h / 2)])
    return [(0, 0), *first, *bezier([(x, h / 2), (x, h), (w, h)])]


def _open_arc(w: float, h: float, adjusted: Adjusted) -> list[Point]:
    start, sweep = _angles(adjusted, 16_200_000, 0)
    return arc((w / 2, h / 2), (w / 2, h / 2), start_deg=start, sweep_deg=sweep)


def _diagonal(w: float, h: float, _: Adjusted) -> list[Point]:
    return [(0, 0), (w, h)]


_LINES: dict[str, Callable[[float, float, Adjusted], list[Point]]] = {
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
    "leftBrace": _brace("left"),
    "rightBrace": _brace("right"),
    "leftBracket": _bracket("left"),
    "rightBracket": _bracket("right"),
}

_right, _down = _arrow(tips=1, upright=False), _arrow(tips=1, upright=True)
_SHAPES: dict[str, _Maker] = {
    "roundRect": _round_rect, "flowChartAlternateProcess": _round_rect, "flowChartTerminator": _terminator,
    "round2SameRect": _round_two, "round1Rect": _round_one, "snip1Rect": _snip, "ellipse": _ellipse,
    "flowChartConnector": _ellipse, "flowChartOr": _ellipse, "flowChartSummingJunction": _ellipse,
    "triangle": _triangle, "parallelogram": _parallelogram, "trapezoid": _trapezoid, "hexagon": _hexagon,
    "chevron": _chevron, "homePlate": _home_plate, "rightArrow": _right, "notchedRightArrow": _right,
    "stripedRightArrow": _right, "leftArrow": _reversed(_right, upright=False), "downArrow": _down,
    "upArrow": _reversed(_down, upright=True), "leftRightArrow": _arrow(tips=2, upright=False),
    "upDownArrow": _arrow(tips=2, upright=True), "bentArrow": _bent_arrow, "bentUpArrow": _bent_up_arrow,
    "uturnArrow": _u_turn_arrow, "circularArrow": _ring_arrow, "leftCircularArrow": _ring_arrow,
    "curvedDownArrow": _curved_arrow(0, mirrored=False), "curvedUpArrow": _curved_arrow(0, mirrored=True),
    "curvedRightArrow": _curved_arrow(1, mirrored=False), "curvedLeftArrow": _curved_arrow(1, mirrored=True),
    "can": _can, "flowChartMagneticDisk": _can, "cube": _cube, "bevel": _cube, "cloud": _cloud,
    "cloudCallout": _callout(_cloud), "wedgeRectCallout": _callout(lambda w, h, a: _rounded(w, h, (0, 0, 0, 0))),
    "wedgeRoundRectCallout": _callout(_round_rect), "wedgeEllipseCallout": _callout(_ellipse),
    "borderCallout1": _line_callout, "callout1": _line_callout, "accentCallout1": _line_callout,
    "star4": _star(4, 0.38), "star5": _star(5, 0.38), "star6": _star(6, 0.58), "star8": _star(8, 0.75),
    "star10": _star(10, 0.85), "star12": _star(12, 0.75), "star16": _star(16, 0.75), "star24": _star(24, 0.75),
    "sun": _star(12, 0.7), "irregularSeal1": _star(11, 0.65), "irregularSeal2": _star(12, 0.65), "gear6": _star(6, 0.8),
    "gear9": _star(9, 0.85), "plus": _plus(25_000), "cross": _plus(25_000), "mathPlus": _plus(38_000),
    "mathMinus": _bars(((0.38, 0.62),)), "mathEqual": _bars(((0.2, 0.44), (0.56, 0.8))), "mathMultiply": _multiply,
    "pie": _pie, "pieWedge": lambda w, h, _: _one([*arc((w, h), (w, h), start_deg=180, sweep_deg=90), (w, h)]),
    "chord": _chord, "blockArc": _block_arc, "donut": _donut, "noSmoking": _donut, "frame": _frame,
    "flowChartDocument": _document, "flowChartMultidocument": _document, "flowChartPredefinedProcess": _predefined,
    "foldedCorner": _folded, "heart": _heart, "teardrop": _ellipse, "smileyFace": _ellipse, "corner": _l_shape,
    "bracePair": _pair(_brace("left")), "bracketPair": _pair(_bracket("left")),
}  # fmt: skip
