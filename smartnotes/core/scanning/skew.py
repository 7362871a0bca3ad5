"""How the lines of text lie in an image: their angle, whether they run sideways, how tall the letters are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Mask = NDArray[np.bool_]

_ANALYSIS_PX = 1000
"""The longer side of the mask: enough to tell lines of small print apart, small enough for some milliseconds."""

_INK = 24  # grey levels between ink and paper, at least
_STRIPS = 4
_FEW = 50  # fewer points than this say nothing


def ink_mask(gray: Image.Image, *, longest_px: int = _ANALYSIS_PX) -> Mask:
    """Return where a grey image (mode L) is clearly darker, or on dark paper clearly lighter, than its surroundings.

    The mask is a boolean array (height, width), shrunk so that its longer side has at most `longest_px` pixels. The
    surroundings are a median of the shrunk image, so shadows and coloured paper make no ink.
    """
    scale = min(1.0, longest_px / max(gray.size))
    small = gray.resize(_scaled(gray.size, scale), Image.Resampling.BOX) if scale < 1 else gray
    coarse = small.resize(_scaled(small.size, 1 / 8), Image.Resampling.BOX).filter(ImageFilter.MedianFilter(5))
    paper = np.asarray(coarse.resize(small.size, Image.Resampling.BILINEAR), dtype=np.int16)
    values = np.asarray(small, dtype=np.int16)
    dark, light = paper - values > _INK, values - paper > _INK
    mask = light if paper.mean() < 96 and light.sum() > dark.sum() else dark
    return np.asarray(mask, dtype=np.bool_)


def text_angle(mask: Mask, *, limit_deg: float = 15.0) -> float:
    """Return the angle of horizontal lines of text in degrees, positive where they rise towards the right.

    It is the one at which the profile of rows is sharpest: the sum of squared differences between neighbouring rows
    (Postl 1986). Looked for within `limit_deg` either way; 0.0 where there is too little ink to say.
    """
    rows, columns = np.nonzero(undersides(mask))
    if rows.size < _FEW:
        return 0.0
    best = 0.0
    for step, span in ((1.0, limit_deg), (0.25, 1.0), (0.05, 0.25)):
        angles = best + np.arange(-span, span + step / 2, step)
        energies = np.array([sharpness(rows, columns, float(angle)) for angle in angles])
        best = float(angles[energies >= 0.999 * energies.max()].mean())  # straight lines of pixels are a plateau
    return max(-limit_deg, min(limit_deg, best))


def sideways_ratio(mask: Mask) -> float:
    """Return how much sharper the profile of columns is than that of rows: over 1 for text that runs up or down.

    Both are taken of strips of the page, each at its own angle: the lines of bent paper are not parallel.
    """
    energies = []
    for turned in (mask, mask.T):
        edges = [undersides(strip) for strip in np.array_split(turned, _STRIPS, axis=1)]
        count = sum(int(np.count_nonzero(edge)) for edge in edges)
        if count < _FEW:
            return 0.0
        energies.append(sum(_sharpest(edge) for edge in edges) / count)
    return energies[1] / max(energies[0], 1e-9)


def _sharpest(edges: Mask) -> float:
    rows, columns = np.nonzero(edges)
    if not rows.size:
        return 0.0
    return max(sharpness(rows, columns, float(angle)) for angle in np.arange(-4.0, 4.1, 0.5))


def stem_height(gray: Image.Image) -> float:
    """Return the height in pixels of a typical letter's stem (dark on white, mode L); 0.0 where there is no text.

    Ink is cut into vertical runs. Most of them are as long as a stroke is thick; the median of those more than twice as
    long is the height of a stem, between that of x and that of l.
    """
    columns = np.asarray(gray)[:, ::3] < 128
    steps = np.diff(np.pad(columns, ((1, 1), (0, 0))).astype(np.int8), axis=0).T
    lengths = np.nonzero(steps == -1)[1] - np.nonzero(steps == 1)[1]
    lengths = lengths[(lengths > 1) & (lengths < max(8, gray.height // 8))]
    if lengths.size < _FEW:
        return 0.0
    tall = lengths[lengths >= 2.2 * np.median(lengths)]
    return float(np.median(tall)) if tall.size > max(20, 0.03 * lengths.size) else 0.0


def sharpness(rows: NDArray[np.intp] | NDArray[np.float64], columns: NDArray[np.intp], angle_deg: float) -> float:
    """Return how sharp the profile of rows of these points is along lines at an angle: its squared steps, summed."""
    height = rows + columns * np.tan(np.radians(angle_deg))
    profile = np.bincount((height - height.min()).astype(np.intp)).astype(np.float64)
    return float(np.square(np.diff(profile)).sum())


def undersides(mask: Mask) -> Mask:
    """Return the ink whose lower neighbour is paper: baselines, mostly; solid pictures shrink to their border."""
    edges = mask.copy()
    edges[:-1] &= ~mask[1:]
    return edges


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def densest_part(mask: Mask, *, width: float, height: float) -> tuple[float, float, float, float]:
    """Return the box, `width` by `height` (all as fractions of the image), that holds most undersides of ink."""
    edges = undersides(mask).astype(np.int32)
    total = np.pad(edges.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    rows, columns = mask.shape
    tall, wide = max(1, min(rows, round(height * rows))), max(1, min(columns, round(width * columns)))
    sums = total[tall:, wide:] - total[:-tall, wide:] - total[tall:, :-wide] + total[:-tall, :-wide]
    top, left = (int(index) for index in np.unravel_index(int(np.argmax(sums)), sums.shape))
    return left / columns, top / rows, (left + wide) / columns, (top + tall) / rows


def levelled(gray: Image.Image, angle_deg: float, *, fill: int) -> Image.Image:
    """Return an image (mode L) turned clockwise by a small angle about its middle; `fill` comes in at the edges.

    Rows are moved sideways, then columns up and down (two of the three passes of Paeth 1986): for the two degrees that
    scans lean by that is a rotation, in a quarter of the time. Rows move by whole pixels: no letter is so tall that
    more than one step goes through it. Columns are interpolated, or straight strokes would have steps. On an image of
    pure black and white both would be seen.
    """
    slope = float(np.tan(np.radians(angle_deg)))
    values = np.asarray(gray)
    height, width = values.shape
    moved = np.full_like(values, fill)
    offsets = np.rint(slope * (np.arange(height) - height / 2)).astype(np.intp)
    for rows, by in _runs_of(offsets):
        to, start, count = max(0, -by), max(0, by), width - abs(by)
        moved[rows, to : to + count] = values[rows, start : start + count]
    heights = -slope * (np.arange(width) - width / 2)
    whole = np.floor(heights).astype(np.intp)
    parts = np.rint(256 * (heights - whole)).astype(np.int32)
    room = int(np.abs(whole).max()) + 2
    padded = np.pad(moved, ((room, room), (0, 0)), constant_values=fill)
    level = np.empty_like(values)
    for columns, by in _runs_of(whole):
        upper = padded[room + by : room + by + height, columns].astype(np.int32)
        lower = padded[room + by + 1 : room + by + 1 + height, columns]
        level[:, columns] = upper + (((lower - upper) * parts[columns] + 128) >> 8)
    return Image.fromarray(level)


def _runs_of(values: NDArray[np.intp]) -> list[tuple[slice, int]]:
    """Return the runs of equal values with the value of each."""
    ends = [*(np.flatnonzero(np.diff(values)) + 1).tolist(), values.size]
    return [
        (slice(start, end), int(values[start])) for start, end in zip([0, *ends[:-1]], ends, strict=True) if start < end
    ]
