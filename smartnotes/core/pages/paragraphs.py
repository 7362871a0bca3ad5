"""Paragraphs: lines that belong together, with what they are; and the marks that list items start with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.geometry import around
from smartnotes.core.pages.lines import Line
from smartnotes.core.pages.raw import Box


class Mark(NamedTuple):
    """What a list item starts with.

    `characters` is how many characters of the line the mark takes, the space behind it included; it is left out of the
    text where it is a bullet, and kept where it counts (``1.``, ``(a)``). `x` is where the item's text starts, in
    points.
    """

    characters: int
    bullet: bool
    x: float


class Paragraph(NamedTuple):
    """Rows of lines in reading order; a row of more than one line is made of cells that stand side by side.

    `skip` is the number of characters of the first line that are left out (a bullet). Boxes are points.
    """

    rows: tuple[tuple[Line, ...], ...]
    kind: RegionKind = RegionKind.TEXT
    level: int = 0
    skip: int = 0

    @property
    def lines(self) -> list[Line]:
        """Every line, in order."""
        return [line for row in self.rows for line in row]

    @property
    def box(self) -> Box:
        """The box around it."""
        return around(line.box for line in self.lines) if self.rows else (0.0, 0.0, 0.0, 0.0)

    @property
    def text(self) -> str:
        """Its words, for looking at; the page's text is written with more care."""
        return " ".join(line.text for line in self.lines)[self.skip :]

    @property
    def size(self) -> float:
        """The font size of its longest line."""
        return max(self.lines, key=lambda line: len(line.text)).size

    def share(self, style: str) -> float:
        """Return the share of characters that are `bold`, `italic` or `mono`."""
        lines = self.lines
        total = sum(len(line.text) for line in lines)
        return float(sum(getattr(line, style) * len(line.text) for line in lines)) / max(1, total)


_GLYPHS = "●•◦▪▫■□○◆◇❖✦✧★☆✓✔✗✘►▶▷▸‣\u2043∙·➢➤➔→⇒⮚♦\u2756\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf0e0\uf0a8\uf06e\uf0b0"
_BULLET = re.compile(rf"([{_GLYPHS}]|[\ue000-\uf8ff](?=\s))\s*(?=\S)")
_DASH = re.compile(r"([-–—*»›§Ø¤¢+])\s+(?=\S)")  # glyphs that are bullets only where a space follows  # noqa: RUF001
_LETTER_O = re.compile(r"o\s+(?=\S)")  # PowerPoint's second level: the letter o of Courier New
_GLUED_O = re.compile(r"o(?=[A-Z])")
_NUMBER = re.compile(r"(\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)]|\[\d{1,3}\]|\d{1,2}\))\s+(?=\S)")


def find_mark(line: Line) -> Mark | None:
    """Return what makes a line the start of a list item, None where nothing does."""
    text = line.text
    found = _BULLET.match(text) or _DASH.match(text)
    if found is None and text.startswith("o"):
        found = _o_bullet(line)
    if found is not None:
        return Mark(found.end(), True, _text_x(line, found.end()))
    number = _NUMBER.match(text)
    if number is None:
        return None
    return Mark(number.end(), False, _text_x(line, number.end()))


def is_mark(text: str) -> bool:
    """Say whether a piece of text is nothing but the mark of a list item."""
    marked = text + " x"
    return any(
        found and found.end() == len(text) + 1 for found in (one.match(marked) for one in (_BULLET, _DASH, _NUMBER))
    )


def _o_bullet(line: Line) -> re.Match[str] | None:
    """Return the letter o as a bullet: alone, or stuck to a word whose font differs from that of the rest."""
    found = _LETTER_O.match(line.text)
    if found is None and line.words[0].mono and 0 < line.mono < 0.6:
        found = _GLUED_O.match(line.text)
    return found


def _text_x(line: Line, characters: int) -> float:
    """Return where the text behind a mark starts, in points; half an em further where it is stuck to the mark."""
    length = 0
    left, right = line.words[0].box[0], line.words[-1].box[2]
    points = (line.box[2] - line.box[0]) / (right - left) if right > left else 0.0
    for word, tight in zip(line.words, line.glued, strict=True):
        length += 0 if tight or not length else 1
        if length >= characters:
            return line.box[0] + (word.box[0] - left) * points
        length += len(word.text)
    return line.box[0] + 0.5 * line.size


def with_levels(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Set the nesting of list items from their indents."""
    items = [paragraph for paragraph in paragraphs if paragraph.kind is RegionKind.LIST]
    if not items:
        return list(paragraphs)
    indents: list[float] = []
    for x in sorted(item.lines[0].box[0] for item in items):
        if not indents or x - indents[-1] > 0.45 * items[0].size:
            indents.append(x)
    return [
        paragraph._replace(level=sum(indent <= paragraph.lines[0].box[0] for indent in indents) - 1)
        if paragraph.kind is RegionKind.LIST
        else paragraph
        for paragraph in paragraphs
    ]
