"""A cheat sheet from lectures, by rules: what a student would copy out, under the lecture's own headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import PurePath

from smartnotes.core.ids import PIPELINE_VERSION
from smartnotes.core.language.definitions import separated
from smartnotes.core.model import Figure, FigureKind, Lecture, Page, Provenance
from smartnotes.core.options import CheatSheetOptions
from smartnotes.core.study import CheatSheet, Citation, SheetItem, SheetSection
from smartnotes.core.teaching.facts import Fact, FactKind, find_facts
from smartnotes.core.teaching.illustrations import explains
from smartnotes.core.teaching.passages import Passage, caption_text, heading_text, passages, teaches
from smartnotes.core.teaching.terms import find_term, known_terms
from smartnotes.core.teaching.written import Piece, Written

ENGINE = "rules 1"

_WEIGHT = {
    FactKind.DEFINITION: 1.0,
    FactKind.FORMULA: 0.9,
    FactKind.LIST: 0.8,
    FactKind.ROW: 0.75,
    FactKind.CODE: 0.55,
    FactKind.STATEMENT: 0.35,
}
_FIGURE_WEIGHT = 0.5
_MARKED = 0.25
"""What a sentence gains by words in bold, by a number or by a term of the lecture."""

_UNCAPTIONED = 0.15
"""What a figure loses where only the page's title says what it shows."""
_DECAY = 0.97
_FEWEST_CODE, _MOST_CODE = 1, 8  # lines
_LONGEST_FORMULA = 80  # characters
_PLAIN_VALUE = re.compile(r"^\w+\s*=\s*[\w.'\"]+$")
_SAME_PLACE = 0.5  # intersection over union


def make_cheatsheet(
    lectures: Sequence[tuple[Lecture, Sequence[Page]]],
    *,
    options: CheatSheetOptions,
    sheet_id: str,
    title: str,
    now: datetime,
    written: Written[Piece] | None = None,
) -> CheatSheet:
    """Return everything worth copying out, in the order of the notes, each item with a weight.

    Where there are several lectures a section without items bears the name of each, before its own sections. What fits
    into `options.max_pages` depends on fonts and picture sizes: the writer drops the lightest items. Lines that a model
    has `written` take the place of those by rules on the same words; formulas, tables, code and figures are never its.
    """
    pieces = written.items if written else ()
    sections: list[SheetSection] = []
    for lecture, pages in lectures:
        found = list(_sections(lecture, pages, figures=options.figures, pieces=pieces))
        if found and len(lectures) > 1:
            sections.append(SheetSection(heading=PurePath(lecture.name).stem, items=()))
        sections += [SheetSection(heading=heading, items=tuple(items)) for heading, items in found]
    return CheatSheet(
        id=sheet_id,
        title=title,
        max_pages=options.max_pages,
        sections=tuple(sections),
        notices=(*_told(written), *(() if sections else ("The notes gave nothing that a cheat sheet could hold.",))),
        created_at=now,
        provenance=Provenance(pipeline=PIPELINE_VERSION, engines=_engines(written), options=options.digest()),
    )


def _engines(written: Written[Piece] | None) -> tuple[str, ...]:
    return (ENGINE, written.model) if written else (ENGINE,)


def _told(written: Written[Piece] | None) -> tuple[str, ...]:
    """Return what the reader should know of the model's part, its rejected lines by reason included."""
    if written is None:
        return ()
    rejected = ", ".join(f"{count} {reason}" for reason, count in written.rejected.most_common())
    told = f"{written.model} wrote {len(written.items)} of the lines"
    return (*written.notices, f"{told}; left out: {rejected}." if rejected else f"{told}.")


def _sections(
    lecture: Lecture, pages: Sequence[Page], *, figures: bool, pieces: Sequence[Piece] = ()
) -> Iterator[tuple[str, list[SheetItem]]]:
    """Yield each heading with its items, in the order of the notes; later items of a heading weigh a little less."""
    own = [piece for piece in pieces if piece.source.lecture_id == lecture.id]
    facts = [fact for fact in find_facts(pages, lecture=lecture) if not _replaced(fact, own)]
    terms = known_terms(facts)
    placed: dict[str, list[SheetItem]] = {}
    drawn = {page.number for page in pages for figure in page.figures if figure.kind is FigureKind.FORMULA}
    for fact in facts:
        if not _told_elsewhere(fact, facts) and not (fact.kind is FactKind.FORMULA and fact.source.page in drawn):
            placed.setdefault(fact.heading, []).extend(_items(fact, terms))
    for piece in own:
        heading = heading_text(piece.headings[-1]) if piece.headings else ""
        line = SheetItem(text=piece.second, term=piece.first, weight=_WEIGHT[FactKind.DEFINITION], source=piece.source)
        placed.setdefault(heading, []).append(line)
    rows = [fact for fact in facts if fact.kind is FactKind.ROW]
    for _, cells in groupby(rows, key=lambda fact: (fact.source.page, fact.source.start)):
        found = tuple(cells)
        placed.setdefault(found[0].heading, []).append(_row(found))
    if figures:
        lines = passages(pages, lecture=lecture)
        for page in pages:
            here = [line for line in lines if line.page.number == page.number]
            for figure in page.figures if teaches(page) else ():
                item = _figure(figure, page, here, lecture=lecture)
                if item:
                    placed.setdefault(_heading_over(figure, page, here), []).append(item)
    order = {heading: min(_place(item) for item in items) for heading, items in placed.items() if items}
    for heading in sorted(order, key=lambda heading: order[heading]):
        yield heading, _lightened(sorted(placed[heading], key=_place))


def _replaced(fact: Fact, pieces: Sequence[Piece]) -> bool:
    """Return whether a model's line stands for the same words."""
    if fact.kind not in (FactKind.DEFINITION, FactKind.LIST, FactKind.STATEMENT):
        return False
    place = fact.source
    return any(
        piece.source.page == place.page and piece.source.start < place.end and place.start < piece.source.end
        for piece in pieces
    )


def _told_elsewhere(fact: Fact, facts: Sequence[Fact]) -> bool:
    """Return whether other items say the same: a sentence of a list, or a list all of whose items are defined."""
    if fact.kind is FactKind.ROW:
        return True
    if fact.kind is FactKind.STATEMENT:
        return any(other.kind is FactKind.LIST and _within(fact.source, other.source) for other in facts)
    if fact.kind is FactKind.LIST:
        defined = {other.term for other in facts if other.kind is FactKind.DEFINITION and not other.verb}
        names = [found.term if (found := separated(item)) else "" for item in fact.items]
        return all(name in defined for name in names)
    return False


def _place(item: SheetItem) -> tuple[int, int]:
    return (item.source.page, item.source.start)


def _within(inner: Citation, outer: Citation) -> bool:
    return inner.page == outer.page and outer.start <= inner.start and inner.end <= outer.end


def _lightened(items: Sequence[SheetItem]) -> list[SheetItem]:
    """Return the items, each weighing less by the number of weightier ones: every heading keeps its best."""
    ranked = sorted(range(len(items)), key=lambda index: -items[index].weight)
    rank = {index: place for place, index in enumerate(ranked)}
    return [
        item.model_copy(update={"weight": round(item.weight * _DECAY ** rank[index], 4)})
        for index, item in enumerate(items)
    ]


def _items(fact: Fact, terms: Sequence[str]) -> Iterator[SheetItem]:
    weight = _WEIGHT[fact.kind]
    if fact.kind is FactKind.LIST:
        yield SheetItem(text="; ".join(fact.items) + ".", term=fact.lead, weight=weight, source=fact.source)
    elif fact.kind is FactKind.CODE:
        lines = [line.rstrip() for line in fact.text.splitlines() if line.strip()]
        if _FEWEST_CODE <= len(lines) <= _MOST_CODE and _is_code(fact.text):
            yield SheetItem(text="\n".join(lines), code=True, weight=weight, source=fact.source)
    elif fact.kind is FactKind.FORMULA:
        if len(fact.text) <= _LONGEST_FORMULA and "\n" not in fact.text:
            yield SheetItem(text=fact.text, weight=weight, source=fact.source)
    elif fact.kind is FactKind.STATEMENT:
        hint = bool(fact.marked) or any(char.isdigit() for char in fact.text) or find_term(fact.text, terms) is not None
        yield SheetItem(text=fact.text, weight=weight + (_MARKED if hint else 0.0), source=fact.source)
    else:
        yield SheetItem(text=fact.text, term=fact.term, weight=weight, source=fact.source)


def _is_code(text: str) -> bool:
    """Return whether the lines hold more than comments and names set to plain values."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith(("#", "//"))]
    return any(any(char in line for char in "=(:{;") and not _PLAIN_VALUE.match(line) for line in lines)


def _row(cells: Sequence[Fact]) -> SheetItem:
    first = cells[0]
    text = first.text if len(cells) == 1 else "; ".join(f"{cell.label.rstrip(' ?:…')}: {cell.text}" for cell in cells)
    return SheetItem(text=text, term=first.term, weight=_WEIGHT[FactKind.ROW], source=first.source)


def _heading_over(figure: Figure, page: Page, lines: Sequence[Passage]) -> str:
    """Return the heading that a figure stands under: that of the last line of its page that starts above it."""
    boxes = [(line, page.regions[line.region].box) for line in lines]
    above = [line for line, box in boxes if box is not None and box.y0 <= figure.box.y0 and box.x0 <= figure.box.x1]
    return above[-1].heading if above else (lines[0].heading if lines else heading_text(page.title))


def _figure(figure: Figure, page: Page, lines: Sequence[Passage], *, lecture: Lecture) -> SheetItem | None:
    """Return the item of a picture that explains something, or of a formula; None for the others."""
    if figure.kind is FigureKind.TABLE or (figure.kind is FigureKind.FIGURE and not explains(figure)):
        return None
    formula = figure.kind is FigureKind.FORMULA
    weight = _FIGURE_WEIGHT if figure.caption else _FIGURE_WEIGHT - _UNCAPTIONED
    return SheetItem(
        text="" if formula else caption_text(figure.caption) or heading_text(page.title),
        figure=figure.blob,
        figure_width_pt=max((figure.box.x1 - figure.box.x0) * page.width_pt, 1.0),
        weight=_WEIGHT[FactKind.FORMULA] if formula else weight,
        source=_figure_source(figure, page, lines, lecture=lecture),
    )


def _figure_source(figure: Figure, page: Page, lines: Sequence[Passage], *, lecture: Lecture) -> Citation:
    """Return the place of the caption, or of what the picture shows as text, or of the line above it."""
    wanted = figure.caption.strip()
    named = [part for part in page.regions if wanted and wanted in page.slice(part)]
    named += [part for part in page.regions if part.box is not None and part.box.iou(figure.box) > _SAME_PLACE]
    boxes = [(line, page.regions[line.region].box) for line in lines]
    above = [line for line, box in boxes if box is not None and box.y0 <= figure.box.y0]
    place = named[0] if named else above[-1] if above else None
    start, end = (place.start, place.end) if place else (0, 0)
    return Citation(
        lecture_id=lecture.id,
        lecture_name=lecture.name,
        page=page.number,
        start=start,
        end=end,
        quote=page.text[start:end],
    )
