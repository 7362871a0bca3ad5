"""Blocks: paragraphs, headings, list items, tables, ... in reading order, and the text of a page made from them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.model import BBox, Page, Region, RegionKind, Span, Word
from smartnotes.core.pages.raw import Box

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
    x0, y0, x1, y1 = box
    if 0.0 <= x0 <= x1 <= 1.0 and 0.0 <= y0 <= y1 <= 1.0:
        return BBox(x0=x0, y0=y0, x1=x1, y1=y1)
    return BBox.clipped(x0, y0, x1, y1)


def to_box(box: BBox) -> Box:
    """Return the box as a plain tuple."""
    return (box.x0, box.y0, box.x1, box.y1)


def assemble(blocks: Sequence[Block]) -> Assembled:
    """Join blocks into a page's text, one line end between two of them.

    Speaker notes go to the end. Headers and footers become regions with an empty span: they are known, but not part of
    the text. So do figures without a word in them; the words of others stand at the figure's place. Other blocks
    without text add nothing.
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


def disassemble(page: Page) -> list[Block]:
    """Return the blocks that `assemble` made a page from; headers and footers come back without their text."""
    blocks = []
    words = sorted(page.words, key=lambda word: word.start)
    spans = sorted(page.emphasis, key=lambda span: span.start)
    starts, firsts = [word.start for word in words], [span.start for span in spans]
    for region in page.regions:
        inside = words[bisect_left(starts, region.start) : bisect_left(starts, region.end)]
        stressed = spans[bisect_left(firsts, region.start) : bisect_left(firsts, region.end)]
        blocks.append(
            Block(
                kind=region.kind,
                text=page.text[region.start : region.end],
                level=region.level,
                box=to_box(region.box) if region.box is not None else None,
                words=tuple(
                    BlockWord(word.start - region.start, word.end - region.start, to_box(word.box), word.confidence)
                    for word in inside
                ),
                emphasis=tuple((span.start - region.start, span.end - region.start) for span in stressed),
            )
        )
    return blocks


def with_blocks(page: Page, blocks: Sequence[Block]) -> Page:
    """Return the page with its text, regions, words and emphasis made from `blocks`."""
    made = assemble(blocks)
    return page.model_copy(
        update={"text": made.text, "regions": made.regions, "words": made.words, "emphasis": made.emphasis}
    )


def replaced(block: Block, edits: Sequence[tuple[int, int, str]]) -> Block:
    """Return a block with ranges of its text replaced: (start, end, new text), in order and apart from each other.

    Words and emphasis keep to their characters; a word whose characters all go away goes with them.
    """
    parts: list[str] = []
    position = 0
    for start, end, text in edits:
        parts += [block.text[position:start], text]
        position = end
    parts.append(block.text[position:])

    def moved(offset: int, *, end: bool) -> int:
        by = 0
        for first, last, text in edits:
            if last <= offset and (last > first or last < offset or end):
                by += len(text) - (last - first)
            elif first < offset:
                return first + by + (len(text) if end else 0)
        return offset + by

    words = [word._replace(start=moved(word.start, end=False), end=moved(word.end, end=True)) for word in block.words]
    spans = [(moved(first, end=False), moved(last, end=True)) for first, last in block.emphasis]
    return block._replace(
        text="".join(parts),
        words=tuple(word for word in words if word.start < word.end),
        emphasis=tuple(span for span in spans if span[0] < span[1]),
    )
