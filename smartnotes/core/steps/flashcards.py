"""Flashcards from lectures, by rules: definitions, lists, rows of tables, sentences with a gap, captioned figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from smartnotes.core.ids import PIPELINE_VERSION, derive_id
from smartnotes.core.language.wording import fold
from smartnotes.core.model import Lecture, Page, Provenance, RegionKind
from smartnotes.core.options import CardsOptions
from smartnotes.core.study import CardKind, Citation, Deck, Flashcard, Rejection, ReviewState
from smartnotes.core.teaching.distractors import overlap
from smartnotes.core.teaching.facts import Fact, FactKind, find_facts
from smartnotes.core.teaching.illustrations import figure_for, tells
from smartnotes.core.teaching.passages import caption_text, heading_text, teaches
from smartnotes.core.teaching.phrasing import about, asked_about, continues, ended, sentence_case
from smartnotes.core.teaching.terms import find_term, known_terms
from smartnotes.core.teaching.written import Piece, Written

ENGINE = "rules 1"
GAP = "{{...}}"

_WORTH = {FactKind.DEFINITION: 1.0, FactKind.LIST: 0.85, FactKind.ROW: 0.7, FactKind.STATEMENT: 0.5}
_SEPARATED_WORTH = 0.9
_CAPTION_WORTH = 0.6
_WRITTEN_WORTH = 2.0
"""A model's card is worth more than any by rules: even several on one page come before one by rules elsewhere."""
_SAME_BACK = 0.7  # of the shorter one's words
_FEWEST_WORDS = 6
"""A gap in a shorter sentence is a guess."""


class Side(NamedTuple):
    """A card's content before it has an id and a schedule."""

    kind: CardKind
    front: str
    back: str
    source: Citation
    heading: str
    worth: float
    figure: str | None = None


def make_cards(
    lectures: Sequence[tuple[Lecture, Sequence[Page]]],
    *,
    options: CardsOptions,
    deck_id: str,
    title: str,
    now: datetime,
    written: Written[Piece] | None = None,
) -> Deck:
    """Return at most `options.count` cards on the pages given, in the order of the notes, all due at `now`.

    A card's `fingerprint` is derived from its source, so generating again finds the card it made before. Where more
    cards are possible than asked for, the surest of each page stay. Cards that a model has `written` come before those
    by rules and take the place of those on the same words.
    """
    rejected: Counter[str] = Counter(written.rejected if written else {})
    by_model = _of_model(written.items, rejected) if written else []
    sides = list(by_model)
    for lecture, pages in lectures:
        sides += [side for side in _sides(lecture, pages, rejected) if not _told(side, by_model)]
    chosen = _choose(sides, options.count)
    notices = () if chosen else ("The notes gave nothing that a card could be made of.",)
    if written is not None:
        kept = sum(any(side is one for one in by_model) for side in chosen)
        told = f"{written.model} wrote {kept} of the {len(chosen)} cards, the others are made by rules."
        notices = (*written.notices, *notices, told)
    return Deck(
        id=deck_id,
        title=title,
        cards=tuple(_card(side, deck_id=deck_id, now=now) for side in chosen),
        rejected=tuple(Rejection(reason=reason, count=count) for reason, count in rejected.most_common()),
        notices=notices,
        created_at=now,
        provenance=Provenance(pipeline=PIPELINE_VERSION, engines=_engines(written), options=options.digest()),
    )


def _engines(written: Written[Piece] | None) -> tuple[str, ...]:
    return (ENGINE, written.model) if written else (ENGINE,)


def _of_model(pieces: Sequence[Piece], rejected: Counter[str]) -> list[Side]:
    """Return the cards that a model wrote, as far as they pass the checks of every card."""
    seen: dict[str, str] = {}
    found: list[Side] = []
    for piece in pieces:
        heading = heading_text(piece.headings[-1]) if piece.headings else ""
        side = Side(CardKind.BASIC, piece.first, piece.second, piece.source, heading, _WRITTEN_WORTH)
        reason = _why_unsound(side, seen)
        if reason:
            rejected[reason] += 1
        else:
            seen[fold(side.front)] = side.back
            found.append(side)
    return found


def _told(side: Side, others: Sequence[Side]) -> bool:
    """Return whether one of the others asks about the same words, or about a figure's caption the same thing."""
    return any(
        (other.source.lecture_id, other.source.page) == (side.source.lecture_id, side.source.page)
        and min(other.source.end, side.source.end) - max(other.source.start, side.source.start) > 0
        and (overlap(other.back, side.back) >= _SAME_BACK or overlap(other.front, side.front) >= _SAME_BACK)
        for other in others
    )


def _sides(lecture: Lecture, pages: Sequence[Page], rejected: Counter[str]) -> Iterator[Side]:
    facts = find_facts(pages, lecture=lecture)
    terms = known_terms(facts)
    by_number = {page.number: page for page in pages}
    seen: dict[str, str] = {}
    rows = [fact for fact in facts if fact.kind is FactKind.ROW]
    made = [_side(fact, terms, by_number) for fact in facts if fact.kind is not FactKind.ROW]
    made += [
        _of_row(tuple(cells)) for _, cells in groupby(rows, key=lambda fact: (fact.source.page, fact.source.start))
    ]
    for side in made:
        if side is None:
            continue
        reason = _why_unsound(side, seen)
        if reason:
            rejected[reason] += 1
        else:
            seen[fold(side.front)] = side.back
            yield side
    yield from _caption_sides(lecture, pages)


def _why_unsound(side: Side, seen: Mapping[str, str]) -> str:
    if not side.back or len(side.front) > 400 or len(side.back) > 500:
        return "too long or empty"
    if fold(side.front) in seen:
        return "near-duplicate"
    return ""


def _side(fact: Fact, terms: Sequence[str], pages: Mapping[int, Page]) -> Side | None:
    """Return the card of a fact, None where it gives none."""
    if fact.kind is FactKind.STATEMENT:
        return _gapped(fact, terms)
    texts = _FRONT_AND_BACK[fact.kind](fact) if fact.kind in _FRONT_AND_BACK else None
    if texts is None:
        return None
    figure = figure_for(pages[fact.source.page], term=fact.term) if fact.kind is FactKind.DEFINITION else None
    blob = figure.blob if figure else None
    worth = _WORTH[fact.kind] if fact.verb or fact.kind is not FactKind.DEFINITION else _SEPARATED_WORTH
    return Side(CardKind.BASIC, *texts, fact.source, fact.heading, worth, blob)


def _gapped(fact: Fact, terms: Sequence[str]) -> Side | None:
    span = find_term(fact.text, (*fact.marked, *terms))
    if span is None or len(fact.text.split()) < _FEWEST_WORDS:
        return None
    back = fact.text[span.start : span.end]
    front = ended(f"{fact.text[: span.start]}{GAP}{fact.text[span.end :]}") + about(fact, hiding=back)
    return Side(CardKind.CLOZE, front, fact.text[span.start : span.end], fact.source, fact.heading, _WORTH[fact.kind])


def _of_row(cells: Sequence[Fact]) -> Side | None:
    """Return one card for a row of a table, None where its only cell repeats its name."""
    first = cells[0]
    if len(cells) == 1:
        front = f"{first.heading}: which “{first.label.rstrip(' ?:…')}” goes with “{first.term}”?"
        back = first.text if fold(first.text) != fold(first.term) else ""
    else:
        front = f"{first.heading}: what goes with “{first.term}”?"
        back = "\n".join(f"{cell.label.rstrip(' ?:…')}: {cell.text}" for cell in cells)
    return Side(CardKind.BASIC, front, back, first.source, first.heading, _WORTH[FactKind.ROW]) if back else None


def _of_definition(fact: Fact) -> tuple[str, str]:
    return asked_about(fact), sentence_case(fact.text)


def _of_list(fact: Fact) -> tuple[str, str]:
    lines = [f"{number}. {item}" if fact.numbered else f"• {item}" for number, item in enumerate(fact.items, 1)]
    where = about(fact) if overlap(fact.heading, fact.lead) < 1 else ""
    return f"{fact.lead} …?{where}" if continues(fact.lead) else f"{fact.lead}: which?{where}", "\n".join(lines)


_FRONT_AND_BACK: dict[FactKind, Callable[[Fact], tuple[str, str] | None]] = {
    FactKind.DEFINITION: _of_definition,
    FactKind.LIST: _of_list,
}


def _caption_sides(lecture: Lecture, pages: Sequence[Page]) -> Iterator[Side]:
    for page in pages:
        if not teaches(page):
            continue
        for figure in page.figures:
            source = _caption_source(lecture, page, figure.caption) if tells(figure) else None
            if source is not None:
                text = caption_text(figure.caption)
                yield Side(
                    CardKind.BASIC, "What does this figure show?", text, source, page.title, _CAPTION_WORTH, figure.blob
                )


def _caption_source(lecture: Lecture, page: Page, caption: str) -> Citation | None:
    """Return where the caption stands in the page's text, None where it is not part of it."""
    for region in page.regions:
        text = page.slice(region)
        if region.kind is RegionKind.CAPTION and fold(caption.strip()) in fold(text):
            return Citation(
                lecture_id=lecture.id,
                lecture_name=lecture.name,
                page=page.number,
                start=region.start,
                end=region.end,
                quote=text,
            )
    return None


def _choose(sides: Sequence[Side], count: int) -> list[Side]:
    """Return the `count` best cards, a page's second card counting less than its first, in the order of the notes."""
    of_page: Counter[tuple[str, int]] = Counter()
    scored = []
    for side in sorted(sides, key=lambda side: -side.worth):
        page = (side.source.lecture_id, side.source.page)
        scored.append((side.worth * 0.85 ** of_page[page], side))
        of_page[page] += 1
    best = [side for _, side in sorted(scored, key=lambda entry: -entry[0])[:count]]
    order = {id(side): index for index, side in enumerate(sides)}
    return sorted(best, key=lambda side: (side.source.lecture_id, side.source.page, side.source.start, order[id(side)]))


def _card(side: Side, *, deck_id: str, now: datetime) -> Flashcard:
    source = side.source
    fingerprint = derive_id("fpr", source.lecture_id, str(source.page), source.quote, side.kind, side.front)
    return Flashcard(
        id=derive_id("card", deck_id, fingerprint),
        fingerprint=fingerprint,
        kind=side.kind,
        front=side.front,
        back=side.back,
        source=source,
        figure=side.figure,
        tags=(side.heading,) if side.heading else (),
        review=ReviewState(due=now),
    )
