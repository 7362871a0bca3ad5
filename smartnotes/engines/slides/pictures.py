"""Pictures of a slide: which part holds them, and their pixels, cut as shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image

from smartnotes.core.errors import DamagedFile, TooLarge
from smartnotes.core.options import Limits
from smartnotes.core.pages.raw import Box
from smartnotes.engines.metafile import bitmap_of, is_metafile
from smartnotes.engines.pictures import EMBEDDED_FORMATS, cut, decode, open_picture
from smartnotes.engines.slides.drawing import related
from smartnotes.engines.slides.matrix import Matrix
from smartnotes.engines.slides.shapes import Shape
from smartnotes.engines.slides.text import A

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_R_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
LONGEST_PX = 1600
"""The longer side of a figure that is kept: a full slide at more than 120 DPI."""
_SMALLEST_SIDE, _SMALLEST_AREA = 0.04, 0.015
"""Shares of the slide under which a picture is an icon."""


def picture_part(element: _Element, part: Any) -> Any | None:
    """Return the part that holds the picture of a shape, None where it is linked, missing or not a picture."""
    blip = next(element.iter(f"{A}blip"), None)
    return related(part, blip.get(_R_EMBED, "")) if blip is not None else None


def load_picture(target: Any, *, limits: Limits) -> Image.Image:
    """Return the pixels of a part that holds a picture.

    Raises `TooLarge` and `DamagedFile` for pictures that cannot be decoded, drawings (EMF, WMF) without pixels too.
    """
    name = str(getattr(target, "partname", "picture")).rpartition("/")[2]
    blob = bytes(target.blob)
    if is_metafile(blob):
        found = bitmap_of(blob, limits=limits)
        if found is None:
            raise DamagedFile(f"{name} is a drawing (EMF or WMF) that cannot be shown.", hint="Save it as PNG.")
        return found
    image = open_picture(blob, name=name, limits=limits, formats=EMBEDDED_FORMATS)
    return decode(image, name=name, reduce_to_px=2 * LONGEST_PX)


def cropped(image: Image.Image, element: _Element) -> Image.Image:
    """Apply the crop of the element that shows a picture."""
    source = next(element.iter(f"{A}srcRect"), None)
    if source is None:
        return image
    left, top, right, bottom = (_thousandths(source.get(side)) for side in "ltrb")
    return cut(image, left=left, top=top, right=right, bottom=bottom)


def turned(image: Image.Image, matrix: Matrix) -> Image.Image:
    """Apply the mirroring and the quarter turns of a shape."""
    if matrix.is_mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    turns = round(matrix.turn_deg / 90) % 4
    return image.transpose(_TURNS[turns]) if turns else image


_TURNS: Sequence[Image.Transpose] = (
    Image.Transpose.ROTATE_90,  # never used: no turn
    Image.Transpose.ROTATE_270,  # Pillow turns counter-clockwise
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_90,
)


class PictureShelf:
    """The pictures of one slide by shape or relationship, each decoded once; None for what cannot be."""

    def __init__(self, part: Any, *, limits: Limits) -> None:
        self._part, self._limits = part, limits
        self._known: dict[int, Image.Image | None] = {}

    def __call__(self, wanted: Shape | str) -> Image.Image | None:
        """Return the picture of a shape, cut as shown, or the one a relationship's id names."""
        element = None if isinstance(wanted, str) else wanted.element
        target = related(self._part, wanted) if isinstance(wanted, str) else picture_part(wanted.element, self._part)
        if target is None:
            return None
        if id(target) not in self._known:
            try:
                self._known[id(target)] = load_picture(target, limits=self._limits)
            except (DamagedFile, TooLarge):
                self._known[id(target)] = None
        image = self._known[id(target)]
        return cropped(image, element) if image is not None and element is not None else image


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
