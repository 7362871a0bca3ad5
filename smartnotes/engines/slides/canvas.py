"""A canvas for drawings: polygons, lines with arrow heads, pictures and text, smoothed by drawing at twice the size."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFont

from smartnotes.core.pages.raw import Box
from smartnotes.engines.slides.colours import Colour, Fill, Stroke
from smartnotes.engines.slides.matrix import Matrix, Point, bounds

_FONTS = Path(__file__).parents[2] / "writers" / "fonts"
_FINER = 2  # drawn so much larger, then made smaller
_DASH, _GAP = 4.0, 3.0  # line widths


class Canvas:
    """A picture of a part of a slide; `box` and all coordinates are EMU of the slide."""

    def __init__(self, box: Box, *, longest_px: int, background: Fill) -> None:
        self._scale = _FINER * longest_px / max(box[2] - box[0], box[3] - box[1])
        self._origin = box[0], box[1]
        size = tuple(max(_FINER, round((box[axis + 2] - box[axis]) * self._scale)) for axis in (0, 1))
        self._image = Image.new("RGB", (size[0], size[1]), "white")
        self._draw = ImageDraw.Draw(self._image)
        if background.colours:
            page: list[Point] = [(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])]
            self.polygon(page, background)

    def image(self) -> Image.Image:
        """Return what has been drawn."""
        size = max(1, self._image.width // _FINER), max(1, self._image.height // _FINER)
        return self._image.resize(size, Image.Resampling.BOX)

    def pixels(self, length: float) -> float:
        """Return a length (EMU) in pixels of the canvas."""
        return length * self._scale

    def polygon(self, points: Sequence[Point], fill: Fill) -> None:
        """Fill a polygon."""
        placed = self._placed(points)
        if len(placed) < 3 or not fill.colours:
            return
        first = fill.colours[0]
        if len(fill.colours) == 1 and first[3] == 255:
            self._draw.polygon(placed, fill=first[:3])
            return
        window = self._window(bounds(placed))
        if window is None:
            return
        left, top, right, bottom = window
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in placed], fill=255)
        paint = _gradient(mask.size, fill)
        self._image.paste(paint.convert("RGB"), (left, top), ImageChops.multiply(mask, paint.getchannel("A")))

    def line(self, points: Sequence[Point], stroke: Stroke, *, closed: bool = False) -> None:
        """Draw a line through points, with arrow heads at its ends."""
        placed = self._placed([*points, points[0]] if closed else points)
        width = max(float(_FINER), self.pixels(stroke.width))
        placed = [point for at, point in enumerate(placed) if at == 0 or point != placed[at - 1]]
        if len(placed) < 2:
            return
        colour = stroke.colour[:3] if stroke.colour[3] == 255 else _mixed(stroke.colour)
        if not closed and stroke.head:
            placed[0] = self._arrow_head(placed[1], placed[0], width, colour, stroke.head)
        if not closed and stroke.tail:
            placed[-1] = self._arrow_head(placed[-2], placed[-1], width, colour, stroke.tail)
        thick = max(1, round(width))
        if stroke.dashed:
            for one, two in _dashes(placed, on=max(_DASH * width, 6.0), off=max(_GAP * width, 5.0)):
                self._draw.line([one, two], fill=colour, width=thick)
            return
        self._draw.line(placed, fill=colour, width=thick, joint="curve")
        if closed and width > 3:  # the joint where the line began
            self._draw.line([placed[-2], placed[0], placed[1]], fill=colour, width=thick, joint="curve")

    def picture(self, picture: Image.Image, matrix: Matrix, *, size: tuple[float, float]) -> None:
        """Paste a picture into a shape's own box of that size, placed by `matrix`."""
        seen = matrix._replace(e=matrix.e - self._origin[0], f=matrix.f - self._origin[1])
        to_px = Matrix(a=self._scale, d=self._scale).after(seen)
        box = bounds(to_px(corner) for corner in ((0, 0), (size[0], 0), size, (0, size[1])))
        window = self._window(box)
        if window is None or not size[0] or not size[1]:
            return
        whole = Matrix(a=size[0] / picture.width, d=size[1] / picture.height)
        inverse = _inverse(Matrix(e=-window[0], f=-window[1]).after(to_px.after(whole)))
        if inverse is None:
            return
        target = window[2] - window[0], window[3] - window[1]
        rgba = picture.convert("RGBA")
        shrink = int(min(picture.width / target[0], picture.height / target[1]))
        if shrink > 1:  # sampling single points of a large picture would look torn
            rgba = rgba.reduce(shrink)
            inverse = Matrix(a=1 / shrink, d=1 / shrink).after(inverse)
        coefficients = inverse.a, inverse.c, inverse.e, inverse.b, inverse.d, inverse.f
        shown = rgba.transform(target, Image.Transform.AFFINE, coefficients, resample=Image.Resampling.BILINEAR)
        self._image.paste(shown.convert("RGB"), window[:2], shown.getchannel("A"))

    def tile(self, tile: Image.Image, matrix: Matrix) -> None:
        """Paste a transparent tile drawn in pixels of the canvas: its origin and turn are those of `matrix`."""
        turn = matrix.turn_deg
        x, y = self._placed([matrix((0.0, 0.0))])[0]
        if turn % 360 < 0.5 or turn % 360 > 359.5:
            self._image.paste(tile.convert("RGB"), (round(x), round(y)), tile.getchannel("A"))
            return
        angle = math.radians(turn)
        cos, sin = math.cos(angle), math.sin(angle)
        middle_x, middle_y = tile.width / 2, tile.height / 2
        centre = x + middle_x * cos - middle_y * sin, y + middle_x * sin + middle_y * cos
        turned = tile.rotate(-turn, resample=Image.Resampling.BICUBIC, expand=True)
        corner = round(centre[0] - turned.width / 2), round(centre[1] - turned.height / 2)
        self._image.paste(turned.convert("RGB"), corner, turned.getchannel("A"))

    def _placed(self, points: Sequence[Point]) -> list[Point]:
        x, y = self._origin
        return [((point[0] - x) * self._scale, (point[1] - y) * self._scale) for point in points]

    def _window(self, box: Box) -> tuple[int, int, int, int] | None:
        """Return the part of a box (pixels) that lies on the canvas."""
        left, top = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
        right, bottom = min(self._image.width, math.ceil(box[2])), min(self._image.height, math.ceil(box[3]))
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _arrow_head(self, before: Point, end: Point, width: float, colour: tuple[int, ...], kind: str) -> Point:
        """Draw an arrow head at the end of a line; return where the line itself ends."""
        length = math.dist(before, end)
        if not length:
            return end
        along = (end[0] - before[0]) / length, (end[1] - before[1]) / length
        size = max(3.0 * width, 9.0)
        if kind in ("oval", "diamond"):
            half = size / 2
            self._draw.ellipse((end[0] - half, end[1] - half, end[0] + half, end[1] + half), fill=colour)
            return end
        back = end[0] - along[0] * size, end[1] - along[1] * size
        sides = [(back[0] - along[1] * size * side / 2, back[1] + along[0] * size * side / 2) for side in (1.0, -1.0)]
        if kind == "arrow":
            self._draw.line([sides[0], end, sides[1]], fill=colour, width=max(1, round(width)), joint="curve")
            return end
        self._draw.polygon([end, *sides], fill=colour)
        return end[0] - along[0] * size * 0.7, end[1] - along[1] * size * 0.7


Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Face(NamedTuple):
    """A font at a size in pixels."""

    size_px: int
    bold: bool = False
    mono: bool = False


@lru_cache(maxsize=128)
def font(face: Face) -> Font:
    """Return a font that the product brings along: what a deck names is rarely there."""
    name = "DejaVuSansMono.ttf" if face.mono else f"DejaVuSansCondensed{'-Bold' if face.bold else ''}.ttf"
    try:
        return ImageFont.truetype(_FONTS / name, max(4, face.size_px), layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        return ImageFont.load_default(max(4, face.size_px))


def _gradient(size: tuple[int, int], fill: Fill) -> Image.Image:
    """Return colours that go over into one another, along the axis that is nearest to the fill's angle."""
    colours = fill.colours
    if len(colours) == 1:
        return Image.new("RGBA", size, colours[0])
    across, down = math.cos(math.radians(fill.angle_deg)), math.sin(math.radians(fill.angle_deg))
    sideways = abs(across) > abs(down)
    if (across if sideways else down) < 0:
        colours = colours[::-1]
    strip = Image.new("RGBA", (len(colours), 1) if sideways else (1, len(colours)))
    strip.putdata(list(colours))
    return strip.resize(size, Image.Resampling.BILINEAR)


def _mixed(colour: Colour) -> tuple[int, ...]:
    """Return a transparent colour as it looks on white."""
    return tuple(round(255 - (255 - value) * colour[3] / 255) for value in colour[:3])


def _inverse(matrix: Matrix) -> Matrix | None:
    determinant = matrix.a * matrix.d - matrix.b * matrix.c
    if abs(determinant) < 1e-12:
        return None
    a, b, c, d = matrix.d / determinant, -matrix.b / determinant, -matrix.c / determinant, matrix.a / determinant
    return Matrix(a, b, c, d, -(a * matrix.e + c * matrix.f), -(b * matrix.e + d * matrix.f))


def _dashes(points: Sequence[Point], *, on: float, off: float) -> list[tuple[Point, Point]]:
    found: list[tuple[Point, Point]] = []
    place, period = 0.0, on + off
    for one, two in itertools.pairwise(points):
        length, at = math.dist(one, two), 0.0
        while at < length and len(found) < 4000:
            inside = place % period
            step = min(length - at, (on if inside < on else period) - inside) or 1.0
            if inside < on:
                found.append((_between(one, two, at / length), _between(one, two, min(1.0, (at + step) / length))))
            at, place = at + step, place + step
    return found


def _between(one: Point, two: Point, share: float) -> Point:
    return one[0] + (two[0] - one[0]) * share, one[1] + (two[1] - one[1]) * share
