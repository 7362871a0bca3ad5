"""Figures from what is drawn on a page: pictures and vector drawings that stand together, with the labels inside them.

What is not a figure: the ground of the page and of text boxes, rules and underlines, fraction bars, small signs and logos,
code and text in frames. What stands closer together than a line of text is one figure; so is everything between a caption
and the body text before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.areas import Area
from smartnotes.core.captions import is_caption, is_table_caption
from smartnotes.core.geometry import (
    area,
    around,
    clusters,
    common,
    grown,
    height,
    inside,
    scaled,
    shared_x,
    shared_y,
    touch,
    width,
)
from smartnotes.core.lines import Line
from smartnotes.core.model import FigureKind
from smartnotes.core.raw import Box, RawPage

_GROUND = 0.5  # a drawing larger than this share of the page is its ground
_PICTURE_GROUND = 0.8
_BAND = 0.85  # a plain box as wide as this share of the page belongs to the design
_THIN_PT = 6.5
_MIN_SIDE = 0.035
_MIN_AREA = 0.01
_LOGO_AREA = 0.025
_MARGIN = 0.13  # logos stand this close to the upper or lower edge, as a share of the page's height
_PICTURED = 0.2  # pictures that fill less of a group are icons beside text
_PROSE_WORDS = 5
_MANY = 600


class _Shape(NamedTuple):
    box: Box
    picture: bool
    segments: int
    node: bool = False  # a box with words in it
    rule: bool = False


class _Scene(NamedTuple):
    """A page as the search for figures sees it; points."""

    width: float
    height: float
    body: float
    lines: Sequence[Line]

    @property
    def area(self) -> float:
        return self.width * self.height


def find_figures(raw: RawPage, lines: Sequence[Line], *, tables: Sequence[Area], body: float) -> list[Area]:
    """Return the figures of a page, none of them over another or over a table. `body` is the usual font size."""
    scene = _Scene(raw.width_pt, raw.height_pt, body or 12.0, lines)
    shapes = _shapes(raw, scene, tables)
    if not shapes:
        return []
    gap = min(max(scene.body, 8.0), 0.05 * min(scene.width, scene.height))
    groups = [[shapes[index] for index in group] for group in clusters([shape.box for shape in shapes], gap=gap)]
    groups = _bridged(_captioned(groups, scene), scene)
    boxes = [box for group in groups if (box := _figure(group, scene)) is not None]
    boxes = [
        box for box in _merged(boxes) if not any(_covers(table.box, box) or _covers(box, table.box) for table in tables)
    ]
    return [_with_labels(box, scene) for box in boxes]


def _shapes(raw: RawPage, scene: _Scene, tables: Sequence[Area]) -> list[_Shape]:
    """Return everything drawn that may be a part of a figure."""
    shapes = []
    page: Box = (0.0, 0.0, scene.width, scene.height)
    for image in raw.images:
        box = _clipped(scaled(image.box, scene.width, scene.height), page)
        if _is_picture(box, scene):
            shapes.append(_Shape(box, True, 0))
    drawn = []
    for path in raw.paths:
        box = _clipped(scaled(path.box, scene.width, scene.height), page)
        if not _is_design(box, path.segments, scene) and not any(_covers(table.box, box) for table in tables):
            drawn.append(_Shape(box, False, path.segments))
    return shapes + _described(_thinned(drawn, scene), scene)


def _clipped(box: Box, page: Box) -> Box:
    return max(box[0], page[0]), max(box[1], page[1]), min(box[2], page[2]), min(box[3], page[3])


def _covers(outer: Box, inner: Box) -> bool:
    """Say whether most of a box lies in another one."""
    if inner[0] >= outer[2] or inner[2] <= outer[0] or inner[1] >= outer[3] or inner[3] <= outer[1]:
        return False
    return inside(inner, outer) and common(outer, inner) >= 0.5 * area(inner)


def _is_picture(box: Box, scene: _Scene) -> bool:
    share = area(box) / scene.area
    if share > _PICTURE_GROUND or min(width(box), height(box)) <= 1.0:
        return False
    if share > 0.3:  # a picture with text set over it is the ground of that text
        return sum(_is_prose(line) for line in scene.lines if inside(line.box, box)) < 3
    return True


def _is_design(box: Box, segments: int, scene: _Scene) -> bool:
    """Say whether a drawing belongs to the page's design: its ground, bands, separating rules."""
    wide, tall = width(box), height(box)
    if wide * tall > _GROUND * scene.area:
        return True
    if wide > _BAND * scene.width and segments <= 6:
        return True
    if min(wide, tall) <= _THIN_PT and (wide > 0.6 * scene.width or tall > 0.8 * scene.height):
        return True
    return tall > 0.95 * scene.height and segments <= 6


def _thinned(shapes: list[_Shape], scene: _Scene) -> list[_Shape]:
    """Return many small shapes (the points of a plot) as few larger ones."""
    if len(shapes) <= _MANY:
        return shapes
    cell = 0.02 * max(scene.width, scene.height)
    buckets: dict[tuple[int, int], list[_Shape]] = {}
    kept = []
    for shape in shapes:
        if width(shape.box) < cell and height(shape.box) < cell:
            buckets.setdefault((int(shape.box[0] / cell), int(shape.box[1] / cell)), []).append(shape)
        else:
            kept.append(shape)
    for bucket in buckets.values():
        kept.append(_Shape(around(shape.box for shape in bucket), False, max(shape.segments for shape in bucket)))
    return kept


def _described(shapes: list[_Shape], scene: _Scene) -> list[_Shape]:
    """Say of each drawing whether it is a rule or a box around words; leave out those that serve the text."""
    described = []
    lowest = min((height(line.box) for line in scene.lines), default=0.0)
    for shape in shapes:
        if min(width(shape.box), height(shape.box)) <= _THIN_PT:
            if not _serves_text(shape.box, scene):
                described.append(shape._replace(rule=True))
            continue
        holds = height(shape.box) > 0.6 * lowest
        held = [line for line in scene.lines if _covers(shape.box, line.box)] if holds else []
        if not held:
            described.append(shape)
            continue
        if _is_panel(shape.box, held, shapes):
            continue
        described.append(shape._replace(node=True))
    return described


def _serves_text(rule: Box, scene: _Scene) -> bool:
    """Say whether a rule underlines or strikes words, or is the bar of a fraction or a root."""
    if height(rule) > width(rule):
        return False
    for line in scene.lines:
        near = rule[1] - 0.5 * line.size < line.box[3] and line.box[1] < rule[3] + 0.5 * line.size
        if near and shared_x(rule, line.box) > 0.5 * min(width(rule), width(line.box)):
            return True
    return False


def _is_prose(line: Line) -> bool:
    return len(line.words) >= _PROSE_WORDS


def _is_panel(box: Box, held: Sequence[Line], shapes: Sequence[_Shape]) -> bool:
    """Say whether a box is the ground of a text or of code, rather than a box in a diagram.

    Only the words count that stand in no smaller box of their own: a frame around a diagram is no panel.
    """
    code = sum(line.mono > 0.7 for line in held)
    if code >= 2 and code >= 0.5 * len(held):
        return True
    if len(held) < 3:
        return len(held) == 2 and all(_is_prose(line) for line in held)
    smaller = [shape.box for shape in shapes if area(shape.box) < 0.7 * area(box) and _covers(box, shape.box)]
    own = [line for line in held if not any(_covers(inner, line.box) for inner in smaller)]
    prose = sum(_is_prose(line) for line in own)
    return prose >= 2 or len(own) >= 5 or sum(len(line.text) for line in own) >= 100


def _figure(group: Sequence[_Shape], scene: _Scene) -> Box | None:
    """Return the box of the figure that shapes make up; None where they make up none."""
    box = around(shape.box for shape in group)
    pictures = [shape for shape in group if shape.picture]
    nodes = sum(shape.node for shape in group)
    rules = sum(shape.rule for shape in group)
    graphics = len(group) - len(pictures) - nodes - rules
    share = area(box) / scene.area
    if min(width(box) / scene.width, height(box) / scene.height) < _MIN_SIDE or share < _MIN_AREA:
        return None
    if share < _LOGO_AREA and _is_at_edge(box, scene):
        return None
    if sum(area(shape.box) for shape in pictures) >= _PICTURED * area(box) and not _is_icon(box, scene):
        return box
    graphics += sum(not _is_icon(shape.box, scene) for shape in pictures)
    if graphics >= 3 or (graphics >= 1 and nodes >= 2) or (nodes >= 3 and rules >= 2):
        return box
    return box if graphics and max(shape.segments for shape in group) >= 24 and share > 0.02 else None


def _is_at_edge(box: Box, scene: _Scene) -> bool:
    """Say whether a small thing stands where logos and licences do: along the upper or lower edge, or in a corner."""
    x, y = (box[0] + box[2]) / 2 / scene.width, (box[1] + box[3]) / 2 / scene.height
    return min(y, 1 - y) < _MARGIN / 2 or (min(y, 1 - y) < 0.2 and min(x, 1 - x) < 0.15)


def _is_icon(box: Box, scene: _Scene) -> bool:
    """Say whether a picture is as small as the letters beside it."""
    return height(box) < 2.2 * scene.body


def _captioned(groups: list[list[_Shape]], scene: _Scene) -> list[list[_Shape]]:
    """Join the groups that stand between a caption and the nearest prose above it, in the caption's column."""
    captions = [line for line in scene.lines if is_caption(line.text) and not is_table_caption(line.text)]
    for caption in captions:
        column = _column(caption, scene)
        above = [
            line.box[3]
            for line in scene.lines
            if line.box[3] <= caption.box[1]
            and shared_x(line.box, column) > 0
            and _is_prose(line)
            and line is not caption
        ]
        top = max(above, default=0.0)
        joined: list[_Shape] = []
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


def _bridged(groups: list[list[_Shape]], scene: _Scene) -> list[list[_Shape]]:
    """Join groups that hold a label between them: it stands right at both, and is all that parts them."""
    for line in scene.lines:
        if _is_prose(line) or is_caption(line.text):
            continue
        reach = grown(line.box, line.size)
        near = [index for index, group in enumerate(groups) if touch(around(shape.box for shape in group), reach)]
        if len(near) > 1:
            joined = [shape for index in near for shape in groups[index]]
            groups = [group for index, group in enumerate(groups) if index not in near] + [joined]
    return groups


def _column(caption: Line, scene: _Scene) -> Box:
    """Return the strip of the page that a caption's figure may stand in: as wide as the prose around it."""
    x0, y0, x1, y1 = caption.box
    for line in scene.lines:
        if _is_prose(line) and shared_x(line.box, caption.box) > 0.5 * width(caption.box):
            x0, x1 = min(x0, line.box[0]), max(x1, line.box[2])
    return (x0 - 2 * scene.body, y0, x1 + 2 * scene.body, y1)


def _merged(boxes: list[Box]) -> list[Box]:
    """Join boxes that lie over each other."""
    merged = list(boxes)
    again = True
    while again:
        again = False
        for first in range(len(merged)):
            for second in range(first + 1, len(merged)):
                a, b = merged[first], merged[second]
                if common(a, b) > 0.25 * min(area(a), area(b)):
                    merged[first] = around((a, b))
                    del merged[second]
                    again = True
                    break
            if again:
                break
    return merged


def _with_labels(box: Box, scene: _Scene) -> Area:
    """Return a figure with the lines inside it and the small ones at its edges; prose beside shapes stays out."""
    members = []
    whole = box
    for index, line in enumerate(scene.lines):
        if is_caption(line.text):
            continue
        small = line.size < 0.92 * scene.body and not _is_prose(line)
        reach = (box[0] - line.size, box[1] - line.size, box[2] + line.size, box[3] + line.size)
        if inside(line.box, box) or (small and touch(line.box, reach) and _alongside(line.box, box)):
            members.append(index)
            whole = around((whole, line.box))
    return Area(FigureKind.FIGURE, whole, tuple(members))


def _alongside(label: Box, box: Box) -> bool:
    """Say whether a label stands within a figure's width or height."""
    return shared_x(label, box) > 0.6 * width(label) or shared_y(label, box) > 0.6 * height(label)
