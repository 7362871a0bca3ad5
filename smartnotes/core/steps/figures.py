"""Figures from what is drawn on a page: pictures and vector drawings that stand together, with the labels inside them.

What is not a figure: the ground of the page and of text boxes, rules and underlines, fraction bars, small signs and
logos, code and text in frames. What stands closer together than a line of text is one figure; so is everything between
a caption and the body text before it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.captions import is_caption, is_figure_caption, is_table_caption
from smartnotes.core.pages.figurelabels import with_labels
from smartnotes.core.pages.geometry import (
    area,
    around,
    clusters,
    common,
    grown,
    height,
    inside,
    shared_x,
    touch,
    width,
)
from smartnotes.core.pages.lines import Line, segments
from smartnotes.core.pages.raw import Box, RawPage
from smartnotes.core.pages.shapes import Scene, Shape, covers, find_shapes, is_sentence, is_tick

_MIN_SIDE = 0.035
_MIN_AREA = 0.01
_LOGO_AREA = 0.025
_MARGIN = 0.13  # logos stand this close to the upper or lower edge, as a share of the page's height
_REACH = 0.03  # share of a figure, with its labels, that lies over another one where both are one
_CAPTION_EM = 2.5  # from a figure to its caption
_MONO = 0.7
_CODE = 0.8  # share of lines
_TEXT_LINES, _TEXT_SHARE = 6, 0.15  # more sentences, on more of a drawing, are a text with a frame around it
_FILLS = 0.75  # of the page
_GRID = 6  # rules
_LEAST_PART, _LARGEST_PART = 0.0005, 0.06  # shares of the page that the parts of a diagram have
_FEWEST_NODES, _FAR_APART = 3, 0.1  # boxes with words, and share of the page from one part to the next
_PICTURED = 0.2  # pictures that fill less of a group are icons beside text


def find_figures(raw: RawPage, lines: Sequence[Line], *, tables: Sequence[Area], body: float) -> list[Area]:
    """Return the figures of a page, none of them over another or over a table. `body` is the usual font size."""
    scene = Scene(raw.width_pt, raw.height_pt, body or 12.0, lines)
    shapes = find_shapes(raw, scene, tables)
    if not shapes:
        return []
    gap = min(max(scene.body, 8.0), 0.05 * min(scene.width, scene.height))
    groups = [[shapes[index] for index in group] for group in clusters([shape.box for shape in shapes], gap=gap)]
    groups = _gathered(_bridged(_captioned(groups, scene), scene), scene)
    boxes = [box for group in groups if (box := _figure(group, scene)) is not None]
    boxes = [
        box for box in _merged(boxes) if not any(covers(table.box, box) or covers(box, table.box) for table in tables)
    ]
    pictures = [shape.box for shape in shapes if shape.picture]
    figures = [with_labels(box, scene, pictures) for box in boxes]
    whole = _merged([figure.box for figure in figures], share=_REACH)
    if len(whole) == len(figures):
        return figures
    # Labels that reach into each other are those of the panels of one figure.
    return [with_labels(box, scene, pictures) for box in whole]


def _figure(group: Sequence[Shape], scene: Scene) -> Box | None:
    """Return the box of the figure that shapes make up; None where they make up none."""
    box = around(shape.box for shape in group)
    share = area(box) / scene.area
    if min(width(box) / scene.width, height(box) / scene.height) < _MIN_SIDE or share < _MIN_AREA:
        return None
    if len(group) > 1 and _is_named(box, scene):
        return box
    if (share < _LOGO_AREA and _is_at_edge(box, scene)) or _is_lettering(group, box, scene) or _is_text(box, scene):
        return None
    pictured = sum(area(shape.box) for shape in group if shape.picture) >= _PICTURED * area(box)
    return box if (pictured and not _is_icon(box, scene)) or _is_drawing(group, box, scene) else None


def _is_drawing(group: Sequence[Shape], box: Box, scene: Scene) -> bool:
    """Say whether shapes are enough for a figure: curves, boxes with words and lines between them, a chart's grid."""
    nodes = sum(shape.node for shape in group)
    rules = sum(shape.rule for shape in group)
    icons = sum(shape.picture and _is_icon(shape.box, scene) for shape in group)
    graphics = len(group) - nodes - rules - icons
    if graphics >= 3 or (graphics >= 1 and nodes >= 2) or (nodes >= 3 and rules >= 2):
        return True
    if graphics and rules >= _GRID and sum(is_tick(line.text) for line in scene.lines if inside(line.box, box)) >= 4:
        return True  # a curve on the grid of a chart
    drawn = sum(area(shape.box) for shape in group if not (shape.node or shape.rule or shape.picture))
    if graphics >= 2 and nodes and drawn >= 0.5 * area(box):
        return True
    return graphics > 0 and max(shape.segments for shape in group) >= 24 and area(box) > 0.02 * scene.area


def _is_named(box: Box, scene: Scene) -> bool:
    """Say whether the caption of a figure stands right below what is drawn, which is no code in a frame."""
    held = [line for line in scene.lines if inside(line.box, box)]
    if sum(line.mono >= _MONO for line in held) > 0.5 * len(held):
        return False
    return any(
        -0.5 * line.size < line.box[1] - box[3] < _CAPTION_EM * line.size
        and shared_x(line.box, box) > 0.5 * min(width(line.box), width(box))
        and is_figure_caption(line.text)
        for line in scene.lines
    )


def _is_text(box: Box, scene: Scene) -> bool:
    """Say whether what is drawn stands around a text or code, as the frame of a letter or of a page does."""
    held = [line for line in scene.lines if inside(line.box, box)]
    if len(held) > 1 and sum(line.mono >= _MONO for line in held) >= _CODE * len(held):
        return True  # code in a frame
    text = [line.box for line in held if is_sentence(line)]
    if len(text) >= _TEXT_LINES and sum(map(area, text)) > _TEXT_SHARE * area(box):
        return True
    # What fills the page is the ground of the lines set over it.
    return area(box) > _FILLS * scene.area and sum(len(line.words) >= 3 for line in held) >= 2


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
            and len(segments(line, apart_em=1.0)) == 1  # names of panels side by side are no sentence
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
        if is_sentence(line) or is_caption(line.text) or line.size > 1.5 * scene.body:
            continue
        reach = grown(line.box, line.size)
        near = [index for index, group in enumerate(groups) if touch(around(shape.box for shape in group), reach)]
        if len(near) > 1:
            joined = [shape for index in near for shape in groups[index]]
            groups = [group for index, group in enumerate(groups) if index not in near] + [joined]
    return groups


def _gathered(groups: list[list[Shape]], scene: Scene) -> list[list[Shape]]:
    """Join the small drawings of a diagram whose parts stand apart, as in a cycle: nothing else stands among them."""
    boxes = [around(shape.box for shape in group) for group in groups]
    small = [
        index
        for index, group in enumerate(groups)
        if not all(shape.picture for shape in group) and _LEAST_PART < area(boxes[index]) / scene.area < _LARGEST_PART
    ]
    if sum(any(shape.node for shape in groups[index]) for index in small) < _FEWEST_NODES:
        return groups
    near = clusters([boxes[index] for index in small], gap=_FAR_APART * max(scene.width, scene.height))
    for member in near:
        parts = [small[place] for place in member]
        whole = around(boxes[index] for index in parts)
        apart = [one for index, one in enumerate(boxes) if index not in parts]
        among = any(
            inside(line.box, whole) and not any(inside(line.box, boxes[index]) for index in parts)
            for line in scene.lines
        )
        nodes = sum(any(shape.node for shape in groups[index]) for index in parts)
        if nodes >= _FEWEST_NODES and not among and not any(common(one, whole) > 0 for one in apart):
            joined = [shape for index in parts for shape in groups[index]]
            return [group for index, group in enumerate(groups) if index not in parts] + [joined]
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
