"""What a slide of the example lecture is made of. Lengths are inches on a slide of 13.333 by 7.5, origin top-left."""

from __future__ import annotations

from typing import NamedTuple

SLIDE_WIDTH = 13.333
SLIDE_HEIGHT = 7.5

Colour = tuple[int, int, int]
INK: Colour = (33, 37, 41)
NAVY: Colour = (23, 58, 94)
BLUE: Colour = (46, 111, 178)
PALE: Colour = (232, 239, 247)
SAND: Colour = (253, 240, 213)
RED: Colour = (178, 58, 46)
GREY: Colour = (110, 118, 126)
WHITE: Colour = (255, 255, 255)


class Place(NamedTuple):
    """Where a block stands on the slide."""

    x: float
    y: float
    width: float
    height: float


class Text(NamedTuple):
    """Paragraphs; `**words**` are set in bold. A boxed text stands on a pale ground."""

    place: Place
    paragraphs: tuple[str, ...]
    size: int = 20
    boxed: bool = False


class Bullets(NamedTuple):
    """List items; leading tabs give the nesting."""

    place: Place
    items: tuple[str, ...]
    size: int = 20
    numbered: bool = False


class Table(NamedTuple):
    """A table whose first row is its header; `widths` are shares of the place's width."""

    place: Place
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    size: int = 16


class Code(NamedTuple):
    """A program in a fixed-width face."""

    place: Place
    lines: str
    size: int = 14


class Picture(NamedTuple):
    """A picture file of this folder's parent with its caption below."""

    place: Place
    name: str
    caption: str


class Box(NamedTuple):
    """A rectangle of a drawing with a centred label."""

    x: float
    y: float
    width: float
    height: float
    label: str = ""
    fill: Colour = WHITE
    size: int = 14


class Arrow(NamedTuple):
    """A straight arrow from its first to its second point."""

    x0: float
    y0: float
    x1: float
    y1: float


class Label(NamedTuple):
    """Words of a drawing without a frame, centred on their place."""

    x: float
    y: float
    width: float
    height: float
    words: str
    size: int = 14


class Drawing(NamedTuple):
    """A drawing of native shapes with its caption."""

    parts: tuple[Box | Arrow | Label, ...]
    caption: str
    caption_place: Place


Block = Text | Bullets | Table | Code | Picture | Drawing


class Slide(NamedTuple):
    """A slide; `notes` are what the speaker says and the slide does not show."""

    title: str
    blocks: tuple[Block, ...]
    notes: str


def runs(marked: str) -> list[tuple[bool, str]]:
    """Split ``a **b** c`` into [(False, "a "), (True, "b"), (False, " c")]."""
    return [(bool(index % 2), words) for index, words in enumerate(marked.split("**")) if words]


def nesting(item: str) -> tuple[int, str]:
    """Split a list item into its level (0, 1, ...) and its words."""
    words = item.lstrip("\t")
    return len(item) - len(words), words
