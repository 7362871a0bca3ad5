"""The figures of a slide: pictures as shown, drawings of native shapes, charts and SmartArt drawn."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image
from pptx.oxml import parse_xml

from smartnotes.core.errors import DamagedFile
from smartnotes.core.ids import derive_id, sha256_hex
from smartnotes.core.model import Figure, FigureKind
from smartnotes.core.options import IngestOptions
from smartnotes.core.pages.blocks import to_bbox
from smartnotes.core.pages.raw import Box
from smartnotes.core.pages.tables import markdown_table
from smartnotes.engines.crops import to_png
from smartnotes.engines.metafile import text_of
from smartnotes.engines.picture_text import PictureReader
from smartnotes.engines.pictures import shrunk
from smartnotes.engines.slides.charts import read_chart
from smartnotes.engines.slides.drawing import Paper, draw, related
from smartnotes.engines.slides.groups import Drawing
from smartnotes.engines.slides.order import in_reading_order
from smartnotes.engines.slides.outline import DGM, R, labels, part_root
from smartnotes.engines.slides.parts import table_block
from smartnotes.engines.slides.pictures import (
    LONGEST_PX,
    PictureShelf,
    cropped,
    is_figure_sized,
    load_picture,
    turned,
)
from smartnotes.engines.slides.plots import draw_chart
from smartnotes.engines.slides.shapes import Shape, shapes_of
from smartnotes.engines.slides.tables import cell_shapes
from smartnotes.engines.slides.text import P

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_DSP = b"http://schemas.microsoft.com/office/drawing/2008/diagram"
_DRAWING = "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing"
_PX_AN_INCH = 150
_EMU_PER_INCH = 914_400
_MARGIN = 0.006  # of the slide: the lines of a drawing have a width

_log = logging.getLogger(__name__)


class SlidePage(NamedTuple):
    """The slide whose figures are made: its page and part, its size in EMU, and what drawings are drawn on."""

    page_id: str
    number: int
    part: Any
    size: tuple[int, int]
    paper: Paper


class SlideFigures:
    """Makes the figures of one slide, and keeps their PNGs by blob id in `crops`."""

    def __init__(self, *, options: IngestOptions, reader: PictureReader) -> None:
        self._limits = options.limits
        self._reader = reader
        self.crops: dict[str, bytes] = {}

    def picture(self, shape: Shape, target: Any, slide: SlidePage) -> Figure | None:
        """Return the figure of a shape that shows the picture in part `target`, None for icons.

        Raises `TooLarge` and `DamagedFile` for pictures that cannot be decoded.
        """
        if shape.box is None or not is_figure_sized(shape.box):
            return None
        image = cropped(load_picture(target, limits=self._limits), shape.element)
        if min(image.size) < 24:
            return None
        kept = shrunk(turned(image, shape.matrix), longest_px=LONGEST_PX)
        text = self._reader.text(kept, key=sha256_hex(kept.tobytes())) or text_of(bytes(target.blob))
        return self._figure(kept, shape.box, slide, text=text)

    def drawing(self, found: Drawing, shapes: Sequence[Shape], slide: SlidePage, *, below: Sequence[int]) -> Figure:
        """Return a drawing of native shapes as a figure; `below` are the shapes it may stand on."""
        members = [shapes[index] for index in found.members]
        first = found.members[0]
        shown = [shapes[index] for index in below if index < first] + members
        box = _wider(found.box)
        image = self._drawn(shown, box, slide)
        read = [text for member in members if (text := self._read(member, slide))]
        text = "\n".join(part for part in (labels(in_reading_order(members)), *read) if part)
        return self._figure(image, box, slide, text=text)

    def smartart(self, shape: Shape, slide: SlidePage) -> Figure | None:
        """Return a SmartArt as PowerPoint last drew it, None where the file does not hold that."""
        target = _drawing_part(shape, slide.part)
        if target is None or shape.box is None:
            return None
        root = parse_xml(bytes(target.blob).replace(_DSP, P.strip("{}").encode()))
        tree = root.find(f"{P}spTree")
        if tree is None:
            return None
        inner = list(shapes_of(tree, width=slide.size[0], height=slide.size[1], matrix=shape.matrix, default=None))
        if not inner:
            return None
        paper = slide.paper._replace(pictures=PictureShelf(target, limits=self._limits))
        image = self._drawn(inner, _inside(shape.box), slide._replace(paper=paper))
        return self._figure(image, shape.box, slide, text=labels(in_reading_order(inner)))

    def table(self, shape: Shape, table: _Element, slide: SlidePage) -> Figure | None:
        """Return a table as a figure, its text in Markdown."""
        cells = cell_shapes(shape, table)
        text = markdown_table(table_block(table, box=None).text)
        if shape.box is None or not cells or not text:
            return None
        box = _inside(shape.box)
        return self._figure(self._drawn(cells, box, slide), box, slide, text=text, kind=FigureKind.TABLE)

    def chart(self, shape: Shape, root: _Element, slide: SlidePage) -> Figure | None:
        """Return a chart drawn from its data, None for one that holds no numbers."""
        if shape.box is None:
            return None
        box = _inside(shape.box)
        chart = read_chart(root)
        wide, high = (max(160, round((box[at + 2] - box[at]) * slide.size[at] / _EMU_PER_INCH * 110)) for at in (0, 1))
        share = min(1.0, LONGEST_PX / max(wide, high))
        theme = slide.paper.theme
        image = draw_chart(chart, theme=theme, width=round(wide * share), height=round(high * share))
        if image is None:
            return None
        said = [chart.label, *chart.values]
        return self._figure(image, box, slide, text="\n".join(one for one in said if one), caption=chart.title)

    def _read(self, member: Shape, slide: SlidePage) -> str:
        """Return what is read in a picture that is part of a drawing."""
        image = slide.paper.pictures(member) if member.element.tag == f"{P}pic" else None
        if image is None:
            return ""
        kept = shrunk(turned(image, member.matrix), longest_px=LONGEST_PX)
        return self._reader.text(kept, key=sha256_hex(kept.tobytes()))

    def _drawn(self, shapes: Sequence[Shape], box: Box, slide: SlidePage) -> Image.Image:
        sides = (box[2] - box[0]) * slide.size[0], (box[3] - box[1]) * slide.size[1]
        longest = max(sides) / _EMU_PER_INCH * _PX_AN_INCH
        pixels = round(min(LONGEST_PX, max(longest, 200)))
        return draw(shapes, box, paper=slide.paper, slide=slide.size, longest_px=pixels)

    def _figure(
        self,
        image: Image.Image,
        box: Box,
        slide: SlidePage,
        *,
        text: str,
        caption: str = "",
        kind: FigureKind = FigureKind.FIGURE,
    ) -> Figure:
        data = to_png(image)
        blob = sha256_hex(data)
        self.crops[blob] = data
        return Figure(
            id=derive_id("fig", slide.page_id, *(f"{value:.4f}" for value in box)),
            page=slide.number,
            box=to_bbox(box),
            kind=kind,
            caption=caption,
            text=text,
            blob=blob,
            width_px=image.width,
            height_px=image.height,
        )


def _drawing_part(shape: Shape, part: Any) -> Any | None:
    """Return the part with the shapes of a SmartArt: the one its data names, else the slide's only one."""
    relations = next(shape.element.iter(f"{DGM}relIds"), None)
    if relations is None:
        return None
    data = part_root(part, relations.get(f"{R}dm", ""))
    named = next((one.get("relId", "") for one in data.iter() if str(one.tag).endswith("}dataModelExt")), "")
    found = related(part, named)
    if found is not None:
        return found
    drawn = [one for one in part.rels.values() if one.reltype == _DRAWING and not one.is_external]
    return drawn[0].target_part if len(drawn) == 1 else None


def _inside(box: Box) -> Box:
    x0, y0, x1, y1 = (min(1.0, max(0.0, value)) for value in box)
    if x0 >= x1 or y0 >= y1:
        raise DamagedFile("a drawing stands beside the slide")
    return x0, y0, x1, y1


def _wider(box: Box) -> Box:
    return (
        max(0.0, box[0] - _MARGIN), max(0.0, box[1] - _MARGIN), min(1.0, box[2] + _MARGIN), min(1.0, box[3] + _MARGIN)
    )  # fmt: skip
