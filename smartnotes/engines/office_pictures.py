"""Pictures, charts and SmartArt of Word files: where they stand in the flow, and as figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PIL import Image

from smartnotes.core.errors import DamagedFile, TooLarge
from smartnotes.core.ids import derive_id, sha256_hex
from smartnotes.core.model import BBox, Figure, RegionKind
from smartnotes.core.options import Limits
from smartnotes.core.pages.blocks import Block
from smartnotes.engines.crops import to_png
from smartnotes.engines.flow import FlowItem
from smartnotes.engines.metafile import text_of
from smartnotes.engines.office_text import MC, W
from smartnotes.engines.picture_text import PictureReader
from smartnotes.engines.pictures import shrunk
from smartnotes.engines.slides.charts import C, read_chart
from smartnotes.engines.slides.colours import Theme
from smartnotes.engines.slides.outline import DGM, R, part_root
from smartnotes.engines.slides.parts import chart_blocks, diagram_blocks
from smartnotes.engines.slides.pictures import cropped, load_picture
from smartnotes.engines.slides.plots import draw_chart
from smartnotes.engines.slides.text import A

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_V = "{urn:schemas-microsoft-com:vml}"
_SMALLEST_PX = 48  # a smaller picture is an icon
_LONGEST_PX = 1600
_CHART_PX = (720, 440)
_LEFT_OUT = (f"{W}del", f"{W}moveFrom", f"{MC}Fallback")
_WHOLE = BBox(x0=0.0, y0=0.0, x1=1.0, y1=1.0)  # the file does not say where Word puts a picture


def drawn_items(element: _Element, part: Any) -> Iterator[FlowItem]:
    """Yield what a paragraph or table holds besides its text: pictures, charts with their data, SmartArt as lists."""
    for found in element.iter(f"{A}blip", f"{_V}imagedata", f"{C}chart", f"{DGM}relIds"):
        if next(found.iterancestors(*_LEFT_OUT), None) is not None:
            continue
        if element.tag == f"{W}p" and next(found.iterancestors(f"{W}p"), None) is not element:
            continue  # it stands in a text box, whose paragraphs come by themselves
        if found.tag == f"{C}chart":
            reference = found.get(f"{R}id", "")
            yield FlowItem(Block(RegionKind.FIGURE, ""), picture=reference)
            yield from (FlowItem(block) for block in chart_blocks(part_root(part, reference), box=None))
        elif found.tag == f"{DGM}relIds":
            yield from (FlowItem(block) for block in diagram_blocks(part_root(part, found.get(f"{R}dm", "")), box=None))
        else:
            yield FlowItem(
                Block(RegionKind.FIGURE, ""),
                picture=found.get(f"{R}embed") or found.get(f"{R}id") or found.get(f"{R}link", ""),
            )


class DocumentPictures:
    """Makes figures of what a document refers to."""

    def __init__(self, part: Any, body: _Element, *, limits: Limits, reader: PictureReader) -> None:
        self._part, self._limits, self._reader = part, limits, reader
        self._holders: dict[str, _Element] = {}
        for blip in body.iter(f"{A}blip"):
            holder = blip.getparent()
            if holder is not None:
                self._holders.setdefault(blip.get(f"{R}embed", ""), holder)

    def figure(self, reference: str, *, page_id: str, number: int, index: int) -> tuple[Figure, bytes] | None:
        """Return the figure behind a relationship with its PNG, None for an icon.

        Raises `DamagedFile` and `TooLarge` for what cannot be shown.
        """
        relation = self._part.rels.get(reference)
        if relation is None or relation.is_external:
            raise DamagedFile("it is linked to or missing, not in the file")
        target = relation.target_part
        if relation.reltype.endswith("/chart"):
            image, text, caption = self._chart(reference)
        else:
            image, text, caption = self._picture(target, self._holders.get(reference)), "", ""
        if image is None or min(image.size) < _SMALLEST_PX:
            return None
        kept = shrunk(image, longest_px=_LONGEST_PX)
        data = to_png(kept)
        blob = sha256_hex(data)
        if not relation.reltype.endswith("/chart"):
            text = self._reader.text(kept, key=blob) or text_of(bytes(target.blob))
        figure = Figure(
            id=derive_id("fig", page_id, str(index)),
            page=number,
            box=_WHOLE,
            caption=caption,
            text=text,
            blob=blob,
            width_px=kept.width,
            height_px=kept.height,
        )
        return figure, data

    def _picture(self, target: Any, holder: _Element | None) -> Image.Image:
        image = load_picture(target, limits=self._limits)
        return cropped(image, holder) if holder is not None else image

    def _chart(self, reference: str) -> tuple[Image.Image | None, str, str]:
        chart = read_chart(part_root(self._part, reference))
        image = draw_chart(chart, theme=Theme({}, {}), width=_CHART_PX[0], height=_CHART_PX[1])
        return image, "\n".join(one for one in (chart.label, *chart.values) if one), chart.title


def why(error: DamagedFile | TooLarge) -> str:
    """Return the sentence about a picture that is left out."""
    return f"a picture is left out: {error.message}"
