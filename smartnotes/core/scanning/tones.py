"""The parts of a page that are printed over in a tone: the ground of a figure, of a text, of the rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from smartnotes.core.scanning.pieces import PixelBox, pieces
from smartnotes.core.scanning.skew import Mask

_CELL_PX = 8
_LIGHT = 7  # of nine neighbouring halves of cells, the brightest but one: the paper between letters
_TONE = 0.95  # of the paper's brightness: darker cells are printed over
_COLOURED = 0.03  # by which the paper's colours differ where it is printed over in a light colour
_DARK = 0.4  # of the paper's brightness
_DARK_PAGE = 96  # grey value
_GROUND_CELLS = 5  # a smaller area of tone is a button, a letter, a shadow
_SOLID = 0.4  # of its box that an area of tone fills
_GROUND = 0.75  # a larger share of the page is its ground
_RECTANGLE = 0.8  # of its box that the ground of a table fills,
_WIDE = 0.25  # and of the page's width
_EVEN = 6.0  # grey levels by which a row of a table's ground varies
_STEP = 6.0  # and by which two rows differ


class Tone(NamedTuple):
    """An area that is printed over, its box in pixels.

    `bands` are the y values at which its rows begin and end; `dark` says that only light letters can stand on it.
    """

    box: PixelBox
    bands: tuple[int, ...] = ()
    dark: bool = False


def find_tones(image: Image.Image) -> list[Tone]:
    """Return the areas of an image (mode RGB or L, about 1000 pixels) that are printed over; none on dark paper."""
    # Lines of text darken their cells, too: what tells is the light between the letters.
    fine = image.reduce(_CELL_PX // 2)
    bands = [band.filter(ImageFilter.RankFilter(3, _LIGHT)) for band in fine.split()]
    light = np.stack([np.asarray(band)[::2, ::2] for band in bands], axis=2).astype(np.float32)
    paper = np.percentile(light.reshape(-1, light.shape[2]), 80, axis=0)
    if paper.mean() < _DARK_PAGE:
        return []
    shares = light / np.maximum(paper, 1)
    toned: Mask = (shares.min(axis=2) < _TONE) | (shares.max(axis=2) - shares.min(axis=2) > _COLOURED)
    tones = []
    for x0, y0, x1, y1 in pieces(toned):
        part = toned[y0:y1, x0:x1]
        if min(part.shape) < _GROUND_CELLS or part.mean() < _SOLID or part.size > _GROUND * toned.size:
            continue
        tabular = part.mean() > _RECTANGLE and part.shape[1] > _WIDE * toned.shape[1]
        steps = list(_steps(light[y0:y1, x0:x1].mean(axis=2), part)) if tabular else []
        box = (x0 * _CELL_PX, y0 * _CELL_PX, x1 * _CELL_PX, y1 * _CELL_PX)
        dark = bool(np.median(shares[y0:y1, x0:x1][part]) < _DARK)
        tones.append(Tone(box, tuple((y0 + step) * _CELL_PX for step in steps), dark))
    return tones


def _steps(values: NDArray[np.float32], inside: Mask) -> Iterator[int]:
    """Yield the rows (in cells) at which an area goes from one tone to another; none where its rows are not even."""
    if len(values) < 2 * _GROUND_CELLS:
        return
    low, usual, high = np.array(
        [np.percentile(row[held], (25, 50, 75)) for row, held in zip(values, inside, strict=True)]
    ).T
    if np.median(high - low) > _EVEN:
        return
    steps = [0]
    for row in range(1, len(usual) - 1):
        if abs(usual[row + 1] - usual[row - 1]) > _STEP and row - steps[-1] > 1:
            steps.append(row)
    if len(steps) > 1:
        yield from (*steps, len(usual))
