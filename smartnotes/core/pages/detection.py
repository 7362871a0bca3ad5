"""What a layout detector sees on the image of a page, brought together with the page's structure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.model import FigureKind, RegionKind
from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.geometry import area, common, inside, scaled
from smartnotes.core.pages.lines import Line
from smartnotes.core.pages.raw import Box

_SMALLEST, _LARGEST = 0.01, 0.85  # shares of the page that a figure or table covers
_SAME = 0.3  # of the union of two boxes: what is drawn is then what was detected
_LEAST_SCORE = 0.5
_TEXT_WORDS, _TEXTS, _TEXT_SHARE = 3, 3, 0.15  # more lines of so many words, or more of a box under them, are a text


class DetectedRegion(NamedTuple):
    """A region found on an image of a page; the box is in fractions of it, the score 0-1."""

    kind: RegionKind
    box: Box
    score: float


def detected_boxes(
    detected: Sequence[DetectedRegion], kind: RegionKind, *, width_pt: float, height_pt: float
) -> list[Box]:
    """Return the boxes (points) of what was detected as `kind` with some certainty, the surest first, none twice."""
    boxes: list[Box] = []
    for region in sorted(detected, key=lambda region: -region.score):
        box = scaled(region.box, width_pt, height_pt)
        share = area(region.box)
        if region.kind is not kind or region.score < _LEAST_SCORE or not _SMALLEST < share < _LARGEST:
            continue
        if not any(common(box, other) > 0.5 * min(area(box), area(other)) for other in boxes):
            boxes.append(box)
    return boxes


def snapped(boxes: Sequence[Box], structural: Sequence[Area]) -> tuple[list[Area], list[Box]]:
    """Return the structural areas that detected boxes name, and the boxes that name none.

    What the file draws has exact edges; what a detector sees has a kind.
    """
    named: list[Area] = []
    others: list[Box] = []
    for box in boxes:
        best = max(structural, key=lambda one: _overlap(one.box, box), default=None)
        if best is not None and _overlap(best.box, box) >= _SAME:
            if best not in named:
                named.append(best)
        else:
            others.append(box)
    return named, others


def area_at(box: Box, kind: FigureKind, lines: Sequence[Line], *, held: set[int]) -> Area | None:
    """Return the area with the lines inside a detected box; None where a figure's box holds a text."""
    members = [index for index, line in enumerate(lines) if index not in held and inside(line.box, box)]
    if kind is FigureKind.FIGURE:
        texts = [lines[index] for index in members if len(lines[index].words) >= _TEXT_WORDS]
        if len(texts) > _TEXTS or sum(area(line.box) for line in texts) > _TEXT_SHARE * area(box):
            return None
    elif not members:
        return None
    return Area(kind, box, tuple(members))


def _overlap(one: Box, two: Box) -> float:
    shared = common(one, two)
    return shared / (area(one) + area(two) - shared) if shared else 0.0
