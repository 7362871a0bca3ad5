"""Titles and headings, by size and weight; captions, by their first word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.captions import is_caption
from smartnotes.core.pages.lines import Line
from smartnotes.core.pages.paragraphs import Paragraph

_LARGER = 1.15  # a heading is this many times larger than the body, a title 1.2 times
_TITLE = 1.2
_READABLE_PT = 4.5
_HARDLY_ANY = 80  # characters
_MAX_WORDS = 25
_MAX_LINES = 3
_OPEN_END = re.compile(r"[.,;:]$")


def body_size(lines: Sequence[Line]) -> float:
    """Return the font size (points) that most characters of a page have, 0 for a page without text.

    Sizes that nobody can read (text inside drawings) count only where there are no others.
    """
    sizes: Counter[float] = Counter()
    for line in lines:
        if line.size >= _READABLE_PT:
            sizes[round(2 * line.size) / 2] += len(line.text)
    if not sizes and lines:
        return lines[0].size
    return max(sizes, key=lambda size: (sizes[size], size)) if sizes else 0.0


def find_headings(
    paragraphs: Sequence[Paragraph], *, body: float, usual: float, width_pt: float, height_pt: float
) -> list[Paragraph]:
    """Return the paragraphs with titles, headings and captions marked as such.

    `body` is the usual font size of the running text, `usual` that of the whole page, the text in tables and figures
    included: it counts where there is hardly any other. A page's title has level 1; headings below it 2, 3, ... by
    size, then weight.
    """
    done = [_captioned(paragraph) for paragraph in paragraphs]
    if sum(len(paragraph.text) for paragraph in done) < _HARDLY_ANY:
        body = min(body, usual)
    plain = [paragraph for paragraph in done if paragraph.kind in (RegionKind.TEXT, RegionKind.LIST)]
    mostly_bold = sum(paragraph.share("bold") * len(paragraph.text) for paragraph in plain) > 0.5 * sum(
        len(paragraph.text) for paragraph in plain
    )
    heads = [
        index
        for index, paragraph in enumerate(done)
        if _is_heading(paragraph, done[index + 1 : index + 2], body=body, mostly_bold=mostly_bold)
    ]
    title = _title(done, heads, body=body, slide=width_pt > height_pt, height_pt=height_pt)
    if title is not None and title not in heads:
        heads = sorted([*heads, title])
    sizes: list[float] = []
    for size in sorted((done[index].size for index in heads if index != title), reverse=True):
        if not sizes or size < 0.95 * sizes[-1]:
            sizes.append(size)
    for index in heads:
        level = 1
        if index != title:
            level = 1 + sum(size >= 0.99 * done[index].size for size in sizes)
        done[index] = done[index]._replace(kind=RegionKind.TITLE, level=level)
    return done


def _captioned(paragraph: Paragraph) -> Paragraph:
    if paragraph.kind is RegionKind.TEXT and is_caption(paragraph.text):
        return paragraph._replace(kind=RegionKind.CAPTION)
    return paragraph


def _is_heading(paragraph: Paragraph, after: Sequence[Paragraph], *, body: float, mostly_bold: bool) -> bool:
    if not _may_be_heading(paragraph):
        return False
    if paragraph.size >= _LARGER * body:
        return True
    if paragraph.size < 0.95 * body or not after or len(paragraph.rows) > 2 or _OPEN_END.search(paragraph.text):
        return False
    words = len(paragraph.text.split())
    if paragraph.share("bold") >= 0.95 and not mostly_bold:
        return words <= 15 and after[0].share("bold") < 0.95
    below = after[0].kind is RegionKind.TEXT and len(after[0].rows) > 1 and after[0].share("italic") < 0.5
    return paragraph.share("italic") >= 0.95 and words <= 10 and below


def _may_be_heading(paragraph: Paragraph) -> bool:
    numbered = paragraph.kind is RegionKind.LIST and paragraph.skip == 0
    if paragraph.kind is not RegionKind.TEXT and not numbered:
        return False
    if len(paragraph.rows) > _MAX_LINES or any(not line.upright for line in paragraph.lines):
        return False
    words = paragraph.text.split()
    letters = sum(character.isalpha() for character in paragraph.text)
    return 0 < len(words) <= _MAX_WORDS and letters >= 2


def _title(
    paragraphs: Sequence[Paragraph], heads: Sequence[int], *, body: float, slide: bool, height_pt: float
) -> int | None:
    """Return the index of the page's title.

    On a slide that is the largest heading wherever it stands, else a short first line; on other pages only a much
    larger heading in the upper part.
    """
    if heads:
        best = max(heads, key=lambda index: (round(paragraphs[index].size, 1), -index))
        size = paragraphs[best].size
        if slide and size >= _TITLE * body:
            return best
        if not slide and size >= 1.3 * body and paragraphs[best].box[1] < 0.45 * height_pt:
            return best
        if not slide:
            return None
    if not slide:
        return None
    if not paragraphs:
        return None
    first = paragraphs[0]
    alone = len(paragraphs) == 1 or paragraphs[1].box[1] - first.box[3] > 0.8 * first.size
    short = _may_be_heading(first) and len(first.rows) <= 2 and len(first.text.split()) <= 12
    high = first.box[3] < 0.35 * height_pt or len(paragraphs) == 1
    fits = first.size >= 0.95 * body and high and not _OPEN_END.search(first.text)
    return 0 if alone and short and fits and len(first.rows[0]) == 1 else None
