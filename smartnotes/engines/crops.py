"""Figures cut out of the image of a page."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageChops

from smartnotes.core.ids import derive_id, sha256_hex
from smartnotes.core.model import BBox, Figure
from smartnotes.core.pages.raw import Crop

WHOLE_PAGE = BBox(x0=0.0, y0=0.0, x1=1.0, y1=1.0)

_MAX_SIDE = 2_000  # pixels: more than a printed page or a screen shows of a figure


_COLOURED = [0, 0, 0, *[255] * 253]  # channels that differ by more than 2


def cut_figures(
    image: Image.Image, crops: Sequence[Crop], *, page_id: str, number: int, area: BBox = WHOLE_PAGE
) -> tuple[tuple[Figure, ...], dict[str, bytes]]:
    """Cut `crops` out of the image of page `number`, or of an `area` of it.

    Returns the figures, and their PNGs by blob id.
    """
    figures: list[Figure] = []
    blobs: dict[str, bytes] = {}
    for index, crop in enumerate(crops):
        part = cut(image, crop.box, area=area)
        data = to_png(part)
        blob = sha256_hex(data)
        blobs[blob] = data
        figures.append(
            Figure(
                id=derive_id("fig", page_id, str(index)),
                page=number,
                box=crop.box,
                kind=crop.kind,
                caption=crop.caption,
                text=crop.text,
                blob=blob,
                width_px=part.width,
                height_px=part.height,
            )
        )
    return tuple(figures), blobs


def cut(image: Image.Image, box: BBox, *, area: BBox = WHOLE_PAGE) -> Image.Image:
    """Return what of a page's image, which shows its `area`, lies in `box`: at least one pixel."""
    x, y = image.width / (area.x1 - area.x0), image.height / (area.y1 - area.y0)
    left = min(max(0, int((box.x0 - area.x0) * x)), image.width - 1)
    top = min(max(0, int((box.y0 - area.y0) * y)), image.height - 1)
    right = min(max(left + 1, round((box.x1 - area.x0) * x)), image.width)
    bottom = min(max(top + 1, round((box.y1 - area.y0) * y)), image.height)
    part = image.crop((left, top, right, bottom))
    if max(part.size) > _MAX_SIDE:
        part.thumbnail((_MAX_SIDE, _MAX_SIDE), Image.Resampling.LANCZOS)
    return part


def to_png(image: Image.Image) -> bytes:
    """Return an image as PNG, in grey where it has no colour."""
    if image.mode == "RGB":
        red, green, blue = image.split()
        if not any(ImageChops.difference(green, other).point(_COLOURED).getbbox() for other in (red, blue)):
            image = green
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)  # half the time of 6, and at most 10 % larger
    return out.getvalue()
