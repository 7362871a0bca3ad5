"""Shapes: what is drawn on a page and may be a part of a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.bullets import find_bullets
from smartnotes.core.pages.chartgrids import chart_grids
from smartnotes.core.pages.geometry import (
    area,
    around,
    clusters,
    common,
    grown,
    height,
    inside,
    scaled,
    shared_x,
    touch,
    width,
)
from smartnotes.core.pages.lines import Line
from smartnotes.core.pages.raw import Box, RawPage

_GROUND = 0.5  # a drawing larger than this share of the page is its ground
_PICTURE_GROUND = 0.8
_BAND = 0.85  # a plain box as wide as this share of the page belongs to the design
_FRAME = 0.92  # a frame around a chart is smaller than this share of the page
_BAR = 0.1  # a bar along an edge of the page is lower than this share of its height, or narrower
_SIDEBAR, _TALL = 0.3, 0.75  # ... or narrower than this where it is a side bar: as high as most of the page
_THIN_PT = 6.5
_SENTENCE_WORDS = 5
_NODE_WORDS = 9  # a box in a diagram holds fewer words
_BLOCK = 0.4  # blocks of text are wider than this share of the page
_SHADOW_PT = 10.0  # a shadow is at most this wide
_CAST = 0.75  # share of a shadow under its box
_CHART = 30  # as many segments as a curve has
_MANY = 600
_TICK = re.compile(r"[\d.,+\-−–%°eE×x/\s]*|\S")  # noqa: RUF001


class Shape(NamedTuple):
    """A picture or a drawing, its box in points. A node is a box with a few words in it, a rule a thin line."""

    box: Box
    picture: bool
    segments: int
    node: bool = False
    rule: bool = False


class Scene(NamedTuple):
    """A page as the search for figures sees it; points."""

    width: float
    height: float
    body: float
    lines: Sequence[Line]

    @property
    def area(self) -> float:
        """The page's area."""
        return self.width * self.height


def find_shapes(raw: RawPage, scene: Scene, tables: Sequence[Area]) -> list[Shape]:
    """Return everything drawn that may be a part of a figure."""
    shapes = []
    page: Box = (0.0, 0.0, scene.width, scene.height)
    drawn = []
    blocks: list[Box] = []
    boxes = [_clipped(scaled(path.box, scene.width, scene.height), page) for path in raw.paths]
    for image in raw.images:
        box = _clipped(scaled(image.box, scene.width, scene.height), page)
        if _is_picture(box, scene) and not any(_casts(one, box, scene) for one in boxes):
            shapes.append(Shape(box, True, 0))
    rules = [box for box in boxes if min(width(box), height(box)) <= _THIN_PT]
    numbers = [line.box for line in scene.lines if is_tick(line.text) and any(map(str.isdigit, line.text))]
    grids = [
        grid for grid in chart_grids(rules, numbers) if not any(covers(table.box, grid) for table in tables)
    ] if len(numbers) > 2 else []  # fmt: skip
    drawn += [Shape(grid, False, _CHART) for grid in grids]
    bullets = find_bullets(raw, scene.lines)
    for path, box in zip(raw.paths, boxes, strict=True):
        if any(inside(box, grown(bullet, 1.0)) and height(box) <= height(bullet) + 1.0 for bullet in bullets):
            continue
        thin = min(width(box), height(box)) <= _THIN_PT
        if thin and any(inside(box, grown(grid, _THIN_PT)) for grid in grids):
            continue  # the grid stands for its lines
        design = _is_design(box, path.segments, scene) and not _is_framed(box, rules, scene)
        if design and min(width(box), height(box)) > _SHADOW_PT and area(box) < _GROUND * scene.area:
            blocks.append(box)
        if not design and not any(covers(table.box, box) for table in tables):
            drawn.append(Shape(box, False, path.segments))
    return shapes + _described(_thinned(drawn, scene), scene, blocks)


def _casts(box: Box, picture: Box, scene: Scene) -> bool:
    """Say whether a picture is the shadow of a box of text drawn over it."""
    if not inside(box, picture) or area(box) < _CAST * area(picture) or common(box, picture) < 0.99 * area(box):
        return False
    return any(inside(line.box, box) for line in scene.lines)


def _clipped(box: Box, page: Box) -> Box:
    return max(box[0], page[0]), max(box[1], page[1]), min(box[2], page[2]), min(box[3], page[3])


def covers(outer: Box, inner: Box) -> bool:
    """Say whether most of a box lies in another one."""
    if inner[0] >= outer[2] or inner[2] <= outer[0] or inner[1] >= outer[3] or inner[3] <= outer[1]:
        return False
    return inside(inner, outer) and common(outer, inner) >= 0.5 * area(inner)


def _is_picture(box: Box, scene: Scene) -> bool:
    share = area(box) / scene.area
    if share > _PICTURE_GROUND or min(width(box), height(box)) <= 1.0:
        return False
    words = [line.box for line in scene.lines if covers(box, line.box)]
    if sum(area(line) for line in words) > 0.4 * area(box):
        return False  # letters with a shadow or a gradient are drawn as pictures
    if share > 0.3:  # a picture with text set over it is the ground of that text
        return sum(is_sentence(line) for line in scene.lines if inside(line.box, box)) < 3
    return True


def _is_design(box: Box, segments: int, scene: Scene) -> bool:
    """Say whether a drawing belongs to the page's design: its ground, bands, separating rules."""
    wide, tall = width(box), height(box)
    if wide * tall > _GROUND * scene.area:
        return True
    if segments <= 6 and (wide > _BAND * scene.width or _bleeds(box, scene)):
        return True
    if min(wide, tall) <= _THIN_PT and (wide > 0.6 * scene.width or tall > 0.8 * scene.height):
        return True
    return tall > 0.95 * scene.height and segments <= 6


def _is_framed(box: Box, rules: Sequence[Box], scene: Scene) -> bool:
    """Say whether a long rule is a side of a frame, as of a chart that fills its slide: others meet its ends."""
    x0, y0, x1, y1 = box
    if min(x1 - x0, y1 - y0) > _THIN_PT or x1 - x0 > _FRAME * scene.width or y1 - y0 > _FRAME * scene.height:
        return False
    flat = y1 - y0 < x1 - x0
    ends = ((x0, y0, x0, y1), (x1, y0, x1, y1)) if flat else ((x0, y0, x1, y0), (x0, y1, x1, y1))
    across = [one for one in rules if (height(one) > width(one)) == flat and max(width(one), height(one)) > _THIN_PT]
    return all(any(touch(grown(end, 1.5), one) for one in across) for end in ends)


def _bleeds(box: Box, scene: Scene) -> bool:
    """Say whether a plain box is a bar along an edge of the page: it touches the edge and is flat against it."""
    touches_x = box[0] < 1.0 or box[2] > scene.width - 1.0
    touches_y = box[1] < 1.0 or box[3] > scene.height - 1.0
    side = _SIDEBAR if height(box) > _TALL * scene.height else _BAR
    return (touches_y and height(box) < _BAR * scene.height) or (touches_x and width(box) < side * scene.width)


def _thinned(shapes: list[Shape], scene: Scene) -> list[Shape]:
    """Return many small shapes (the points of a plot) as few larger ones."""
    if len(shapes) <= _MANY:
        return shapes
    cell = 0.02 * max(scene.width, scene.height)
    buckets: dict[tuple[int, int], list[Shape]] = {}
    kept = []
    for shape in shapes:
        if width(shape.box) < cell and height(shape.box) < cell:
            buckets.setdefault((int(shape.box[0] / cell), int(shape.box[1] / cell)), []).append(shape)
        else:
            kept.append(shape)
    return kept + [
        Shape(around(shape.box for shape in bucket), False, max(shape.segments for shape in bucket))
        for bucket in buckets.values()
    ]


def _described(shapes: list[Shape], scene: Scene, blocks: Sequence[Box]) -> list[Shape]:
    """Say of each drawing whether it is a rule or a box around words; leave out those that serve the text.

    `blocks` are boxes of the page's design, whose shadows go with them.
    """
    described = []
    boxes = [box for box in blocks if any(inside(line.box, box) for line in scene.lines)]
    lowest = min((height(line.box) for line in scene.lines), default=0.0)
    for shape in shapes:
        if min(width(shape.box), height(shape.box)) <= _THIN_PT:
            if not _serves_text(shape.box, scene):
                described.append(shape._replace(rule=True))
            continue
        holds = height(shape.box) > 0.6 * lowest
        held = [line for line in scene.lines if covers(shape.box, line.box)] if holds else []
        if not held:
            described.append(shape)
            continue
        if _is_panel(shape.box, held, shapes):
            boxes.append(shape.box)
            continue
        described.append(shape._replace(node=not all(is_tick(line.text) for line in held)))
    boxes += [shape.box for shape in described if shape.node and width(shape.box) > _BLOCK * scene.width]
    # The bar with a block's title and the block's ground share one shadow.
    boxes += [around(boxes[index] for index in group) for group in clusters(boxes, gap=1.0) if len(group) > 1]
    described = [shape for shape in described if shape.node or not any(_trims(shape.box, box) for box in boxes)]
    return [shape._replace(node=shape.node and not _is_crossed(shape, described)) for shape in described]


def _trims(box: Box, block: Box) -> bool:
    """Say whether a drawing is a piece of a block's shadow or border: thin, and all along one of its edges."""
    if min(width(box), height(box)) > _SHADOW_PT:
        return False
    x0, y0, x1, y1 = grown(block, _SHADOW_PT)
    within = x0 <= box[0] and y0 <= box[1] and box[2] <= x1 and box[3] <= y1
    return within and not touch(box, grown(block, -_SHADOW_PT))


def _is_crossed(shape: Shape, shapes: Sequence[Shape]) -> bool:
    """Say whether a box with words lies partly over another one, as the sets of a Venn diagram do, and cells do not."""
    if not shape.node:
        return False
    own = area(shape.box)
    return any(
        0.05 * min(own, area(other.box)) < common(shape.box, other.box) < 0.8 * min(own, area(other.box))
        for other in shapes
        if other.node
    )


def _serves_text(rule: Box, scene: Scene) -> bool:
    """Say whether a rule underlines or strikes words, or is the bar of a fraction or a root."""
    if height(rule) > width(rule):
        return False
    for line in scene.lines:
        near = rule[1] - 0.5 * line.size < line.box[3] and line.box[1] < rule[3] + 0.5 * line.size
        if near and shared_x(rule, line.box) > 0.5 * min(width(rule), width(line.box)):
            return True
    return False


def is_sentence(line: Line) -> bool:
    """Say whether a line has as many words as running text, and labels hardly ever, have."""
    return len(line.words) >= _SENTENCE_WORDS


def is_tick(text: str) -> bool:
    """Say whether a text is a bare number or sign, as at the axes of a chart."""
    return _TICK.fullmatch(text) is not None


def _is_panel(box: Box, held: Sequence[Line], shapes: Sequence[Shape]) -> bool:
    """Say whether a box is the ground of a text or of code, rather than a box in a diagram.

    Only the words count that stand in no smaller box of their own: a frame around a diagram is no panel.
    """
    if len(held) < 5 and sum(len(line.words) for line in held) <= _NODE_WORDS and not any(line.mono for line in held):
        return False
    limit = 0.7 * area(box)
    smaller = [shape.box for shape in shapes if covers(box, shape.box) and area(shape.box) < limit]
    own = [line for line in held if not any(covers(inner, line.box) for inner in smaller)]
    if not own:
        return False
    code = sum(line.mono > 0.7 for line in own)
    if code >= 0.6 * len(own) and any(len(line.text) > 8 for line in own):
        return True
    sentences = sum(is_sentence(line) for line in own)
    if len(own) < 5:
        return sentences >= 2 or sum(len(line.words) for line in own) > _NODE_WORDS
    return sentences >= 1 or sum(len(line.text) for line in own) >= 14 * len(own)
