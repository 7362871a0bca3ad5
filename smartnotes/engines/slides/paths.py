"""Outlines of shapes as polygons: freeforms with their formulas (ISO/IEC 29500-1, 20.1.9), and curves made of lines."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from smartnotes.engines.slides.matrix import Point
from smartnotes.engines.slides.text import A

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_STEPS = 16  # lines for a curve
_MOST_POINTS = 20_000


class Outline(NamedTuple):
    """A line through points in the shape's own box; closed ones may be filled."""

    points: tuple[Point, ...]
    closed: bool = True
    filled: bool = True
    stroked: bool = True


def arc(centre: Point, radii: Point, *, start_deg: float, sweep_deg: float) -> list[Point]:
    """Return points on an ellipse, clockwise on the screen for a positive sweep; 0 degrees is to the right."""
    steps = max(2, round(abs(sweep_deg) / 6))
    angles = (math.radians(start_deg + sweep_deg * step / steps) for step in range(steps + 1))
    return [(centre[0] + radii[0] * math.cos(angle), centre[1] + radii[1] * math.sin(angle)) for angle in angles]


def bezier(points: Sequence[Point]) -> list[Point]:
    """Return points on a Bezier curve of the second or third degree, without the first."""
    found = []
    for step in range(1, _STEPS + 1):
        share = step / _STEPS
        level = list(points)
        while len(level) > 1:
            level = [
                (one[0] + (two[0] - one[0]) * share, one[1] + (two[1] - one[1]) * share)
                for one, two in itertools.pairwise(level)
            ]
        found.append(level[0])
    return found


def freeform(geometry: _Element, *, width: float, height: float, adjusted: Mapping[str, float]) -> list[Outline]:
    """Return the outlines of a custom geometry (``a:custGeom``) in a box of that size."""
    found: list[Outline] = []
    for path in geometry.iterfind(f"{A}pathLst/{A}path"):
        wide, high = _number(path.get("w")) or width, _number(path.get("h")) or height
        values = _guides(geometry, wide if path.get("w") else width, high if path.get("h") else height, adjusted)
        scale_x, scale_y = width / wide if wide else 1.0, height / high if high else 1.0
        filled, stroked = path.get("fill", "norm") != "none", path.get("stroke", "1") not in ("0", "false")
        for points, closed in _pieces(path, values):
            scaled = tuple((x * scale_x, y * scale_y) for x, y in points[:_MOST_POINTS])
            if len(scaled) > 1:
                found.append(Outline(scaled, closed, filled, stroked))
    return found


def _pieces(path: _Element, values: Mapping[str, float]) -> Iterator[tuple[list[Point], bool]]:
    points: list[Point] = []
    for command in path:
        kind = str(command.tag).removeprefix(A)
        given = [(_value(at.get("x"), values), _value(at.get("y"), values)) for at in command.iter(f"{A}pt")]
        if kind == "moveTo" and given:
            if len(points) > 1:
                yield points, False
            points = given[:1]
        elif kind == "lnTo":
            points += given
        elif kind in ("cubicBezTo", "quadBezTo") and points:
            points += bezier([points[-1], *given])
        elif kind == "arcTo" and points:
            points += _arc_to(points[-1], command, values)
        elif kind == "close" and points:
            yield points, True
            points = points[:1]
    if len(points) > 1:
        yield points, False


def _arc_to(last: Point, command: _Element, values: Mapping[str, float]) -> list[Point]:
    wide, high, start, sweep = (_value(command.get(name), values) for name in ("wR", "hR", "stAng", "swAng"))
    start, sweep = start / 60_000, sweep / 60_000
    # The angles are those of the circle that the ellipse is a squeezed picture of.
    angle = math.radians(start)
    centre = last[0] - wide * math.cos(angle), last[1] - high * math.sin(angle)
    return arc(centre, (wide, high), start_deg=start, sweep_deg=max(-360.0, min(360.0, sweep)))[1:]


def _guides(geometry: _Element, width: float, height: float, adjusted: Mapping[str, float]) -> dict[str, float]:
    """Return the values of a geometry's guides, those every geometry knows among them."""
    values = {
        "w": width, "h": height, "l": 0.0, "t": 0.0, "r": width, "b": height, "hc": width / 2, "vc": height / 2,
        "wd2": width / 2, "hd2": height / 2, "wd4": width / 4, "hd4": height / 4, "wd3": width / 3, "hd3": height / 3,
        "ss": min(width, height), "ls": max(width, height), "ssd2": min(width, height) / 2,
        "cd2": 10_800_000.0, "cd4": 5_400_000.0, "cd8": 2_700_000.0, "3cd4": 16_200_000.0,
    }  # fmt: skip
    for guide in (*geometry.iterfind(f"{A}avLst/{A}gd"), *geometry.iterfind(f"{A}gdLst/{A}gd")):
        name, formula = guide.get("name", ""), guide.get("fmla", "").split()
        if name in adjusted:
            values[name] = adjusted[name]
        elif formula:
            values[name] = _formula(formula[0], [_value(part, values) for part in formula[1:]])
    return values


_FORMULAS: dict[str, Callable[[float, float, float], float]] = {
    "*/": lambda x, y, z: x * y / z if z else 0.0,
    "+-": lambda x, y, z: x + y - z,
    "+/": lambda x, y, z: (x + y) / z if z else 0.0,
    "?:": lambda x, y, z: y if x > 0 else z,
    "abs": lambda x, _y, _z: abs(x),
    "at2": lambda x, y, _z: math.degrees(math.atan2(y, x)) * 60_000,
    "cat2": lambda x, y, z: x * math.cos(math.atan2(z, y)),
    "cos": lambda x, y, _z: x * math.cos(math.radians(y / 60_000)),
    "max": lambda x, y, _z: max(x, y),
    "min": lambda x, y, _z: min(x, y),
    "mod": lambda x, y, z: math.sqrt(x * x + y * y + z * z),
    "pin": lambda x, y, z: max(x, min(y, z)),
    "sat2": lambda x, y, z: x * math.sin(math.atan2(z, y)),
    "sin": lambda x, y, _z: x * math.sin(math.radians(y / 60_000)),
    "sqrt": lambda x, _y, _z: math.sqrt(max(0.0, x)),
    "tan": lambda x, y, _z: x * math.tan(math.radians(y / 60_000)),
    "val": lambda x, _y, _z: x,
}  # ISO/IEC 29500-1, 20.1.9.11


def _formula(name: str, parts: Sequence[float]) -> float:
    x, y, z = (*parts, 0.0, 0.0, 0.0)[:3]
    known = _FORMULAS.get(name)
    return known(x, y, z) if known is not None else 0.0


def _value(text: str | None, values: Mapping[str, float]) -> float:
    return values[text] if text is not None and text in values else _number(text)


def _number(text: str | None) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0
