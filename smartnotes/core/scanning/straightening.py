"""How a straight, upright image of a page lies on the image that was handed in, and the way from one to the other."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from PIL import Image

from smartnotes.core.pages.raw import Box
from smartnotes.core.scanning.bending import Bend
from smartnotes.core.scanning.paper import is_bilevel
from smartnotes.core.scanning.skew import levelled

_SMALL_DEG = 2.0  # within this nothing much leaves the image's edges, and moving rows and columns is turning
_EDGE_POINTS = 5  # of a box, between which a curve is straight enough


class Straightened(NamedTuple):
    """How the straight, upright image that was read lies on the image that was handed in.

    The text of the image is turned clockwise by `turned_deg` (0, 90, 180, 270) and rises by `angle_deg` towards the
    right; both were undone, the small rest about the middle. Its lines were bent as `bend` says, which was undone last.
    `size` is that of the straight image, `upright` that before the small rotation, both in the same pixels; `px_per_pt`
    says how large these are.
    """

    size: tuple[int, int]
    upright: tuple[int, int]
    px_per_pt: float
    angle_deg: float = 0.0
    turned_deg: int = 0
    bend: Bend | None = None

    @property
    def unchanged(self) -> bool:
        """Whether both images lie the same way."""
        return self.angle_deg == 0 and self.turned_deg == 0 and self.bend is None

    def straight(self, image: Image.Image) -> Image.Image:
        """Return the image that was handed in, in its own pixels, as straight and upright as it was read."""
        level = upright_image(image, self.turned_deg)
        if self.angle_deg:
            level = level.rotate(-self.angle_deg, Image.Resampling.BILINEAR, expand=self.size != self.upright)
        return level if self.bend is None else self.bend.flattened(level, fill=paper_colour(level))

    def back(self, box: Box) -> Box:
        """Return where a box on the straight image (as fractions of it) stands on the one that was handed in.

        A word stays a box: its middle is turned, its width and height are kept.
        """
        if self.bend is not None:
            box = _lowered(box, self.bend)
        wide, high = self.size
        sine, cosine = math.sin(math.radians(self.angle_deg)), math.cos(math.radians(self.angle_deg))
        x, y = ((box[0] + box[2]) / 2 - 0.5) * wide, ((box[1] + box[3]) / 2 - 0.5) * high
        x, y = x * cosine + y * sine, y * cosine - x * sine
        half_width, half_height = (box[2] - box[0]) * wide / 2, (box[3] - box[1]) * high / 2
        x0, x1 = (x - half_width) / self.upright[0] + 0.5, (x + half_width) / self.upright[0] + 0.5
        y0, y1 = (y - half_height) / self.upright[1] + 0.5, (y + half_height) / self.upright[1] + 0.5
        match self.turned_deg:
            case 90:
                return 1 - y1, x0, 1 - y0, x1
            case 180:
                return 1 - x1, 1 - y1, 1 - x0, 1 - y0
            case 270:
                return y0, 1 - x1, y1, 1 - x0
            case _:
                return x0, y0, x1, y1


def _lowered(box: Box, bend: Bend) -> Box:
    """Return where a box of the straight page stands on the bent one: around the curves of its upper and lower edge."""
    x = np.linspace(box[0], box[2], _EDGE_POINTS)
    upper, lower = (y + bend.moved(x, np.full_like(x, y)) for y in (box[1], box[3]))
    return box[0], float(upper.min()), box[2], float(lower.max())


def upright_image(image: Image.Image, turned_deg: int) -> Image.Image:
    """Undo a clockwise turn; Pillow's turns go counter-clockwise."""
    turns = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    return image.transpose(turns[turned_deg]) if turned_deg else image


def made_level(gray: Image.Image, angle: float) -> Image.Image:
    """Return an upright image (mode L) whose lines rise by `angle` (degrees) turned until they are level."""
    if not angle:
        return gray
    small = abs(angle) <= _SMALL_DEG
    if small and not is_bilevel(gray):
        return levelled(gray, angle, fill=int(paper_colour(gray)[0]))
    return gray.rotate(-angle, Image.Resampling.BILINEAR, expand=not small, fillcolor=paper_colour(gray))


def paper_colour(image: Image.Image) -> tuple[int, ...]:
    """Return the colour that half of an image (mode L or RGB) is darker than, band by band."""
    bands = image.resize((9, 9), Image.Resampling.BOX).split()
    return tuple(sorted(band.tobytes())[40] for band in bands)
