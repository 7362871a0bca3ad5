"""The labels of a figure: the lines of text inside it, the numbers along its edges, the names of its axes."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.model import FigureKind
from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.captions import is_caption
from smartnotes.core.pages.geometry import (
    area,
    around,
    common,
    grown,
    height,
    inside,
    same_row,
    shared_x,
    shared_y,
    touch,
    width,
)
from smartnotes.core.pages.lines import Line
from smartnotes.core.pages.paragraphs import find_mark
from smartnotes.core.pages.raw import Box
from smartnotes.core.pages.shapes import Scene, is_sentence, is_tick

_NAMES, _NAME_WORDS = 3, 3  # as many names stand along an axis, of as many words at most
_WHOLLY = 0.8  # a figure with that share under pictures is nothing but these
_TURNED_EM = 3.0  # turned labels stand at most this many font sizes from their figure


def with_labels(box: Box, scene: Scene, pictures: Sequence[Box]) -> Area:
    """Return a figure with the lines inside it, and the small ones at its edges (ticks, then the names of axes).

    Several words beside a picture are no label but say what it shows.
    """
    members: list[int] = []
    pictured = sum(common(picture, box) for picture in pictures) > _WHOLLY * area(box)
    whole = box
    waiting = [index for index, line in enumerate(scene.lines) if not is_caption(line.text)]
    members += [index for index in waiting if not inside(scene.lines[index].box, box) and _names(index, box, scene)]
    whole = around([whole, *(scene.lines[index].box for index in members)])
    waiting = [index for index in waiting if index not in members]
    for _ in range(3):
        found = [
            index
            for index in waiting
            if _belongs(scene.lines[index], box, whole, scene)
            and not (pictured and _says(scene.lines[index]) and not inside(scene.lines[index].box, box))
        ]
        if not found:
            break
        members += found
        waiting = [index for index in waiting if index not in found]
        whole = around([whole, *(scene.lines[index].box for index in found)])
    return Area(FigureKind.FIGURE, whole, tuple(sorted(members)))


def _belongs(line: Line, box: Box, whole: Box, scene: Scene) -> bool:
    """Say whether a line is part of a figure drawn at `box` that reaches, with its labels so far, over `whole`."""
    if inside(line.box, box):
        return True
    reach = (1.5 if line.upright else _TURNED_EM) * line.size  # the name of an axis stands beside its ticks
    words = is_sentence(line) and not is_tick(line.text)
    if words or not touch(line.box, grown(whole, reach)) or not _alongside(line.box, whole):
        return False
    if is_tick(line.text) or not line.upright or line.size < 0.92 * scene.body:
        return True
    # The name of an axis is centred on a chart that has ticks.
    off = abs(line.box[0] + line.box[2] - box[0] - box[2]) / 2
    return whole != box and line.size <= 1.25 * scene.body and off < 0.05 * width(box) and find_mark(line) is None


def _says(line: Line) -> bool:
    return line.upright and len(line.words) > 1 and not is_tick(line.text)


def _names(index: int, box: Box, scene: Scene) -> bool:
    """Say whether a line is one of the names along the lower edge of a chart: a row of short ones, over its width."""
    line = scene.lines[index]
    below = 0 <= line.box[1] - box[3] < 1.2 * line.size
    if not below or len(line.words) > _NAME_WORDS or line.size > 1.1 * scene.body:
        return False
    row = [
        one.box
        for one in scene.lines
        if same_row(one.box, line.box) and box[0] - line.size < one.box[0] and one.box[2] < box[2] + line.size
    ]
    short = all(len(one.words) <= _NAME_WORDS for one in scene.lines if one.box in row)
    return line.box in row and len(row) >= _NAMES and short and width(around(row)) > 0.5 * width(box)


def _alongside(label: Box, box: Box) -> bool:
    """Say whether a label stands within a figure's width or height."""
    return shared_x(label, box) > 0.6 * width(label) or shared_y(label, box) > 0.6 * height(label)
