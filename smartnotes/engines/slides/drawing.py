"""Drawings of native shapes made into pictures: outlines, fills, lines, text, and the pictures among them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image

from smartnotes.core.pages.raw import Box
from smartnotes.engines.slides.canvas import Canvas
from smartnotes.engines.slides.colours import Fill, Theme
from smartnotes.engines.slides.lettering import draw_text
from smartnotes.engines.slides.matrix import Matrix
from smartnotes.engines.slides.paths import Outline, freeform
from smartnotes.engines.slides.presets import preset, text_box
from smartnotes.engines.slides.shapes import Shape
from smartnotes.engines.slides.text import A, P

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_log = logging.getLogger(__name__)

Pictures = Callable[["Shape | str"], Image.Image | None]
"""Gives the picture a shape shows, cut as shown, or the one with a relationship's id; None where there is none."""


class Paper(NamedTuple):
    """What a drawing is drawn with and on."""

    theme: Theme
    background: Fill
    pictures: Pictures


def draw(shapes: Sequence[Shape], box: Box, *, paper: Paper, slide: tuple[int, int], longest_px: int) -> Image.Image:
    """Return a picture of what shapes show inside a box (fractions of the slide, whose size is in EMU).

    A shape that cannot be drawn is left out.
    """
    area = box[0] * slide[0], box[1] * slide[1], box[2] * slide[0], box[3] * slide[1]
    canvas = Canvas(area, longest_px=longest_px, background=paper.background)
    if paper.background.picture:
        picture = paper.pictures(paper.background.picture)
        if picture is not None:
            canvas.picture(picture, Matrix(), size=(float(slide[0]), float(slide[1])))
    for shape in shapes:
        try:
            _draw_shape(canvas, shape, paper)
        except Exception as error:  # noqa: BLE001 - one odd shape must not cost the drawing
            _log.warning("a shape was not drawn: %s", error)
    return canvas.image()


def outlines(shape: Shape) -> list[Outline]:
    """Return the outlines of a shape in its own box; none for what has no geometry."""
    properties = shape.element.find(f"{P}spPr")
    if properties is None:
        return []
    width, height = shape.size
    custom, named = properties.find(f"{A}custGeom"), properties.find(f"{A}prstGeom")
    if custom is not None:
        return freeform(custom, width=width, height=height, adjusted=_adjusted(custom))
    name = named.get("prst", "rect") if named is not None else "rect"
    return preset(name, width=width, height=height, adjusted=_adjusted(named))


def _draw_shape(canvas: Canvas, shape: Shape, paper: Paper) -> None:
    element = shape.element
    properties, style = element.find(f"{P}spPr"), element.find(f"{P}style")
    picture = paper.pictures(shape) if element.tag in (f"{P}pic", f"{P}graphicFrame") else None
    if picture is not None:
        canvas.picture(picture, shape.matrix, size=shape.size)
    fill, stroke = paper.theme.fill(properties, style), paper.theme.stroke(properties, style)
    found = outlines(shape)
    for outline in found if picture is None else ():
        points = [shape.matrix(point) for point in outline.points]
        if fill is not None and outline.filled and len(points) > 2:
            canvas.polygon(points, fill)
    if fill is not None and fill.picture and element.tag == f"{P}sp":
        filling = paper.pictures(fill.picture)
        if filling is not None:
            canvas.picture(filling, shape.matrix, size=shape.size)
    for outline in found if stroke is not None else ():
        if outline.stroked and stroke is not None:
            canvas.line([shape.matrix(point) for point in outline.points], stroke, closed=outline.closed)
    named = properties.find(f"{A}prstGeom") if properties is not None else None
    area = text_box(named.get("prst", "") if named is not None else "", width=shape.size[0], height=shape.size[1])
    draw_text(canvas, shape, theme=paper.theme, area=area)


def _adjusted(geometry: _Element | None) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for guide in geometry.iterfind(f"{A}avLst/{A}gd") if geometry is not None else ():
        parts = guide.get("fmla", "").split()
        if len(parts) == 2 and parts[0] == "val":
            try:
                found[guide.get("name", "")] = float(parts[1])
            except ValueError:
                continue
    return found


def related(part: Any, reference: str) -> Any | None:
    """Return the part behind a relationship, None where it is linked or missing."""
    relation = part.rels.get(reference) if reference else None
    return relation.target_part if relation is not None and not relation.is_external else None
