"""A cheat sheet from lectures, by rules: what a student would copy out, under the lecture's own headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from smartnotes.core.facts import Fact, FactKind, find_facts
from smartnotes.core.ids import PIPELINE_VERSION
from smartnotes.core.illustrations import tells
from smartnotes.core.model import FigureKind, Lecture, Page, Provenance, RegionKind
from smartnotes.core.options import CheatSheetOptions
from smartnotes.core.passages import caption_text, heading_text, teaches
from smartnotes.core.phrases import words_of
from smartnotes.core.study import CheatSheet, Citation, SheetItem, SheetSection
from smartnotes.core.terms import find_term, known_terms

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

_CODE_LINES = 8


def make_cheatsheet(
    lectures: Sequence[tuple[Lecture, Sequence[Page]]],
    *,
    options: CheatSheetOptions,
    sheet_id: str,
    title: str,
    now: datetime,
) -> CheatSheet:
    """Return everything worth copying out, in the order of the notes, each item with a weight.

    What fits into `options.max_pages` depends on fonts and picture sizes: the writer drops the lightest items.
    """
    sections: list[SheetSection] = []
    for lecture, pages in lectures:
        prefix = f"{lecture.title or lecture.name}: " if len(lectures) > 1 else ""
        for heading, items in _sections(lecture, pages, figures=options.figures):
            sections.append(SheetSection(heading=f"{prefix}{heading}".rstrip(": "), items=tuple(items)))
    return CheatSheet(
        id=sheet_id,
        title=title,
        max_pages=options.max_pages,
        sections=tuple(sections),
        notices=() if sections else ("The notes gave nothing that a cheat sheet could hold.",),
        created_at=now,
        provenance=Provenance(pipeline=PIPELINE_VERSION, engines=(ENGINE,), options=options.digest()),
    )


def _sections(lecture: Lecture, pages: Sequence[Page], *, figures: bool) -> Iterator[tuple[str, list[SheetItem]]]:
    facts = find_facts(pages, lecture=lecture)
    terms = known_terms(facts)
    placed: dict[str, list[SheetItem]] = {}
    inside: list[tuple[int, int, int]] = []
    for fact in facts:
        place = (fact.source.page, fact.source.start, fact.source.end)
        if fact.kind is FactKind.STATEMENT and any(_within(place, other) for other in inside):
            continue
        if fact.kind is FactKind.LIST:
            inside.append(place)
        placed.setdefault(fact.heading, []).extend(_items(fact, terms))
    if figures:
        for page in pages:
            for item in _figures(lecture, page):
                placed.setdefault(heading_text(page.title), []).append(item)
    for heading, items in placed.items():
        if items:
            yield heading, items


def _within(inner: tuple[int, int, int], outer: tuple[int, int, int]) -> bool:
    return inner[0] == outer[0] and outer[1] <= inner[1] and inner[2] <= outer[2]


def _items(fact: Fact, terms: Sequence[str]) -> Iterator[SheetItem]:
    weight = _WEIGHT[fact.kind]
    if fact.kind is FactKind.LIST:
        yield SheetItem(text=", ".join(fact.items) + ".", term=fact.lead, weight=weight, source=fact.source)
    elif fact.kind is FactKind.CODE:
        lines = [line.rstrip() for line in fact.text.splitlines() if line.strip()]
        if len(lines) <= _CODE_LINES:
            yield SheetItem(text="\n".join(lines), code=True, weight=weight, source=fact.source)
    elif fact.kind is FactKind.STATEMENT:
        hint = bool(fact.marked) or any(char.isdigit() for char in fact.text) or find_term(fact.text, terms) is not None
        yield SheetItem(text=fact.text, weight=weight + (_MARKED if hint else 0.0), source=fact.source)
    elif fact.kind is FactKind.ROW:
        yield SheetItem(text=fact.text, term=fact.term, weight=weight, source=fact.source)
    else:
        yield SheetItem(text=fact.text, term=fact.term, weight=weight, source=fact.source)


def _figures(lecture: Lecture, page: Page) -> Iterator[SheetItem]:
    if not teaches(page):
        return
    for figure in page.figures:
        if not tells(figure) or figure.kind is FigureKind.TABLE:
            continue
        region = next((part for part in page.regions if part.kind is RegionKind.CAPTION), None)
        start, end = (region.start, region.end) if region else (0, min(len(page.text), len(page.title)))
        source = Citation(
            lecture_id=lecture.id,
            lecture_name=lecture.name,
            page=page.number,
            start=start,
            end=end,
            quote=page.text[start:end],
        )
        text = caption_text(figure.caption)
        weight = _FIGURE_WEIGHT + 0.01 * min(len(words_of(text)), 10)
        yield SheetItem(text=text, figure=figure.blob, weight=weight, source=source)
