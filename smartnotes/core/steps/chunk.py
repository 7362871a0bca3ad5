"""Chunks: a page cut along its own structure (slide, heading, list, table, code, notes).

What is quoted and what is embedded are two things. The spans of chunks are disjoint, so a table, which is a chunk of
its own, is quoted by that chunk alone. But the words of a slide explain its table, and the table what they are about:
on a page that would fit into one chunk, each part is embedded with the words of the others in front.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from smartnotes.core.ids import derive_id, sha256_hex
from smartnotes.core.language.sentences import TextSpan, line_spans, sentence_spans, trimmed
from smartnotes.core.language.wording import estimated_tokens
from smartnotes.core.model import Chunk, ChunkKind, Page, Region, RegionKind

MAX_TOKENS = 220
"""Tokens of a chunk, context line not counted: a long slide, or two paragraphs of a page."""

_CHUNK_KINDS = {
    RegionKind.TABLE: ChunkKind.TABLE,
    RegionKind.CODE: ChunkKind.CODE,
    RegionKind.CAPTION: ChunkKind.FIGURE,
    RegionKind.NOTES: ChunkKind.NOTES,
}
_APART = (ChunkKind.FIGURE, ChunkKind.NOTES)
_MAX_HEADING = 120  # characters; what is longer is prose set in large type


class _Unit(NamedTuple):
    """A region or a gap between regions, as a span of the page's text."""

    start: int
    end: int
    kind: ChunkKind
    heading: int = 0


class _Piece(NamedTuple):
    start: int
    end: int
    kind: ChunkKind
    headings: tuple[str, ...]
    around: str = ""


class _Run(NamedTuple):
    """Units of one kind that stand together, and the words of the page they are embedded with."""

    kind: ChunkKind
    units: list[_Unit]
    around: str = ""


def chunk_pages(
    pages: Sequence[Page],
    *,
    subject_id: str,
    subject_name: str,
    lecture_id: str,
    lecture_name: str,
    max_tokens: int = MAX_TOKENS,
) -> tuple[Chunk, ...]:
    """Return the chunks of a lecture in page order; a chunk never crosses a page.

    On every page the spans of its chunks are disjoint and cover all characters that are not white space. Pages that a
    later page of a build-up contains (`stands_for`) give none. Headings stay in force over the following pages until
    one of their level or above comes. A table stands alone with the caption next to it; so do other captions and notes.
    """
    contained = {number for page in pages for number in page.stands_for}
    outline: dict[int, str] = {}
    chunks: list[Chunk] = []
    for page in pages:
        if page.number in contained:
            continue
        for piece in _pieces(page, outline, max_tokens):
            text = page.text[piece.start : piece.end]
            place = (str(page.number), str(piece.start), str(piece.end), sha256_hex(text.encode()))
            chunks.append(
                Chunk(
                    id=derive_id("chk", lecture_id, *place),
                    subject_id=subject_id,
                    lecture_id=lecture_id,
                    page=page.number,
                    start=piece.start,
                    end=piece.end,
                    kind=piece.kind,
                    headings=piece.headings,
                    context="\n".join(filter(None, (_path(subject_name, lecture_name, *piece.headings), piece.around))),
                    text=text,
                )
            )
    return tuple(chunks)


def _path(*parts: str) -> str:
    return " > ".join(part for part in parts if part)


def _pieces(page: Page, outline: dict[int, str], max_tokens: int) -> Iterator[_Piece]:
    """Yield the pieces of a page, keeping the outline (heading by level) up to date."""
    for run in _runs(page, max_tokens):
        for section in _sections(page.text, run.units, max_tokens):
            # the path of a piece is the outline at its first heading, so a slide carries its own title
            for unit in section:
                if not unit.heading:
                    break
                _enter(outline, unit.heading, page.text[unit.start : unit.end])
            headings = tuple(outline[level] for level in sorted(outline))
            head = ""
            for start, end in _fitting(page.text, section, max_tokens):
                yield _Piece(start, end, run.kind, headings, run.around or head)
                if run.kind is ChunkKind.TABLE and not head:  # what the columns of the other rows are called
                    head = next((line for line in page.text[start:end].splitlines() if "\t" in line), "")[:_MAX_HEADING]
            for unit in section:
                if unit.heading:
                    _enter(outline, unit.heading, page.text[unit.start : unit.end])


def _runs(page: Page, max_tokens: int) -> Iterator[_Run]:
    """Yield stretches of the page that are of one kind.

    Tables, captions and speaker notes stand alone. The rest of a page that fits into one chunk stays together, for the
    words of a slide explain its code; its kind is then the one most of it has.
    """
    units = _with_tables(_units(page))
    body = [unit for unit in units if unit.kind not in _APART]
    whole = _tokens(page.text, body) <= max_tokens
    groups = [(apart, list(run)) for apart, run in groupby(units, key=lambda unit: _group(unit.kind, whole=whole))]
    for place, (kind, run) in enumerate(groups):
        others = [group for other, (apart, group) in enumerate(groups) if other != place and apart not in _APART]
        around = [page.text[unit.start : unit.end] for group in others for unit in group if not unit.heading]
        yield _Run(kind or _prevailing(page.text, run), run, "\n".join(around) if whole and kind not in _APART else "")


def _group(kind: ChunkKind, *, whole: bool) -> ChunkKind | None:
    """Return what a unit's neighbours must be to stand in one chunk with it; None for the words of a whole page."""
    return None if whole and kind not in (*_APART, ChunkKind.TABLE) else kind


def _with_tables(units: Sequence[_Unit]) -> list[_Unit]:
    """Return the units with what belongs to a table as a part of it: captions beside it and headings above it."""
    found = list(units)
    for place in reversed(range(len(found))):
        after = found[place + 1].kind if place + 1 < len(found) else None
        before = found[place - 1].kind if place else None
        is_caption = found[place].kind is ChunkKind.FIGURE and ChunkKind.TABLE in (before, after)
        if is_caption or (found[place].heading and after is ChunkKind.TABLE):
            found[place] = found[place]._replace(kind=ChunkKind.TABLE)
    return found


def _prevailing(text: str, run: Sequence[_Unit]) -> ChunkKind:
    sizes = {
        kind: _tokens(text, [unit for unit in run if unit.kind is kind and not unit.heading]) for kind in ChunkKind
    }
    return max(sizes, key=lambda kind: sizes[kind])


def _enter(outline: dict[int, str], level: int, heading: str) -> None:
    for deeper in [known for known in outline if known >= level]:
        del outline[deeper]
    words = " ".join(heading.split())
    if words and len(words) <= _MAX_HEADING:
        outline[level] = words


def _units(page: Page) -> list[_Unit]:
    """Return regions and the gaps between them, trimmed, in order, without overlaps."""
    units: list[_Unit] = []
    position = 0
    for region in sorted(page.regions, key=lambda region: (region.start, region.end)):
        if region.end <= position:
            continue
        start = max(region.start, position)
        units += _unit(page.text, position, start, None)
        units += _unit(page.text, start, min(region.end, len(page.text)), region)
        position = min(region.end, len(page.text))
    units += _unit(page.text, position, len(page.text), None)
    return units


def _unit(text: str, start: int, end: int, region: Region | None) -> Iterable[_Unit]:
    span = trimmed(text, start, end)
    if span.start >= span.end:
        return
    kind = _CHUNK_KINDS.get(region.kind, ChunkKind.TEXT) if region else ChunkKind.TEXT
    heading = max(1, region.level) if region and region.kind is RegionKind.TITLE else 0
    yield _Unit(span.start, span.end, kind, heading)


def _sections(text: str, run: Sequence[_Unit], max_tokens: int) -> list[list[_Unit]]:
    """Cut a run of units at headings where it is too long as a whole; short sections stay with what they follow."""
    if _tokens(text, run) <= max_tokens:
        return [list(run)]
    sections: list[list[_Unit]] = []
    for unit in run:
        after_heading = sections and all(known.heading for known in sections[-1])
        if not sections or (unit.heading and not after_heading):
            sections.append([])
        sections[-1].append(unit)
    merged: list[list[_Unit]] = []
    for section in sections:
        if merged and _tokens(text, merged[-1]) + _tokens(text, section) <= max_tokens // 2:
            merged[-1] += section
        else:
            merged.append(section)
    return merged


def _tokens(text: str, units: Sequence[_Unit]) -> int:
    return sum(estimated_tokens(text[unit.start : unit.end]) for unit in units)


def _fitting(text: str, section: Sequence[_Unit], max_tokens: int) -> list[TextSpan]:
    """Cut a section into spans of at most `max_tokens`: between paragraphs, else lines, else sentences, else words.

    The spans are about equally long, so that no crumb is left at the end; a heading stays with what follows it.
    """
    atoms: list[TextSpan] = []
    glued: set[int] = set()
    for unit in section:
        atoms += _atoms(text, TextSpan(unit.start, unit.end), max_tokens)
        if unit.heading:
            glued.add(len(atoms))
    sizes = [estimated_tokens(text[atom.start : atom.end]) for atom in atoms]
    count = -(-sum(sizes) // max_tokens)
    target = min(max_tokens, sum(sizes) / count * 1.15)
    spans: list[TextSpan] = []
    size = 0
    for index, (atom, atom_size) in enumerate(zip(atoms, sizes, strict=True)):
        together = size + atom_size
        if spans and (together <= target or (index in glued and together <= max_tokens)):
            spans[-1] = TextSpan(spans[-1].start, atom.end)
            size = together
        else:
            spans.append(atom)
            size = atom_size
    return spans


def _atoms(text: str, span: TextSpan, max_tokens: int) -> list[TextSpan]:
    if estimated_tokens(text[span.start : span.end]) <= max_tokens:
        return [span]
    lines = line_spans(text, start=span.start, end=span.end)
    if len(lines) > 1:
        return [atom for line in lines for atom in _atoms(text, line, max_tokens)]
    sentences = sentence_spans(text, start=span.start, end=span.end)
    if len(sentences) > 1:
        return [atom for sentence in sentences for atom in _atoms(text, sentence, max_tokens)]
    middle = _middle(text, span)
    halves = (trimmed(text, span.start, middle), trimmed(text, middle, span.end))
    return [atom for half in halves if half.start < half.end for atom in _atoms(text, half, max_tokens)]


def _middle(text: str, span: TextSpan) -> int:
    """Return where to cut a span without sentences: at the blank nearest to its middle, else right there."""
    middle = (span.start + span.end) // 2
    before, after = text.rfind(" ", span.start, middle), text.find(" ", middle, span.end)
    blanks = [blank for blank in (before, after) if blank > span.start]
    return min(blanks, key=lambda blank: abs(blank - middle)) if blanks else max(middle, span.start + 1)
