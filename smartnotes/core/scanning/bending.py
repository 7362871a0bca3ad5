"""Paper that is not flat: lines of text that are arcs, or rise at one end of the page and fall at the other.

A sheet bends in one direction, and what a camera sees of it is moved up and down: letters stay upright, and a line of
text becomes a curve. The angle of the lines is measured in many parts of the page; the curves that have these angles
are put level again by moving every column's pixels up or down.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from smartnotes.core.scanning.skew import Mask, sharpness, undersides

_COARSE = (3, 2)  # parts across and down by which a page is found to be bent at all
_FINE = (9, 7)
_BENT_DEG = 0.7  # lines of a flat page differ by less, from one part of it to another
_SPAN_DEG, _STEP_DEG = 9.0, 0.75
_FEW = 60  # points; a part with fewer says nothing
_CLEAR = 1.5  # times the usual sharpness at other angles: a part with lines of text; pictures have no such angle
_POWERS = ((0, 0), (1, 0), (2, 0), (3, 0), (0, 1), (1, 1), (2, 1))
"""Of x and y in the slope of the lines: four of x make the curves of a page and of two, y the look from above."""
_FLAT = (0.0,) * len(_POWERS)
_RIDGE = 0.005  # keeps the curves calm where no text tells
_LEAST = len(_POWERS) + 3  # parts that must tell
_BETTER = 1.08  # times as sharp are the rows of a page that was bent indeed
_MOVED_PX = 4  # of a mask: what moves nothing by more is flat
_ROUNDS = 3  # each measures what the one before left over
_EXACT = 0.002  # slopes are not measured more exactly
_MESH = 24  # straight pieces across, and three quarters as many down, that a curve is drawn with


class Bend(NamedTuple):
    """How far a straight page's points are moved: `factors` of the powers of x and y in the slope of its lines.

    Places and distances are fractions of the image; x counts from the middle and to 1 at its right edge, y alike.
    """

    factors: tuple[float, ...]

    def moved(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much of the image's height points of the straight page stand lower on the bent one."""
        right, down = 2 * x - 1, 2 * y - 1
        terms = [
            factor * right ** (across + 1) / (across + 1) * down**along / 2
            for factor, (across, along) in zip(self.factors, _POWERS, strict=True)
        ]
        return np.asarray(sum(terms), dtype=np.float64)

    def flattened(self, image: Image.Image, *, fill: int | tuple[int, ...]) -> Image.Image:
        """Return a bent image made straight; `fill` comes in at the edges."""
        wide, high = image.size
        across = np.rint(np.linspace(0, wide, _MESH + 1)).astype(np.intp)
        down = np.rint(np.linspace(0, high, 3 * _MESH // 4 + 1)).astype(np.intp)
        x, y = np.meshgrid(across, down)
        rows = y + high * self.moved(x / wide, y / high)
        mesh = []
        for row in range(len(down) - 1):
            for column in range(len(across) - 1):
                left, right = int(across[column]), int(across[column + 1])
                (a, b), (d, c) = rows[row : row + 2, column : column + 2].T.tolist()
                box = (left, int(down[row]), right, int(down[row + 1]))
                mesh.append((box, (left, a, left, b, right, c, right, d)))
        return image.transform(image.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR, fillcolor=fill)


def is_bent(mask: Mask, *, angle_deg: float) -> bool:
    """Say whether lines of text, which rise by `angle_deg` on the whole, do so by far more in some part of a page.

    This is quick, and true of some pages that are flat; `mask` is the ink of an upright image.
    """
    rows, columns = np.nonzero(undersides(mask))
    level = rows + np.rint(columns * np.tan(np.radians(angle_deg))).astype(np.intp)
    slopes = _slopes(rows, columns, level, shape=mask.shape, parts=_COARSE)
    return len(slopes) > 1 and bool(np.ptp(slopes[:, 2]) > np.tan(np.radians(_BENT_DEG)))


def find_bend(mask: Mask) -> Bend | None:
    """Return how a page's lines bend, None where they are straight or where there are too few to say.

    `mask` is the ink of an image that is upright and level on the whole.
    """
    rows, columns = np.nonzero(undersides(mask))
    high, wide = mask.shape
    bend, level = Bend(_FLAT), rows
    for _ in range(_ROUNDS):
        slopes = _slopes(level, columns, level, shape=mask.shape, parts=_FINE)
        if len(slopes) < _LEAST:
            return None
        bend = _fitted(slopes, so_far=bend, ratio=wide / high)
        level = rows - np.rint(high * bend.moved(columns / wide, level / high)).astype(np.intp)
    before, after = (sharpness(heights, np.zeros_like(columns), 0.0) for heights in (rows, level))
    return bend if np.ptp(level - rows) > _MOVED_PX and after > _BETTER * before else None


def _slopes(
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    level: NDArray[np.intp],
    *,
    shape: tuple[int, ...],
    parts: tuple[int, int],
) -> NDArray[np.float64]:
    """Return x, y, slope (down per right, in pixels) and weight of the parts of a page that have lines of text.

    A point belongs to the part it stands in by `rows` and `columns`; slopes are those of the lines by `level`.
    """
    high, wide = shape
    across, down = parts
    place = np.clip(rows * down // high, 0, down - 1) * across + columns * across // wide
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(across * down + 1))
    found = []
    for start, end in pairwise(ends.tolist()):
        if end - start >= _FEW:
            some = order[start:end]
            slope, clear = _slope(level[some], columns[some])
            if clear > _CLEAR:
                found.append((columns[some].mean() / wide, rows[some].mean() / high, slope, np.sqrt(end - start)))
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def _slope(rows: NDArray[np.intp], columns: NDArray[np.intp]) -> tuple[float, float]:
    """Return the slope at which the rows of a part are sharpest, and how much sharper than at most others."""
    angles = np.arange(-_SPAN_DEG, _SPAN_DEG + _STEP_DEG / 2, _STEP_DEG)
    energies = np.array([sharpness(rows, columns, float(angle)) for angle in angles])
    best = float(angles[energies.argmax()])
    near = best + np.arange(-0.6, 0.7, 0.2)
    close = np.array([sharpness(rows, columns, float(angle)) for angle in near])
    angle = float(near[close >= 0.98 * close.max()].mean())
    if abs(angle) > _SPAN_DEG:
        return 0.0, 0.0
    return -float(np.tan(np.radians(angle))), float(close.max() / max(np.median(energies), 1e-9))


def _fitted(slopes: NDArray[np.float64], *, so_far: Bend, ratio: float) -> Bend:
    """Return the bend whose lines have these slopes besides those it has `so_far`; `ratio` is width over height.

    Least squares, the second and third time with less weight for what lies far off.
    """
    x, y, slope, usual = slopes.T
    right, down = 2 * x - 1, 2 * y - 1
    terms = np.stack([right**across * down**along for across, along in _POWERS], axis=1)
    slope = slope + terms @ np.array(so_far.factors) / ratio
    weight, factors = usual, np.zeros(len(_POWERS))
    for _ in range(3):
        matrix = np.concatenate([terms * weight[:, None], _RIDGE * weight.sum() * np.eye(len(_POWERS))])
        factors = np.linalg.lstsq(matrix, np.concatenate([slope * weight, np.zeros(len(_POWERS))]))[0]
        apart = np.abs(terms @ factors - slope)
        weight = usual / (1 + (apart / max(2 * float(np.median(apart)), _EXACT)) ** 2)
    return Bend(tuple(float(factor) * ratio for factor in factors))
