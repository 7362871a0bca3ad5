"""Blocks: paragraphs, headings, list items, tables, ... in reading order, and the text of a page made from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.model import BBox, Region, RegionKind, Span, Word
from smartnotes.core.raw import Box

_FURNITURE = (RegionKind.HEADER, RegionKind.FOOTER)
_WITHOUT_TEXT = (*_FURNITURE, RegionKind.FIGURE)


class BlockWord(NamedTuple):
    """Characters ``[start, end)`` of a block's text and where they stand (fractions of the page)."""

    start: int
    end: int
    box: Box
    confidence: float | None = None


class Block(NamedTuple):
    """One region before it has a place in the page's text.

    `text` is what the region adds to the page; it may hold line ends (the rows of a table, the lines of code). `words`
    and `emphasis` are ranges into it. `level` means what it means in `Region`.
    """

    kind: RegionKind
    text: str
    level: int = 0
    box: Box | None = None
    words: tuple[BlockWord, ...] = ()
    emphasis: tuple[tuple[int, int], ...] = ()


class Assembled(NamedTuple):
    """The four parts of a `Page` that blocks give."""

    text: str
    regions: tuple[Region, ...]
    words: tuple[Word, ...]
    emphasis: tuple[Span, ...]


def to_bbox(box: Box) -> BBox:
    """Return the box as a value, cut off at the page's edges."""
    return BBox.clipped(*box)


def assemble(blocks: Sequence[Block]) -> Assembled:
    """Join blocks into a page's text, one line end between two of them.

    Speaker notes go to the end. Headers and footers become regions with an empty span: they are known, but not part of the
    text. So do figures without a word in them; the words of others stand at the figure's place. Other blocks without text
    add nothing.
    """
    ordered = [block for block in blocks if block.kind is not RegionKind.NOTES]
    ordered += [block for block in blocks if block.kind is RegionKind.NOTES]
    parts: list[str] = []
    regions: list[Region] = []
    words: list[Word] = []
    emphasis: list[Span] = []
    length = 0
    for block in ordered:
        box = to_bbox(block.box) if block.box is not None else None
        text = "" if block.kind in _FURNITURE else block.text.rstrip()
        if not text.strip():
            if block.kind in _WITHOUT_TEXT:
                regions.append(Region(kind=block.kind, start=length, end=length, box=box, level=block.level))
            continue
        start = length + (1 if parts else 0)
        end = start + len(text)
        parts.append(text)
        regions.append(Region(kind=block.kind, start=start, end=end, box=box, level=block.level))
        words += [
            Word(start=start + word.start, end=start + word.end, box=to_bbox(word.box), confidence=word.confidence)
            for word in block.words
            if word.start < word.end <= len(text)
        ]
        emphasis += [
            Span(start=start + first, end=start + last)
            for first, last in ((first, min(last, len(text))) for first, last in block.emphasis)
            if first < last
        ]
        length = end
    return Assembled("\n".join(parts), tuple(regions), tuple(words), tuple(emphasis))
