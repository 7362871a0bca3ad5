"""Bullets that are drawn and not written: small balls, squares and triangles before the lines of a list."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from smartnotes.core.pages.geometry import around, common, height, scaled, width
from smartnotes.core.pages.lines import Line, make_line
from smartnotes.core.pages.paragraphs import find_mark
from smartnotes.core.pages.raw import Box, RawPage, RawWord

_SMALLEST, _LARGEST = 0.15, 1.1  # height and width in font sizes of the line
_ROUND = 1.6  # as many times as wide as high at most, and the other way round
_NEAR, _FAR = 0.1, 2.2  # font sizes from a bullet to its text
_FEWEST = 2  # a single one may be anything
_SAME_PT = 1.5


def with_bullets(raw: RawPage, lines: Sequence[Line]) -> list[Line]:
    """Return lines with a bullet before each that has one drawn before it; several of a kind stand below each other."""
    drawn = _small(raw)
    if not drawn:
        return list(lines)
    found = {index: box for index, line in enumerate(lines) if (box := _before(line, drawn, lines)) is not None}
    return [
        _marked(line, found[index], raw)
        if index in found and sum(_alike(found[index], other) for other in found.values()) >= _FEWEST
        else line
        for index, line in enumerate(lines)
    ]


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _small(raw: RawPage) -> list[Box]:
    """Return the small drawings and pictures that are about as wide as high (points), from top to bottom."""
    boxes = [path.box for path in raw.paths if path.filled] + [image.box for image in raw.images]
    points = [scaled(box, raw.width_pt, raw.height_pt) for box in boxes]
    round_ones = [
        box
        for box in points
        if min(width(box), height(box)) > 1.0 and max(width(box), height(box)) < 40.0
        and width(box) < _ROUND * height(box) and height(box) < _ROUND * width(box)
    ]  # fmt: skip
    return sorted(round_ones, key=_middle)


def _before(line: Line, drawn: Sequence[Box], lines: Sequence[Line]) -> Box | None:
    """Return the bullet of a line; None where it has a mark of its own, or words stand on the drawing or beside it."""
    if not line.upright or not line.words or find_mark(line) is not None:
        return None
    top, bottom = line.box[1], line.box[3]
    for box in drawn[bisect_left(drawn, top, key=_middle) : bisect_right(drawn, bottom, key=_middle)]:
        gap = (line.box[0] - box[2]) / line.size
        fits = _SMALLEST * line.size <= height(box) <= _LARGEST * line.size
        if not fits or not _NEAR <= gap <= _FAR:
            continue
        between = (box[0] - line.size, top, line.box[0], bottom)
        if not any(other is not line and common(other.box, between) > 0 for other in lines):
            return box
    return None


def _alike(one: Box, other: Box) -> bool:
    sizes = abs(height(one) - height(other)), abs(width(one) - width(other)), abs(one[0] - other[0])
    return max(sizes) < _SAME_PT


def _marked(line: Line, bullet: Box, raw: RawPage) -> Line:
    box = scaled(bullet, 1 / raw.width_pt, 1 / raw.height_pt)
    word = RawWord("\u2022", box, line.size)
    whole = around([bullet, line.box])
    return make_line(
        [word, *line.words],
        box=(whole[0], line.box[1], whole[2], line.box[3]),
        order=line.order,
        block=line.block,
        glued=[False, *line.glued],
    )._replace(size=line.size, bold=line.bold, italic=line.italic, mono=line.mono)
