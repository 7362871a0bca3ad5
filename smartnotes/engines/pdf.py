"""PDF files through PDFium."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2

from smartnotes.core.options import Limits
from smartnotes.core.raw import RawPage
from smartnotes.engines.pdf_api import page_frame
from smartnotes.engines.pdf_objects import read_objects
from smartnotes.engines.pdf_text import read_lines


def extract(page: pypdfium2.PdfPage, *, number: int, limits: Limits) -> RawPage:
    """Return everything on a page: text in drawing order, pictures, visible drawings.

    Boxes are fractions of the page as shown, origin top-left. Raises `TooLarge` for a page with too many characters.
    """
    raw = ctypes.cast(page.raw, ctypes.c_void_p).value or 0
    frame = page_frame(raw)
    lines = read_lines(raw, frame=frame, max_characters=limits.page_characters)
    drawn = read_objects(raw, frame=frame)
    return RawPage(number, frame.width_pt, frame.height_pt, lines, drawn.images, drawn.paths)


def extract_pages(path: Path, numbers: Sequence[int] = (), *, password: str | None = None) -> Iterator[RawPage]:
    """Yield the raw pages `numbers` (1-based; all where none are named), in this process: for trusted files only."""
    with pypdfium2.PdfDocument(path, password=password) as document:
        for number in numbers or range(1, len(document) + 1):
            page = document[number - 1]
            try:
                yield extract(page, number=number, limits=Limits())
            finally:
                page.close()
