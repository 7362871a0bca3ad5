"""A paragraph's text: lines joined, hyphens mended, code and tables kept in shape, every word with its place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Set as AbstractSet
from statistics import median

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.blocks import Block, BlockWord
from smartnotes.core.pages.geometry import scaled
from smartnotes.core.pages.lines import Line
from smartnotes.core.pages.paragraphs import Paragraph
from smartnotes.core.pages.raw import RawWord

_BROKEN = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_START = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_UNSPACED = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60]"
)  # kana and Han are written without spaces
_STYLED = (RegionKind.TEXT, RegionKind.LIST, RegionKind.CAPTION, RegionKind.TABLE)
_BY_ROWS = (RegionKind.TABLE, RegionKind.FIGURE)
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def vocabulary(lines: list[Line]) -> frozenset[str]:
    """Return the words that stand inside lines, in lower case: evidence for or against a hyphen at a line's end."""
    return frozenset(
        match.group().lower() for line in lines for match in _TOKEN.finditer(line.text) if match.end() < len(line.text)
    )


def write_block(
    paragraph: Paragraph, *, width_pt: float, height_pt: float, known: AbstractSet[str], stress: bool = True
) -> Block:
    """Return the paragraph as a block. `stress` is False where bold is the page's usual weight."""
    writer = _Writer(known)
    if paragraph.kind is RegionKind.CODE:
        _write_code(writer, paragraph)
    else:
        _write_rows(writer, paragraph)
    return Block(
        kind=paragraph.kind,
        text="".join(writer.parts),
        level=paragraph.level,
        box=scaled(paragraph.box, 1 / width_pt, 1 / height_pt),
        words=tuple(writer.words),
        emphasis=_emphasis(writer, stress=stress) if paragraph.kind in _STYLED else (),
    )


class _Writer:
    """Text growing word by word."""

    def __init__(self, known: AbstractSet[str]) -> None:
        self.parts: list[str] = []
        self.words: list[BlockWord] = []
        self.sources: list[RawWord] = []
        self._known = known
        self._length = 0

    def add(self, word: RawWord, text: str, *, before: str) -> None:
        """Append a word's `text` with what stands before it."""
        if not text:
            return
        if before:
            self.parts.append(before)
            self._length += len(before)
        self.parts.append(text)
        self.words.append(BlockWord(self._length, self._length + len(text), word.box, word.confidence))
        self.sources.append(word)
        self._length += len(text)

    def line_end(self, following: str) -> str:
        """Return what goes between the text so far and the next line; takes back a hyphen that only broke a word."""
        if not self.parts:
            return ""
        last = self.parts[-1]
        if _UNSPACED.match(last[-1:]) and _UNSPACED.match(following[:1]):
            return ""
        broken = _BROKEN.search(last)
        if broken is None or not following[:1].isalpha():
            return " "
        if following[0].islower() and self._was_one_word(last, broken.group(1), following):
            word = self.words[-1]
            self.parts[-1] = last[:-1]
            self._length -= 1
            self.words[-1] = word._replace(end=word.end - 1)
        return ""

    def _was_one_word(self, last: str, left: str, following: str) -> bool:
        start = _START.match(following)
        right = start.group() if start else following
        if "-" in right or last[:-1].rstrip("-").count("-"):
            return False  # a compound of several parts: center-of-mass
        whole, parted = (left + right).lower(), f"{left}-{right}".lower()
        return whole in self._known or parted not in self._known


def _write_rows(writer: _Writer, paragraph: Paragraph) -> None:
    skip = paragraph.skip
    cell = " " if paragraph.kind is RegionKind.FORMULA else "\t"
    for row in paragraph.rows:
        first = ""
        if writer.parts:
            first = "\n" if paragraph.kind in _BY_ROWS else writer.line_end(row[0].text)
        for line in row:
            skip = _write_line(writer, line, first=first, skip=skip)
            first = cell if line.words else first + cell


def _write_line(writer: _Writer, line: Line, *, first: str, skip: int) -> int:
    """Write a line without its first `skip` characters; return how many are still to be skipped."""
    before = first
    for index, (word, tight) in enumerate(zip(line.words, line.glued, strict=True)):
        if index and not tight:
            skip = max(0, skip - 1)
        text = word.text[skip:]
        skip -= min(skip, len(word.text))
        if text:
            writer.add(word, text, before=before)
            before = ""
        if not before and index + 1 < len(line.words) and writer.parts:
            before = "" if line.glued[index + 1] else " "
    return skip


def _write_code(writer: _Writer, paragraph: Paragraph) -> None:
    """Write lines with the indents and gaps that they have on the page, measured in characters."""
    lines = paragraph.lines
    widths = [(line.box[2] - line.box[0]) / len(line.text) for line in lines if len(line.text) > 1]
    character = max(median(widths) if widths else 0.6 * lines[0].size, 0.1)
    left = min(line.box[0] for line in lines)
    steps = sorted(b[0].box[3] - a[0].box[3] for a, b in itertools.pairwise(paragraph.rows))
    usual = steps[len(steps) // 2] if steps else 0.0
    last: Line | None = None
    for row in paragraph.rows:
        blank = last is not None and usual > 0 and row[0].box[3] - last.box[3] > 1.7 * usual
        end = "" if last is None else ("\n\n" if blank else "\n")
        x = left
        for place, line in enumerate(row):
            gap = max(round((line.box[0] - x) / character), 1 if place else 0)
            _write_line(writer, line, first=(end if not place else "") + " " * gap, skip=0)
            x = line.box[2]
        last = row[0]


def _emphasis(writer: _Writer, *, stress: bool) -> tuple[tuple[int, int], ...]:
    """Return the runs of words set in bold or italics; none where everything is."""
    spans: list[tuple[int, int]] = []
    style = (False, False)
    for word, source in zip(writer.words, writer.sources, strict=True):
        own = (source.bold and stress, source.italic)
        if not any(own):
            style = own
            continue
        if spans and own == style:
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
        style = own
    if len(spans) == 1 and writer.words and spans[0] == (writer.words[0].start, writer.words[-1].end):
        return tuple(spans) if len(writer.words) <= 12 else ()
    return tuple(spans)
