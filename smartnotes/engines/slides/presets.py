"""Outlines of the shapes that have names (``a:prstGeom``; ISO/IEC 29500-1, 20.1.10.56), as far as slides draw them.

A name that is not here is drawn as a rectangle: labels and arrows then still stand where they belong. The numbers
behind the adjustments are the defaults of the standard's presetShapeDefinitions.xml.
"""

from __future__ import annotations

from smartnotes.engines.slides import preset_arrows as arrows
from smartnotes.engines.slides import preset_solids as solids
from smartnotes.engines.slides.matrix import Point
from smartnotes.engines.slides.paths import Outline, arc
from smartnotes.engines.slides.preset_base import Adjusted, Maker, one
from smartnotes.engines.slides.preset_lines import LINES, brace, bracket, pair


def preset(name: str, *, width: float, height: float, adjusted: Adjusted) -> list[Outline]:
    """Return the outlines of a named shape in a box of that size."""
    if name in LINES:
        return [Outline(tuple(LINES[name](width, height, adjusted)), closed=False, filled=False)]
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


_right, _down = arrows.arrow(tips=1, upright=False), arrows.arrow(tips=1, upright=True)
_SHAPES: dict[str, Maker] = {
    "roundRect": solids.round_rect,
    "flowChartAlternateProcess": solids.round_rect,
    "flowChartTerminator": solids.terminator,
    "round2SameRect": solids.round_two,
    "round1Rect": solids.round_one,
    "snip1Rect": solids.snip,
    "ellipse": solids.ellipse,
    "flowChartConnector": solids.ellipse,
    "flowChartOr": solids.ellipse,
    "flowChartSummingJunction": solids.ellipse,
    "triangle": solids.triangle,
    "parallelogram": solids.parallelogram,
    "trapezoid": solids.trapezoid,
    "hexagon": solids.hexagon,
    "chevron": solids.chevron,
    "homePlate": solids.home_plate,
    "rightArrow": _right,
    "notchedRightArrow": _right,
    "stripedRightArrow": _right,
    "leftArrow": arrows.mirrored(_right, upright=False),
    "downArrow": _down,
    "upArrow": arrows.mirrored(_down, upright=True),
    "leftRightArrow": arrows.arrow(tips=2, upright=False),
    "upDownArrow": arrows.arrow(tips=2, upright=True),
    "bentArrow": arrows.bent_arrow,
    "bentUpArrow": arrows.bent_up_arrow,
    "uturnArrow": arrows.u_turn_arrow,
    "circularArrow": arrows.ring_arrow,
    "leftCircularArrow": arrows.ring_arrow,
    "curvedDownArrow": arrows.curved_arrow(0, mirrored=False),
    "curvedUpArrow": arrows.curved_arrow(0, mirrored=True),
    "curvedRightArrow": arrows.curved_arrow(1, mirrored=False),
    "curvedLeftArrow": arrows.curved_arrow(1, mirrored=True),
    "can": solids.can,
    "flowChartMagneticDisk": solids.can,
    "cube": solids.cube,
    "bevel": solids.cube,
    "cloud": solids.cloud,
    "cloudCallout": solids.callout(solids.cloud),
    "wedgeRectCallout": solids.callout(lambda w, h, _: solids.rounded(w, h, (0, 0, 0, 0))),
    "wedgeRoundRectCallout": solids.callout(solids.round_rect),
    "wedgeEllipseCallout": solids.callout(solids.ellipse),
    "borderCallout1": solids.line_callout,
    "callout1": solids.line_callout,
    "accentCallout1": solids.line_callout,
    "star4": solids.star(4, 0.38),
    "star5": solids.star(5, 0.38),
    "star6": solids.star(6, 0.58),
    "star8": solids.star(8, 0.75),
    "star10": solids.star(10, 0.85),
    "star12": solids.star(12, 0.75),
    "star16": solids.star(16, 0.75),
    "star24": solids.star(24, 0.75),
    "sun": solids.star(12, 0.7),
    "irregularSeal1": solids.star(11, 0.65),
    "irregularSeal2": solids.star(12, 0.65),
    "gear6": solids.star(6, 0.8),
    "gear9": solids.star(9, 0.85),
    "plus": solids.plus(25_000),
    "cross": solids.plus(25_000),
    "mathPlus": solids.plus(38_000),
    "mathMinus": solids.bars(((0.38, 0.62),)),
    "mathEqual": solids.bars(((0.2, 0.44), (0.56, 0.8))),
    "mathMultiply": solids.multiply,
    "pie": solids.pie,
    "pieWedge": lambda w, h, _: one([*arc((w, h), (w, h), start_deg=180, sweep_deg=90), (w, h)]),
    "chord": solids.chord,
    "blockArc": solids.block_arc,
    "donut": solids.donut,
    "noSmoking": solids.donut,
    "frame": solids.frame,
    "flowChartDocument": solids.document,
    "flowChartMultidocument": solids.document,
    "flowChartPredefinedProcess": solids.predefined,
    "foldedCorner": solids.folded,
    "heart": solids.heart,
    "teardrop": solids.ellipse,
    "smileyFace": solids.ellipse,
    "corner": solids.l_shape,
    "bracePair": pair(brace("left")),
    "bracketPair": pair(bracket("left")),
}

NAMES = frozenset((*_SHAPES, *_POLYGONS, *LINES))
"""The shapes that are known by their name."""
