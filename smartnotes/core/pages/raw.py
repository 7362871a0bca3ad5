"""What a reader sees on a page before anything is understood: words, pictures, strokes.

These values live inside one process for the time one page takes, so they are plain tuples. Boxes are (x0, y0, x1, y1)
as fractions of the page as shown (0-1, origin top-left); they may stick out of the page a little.
"""

from __future__ import annotations

from typing import NamedTuple

from smartnotes.core.model import BBox, FigureKind

Box = tuple[float, float, float, float]


class RawWord(NamedTuple):
    """Characters without a space. `size_pt` is the font size, `confidence` that of recognition (None: read)."""

    text: str
    box: Box
    size_pt: float
    bold: bool = False
    italic: bool = False
    mono: bool = False
    confidence: float | None = None


class RawLine(NamedTuple):
    """Words on one baseline that belong together; two columns give two lines.

    `block` numbers the paragraph or text box as far as the source knows it, -1 where it does not.
    """

    words: tuple[RawWord, ...]
    box: Box
    block: int = -1

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)


class RawImage(NamedTuple):
    """A picture placed on the page; `digest` is equal for equal pictures (furniture repeats), "" where unknown."""

    box: Box
    digest: str = ""
    width_px: int = 0
    height_px: int = 0


class RawPath(NamedTuple):
    """A visible vector drawing, filled and/or stroked; white on white is left out by the reader."""

    box: Box
    filled: bool
    stroked: bool
    segments: int = 0


class RawPage(NamedTuple):
    """Everything a reader sees on one page.

    `ordered` says that `lines` already stand in reading order (recognition gives that); otherwise they stand in the
    order in which the file draws them.
    """

    number: int
    width_pt: float
    height_pt: float
    lines: tuple[RawLine, ...]
    images: tuple[RawImage, ...] = ()
    paths: tuple[RawPath, ...] = ()
    ordered: bool = False


class Crop(NamedTuple):
    """A part of a page to be cut out and kept as a figure."""

    box: BBox
    kind: FigureKind
    caption: str = ""
    text: str = ""
