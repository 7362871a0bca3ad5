"""What the shapes of a slide say, as blocks: title, lists, text, code, tables, charts, SmartArt."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from pptx.oxml import parse_xml

from smartnotes.core.blocks import Block
from smartnotes.core.model import RegionKind
from smartnotes.engines.slides_parts import CX, C, chart_blocks, diagram_blocks, extended_chart_block, table_block
from smartnotes.engines.slides_shapes import Shape
from smartnotes.engines.slides_text import A, P, Paragraph, joined_with_space, paragraphs, text_blocks

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]
    from pptx.slide import Slide

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"


_log = logging.getLogger(__name__)


def slide_blocks(found: Sequence[Shape], *, slide: Slide, pictured: AbstractSet[int] = frozenset()) -> list[Block]:
    """Return the blocks of shapes in reading order. A shape that cannot be read is logged and left out.

    `pictured` are the indices of those shapes that become figures: each leaves a block where it stands.
    """
    places = {id(found[index]) for index in pictured}
    title = _title_shape(found)
    blocks: list[Block] = []
    for shape in [title, *(shape for shape in found if shape is not title)] if title is not None else found:
        try:
            blocks += _title(shape) if shape is title else _shape_blocks(shape, slide.part)
        except Exception as error:  # noqa: BLE001 - one odd shape must not cost the slide
            _log.warning("a shape was left out: %s", error)
        if id(shape) in places:
            blocks.append(Block(RegionKind.FIGURE, "", box=shape.box))
    return blocks


def title_text(found: Sequence[Shape]) -> str:
    """Return the title of the slide with these shapes, "" where it has none."""
    shape = _title_shape(found)
    blocks = _title(shape) if shape is not None else []
    return blocks[0].text if blocks else ""


def _texts(shape: Shape) -> list[Paragraph]:
    body = shape.element.find(f"{P}txBody")
    return list(paragraphs(body, shape.styles)) if body is not None else []


def _title_shape(found: Sequence[Shape]) -> Shape | None:
    """Return the title: the placeholder for it, else a short text at the top in the slide's largest type."""
    for shape in found:
        if shape.is_title and _texts(shape):
            return shape
    texts = [(shape, lines) for shape in found if not shape.is_furniture and (lines := _texts(shape))]
    if len(texts) < 2:
        return None
    sizes = {id(shape): max(line.size_pt for line in lines) for shape, lines in texts}
    largest = max(sizes.values())
    others = sorted(sizes.values())[:-1]
    for shape, lines in texts:
        short = len(lines) <= 2 and sum(len(line.text) for line in lines) <= 120
        at_top = shape.box is not None and shape.box[1] < 0.3
        if short and at_top and sizes[id(shape)] == largest and largest > 1.1 * max(others, default=0.0) > 0:
            return shape
    return None


def _title(shape: Shape) -> list[Block]:
    lines = _texts(shape)
    if not lines:
        return []
    whole = lines[0]
    for line in lines[1:]:
        whole = joined_with_space(whole, line)
    return [Block(RegionKind.TITLE, whole.text, level=1, box=shape.box)]


def _shape_blocks(shape: Shape, part: Any) -> list[Block]:
    if shape.element.tag == f"{P}graphicFrame":
        return _graphic_blocks(shape, part)
    blocks = text_blocks(_texts(shape), box=shape.box)
    if shape.is_furniture:
        return [Block(RegionKind.FOOTER, block.text, box=shape.box) for block in blocks]
    return blocks


def _graphic_blocks(shape: Shape, part: Any) -> list[Block]:
    element = shape.element
    table = next(element.iter(f"{A}tbl"), None)
    if table is not None:
        return [table_block(table, box=shape.box)]
    chart = next(element.iter(f"{C}chart"), None)
    if chart is not None:
        return chart_blocks(_part_root(part, chart.get(f"{_R}id")), box=shape.box)
    extended = next(element.iter(f"{CX}chart"), None)
    if extended is not None:
        return [extended_chart_block(_part_root(part, extended.get(f"{_R}id")), box=shape.box)]
    diagram = next(element.iter(f"{_DGM}relIds"), None)
    if diagram is not None:
        return diagram_blocks(_part_root(part, diagram.get(f"{_R}dm")), box=shape.box)
    return []


def _part_root(part: Any, reference: str) -> _Element:
    """Return the XML of a related part; python-pptx parses only those it knows."""
    target = part.related_part(reference)
    root = getattr(target, "_element", None)
    if root is not None:
        return root
    return parse_xml(target.blob)  # resolves no entities, limits the depth
