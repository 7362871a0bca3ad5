"""Figures from what is drawn on a page: pictures and vector drawings that stand together, with the labels inside them.

What is not a figure: the ground of the page and of text boxes, rules and underlines, fraction bars, small signs and
logos, code and text in frames. What stands closer together than a line of text is one figure; so is everything between
a caption and the body text before it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from smartnotes.core.model import FigureKind
from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.captions import is_caption, is_table_caption
from smartnotes.core.pages.geometry import (
    area,
    around,
    clusters,
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
from smartnotes.core.pages.raw import Box, RawPage
from smartnotes.core.pages.shapes import Scene, Shape, covers, find_shapes, is_sentence, is_tick

_MIN_SIDE = 0.035
_MIN_AREA = 0.01
_LOGO_AREA = 0.025
_MARGIN = 0.13  # logos stand this close to the upper or lower edge, as a share of the page's height
_REACH = 0.03  # share of a figure, with its labels, that lies over another one where both are one
_NAMES, _NAME_WORDS = 3, 3  # as many names stand along an axis, of as many words at most
_WHOLLY = 0.8  # a figure with that share under pictures is nothing but these
_TURNED_EM = 3.0  # turned labels stand at most this many font sizes from their figure
_PICTURED = 0.2  # pictures that fill less of a group are icons beside text


def find_figures(raw: RawPage, lines: Sequence[Line], *, tables: Sequence[Area], body: float) -> list[Area]:
    """Return the figures of a page, none of them over another or over a table. `body` is the usual font size."""
    scene = Scene(raw.width_pt, raw.height_pt, body or 12.0, lines)
    shapes = find_shapes(raw, scene, tables)
    if not shapes:
        return []
    gap = min(max(scene.body, 8.0), 0.05 * min(scene.width, scene.height))
    groups = [[shapes[index] for index in group] for group in clusters([shape.box for shape in shapes], gap=gap)]
    groups = _bridged(_captioned(groups, scene), scene)
    boxes = [box for group in groups if (box := _figure(group, scene)) is not None]
    boxes = [
        box for box in _merged(boxes) if not any(covers(table.box, box) or covers(box, table.box) for table in tables)
    ]
    pictures = [shape.box for shape in shapes if shape.picture]
    figures = [_with_labels(box, scene, pictures) for box in boxes]
    whole = _merged([figure.box for figure in figures], share=_REACH)
    if len(whole) == len(figures):
        return figures
    # Labels that reach into each other are those of the panels of one figure.
    return [_with_labels(box, scene, pictures) for box in whole]


def _figure(group: Sequence[Shape], scene: Scene) -> Box | None:
    """Return the box of the figure that shapes make up; None where they make up none."""
    box = around(shape.box for shape in group)
    pictures = [shape for shape in group if shape.picture]
    nodes = sum(shape.node for shape in group)
    rules = sum(shape.rule for shape in group)
    graphics = len(group) - len(pictures) - nodes - rules
    share = area(box) / scene.area
    if min(width(box) / scene.width, height(box) / scene.height) < _MIN_SIDE or share < _MIN_AREA:
        return None
    if (share < _LOGO_AREA and _is_at_edge(box, scene)) or _is_lettering(group, box, scene):
        return None
    if sum(area(shape.box) for shape in pictures) >= _PICTURED * area(box) and not _is_icon(box, scene):
        return box
    graphics += sum(not _is_icon(shape.box, scene) for shape in pictures)
    if graphics >= 3 or (graphics >= 1 and nodes >= 2) or (nodes >= 3 and rules >= 2):
        return box
    drawn = sum(area(shape.box) for shape in group if not (shape.node or shape.rule or shape.picture))
    if graphics >= 2 and nodes and drawn >= 0.5 * area(box):
        return box
    return box if graphics and max(shape.segments for shape in group) >= 24 and share > 0.02 else None


def _is_at_edge(box: Box, scene: Scene) -> bool:
    """Say whether a small thing stands where logos and licences do: along the upper or lower edge, or in a corner."""
    x, y = (box[0] + box[2]) / 2 / scene.width, (box[1] + box[3]) / 2 / scene.height
    return min(y, 1 - y) < _MARGIN / 2 or (min(y, 1 - y) < 0.2 and min(x, 1 - x) < 0.15)


def _is_lettering(group: Sequence[Shape], box: Box, scene: Scene) -> bool:
    """Say whether shapes are letters drawn as outlines: a row of small, rounded ones that stand side by side."""
    tall = height(box)
    if len(group) < 4 or tall > 0.1 * scene.height or width(box) < 2.5 * tall:
        return False
    if any(shape.picture or shape.node or shape.rule or width(shape.box) > 1.6 * tall for shape in group):
        return False
    row = sorted(shape.box for shape in group)
    apart = all(right[0] > left[2] - 0.1 * tall for left, right in itertools.pairwise(row))
    return apart and sum(shape.segments for shape in group) > 8 * len(group)


def _is_icon(box: Box, scene: Scene) -> bool:
    """Say whether a picture is as small as the letters beside it."""
    return height(box) < 2.2 * scene.body


def _captioned(groups: list[list[Shape]], scene: Scene) -> list[list[Shape]]:
    """Join the groups that stand between a caption and the nearest prose above it, in the caption's column."""
    captions = [line for line in scene.lines if is_caption(line.text) and not is_table_caption(line.text)]
    for caption in captions:
        column = _column(caption, scene)
        above = [
            line.box[3]
            for line in scene.lines
            if line.box[3] <= caption.box[1]
            and shared_x(line.box, column) > 0
            and is_sentence(line)
            and line is not caption
        ]
        top = max(above, default=0.0)
        joined: list[Shape] = []
        rest = []
        for group in groups:
            box = around(shape.box for shape in group)
            between = box[1] > top - 0.5 * scene.body and box[3] < caption.box[1] + 0.5 * scene.body
            if between and shared_x(box, column) > 0.7 * width(box):
                joined += group
            else:
                rest.append(group)
        groups = [*rest, joined] if joined else rest
    return groups


def _bridged(groups: list[list[Shape]], scene: Scene) -> list[list[Shape]]:
    """Join groups that hold a label between them: it stands right at both, and is all that parts them."""
    for line in scene.lines:
        if is_sentence(line) or is_caption(line.text):
            continue
        reach = grown(line.box, line.size)
        near = [index for index, group in enumerate(groups) if touch(around(shape.box for shape in group), reach)]
        if len(near) > 1:
            joined = [shape for index in near for shape in groups[index]]
            groups = [group for index, group in enumerate(groups) if index not in near] + [joined]
    return groups


def _column(caption: Line, scene: Scene) -> Box:
    """Return the strip of the page that a caption's figure may stand in: as wide as the prose around it."""
    x0, y0, x1, y1 = caption.box
    for line in scene.lines:
        if is_sentence(line) and shared_x(line.box, caption.box) > 0.5 * width(caption.box):
            x0, x1 = min(x0, line.box[0]), max(x1, line.box[2])
    return (x0 - 2 * scene.body, y0, x1 + 2 * scene.body, y1)


def _merged(boxes: list[Box], *, share: float = 0.25) -> list[Box]:
    """Join boxes that lie over each other with a `share` of the smaller one."""
    merged = list(boxes)
    again = True
    while again:
        again = False
        for first in range(len(merged)):
            for second in range(first + 1, len(merged)):
                a, b = merged[first], merged[second]
                if common(a, b) > share * min(area(a), area(b)):
                    merged[first] = around((a, b))
                    del merged[second]
                    again = True
                    break
            if again:
                break
    return merged


def _with_labels(box: Box, scene: Scene, pictures: Sequence[Box]) -> Area:
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
