"""Where a shape stands: moved, scaled, turned and mirrored by its groups and itself (ISO/IEC 29500-1, 20.1.7.5-6)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from smartnotes.core.pages.raw import Box

Point = tuple[float, float]


class Matrix(NamedTuple):
    """An affine map of the plane: ``x' = a x + c y + e``, ``y' = b x + d y + f``; y grows downwards."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __call__(self, point: Point) -> Point:
        """Return where a point goes."""
        x, y = point
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, first: Matrix) -> Matrix:
        """Return the map that does `first` and then this one."""
        a, b = self.a * first.a + self.c * first.b, self.b * first.a + self.d * first.b
        c, d = self.a * first.c + self.c * first.d, self.b * first.c + self.d * first.d
        e, f = self((first.e, first.f))
        return Matrix(a, b, c, d, e, f)

    @property
    def is_mirrored(self) -> bool:
        """Whether left and right are exchanged."""
        return self.a * self.d - self.b * self.c < 0

    @property
    def turn_deg(self) -> float:
        """How far it turns clockwise, 0-360; where it mirrors, after the mirroring of left and right."""
        sign = -1.0 if self.is_mirrored else 1.0
        return math.degrees(math.atan2(sign * self.b, sign * self.a)) % 360

    @property
    def scale(self) -> float:
        """By how much lengths grow, on average."""
        return math.sqrt(abs(self.a * self.d - self.b * self.c))


def scaling(x: float, y: float) -> Matrix:
    """Return the map that scales along the axes."""
    return Matrix(a=x, d=y)


def placing(place: Place) -> Matrix:
    """Return the map of a shape's own box, ``(0, 0)`` to its size, to where its parent shows it."""
    half_w, half_h = place.width / 2, place.height / 2
    angle = math.radians(place.turn_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    flip_x, flip_y = (-1.0 if place.flip_x else 1.0), (-1.0 if place.flip_y else 1.0)
    centred = Matrix(e=-half_w, f=-half_h)
    turned = Matrix(cos * flip_x, sin * flip_x, -sin * flip_y, cos * flip_y, place.x + half_w, place.y + half_h)
    return turned.after(centred)


class Place(NamedTuple):
    """A box in the coordinates of its parent, with its clockwise turn about its centre; flips come before the turn."""

    x: float
    y: float
    width: float
    height: float
    turn_deg: float = 0.0
    flip_x: bool = False
    flip_y: bool = False


def bounds(points: Iterable[Point]) -> Box:
    """Return the smallest box around some points; there must be one."""
    listed = list(points)
    xs, ys = [x for x, _ in listed], [y for _, y in listed]
    return min(xs), min(ys), max(xs), max(ys)


def corners(width: float, height: float) -> tuple[Point, Point, Point, Point]:
    """Return the corners of a box that starts at the origin."""
    return (0.0, 0.0), (width, 0.0), (width, height), (0.0, height)
