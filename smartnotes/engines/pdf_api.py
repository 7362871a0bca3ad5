"""PDFium functions as cheap as ctypes can call them.

pypdfium2's bindings return typed pointers and release the interpreter lock around each call, which costs more than
the call itself; a page needs thousands. Here the same functions take and return plain integers (addresses) and keep the
lock: PDFium is not thread-safe, and a child of ours has one thread.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from smartnotes.core.pages.raw import Box

Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f) as in a PDF: x' = a x + c y + e, y' = b x + d y + f."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_VOID = ctypes.c_void_p
_INT = ctypes.c_int


def _function(name: str, restype: Any, *argtypes: Any) -> Callable[..., Any]:
    address = ctypes.cast(getattr(pdfium, name), _VOID).value
    return ctypes.PYFUNCTYPE(restype, *argtypes)(address or 0)


def _pointers(name: str, count: int, restype: Any = _INT) -> Callable[..., Any]:
    """Return a function of `count` addresses."""
    return _function(name, restype, *[_VOID] * count)


# Text
count_rects = _function("FPDFText_CountRects", _INT, _VOID, _INT, _INT)
get_rect = _function("FPDFText_GetRect", _INT, _VOID, _INT, _VOID, _VOID, _VOID, _VOID)
get_loose_box = _function("FPDFText_GetLooseCharBox", _INT, _VOID, _INT, _VOID)
get_text = _function("FPDFText_GetText", _INT, _VOID, _INT, _INT, _VOID)
get_unicode = _function("FPDFText_GetUnicode", ctypes.c_uint, _VOID, _INT)
get_text_object = _function("FPDFText_GetTextObject", _VOID, _VOID, _INT)
get_char_matrix = _function("FPDFText_GetMatrix", _INT, _VOID, _INT, _VOID)
get_font_size = _function("FPDFText_GetFontSize", ctypes.c_double, _VOID, _INT)
get_render_mode = _pointers("FPDFTextObj_GetTextRenderMode", 1)
get_font = _pointers("FPDFTextObj_GetFont", 1, _VOID)
get_font_name = _function("FPDFFont_GetBaseFontName", ctypes.c_size_t, _VOID, _VOID, ctypes.c_size_t)
get_font_flags = _pointers("FPDFFont_GetFlags", 1)

# Page objects
count_objects = _pointers("FPDFPage_CountObjects", 1)
get_object = _function("FPDFPage_GetObject", _VOID, _VOID, _INT)
count_form_objects = _pointers("FPDFFormObj_CountObjects", 1)
get_form_object = _function("FPDFFormObj_GetObject", _VOID, _VOID, ctypes.c_ulong)
get_type = _pointers("FPDFPageObj_GetType", 1)
get_bounds = _pointers("FPDFPageObj_GetBounds", 5)
get_matrix = _pointers("FPDFPageObj_GetMatrix", 2)
get_draw_mode = _pointers("FPDFPath_GetDrawMode", 3)
count_segments = _pointers("FPDFPath_CountSegments", 1)
get_fill = _pointers("FPDFPageObj_GetFillColor", 5)
get_stroke = _pointers("FPDFPageObj_GetStrokeColor", 5)
get_clip = _pointers("FPDFPageObj_GetClipPath", 1, _VOID)
count_clips = _pointers("FPDFClipPath_CountPaths", 1)
count_clip_segments = _function("FPDFClipPath_CountPathSegments", _INT, _VOID, _INT)
get_clip_segment = _function("FPDFClipPath_GetPathSegment", _VOID, _VOID, _INT, _INT)
get_point = _pointers("FPDFPathSegment_GetPoint", 3)
get_pixels = _pointers("FPDFImageObj_GetImagePixelSize", 3)
get_raw_data = _function("FPDFImageObj_GetImageDataRaw", ctypes.c_ulong, _VOID, _VOID, ctypes.c_ulong)


class Frame(NamedTuple):
    """How a page's own coordinates (points, y upwards) become fractions of the page as shown.

    `turns` are quarter turns clockwise. Sizes are those of the page as shown, in points.
    """

    left: float
    bottom: float
    right: float
    top: float
    turns: int
    width_pt: float
    height_pt: float

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return a box in page coordinates as (x0, y0, x1, y1) fractions, origin top-left."""
        width, height = self.right - self.left, self.top - self.bottom
        west, east = (left - self.left) / width, (right - self.left) / width
        south, north = (bottom - self.bottom) / height, (top - self.bottom) / height
        match self.turns:
            case 0:
                return west, 1 - north, east, 1 - south
            case 1:
                return south, west, north, east
            case 2:
                return 1 - east, south, 1 - west, north
            case _:
                return 1 - north, 1 - east, 1 - south, 1 - west


def page_frame(raw_page: int) -> Frame:
    """Return the frame of a loaded page: its crop box, within its media box, turned as /Rotate says."""
    rect = pdfium.FS_RECTF()
    page = ctypes.cast(raw_page, pdfium.FPDF_PAGE)
    found = pdfium.FPDF_GetPageBoundingBox(page, rect)
    if not found or rect.right - rect.left < 1e-3 or rect.top - rect.bottom < 1e-3:
        rect = pdfium.FS_RECTF(0.0, 792.0, 612.0, 0.0)  # what readers assume where a page has no usable box: US Letter
    turns = pdfium.FPDFPage_GetRotation(page) % 4
    width, height = rect.right - rect.left, rect.top - rect.bottom
    if turns % 2:
        width, height = height, width
    return Frame(rect.left, rect.bottom, rect.right, rect.top, turns, width, height)


def multiply(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that applies `first` and then `then`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, l = then  # noqa: E741 - the six letters of a matrix
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l


def transform(box: Box, matrix: Matrix) -> Box:
    """Return the upright box around `box` (left, bottom, right, top) after the matrix."""
    if matrix == IDENTITY:
        return box
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def is_finite(box: Box) -> bool:
    """Say whether no coordinate is infinite or not a number, which damaged files bring about."""
    return all(map(math.isfinite, box))
