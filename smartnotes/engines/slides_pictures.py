"""Pictures of a slide as figures: cut as shown, without logos, backgrounds and specks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image

from smartnotes.core.blocks import to_bbox
from smartnotes.core.ids import derive_id, sha256_hex
from smartnotes.core.model import Figure
from smartnotes.core.options import IngestOptions
from smartnotes.core.ports import OcrEngine
from smartnotes.core.raw import Box
from smartnotes.engines.crops import to_png
from smartnotes.engines.picture_text import PictureReader
from smartnotes.engines.pictures import EMBEDDED_FORMATS, cut, decode, open_picture, shrunk
from smartnotes.engines.slides_shapes import Shape
from smartnotes.engines.slides_text import A, P

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_R_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_LONGEST_PX = 1600
"""The longer side of a figure that is kept: a full slide at more than 120 DPI."""
_SMALLEST_SIDE, _SMALLEST_AREA = 0.04, 0.015
"""Shares of the slide under which a picture is an icon."""


class FoundPicture(NamedTuple):
    """A picture as it is kept: the value, its PNG, and the part it came from."""

    figure: Figure
    data: bytes


def blip_of(element: _Element) -> _Element | None:
    """Return the reference to the picture (``a:blip``) a shape shows, None where it shows none."""
    return next(element.iter(f"{A}blip"), None)


def picture_part(element: _Element, part: Any) -> Any | None:
    """Return the part that holds the picture of a shape, None where it is linked, missing or not a picture."""
    blip = blip_of(element)
    reference = blip.get(_R_EMBED) if blip is not None else None
    relation = part.rels.get(reference) if reference else None
    return relation.target_part if relation is not None and not relation.is_external else None


class SlidePictures:
    """Makes figures of the pictures on slides."""

    def __init__(self, *, options: IngestOptions, ocr: OcrEngine | None) -> None:
        self._limits = options.limits
        self._reader = PictureReader(options=options, ocr=ocr)

    def find(self, shape: Shape, target: Any, *, page_id: str, page: int) -> FoundPicture | None:
        """Return the figure of a shape that shows the picture in part `target`, None for icons and drawings (EMF).

        Raises `TooLarge` and `DamagedFile` for pictures that cannot be decoded.
        """
        box = shape.box
        if box is None or not is_figure_sized(box):
            return None
        blob = bytes(target.blob)
        if not blob.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II", b"MM", b"RIFF", b"GIF8", b"BM")):
            return None
        name = str(getattr(target, "partname", "picture")).rpartition("/")[2]
        image = open_picture(blob, name=name, limits=self._limits, formats=EMBEDDED_FORMATS)
        shown = self._shown(decode(image, name=name, reduce_to_px=2 * _LONGEST_PX), shape)
        if min(shown.size) < 24:
            return None
        kept = shrunk(shown, longest_px=_LONGEST_PX)
        data = to_png(kept)
        figure = Figure(
            id=derive_id("fig", page_id, *(f"{value:.4f}" for value in box)),
            page=page,
            box=to_bbox(box),
            text=self._reader.text(kept, key=sha256_hex(data)),
            blob=sha256_hex(data),
            width_px=kept.width,
            height_px=kept.height,
        )
        return FoundPicture(figure, data)

    def _shown(self, image: Image.Image, shape: Shape) -> Image.Image:
        """Apply the shape's crop, mirror and quarter turns."""
        source = next(shape.element.iter(f"{A}srcRect"), None)
        if source is not None:
            left, top, right, bottom = (_thousandths(source.get(side)) for side in "ltrb")
            image = cut(image, left=left, top=top, right=right, bottom=bottom)
        place = shape.element.find(f"{P}spPr/{A}xfrm")
        if place is not None and place.get("flipH") in ("1", "true"):
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if place is not None and place.get("flipV") in ("1", "true"):
            image = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        turns = round(shape.turn_deg / 90) % 4
        return image.transpose(_TURNS[turns]) if turns else image


_TURNS: Sequence[Image.Transpose] = (
    Image.Transpose.ROTATE_90,  # never used: no turn
    Image.Transpose.ROTATE_270,  # Pillow turns counter-clockwise
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_90,
)


def is_figure_sized(box: Box) -> bool:
    """Whether a picture is big enough to show something, and lies on the slide."""
    width = min(1.0, box[2]) - max(0.0, box[0])
    height = min(1.0, box[3]) - max(0.0, box[1])
    return width > _SMALLEST_SIDE and height > _SMALLEST_SIDE and width * height > _SMALLEST_AREA


def _thousandths(value: str | None) -> float:
    """Return a percentage (in thousandths, or as text with a percent sign) as a fraction."""
    if not value:
        return 0.0
    try:
        return float(value[:-1]) / 100 if value.endswith("%") else float(value) / 100_000
    except ValueError:
        return 0.0
