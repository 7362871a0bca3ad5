"""How the lines of text lie in an image: their angle, whether they run sideways, how tall the letters are.

All functions work on an ink mask: a boolean array (height, width) that is True where something is printed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Mask = NDArray[np.bool_]

_ANALYSIS_PX = 1000
"""The longer side of the mask: enough to tell lines of small print apart, small enough for some milliseconds."""


def ink_mask(gray: Image.Image, *, longest_px: int = _ANALYSIS_PX) -> Mask:
    """Return where a grey image (mode L) is clearly darker, or on dark paper clearly lighter, than its surroundings.

    The image is shrunk so that its longer side has at most `longest_px` pixels. The surroundings are a median of the
    shrunk image, so shadows and coloured paper make no ink.
    """
    scale = min(1.0, longest_px / max(gray.size))
    small = gray.resize(_scaled(gray.size, scale), Image.Resampling.BOX) if scale < 1 else gray
    coarse = small.resize(_scaled(small.size, 1 / 8), Image.Resampling.BOX).filter(ImageFilter.MedianFilter(5))
    paper = np.asarray(coarse.resize(small.size, Image.Resampling.BILINEAR), dtype=np.int16)
    values = np.asarray(small, dtype=np.int16)
    dark, light = paper - values > 24, values - paper > 24
    mask = light if paper.mean() < 96 and light.sum() > dark.sum() else dark
    return np.asarray(mask, dtype=np.bool_)


def text_angle(mask: Mask, *, limit_deg: float = 15.0) -> tuple[float, float]:
    """Return (angle, sharpness) of horizontal lines of text.

    The angle is in degrees, positive where lines rise towards the right, and at most `limit_deg` either way. Sharpness
    is the energy of the row profile's differences at that angle over that of shuffled ink: about 1 for no lines at all.
    """
    rows, columns = np.nonzero(_edges(mask))
    if rows.size < 50:
        return 0.0, 1.0
    best = 0.0
    for step, span in ((1.0, limit_deg), (0.25, 1.0), (0.05, 0.25)):
        angles = best + np.arange(-span, span + step / 2, step)
        energies = [_energy(rows, columns, float(angle)) for angle in angles]
        best = float(angles[int(np.argmax(energies))])
    sharpness = _energy(rows, columns, best) * mask.shape[0] / max(1.0, 2.0 * rows.size)
    return max(-limit_deg, min(limit_deg, best)), sharpness / mask.shape[0]


def _energy(rows: NDArray[np.intp], columns: NDArray[np.intp], angle_deg: float) -> float:
    height = rows + columns * np.tan(np.radians(angle_deg))
    profile = np.bincount((height - height.min()).astype(np.intp)).astype(np.float64)
    return float(np.square(np.diff(profile)).sum())


def _edges(mask: Mask) -> Mask:
    """Return the ink whose lower neighbour is paper: baselines, mostly; solid pictures shrink to their border."""
    edges = mask.copy()
    edges[:-1] &= ~mask[1:]
    return edges


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
