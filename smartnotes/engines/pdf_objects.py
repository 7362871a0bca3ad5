"""Pictures and visible drawings of a page, those inside Form XObjects included."""

from __future__ import annotations

import ctypes
import hashlib
import math
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2.raw as pdfium

from smartnotes.core.pages.raw import Box, RawImage, RawPath
from smartnotes.engines import pdf_api as api
from smartnotes.engines.pdf_api import IDENTITY, Frame, Matrix

_MAX_OBJECTS = 20_000  # of one page: a plot with more points than this is found from these already
_MAX_PATHS = 2_000  # more are put together, cell by cell: steps further on compare paths with one another
_CELLS = 32
_MAX_DEPTH = 12  # of forms within forms
_MAX_GROUNDS = 400
_GROUND_AREA = 0.002  # share of the page; only larger fills count as background for what comes later
_ALIKE = 8  # per colour channel, of 255
_WHITE = (255, 255, 255)

Colour = tuple[int, int, int]

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = (
    pdfium.FPDF_PAGEOBJ_TEXT,
    pdfium.FPDF_PAGEOBJ_PATH,
    pdfium.FPDF_PAGEOBJ_IMAGE,
    pdfium.FPDF_PAGEOBJ_SHADING,
    pdfium.FPDF_PAGEOBJ_FORM,
)


class Drawn(NamedTuple):
    """What is drawn on a page besides its text."""

    images: tuple[RawImage, ...]
    paths: tuple[RawPath, ...]


def read_objects(raw_page: int, *, frame: Frame) -> Drawn:
    """Return the pictures and the visible vector drawings of a loaded page, in drawing order."""
    walk = _Walk(frame)
    walk.page(raw_page)
    paths = walk.paths
    if len(paths) > _MAX_PATHS:
        paths = _merged(paths, largest=1 / _CELLS)
    if len(paths) > _MAX_PATHS:
        paths = _merged(paths, largest=math.inf)
    return Drawn(tuple(walk.images), tuple(paths))


def _merged(paths: list[RawPath], *, largest: float) -> list[RawPath]:
    """Put together what lies in the same cell of a grid: of a plot's thousand points, the place counts, not each one.

    Paths wider or higher than `largest` stay as they are.
    """
    merged: dict[object, RawPath] = {}
    for index, path in enumerate(paths):
        x0, y0, x1, y1 = path.box
        key: object = index
        if max(x1 - x0, y1 - y0) <= largest:
            key = (int((x0 + x1) / 2 * _CELLS), int((y0 + y1) / 2 * _CELLS))
        other = merged.get(key)
        merged[key] = path if other is None else _union(other, path)
    return list(merged.values())


def _union(first: RawPath, second: RawPath) -> RawPath:
    (a, b, c, d), (e, f, g, h) = first.box, second.box
    return RawPath(
        (min(a, e), min(b, f), max(c, g), max(d, h)),
        filled=first.filled or second.filled,
        stroked=first.stroked or second.stroked,
        segments=first.segments + second.segments,
    )


class _Walk:
    """One pass over a page's objects; remembers what has been painted, to tell white on white."""

    def __init__(self, frame: Frame) -> None:
        self.images: list[RawImage] = []
        self.paths: list[RawPath] = []
        self._frame = frame
        self._grounds: list[tuple[Box, Colour | None]] = []
        self._clips: dict[tuple[float, ...], Box | None] = {}  # one clip often serves hundreds of objects
        self._left = _MAX_OBJECTS
        self._floats = (ctypes.c_float * 6)()
        self._ints = (ctypes.c_uint * 4)()
        floats, ints = ctypes.addressof(self._floats), ctypes.addressof(self._ints)
        self._f = tuple(floats + 4 * index for index in range(4))
        self._i = tuple(ints + 4 * index for index in range(4))

    def page(self, raw_page: int) -> None:
        """Visit the objects of a page."""
        count = api.count_objects(raw_page)
        self._visit((api.get_object(raw_page, index) for index in range(count)), IDENTITY, None, 0)

    def _visit(self, targets: Iterator[int | None], matrix: Matrix, clip: Box | None, depth: int) -> None:
        """Visit the objects of a page or form. `matrix` leads to page coordinates, `clip` is in them."""
        for target in targets:
            if self._left <= 0:
                return
            self._left -= 1
            kind = api.get_type(target) if target else 0
            if not target or kind in (_TEXT, 0):
                continue
            if kind == _FORM:
                self._form(target, matrix, clip, depth)
                continue
            box = self._bounds(target, matrix, clip)
            if box is None:
                continue
            if kind == _PATH:
                self._path(target, box)
            elif kind == _IMAGE:
                self._image(target, box)
            elif kind == _SHADING:
                self._paint(box, None, RawPath(box, filled=True, stroked=False, segments=4))

    def _form(self, target: int, matrix: Matrix, clip: Box | None, depth: int) -> None:
        if depth >= _MAX_DEPTH:
            return
        inner = matrix
        if api.get_matrix(target, self._f[0]):
            own = self._floats
            inner = api.multiply((own[0], own[1], own[2], own[3], own[4], own[5]), matrix)
        limit = self._clipped(target, matrix, clip)
        if limit is not None and (limit[0] >= limit[2] or limit[1] >= limit[3]):
            return
        count = api.count_form_objects(target)
        self._visit((api.get_form_object(target, index) for index in range(count)), inner, limit, depth + 1)

    def _bounds(self, target: int, matrix: Matrix, clip: Box | None) -> Box | None:
        """Return what is seen of an object, as fractions; None where that is nothing."""
        left, bottom, right, top = self._f
        if not api.get_bounds(target, left, bottom, right, top):
            return None
        own = self._floats
        box = api.transform((own[0], own[1], own[2], own[3]), matrix)
        limit = self._clipped(target, matrix, clip)
        if limit is not None:
            box = max(box[0], limit[0]), max(box[1], limit[1]), min(box[2], limit[2]), min(box[3], limit[3])
        if not api.is_finite(box) or box[0] > box[2] or box[1] > box[3]:
            return None
        shown = self._frame.box(*box)
        if shown[2] < 0 or shown[3] < 0 or shown[0] > 1 or shown[1] > 1:
            return None
        return shown

    def _clipped(self, target: int, matrix: Matrix, clip: Box | None) -> Box | None:
        """Return the box around an object's clip paths, within `clip`, in page coordinates; None: not clipped."""
        path = api.get_clip(target)
        for number in range(api.count_clips(path) if path else 0):
            corners = self._clip_corners(path, number)
            if corners is None:
                continue
            box = api.transform(corners, matrix)
            if clip is None:
                clip = box
            else:
                clip = max(clip[0], box[0]), max(clip[1], box[1]), min(clip[2], box[2]), min(clip[3], box[3])
        return clip

    def _clip_corners(self, path: int, number: int) -> Box | None:
        count = api.count_clip_segments(path, number)
        if count < 2 or count > 200:  # an outline that complex is a shape, and its box says little more than the page
            return None
        key = (count, *self._clip_point(path, number, 0), *self._clip_point(path, number, count // 2))
        if key not in self._clips:
            self._clips[key] = self._clip_box(path, number, count)
        return self._clips[key]

    def _clip_point(self, path: int, number: int, index: int) -> tuple[float, float]:
        segment = api.get_clip_segment(path, number, index)
        if not segment or not api.get_point(segment, self._f[0], self._f[1]):
            return 0.0, 0.0
        return self._floats[0], self._floats[1]

    def _clip_box(self, path: int, number: int, count: int) -> Box | None:
        # Four or five segments are nearly always an upright rectangle: three corners tell.
        xs: list[float] = []
        ys: list[float] = []
        for index in range(count):
            segment = api.get_clip_segment(path, number, index)
            if not segment or not api.get_point(segment, self._f[0], self._f[1]):
                continue
            xs.append(self._floats[0])
            ys.append(self._floats[1])
            if index == 2 and count <= 5 and _is_corner(xs, ys):
                break
        return (min(xs), min(ys), max(xs), max(ys)) if xs else None

    def _path(self, target: int, box: Box) -> None:
        first, second, third, fourth = self._i
        if not api.get_draw_mode(target, first, second):
            return
        fills, strokes = self._ints[0] != 0, self._ints[1] != 0
        fill = stroke = None
        alpha = 255
        if fills and api.get_fill(target, first, second, third, fourth):
            alpha = self._ints[3]
            fill = (self._ints[0], self._ints[1], self._ints[2])
            fills = alpha > 8
        if strokes and api.get_stroke(target, first, second, third, fourth):
            stroke = (self._ints[0], self._ints[1], self._ints[2])
            strokes = self._ints[3] > 8
        if not fills and not strokes:
            return
        ground = self._ground(box)
        fills = fills and not _alike(fill, ground)
        strokes = strokes and not _alike(stroke, ground)
        path = RawPath(box, filled=fills, stroked=strokes, segments=max(api.count_segments(target), 0))
        if fills or strokes:
            self._paint(box, fill if alpha == 255 else None, path)

    def _paint(self, box: Box, colour: Colour | None, path: RawPath) -> None:
        self.paths.append(path)
        if path.filled:
            self._cover(box, colour)

    def _cover(self, box: Box, colour: Colour | None) -> None:
        if (box[2] - box[0]) * (box[3] - box[1]) >= _GROUND_AREA and len(self._grounds) < _MAX_GROUNDS:
            self._grounds.append((box, colour))

    def _ground(self, box: Box) -> Colour | None:
        """Return the colour below the middle of a box; None where it is not known (a picture, a pattern)."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        for (x0, y0, x1, y1), colour in reversed(self._grounds):
            if x0 <= x <= x1 and y0 <= y <= y1:
                return colour
        return _WHITE

    def _image(self, target: int, box: Box) -> None:
        width = height = 0
        if api.get_pixels(target, self._i[0], self._i[1]):
            width, height = self._ints[0], self._ints[1]
        self.images.append(RawImage(box, _digest(target, width, height), width, height))
        self._cover(box, None)


def _is_corner(xs: list[float], ys: list[float]) -> bool:
    """Say whether three points are corners of an upright rectangle, the first and last of them opposite."""
    (x0, x1, x2), (y0, y1, y2) = xs, ys
    return (x0 == x1 and y1 == y2 and y0 != y1) or (y0 == y1 and x1 == x2 and x0 != x1)


def _alike(first: Colour | None, second: Colour | None) -> bool:
    if first is None or second is None:
        return False
    return all(abs(a - b) <= _ALIKE for a, b in zip(first, second, strict=True))


def _digest(target: int, width: int, height: int) -> str:
    """Return a digest of a picture's stored bytes and size; equal pictures have equal ones."""
    size = api.get_raw_data(target, None, 0)
    digest = hashlib.sha1(f"{width}x{height}:{size}".encode(), usedforsecurity=False)
    if 0 < size <= 64 * 1024**2:
        buffer = ctypes.create_string_buffer(size)
        api.get_raw_data(target, ctypes.addressof(buffer), size)
        digest.update(buffer)
    return digest.hexdigest()
