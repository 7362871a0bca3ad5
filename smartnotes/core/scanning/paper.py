"""The paper under the ink: an image of a page evened out to dark letters on white.

Shadows and coloured paper are divided away; letters that are lighter than what they stand on (a slide with a dark
background, the head row of a table) are turned dark. Nothing is made black or white for good: Tesseract does better on
grey.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from smartnotes.core.scanning.pieces import pieces

_CELL_PX = 8
_WIDE_PX = 16
_MEDIAN_CELLS = 5
"""Paper is the median of 5 x 5 cells of `_WIDE_PX`: at 200-300 DPI more than the strokes of a headline fill. Where it
is dark it is looked for at closer range, in cells of `_CELL_PX`: the head row of a table is one line high."""
_BAND_PX = 256
_PART_CELLS = 16
_GRAIN = 0.2  # brighter by this share of what letters are is the noise of dark paper

_DARK_PAGE = 100  # median grey value under which a page is light on dark
_DARK_PART = 0.6  # paper darker than this share of the light around it carries light letters
_EVEN = 0.85  # paper that varies less than this needs nothing
_BILEVEL = 0.85  # share of pure black and white that only faxes and drawn pages have
_EVERY = 4  # of the rows, one in four is enough to tell that
_SOFTEN_PX = 0.7  # a fax's jagged edges and specks, softened to what the recogniser has learnt from


def even_out(gray: Image.Image, *, soften: bool = True, drawn: bool = False) -> Image.Image:
    """Return a page (mode L) as dark letters on white paper; one without need is returned as it is.

    `soften` blurs a page of pure black and white a little, for recognition. `drawn` says that such an image is no fax
    but comes from a screen: where it is dark it is turned light as a whole.
    """
    if is_bilevel(gray):
        if drawn:
            dark = np.median(np.asarray(gray.reduce(_CELL_PX))) < _DARK_PAGE
            return ImageChops.invert(gray) if dark else gray
        return gray.filter(ImageFilter.GaussianBlur(_SOFTEN_PX)) if soften else gray
    cells = gray.reduce(_CELL_PX)
    wide = gray.reduce(_WIDE_PX).filter(ImageFilter.MedianFilter(_MEDIAN_CELLS))
    coarse = wide.resize(cells.size, Image.Resampling.BILINEAR)
    if np.median(np.asarray(coarse)) < _DARK_PAGE:
        gray, cells, coarse = ImageChops.invert(gray), ImageChops.invert(cells), ImageChops.invert(coarse)
    light = _light(coarse)
    dark = _dark_parts(cells, light)
    low, high = np.percentile(np.asarray(coarse), (0.5, 99.5))
    if low >= _EVEN * high and not dark.any():
        return gray
    values = np.asarray(gray)
    even = _lit(gray, Image.fromarray(255 / np.maximum(np.asarray(coarse, dtype=np.float32), 1)))
    parts = _parts(dark)
    if parts:
        close = cells.filter(ImageFilter.MedianFilter(_MEDIAN_CELLS))
        under = np.asarray(close.filter(ImageFilter.MinFilter(_MEDIAN_CELLS)), dtype=np.float32)
    for rows, columns in parts:
        _turn_dark(even, values, dark=dark, under=under, light=light, rows=rows, columns=columns)
    return Image.fromarray(even)


def _lit(gray: Image.Image, gain: Image.Image) -> NDArray[np.uint8]:
    """Return an image times a coarser one that lies over it, band by band: as numbers of 4 bytes it is large."""
    even = np.empty((gray.height, gray.width), dtype=np.uint8)
    scale = gain.height / gray.height
    for top in range(0, gray.height, _BAND_PX):
        bottom = min(gray.height, top + _BAND_PX)
        # Each band is drawn with some rows above and below, without which its edges would come out otherwise.
        first, last = max(0, top - 2 * _WIDE_PX), min(gray.height, bottom + 2 * _WIDE_PX)
        box = (0.0, first * scale, float(gain.width), last * scale)
        part = np.asarray(gain.resize((gray.width, last - first), Image.Resampling.BILINEAR, box=box))
        values = np.asarray(gray.crop((0, top, gray.width, bottom)))
        even[top:bottom] = np.minimum(values * part[top - first : bottom - first], 255).astype(np.uint8)
    return even


def _dark_parts(cells: Image.Image, light: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which cells are dark paper: those around which most cells are dark.

    The head row of a table is only a line high, so a smaller square is looked at than for paper elsewhere; squares that
    small lie inside the strokes of a headline too, but those are no 40 pixels wide. Holes are letters.
    """
    near = _MEDIAN_CELLS // 2
    mask: NDArray[np.bool_] = np.asarray(cells, dtype=np.float32) < _DARK_PART * light
    if not mask.any():
        return mask
    around = np.pad(mask, near + 1, mode="edge").astype(np.int32).cumsum(axis=0).cumsum(axis=1)
    size, (rows, columns) = _MEDIAN_CELLS, mask.shape
    down, right = slice(size, size + rows), slice(size, size + columns)
    count = around[down, right] - around[:rows, right] - around[down, :columns] + around[:rows, :columns]
    mask = count > size * size // 2
    if not mask.any():
        return mask
    closed = ~_grown(~_grown(mask, near), near)
    return _grown(~_grown(~closed, near), near)


def _grown(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Return which cells have a true one within `by` cells, up or down and to either side."""
    for _ in range(2):
        wide = mask.copy()
        for step in range(1, by + 1):
            wide[step:] |= mask[:-step]
            wide[:-step] |= mask[step:]
        mask = wide.T
    return mask


def is_bilevel(gray: Image.Image) -> bool:
    """Say whether an image (mode L) is black and white, as faxes and drawn pages are."""
    counts = Image.fromarray(np.asarray(gray)[::_EVERY]).histogram()
    return sum(counts[:3]) + sum(counts[253:]) > _BILEVEL * sum(counts)


def _light(coarse: Image.Image) -> NDArray[np.float32]:
    """Return the light that falls on each cell: the brightest paper within about a tenth of the page, smoothed."""
    factor = max(1, max(coarse.size) // 40)
    broad = coarse.resize((max(1, coarse.width // factor), max(1, coarse.height // factor)), Image.Resampling.BOX)
    broad = broad.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(4))
    return np.asarray(broad.resize(coarse.size, Image.Resampling.BILINEAR), dtype=np.float32)


def _parts(dark: NDArray[np.bool_]) -> list[tuple[slice, slice]]:
    """Return the boxes of dark cells that hang together, as slices in cells.

    Those too small for a word are letters of a headline; one that is mostly light is the table a page lies on.
    """
    parts = []
    for x0, y0, x1, y1 in pieces(dark):
        if max(x1 - x0, y1 - y0) >= _PART_CELLS and dark[y0:y1, x0:x1].mean() > 0.4:
            parts.append((slice(y0, y1), slice(x0, x1)))
    return parts


def _turn_dark(
    even: NDArray[np.uint8],
    values: NDArray[np.uint8],
    *,
    dark: NDArray[np.bool_],
    under: NDArray[np.float32],
    light: NDArray[np.float32],
    rows: slice,
    columns: slice,
) -> None:
    """Turn light letters on dark paper dark, inside one part of the page, in place."""
    place = tuple(slice(side.start * _CELL_PX, side.stop * _CELL_PX) for side in (rows, columns))
    part = values[place].astype(np.float32)
    height, width = part.shape  # the last cells may be cut off by the page's edge
    paper, lit, inside = (
        np.kron(cells[rows, columns], np.ones((_CELL_PX, _CELL_PX), dtype=cells.dtype))[:height, :width]
        for cells in (under, light, dark)
    )
    ink = (part - paper) / np.maximum(lit - paper, 1)
    turned = 255 - 255 * np.clip((ink - _GRAIN) / (1 - _GRAIN), 0, 1)
    even[place] = np.where(inside, turned, even[place]).astype(np.uint8)
