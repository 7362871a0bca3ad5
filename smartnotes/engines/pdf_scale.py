"""Which part of a page to draw, and how finely: for figures, for pictures to be read, for recognition."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.model import BBox
from smartnotes.core.pages.raw import Crop, RawImage, RawPage

_CROP_DPI = 150.0
_FINE_CROP_DPI = 220.0
_NARROW_IN = 3.2  # figures narrower than this are enlarged in print: cut them out finer
_LEAST_PICTURE_DPI, _MOST_PICTURE_DPI = 120.0, 250.0  # for reading what stands in pictures
_ROOM = 0.005  # of the page's width and height
_LONG_IN = 17.0  # the long side of A3; a larger "page" is a photo or scan whose size in points says nothing
_USUAL_IN = 11.0
_MAX_DPI = 600.0


def around(crops: Sequence[Crop]) -> BBox:
    """Return the part of the page that holds all crops, with a little room for rounding."""
    boxes = [crop.box for crop in crops]
    return BBox.clipped(
        min(box.x0 for box in boxes) - _ROOM,
        min(box.y0 for box in boxes) - _ROOM,
        max(box.x1 for box in boxes) + _ROOM,
        max(box.y1 for box in boxes) + _ROOM,
    )


def crop_dpi(raw: RawPage, crops: Sequence[Crop]) -> float:
    """Return the resolution for cutting out figures: finer where one of them is narrow."""
    narrowest = min(crop.box.x1 - crop.box.x0 for crop in crops) * raw.width_pt / 72
    return _FINE_CROP_DPI if narrowest < _NARROW_IN else _CROP_DPI


def picture_dpi(raw: RawPage, images: Sequence[RawImage]) -> float:
    """Return the resolution of the finest picture where that is useful for reading it."""
    own = [image.width_px / max((image.box[2] - image.box[0]) * raw.width_pt / 72, 1e-6) for image in images]
    return min(max(*own, _LEAST_PICTURE_DPI), _MOST_PICTURE_DPI)


def scan_dpi(raw: RawPage, wanted: int) -> float:
    """Return the resolution to draw a page at for recognition.

    That is the wanted one, except where a picture covers the page and the page's size in points is no paper's: phone
    photos and screenshots come as pages of 40 inches or of 3. Those are drawn as if on Letter paper, and not finer than
    the picture itself where it is larger than that.
    """
    long_in = max(raw.width_pt, raw.height_pt) / 72
    cover = max(raw.images, key=lambda image: _area(image.box), default=None)
    if cover is None or _area(cover.box) < 0.5 or not cover.width_px:
        return wanted
    usual = wanted * _USUAL_IN / long_in
    width_in = (cover.box[2] - cover.box[0]) * raw.width_pt / 72
    height_in = (cover.box[3] - cover.box[1]) * raw.height_pt / 72
    own = max(cover.width_px, cover.height_px) / max(width_in, height_in, 1e-6)
    if long_in > _LONG_IN:
        return max(min(wanted, own), usual)
    return min(max(wanted, min(own, usual)), _MAX_DPI)


def _area(box: tuple[float, float, float, float]) -> float:
    return max(0.0, min(box[2], 1) - max(box[0], 0)) * max(0.0, min(box[3], 1) - max(box[1], 0))
