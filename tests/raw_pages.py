"""Raw pages for tests: text set at places given in points on a page of 600 x 800 (or a slide of 960 x 540)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smartnotes.core.model import Page, TextSource
from smartnotes.core.pages.raw import Box, Crop, RawImage, RawLine, RawPage, RawPath, RawWord
from smartnotes.core.pipeline import compose_page

PAGE = (600.0, 800.0)
SLIDE = (960.0, 540.0)
_CHARACTER = 0.5  # width of a character in em


def line(
    text: str,
    x: float,
    y: float,
    *,
    size: float = 10.0,
    on: tuple[float, float] = PAGE,
    bold: Iterable[str] = (),
    mono: bool = False,
    confidence: float | None = None,
    block: int = -1,
) -> RawLine:
    """Return a line that starts at (x, y), the upper left corner; every character is half an em wide."""
    words = []
    left = x
    for token in text.split(" "):
        right = left + _CHARACTER * size * len(token)
        if token:
            box = (left / on[0], y / on[1], right / on[0], (y + 0.8 * size) / on[1])
            words.append(RawWord(token, box, size, bold=token in bold, mono=mono, confidence=confidence))
        left = right + _CHARACTER * size
    box = (x / on[0], y / on[1], words[-1].box[2], (y + 0.8 * size) / on[1])
    return RawLine(tuple(words), box, block)


def column(texts: Sequence[str], x: float, y: float, *, pitch: float = 12.0, size: float = 10.0) -> list[RawLine]:
    """Return lines below each other."""
    return [line(text, x, y + index * pitch, size=size) for index, text in enumerate(texts)]


def path(box: Box, *, filled: bool = True, segments: int = 5, on: tuple[float, float] = PAGE) -> RawPath:
    """Return a drawing at a box in points."""
    return RawPath(on_page(box, on), filled=filled, stroked=not filled, segments=segments)


def image(box: Box, *, on: tuple[float, float] = PAGE) -> RawImage:
    """Return a picture at a box in points."""
    return RawImage(on_page(box, on), "digest", 100, 100)


def on_page(box: Box, on: tuple[float, float] = PAGE) -> Box:
    """Return a box in points as fractions."""
    return (box[0] / on[0], box[1] / on[1], box[2] / on[0], box[3] / on[1])


def raw(
    lines: Sequence[RawLine],
    *,
    number: int = 1,
    on: tuple[float, float] = PAGE,
    images: Sequence[RawImage] = (),
    paths: Sequence[RawPath] = (),
    ordered: bool = False,
) -> RawPage:
    """Return a raw page."""
    return RawPage(number, on[0], on[1], tuple(lines), tuple(images), tuple(paths), ordered)


def composed(page: RawPage) -> Page:
    """Return the page that a raw page gives."""
    return read(page)[0]


def read(page: RawPage) -> tuple[Page, tuple[Crop, ...]]:
    """Return the page and its crops."""
    return compose_page(page, page_id=f"page_{page.number}", source=TextSource.TEXT_LAYER)


def prose(words: str, lines: int) -> list[str]:
    """Return lines of running text that all start with `words` and their number."""
    return [f"{words} {index} goes on with several words until the end" for index in range(lines)]
