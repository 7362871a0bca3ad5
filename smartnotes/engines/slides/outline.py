"""What stands on a slide, as blocks: title, lists, text, code, tables, charts, SmartArt, figures with their labels."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pptx.oxml import parse_xml

from smartnotes.core.model import Figure, FigureKind, RegionKind
from smartnotes.core.pages.blocks import Block
from smartnotes.core.pages.captions import is_caption
from smartnotes.core.pages.raw import Box
from smartnotes.engines.slides.charts import CX, C
from smartnotes.engines.slides.drawing import related
from smartnotes.engines.slides.parts import chart_blocks, diagram_blocks, extended_chart_blocks, table_block
from smartnotes.engines.slides.shapes import Shape
from smartnotes.engines.slides.text import A, P, Paragraph, joined_with_space, paragraphs, text_blocks

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_CAPTION_WORDS, _CAPTION_GAP = 25, 0.04  # the gap is a share of the slide's height

_log = logging.getLogger(__name__)


class Thing(NamedTuple):
    """What is read as one on a slide: a shape, or a figure, with the frame (chart, SmartArt) it shows.

    `said` is what stands in a picture that cannot be shown itself.
    """

    box: Box | None
    shape: Shape | None = None
    figure: Figure | None = None
    is_title: bool = False
    said: str = ""


def slide_blocks(things: Sequence[Thing], *, part: Any, unread: list[str]) -> list[Block]:
    """Return the blocks of things in reading order. What cannot be read is left out, and said in `unread`."""
    blocks: list[Block] = []
    captions = frozenset(find_captions(things).values())
    for index, thing in enumerate(things):
        try:
            blocks += _thing_blocks(thing, part, is_caption=index in captions)
        except Exception as error:  # noqa: BLE001 - one odd shape must not cost the slide
            _log.warning("a shape was left out: %s", error)
            unread.append("a shape could not be read and is left out")
    return blocks


def _thing_blocks(thing: Thing, part: Any, *, is_caption: bool) -> list[Block]:
    if thing.is_title and thing.shape is not None:
        return title_blocks(thing.shape)
    if thing.said:
        return [Block(RegionKind.FIGURE, thing.said, box=thing.box)]
    said: list[Block] = []
    if thing.shape is not None and (thing.figure is None or thing.shape.element.tag == f"{P}graphicFrame"):
        said = _shape_blocks(thing.shape, part)
    if is_caption and said:
        text = " ".join(block.text for block in said)
        return [Block(RegionKind.CAPTION, text, box=thing.box, emphasis=said[0].emphasis if len(said) == 1 else ())]
    if thing.figure is not None:
        if thing.figure.kind is FigureKind.TABLE:
            return said
        known = {line for block in said for line in block.text.split("\n")}
        rest = "\n".join(line for line in thing.figure.text.split("\n") if line not in known)
        return [Block(RegionKind.FIGURE, rest, box=thing.box), *said]
    return said


def find_captions(things: Sequence[Thing]) -> dict[int, int]:
    """Return the captions of figures, both by their index: what says it is one, or a line right below a figure."""
    found: dict[int, int] = {}
    for index, thing in enumerate(things):
        shape = thing.shape
        if shape is None or thing.figure is not None or thing.is_title or thing.box is None or shape.is_furniture:
            continue
        lines = texts(shape)
        if not lines or len(lines) > 2 or sum(len(line.text.split()) for line in lines) > _CAPTION_WORDS:
            continue
        sure = is_caption(lines[0].text)
        if not sure and (shape.placeholder or lines[0].bullet or len(lines) > 1):
            continue
        near = [
            (gap, other)
            for other, figure in enumerate(things)
            if figure.figure is not None
            and other not in found
            and (gap := _caption_gap(figure.box, thing.box, sure=sure)) is not None
        ]
        if near:
            found[min(near)[1]] = index
    return found


def _caption_gap(figure: Box | None, text: Box | None, *, sure: bool) -> float | None:
    """Return how far a caption stands from a figure, None where it belongs to something else."""
    if figure is None or text is None:
        return None
    shared = min(figure[2], text[2]) - max(figure[0], text[0])
    below, above = text[1] - figure[3], figure[1] - text[3]
    if sure:
        gap = max(below, above)
        return gap if shared > 0 and gap < 4 * _CAPTION_GAP else None
    centred = abs((figure[0] + figure[2]) - (text[0] + text[2])) < 0.1 or abs(figure[0] - text[0]) < 0.03
    narrow = text[2] - text[0] < 1.3 * (figure[2] - figure[0])
    fits = centred and narrow and shared > 0.5 * (text[2] - text[0])
    return below if fits and -0.02 < below < _CAPTION_GAP else None


def title_text(found: Sequence[Shape]) -> str:
    """Return the title of the slide with these shapes, "" where it has none."""
    shape = find_title(found)
    blocks = title_blocks(shape) if shape is not None else []
    return blocks[0].text if blocks else ""


def texts(shape: Shape) -> list[Paragraph]:
    """Return the paragraphs of a shape."""
    body = shape.element.find(f"{P}txBody")
    return list(paragraphs(body, shape.styles)) if body is not None else []


def find_title(found: Sequence[Shape]) -> Shape | None:
    """Return the title: the placeholder for it, else a short text at the top in the slide's largest type."""
    for shape in found:
        if shape.is_title and texts(shape):
            return shape
    said = [(shape, lines) for shape in found if not shape.is_furniture and (lines := texts(shape))]
    if len(said) < 2:
        return None
    sizes = {id(shape): max(line.size_pt for line in lines) for shape, lines in said}
    largest = max(sizes.values())
    others = sorted(sizes.values())[:-1]
    for shape, lines in said:
        short = len(lines) <= 2 and sum(len(line.text) for line in lines) <= 120
        at_top = shape.box is not None and shape.box[1] < 0.3
        if short and at_top and sizes[id(shape)] == largest and largest > 1.1 * max(others, default=0.0) > 0:
            return shape
    return None


def title_blocks(shape: Shape) -> list[Block]:
    """Return a title as one block, none where it is empty."""
    lines = texts(shape)
    if not lines:
        return []
    whole = lines[0]
    for line in lines[1:]:
        whole = joined_with_space(whole, line)
    return [Block(RegionKind.TITLE, whole.text, level=1, box=shape.box)]


def labels(shapes: Sequence[Shape]) -> str:
    """Return what shapes in reading order say, a line for each paragraph."""
    return "\n".join(line.text for shape in shapes for line in texts(shape))


def _shape_blocks(shape: Shape, part: Any) -> list[Block]:
    if shape.element.tag == f"{P}graphicFrame":
        return _graphic_blocks(shape, part)
    blocks = text_blocks(texts(shape), box=shape.box)
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
        return chart_blocks(part_root(part, chart.get(f"{R}id")), box=shape.box)
    extended = next(element.iter(f"{CX}chart"), None)
    if extended is not None:
        return extended_chart_blocks(part_root(part, extended.get(f"{R}id")), box=shape.box)
    diagram = next(element.iter(f"{DGM}relIds"), None)
    if diagram is not None:
        return diagram_blocks(part_root(part, diagram.get(f"{R}dm")), box=shape.box)
    return []


def part_root(part: Any, reference: str) -> _Element:
    """Return the XML of a related part; python-pptx parses only those it knows. Raises `KeyError` for a missing one."""
    target = related(part, reference)
    if target is None:
        raise KeyError(f"there is no part {reference}")
    root = getattr(target, "_element", None)
    if root is not None:
        return root
    return parse_xml(target.blob)  # resolves no entities, limits the depth
