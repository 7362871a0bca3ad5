"""Bullets that are drawn and not written: small balls, squares and triangles before the lines of a list.

Balls with a number in them, as Beamer draws them, make the number that of an item.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from smartnotes.core.pages.geometry import area, around, common, height, inside, scaled, width
from smartnotes.core.pages.lines import Line, make_line, word_boxes
from smartnotes.core.pages.paragraphs import find_mark
from smartnotes.core.pages.raw import Box, RawPage, RawWord

_SMALLEST, _LARGEST = 0.15, 1.1  # height and width in font sizes of the line
_ROUND = 1.6  # as many times as wide as high at most, and the other way round
_NEAR, _FAR = 0.1, 2.2  # font sizes from a bullet to its text
_FEWEST = 2  # a single one may be anything
_SAME_PT = 1.5
_SAYING = 3  # words
_CLOSED = 3  # segments of the simplest closed shape
_BALL = 1.6  # font sizes of the line
_NUMBER_AND_TEXT = 2  # words
_DIGITS = re.compile(r"\d{1,2}")


def with_bullets(raw: RawPage, lines: Sequence[Line]) -> list[Line]:
    """Return lines with a bullet before each that has one drawn before it; several of a kind stand below each other."""
    done = list(lines)
    for find, mark in ((_before, _marked), (_around_number, _numbered)):
        for index, box in _alike_found(raw, lines, find).items():
            done[index] = mark(lines[index], box, raw)
    return done


def find_bullets(raw: RawPage, lines: Sequence[Line]) -> list[Box]:
    """Return the bullets (points) that are drawn before texts of some words; shorter ones may be a chart's legend."""
    return [
        box
        for find in (_before, _around_number)
        for index, box in _alike_found(raw, lines, find).items()
        if len(lines[index].words) >= _SAYING
    ]


def _alike_found(
    raw: RawPage, lines: Sequence[Line], find: Callable[[Line, Sequence[Box], Sequence[Line]], Box | None]
) -> dict[int, Box]:
    """Return what `find` sees before lines (by index), where several are alike."""
    drawn = _small(raw)
    if not drawn:
        return {}
    found = {index: box for index, line in enumerate(lines) if (box := find(line, drawn, lines)) is not None}
    return {
        index: box for index, box in found.items() if sum(_alike(box, other) for other in found.values()) >= _FEWEST
    }


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _small(raw: RawPage) -> list[Box]:
    """Return the small drawings and pictures that are about as wide as high (points), from top to bottom."""
    boxes = [path.box for path in raw.paths if path.segments >= _CLOSED] + [image.box for image in raw.images]
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
    fitting = []
    for box in _beside(line, drawn):
        gap = (line.box[0] - box[2]) / line.size
        between = (box[0] - line.size, line.box[1], line.box[0], line.box[3])
        fits = _SMALLEST * line.size <= height(box) <= _LARGEST * line.size and _NEAR <= gap <= _FAR
        if fits and not any(other is not line and common(other.box, between) > 0 for other in lines):
            fitting.append(box)
    return max(fitting, key=area, default=None)  # a ball is drawn as rings in each other


def _around_number(line: Line, drawn: Sequence[Box], lines: Sequence[Line]) -> Box | None:  # noqa: ARG001 - as `_before`
    """Return the ball around the number that a line starts with, None where there is none."""
    if not line.upright or len(line.words) < _NUMBER_AND_TEXT or not _DIGITS.fullmatch(line.words[0].text):
        return None
    number = word_boxes(line)[0]
    balls = [box for box in _beside(line, drawn) if inside(number, box) and height(box) > height(number)]
    return max((box for box in balls if height(box) <= _BALL * line.size), key=area, default=None)


def _beside(line: Line, drawn: Sequence[Box]) -> Sequence[Box]:
    """Return what is drawn with its middle at the height of a line."""
    top, bottom = line.box[1], line.box[3]
    return drawn[bisect_left(drawn, top, key=_middle) : bisect_right(drawn, bottom, key=_middle)]


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


def _numbered(line: Line, ball: Box, raw: RawPage) -> Line:  # noqa: ARG001 - as `_marked`
    number = line.words[0]._replace(text=line.words[0].text + ".")
    return make_line(
        [number, *line.words[1:]], box=line.box, order=line.order, block=line.block, glued=line.glued
    )._replace(size=line.size)
