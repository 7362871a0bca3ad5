"""Facts: what a lecture states in a form that can be asked, learned or looked up, each with its exact place.

Quiz, flashcards and cheat sheet all start from these. They are found by structure alone: definitions ("X is a ...",
"X: ...", "X → ..."), lists under a line that announces them, rows of tables, and sentences that stand on their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from smartnotes.core.language.definitions import Definition, after_label, defined, separated, under_heading
from smartnotes.core.language.phrases import (
    has_verb,
    is_administrative,
    is_fragment,
    is_mathematical,
    is_term,
    why_dependent,
    words_of,
)
from smartnotes.core.language.sentences import TextSpan, sentence_spans, trimmed
from smartnotes.core.model import Lecture, Page, RegionKind
from smartnotes.core.pages.tables import Cell, read_table
from smartnotes.core.study import Citation
from smartnotes.core.teaching.listings import Listing, find_listings
from smartnotes.core.teaching.passages import Passage, caption_text, passages

_SENTENCE_WORDS = (4, 40)
_LISTING = 3
"""This many lines of a page that differ in a number only ("Stop 1 is ...") are a program's output, or data."""
_LONGEST_JOINED = 200
"""A definition that ends in a list is kept as one where both together have at most this many characters."""


class FactKind(StrEnum):
    """What form the statement takes on the page."""

    DEFINITION = "definition"
    LIST = "list"
    ROW = "row"
    STATEMENT = "statement"
    FORMULA = "formula"
    CODE = "code"


class Fact(NamedTuple):
    """One statement of the lecture.

    definition  `term` is (`text`); `verb` joins them in a sentence ("is"), "" for "term: text"; `article` is what
                stands before the term ("a", "the", "")
    list        `lead` announces `items`; `numbered` where the page counts them
    row         the cell `text` in column `label` of the row named `term` in column `key`; `peers` are the other cells
                of the column, `keys` the names of the other rows; `unique` where no other row has the same cell
    statement   the sentence `text`, in which the page sets `marked` in bold or italics
    formula, code   `text` as it stands
    """

    kind: FactKind
    text: str
    source: Citation
    headings: tuple[str, ...]
    term: str = ""
    verb: str = ""
    article: str = ""
    lead: str = ""
    items: tuple[str, ...] = ()
    numbered: bool = False
    key: str = ""
    label: str = ""
    peers: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    unique: bool = True
    marked: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The nearest heading, "" where there is none."""
        return self.headings[-1] if self.headings else ""


def find_facts(pages: Sequence[Page], *, lecture: Lecture) -> tuple[Fact, ...]:
    """Return the facts of a lecture's pages in order; what is stated twice is kept where it stands first.

    Of a list that builds up over several slides the longest is kept.
    """
    found: dict[tuple[str, ...], Fact] = {}
    for fact in _facts(passages(pages, lecture=lecture)):
        before = found.setdefault(_identity(fact), fact)
        if len(fact.items) > len(before.items):
            found[_identity(fact)] = fact
    leads = {tuple(words_of(fact.lead)) for fact in found.values() if fact.kind is FactKind.LIST}
    kept = [
        fact
        for fact in found.values()
        if fact.kind is not FactKind.STATEMENT or tuple(words_of(fact.text)) not in leads
    ]
    return tuple(sorted(kept, key=lambda fact: (fact.source.page, fact.source.start, fact.source.end)))


def _identity(fact: Fact) -> tuple[str, ...]:
    if fact.kind in (FactKind.CODE, FactKind.FORMULA):
        return (fact.kind, fact.text)
    if fact.kind is FactKind.LIST:
        return (fact.kind, *words_of(fact.lead))
    extra = (fact.label, *fact.keys, fact.term) if fact.kind is FactKind.ROW else ()
    return (fact.kind, *extra, *(words_of(f"{fact.term} {fact.text}") or [fact.term, fact.text]))


def _facts(lines: Sequence[Passage]) -> Iterator[Fact]:
    leads = set()
    for listing in find_listings(lines):
        leads.add((listing.lead.page.number, listing.lead.start))
        yield _of_listing(listing)
    yield from _rows(lines)
    patterns = Counter(_pattern(line) for line in lines)
    for before, line in zip((None, *lines), lines, strict=False):
        if line.kind in (RegionKind.CODE, RegionKind.FORMULA):
            kind = FactKind.CODE if line.kind is RegionKind.CODE else FactKind.FORMULA
            yield Fact(kind, line.text, line.cite(), line.headings)
        elif line.kind in (RegionKind.TEXT, RegionKind.LIST) and (line.page.number, line.start) not in leads:
            first = before is not None and before.kind is RegionKind.TITLE
            found = under_heading(line.text, line.heading) if first else None
            if found:
                yield _definition(found, line.cite(), line.headings)
            elif patterns[_pattern(line)] < _LISTING or "#" not in _pattern(line)[1]:
                yield from _of_line(line)


def _pattern(line: Passage) -> tuple[int, str]:
    return line.page.number, " ".join(re.sub(r"\d+", "#", line.text).split()[:3])


# Lines


def _of_line(line: Passage) -> Iterator[Fact]:
    found = separated(line.text)
    if found and not found.remark:
        yield _definition(found, line.cite(), line.headings)
        return
    told = found.start if found else after_label(line.text)
    for span in _sentences(line.text, told):
        sentence = line.text[span.start : span.end]
        if _SENTENCE_WORDS[0] <= len(sentence.split()) <= _SENTENCE_WORDS[1] and sentence[0].isupper():
            yield from _of_sentence(sentence, line, line.cite(line.start + span.start, line.start + span.end))


def _of_sentence(sentence: str, line: Passage, source: Citation) -> Iterator[Fact]:
    if why_dependent(sentence, heading=line.heading) or is_fragment(sentence):
        return
    found = defined(sentence, heading=" ".join(line.headings))
    if found:
        yield _definition(found, source, line.headings)
    elif has_verb(sentence) and not is_mathematical(sentence):
        yield Fact(FactKind.STATEMENT, sentence, source, line.headings, marked=_marked(line, source))


_AFTER_SYMBOL = re.compile(r"(?<=[\s=(][a-z]\.)\s+(?=[A-Z][a-z]*\s+[a-z])")
"""The splitter takes "m." for an abbreviation; a variable at a sentence's end is commoner in notes."""


def _sentences(text: str, start: int) -> Iterator[TextSpan]:
    for span in sentence_spans(text, start=start):
        first = span.start
        for cut in _AFTER_SYMBOL.finditer(text, span.start, span.end):
            yield trimmed(text, first, cut.start())
            first = cut.end()
        yield trimmed(text, first, span.end)


def _definition(found: Definition, source: Citation, headings: tuple[str, ...]) -> Fact:
    return Fact(
        FactKind.DEFINITION, found.text, source, headings, term=found.term, verb=found.verb, article=found.article
    )


_ARTICLE = re.compile(r"^(?:an?|the)\s+", re.IGNORECASE)


def _marked(line: Passage, source: Citation) -> tuple[str, ...]:
    """Return the terms in bold or italics inside a sentence; a sentence set so as a whole has none."""
    page = line.page
    spans = [span for span in page.emphasis if source.start <= span.start and span.end <= source.end]
    texts = [
        _ARTICLE.sub("", page.slice(span).strip(" .,;:"))
        for span in spans
        if 3 * (span.end - span.start) < len(source.quote) * 2
    ]
    return tuple(text for text in texts if is_term(text, marked=True))


# Lists and tables


def _of_listing(listing: Listing) -> Fact:
    """Return the list, as a definition where its lead begins one ("A Boolean is a type with two values:")."""
    lead = listing.lead
    source = lead.cite(listing.start, listing.end)
    found = defined(listing.words) if listing.opens else None
    if found:
        joined = f"{found.text}: {', '.join(listing.texts)}"
        if len(joined) <= _LONGEST_JOINED:
            return _definition(found._replace(text=joined), source, lead.headings)
    return Fact(
        FactKind.LIST,
        listing.words,
        source,
        lead.headings,
        lead=listing.words,
        items=listing.texts,
        numbered=listing.numbered,
    )


def _rows(lines: Sequence[Passage]) -> Iterator[Fact]:
    groups: dict[tuple[int, int], list[Passage]] = {}
    for line in lines:
        if line.kind is RegionKind.TABLE:
            groups.setdefault((line.page.number, line.region), []).append(line)
    for rows in groups.values():
        table = None if is_administrative(rows[0].text) else read_table([row.text for row in rows])
        headings = _table_headings(rows[0])
        if table is not None and headings:  # without a name nobody knows what its cells are about
            for cell in table.cells():
                yield _row(cell, rows[cell.line], headings)


_IS_TABLE = re.compile(r"^\s*tab(?:le|\.)", re.IGNORECASE)


def _table_headings(row: Passage) -> tuple[str, ...]:
    """Return the headings of a table; its caption, where the page has one for a table, is the nearest."""
    captions = [row.page.slice(region) for region in row.page.regions if region.kind is RegionKind.CAPTION]
    named = [caption_text(caption) for caption in captions if _IS_TABLE.match(caption) and caption_text(caption)]
    return (*row.headings, named[0]) if len(named) == 1 else row.headings


def _row(cell: Cell, line: Passage, headings: tuple[str, ...]) -> Fact:
    return Fact(
        FactKind.ROW,
        cell.text,
        line.cite(),
        headings,
        term=cell.name,
        key=cell.key,
        label=cell.label,
        peers=cell.peers,
        keys=cell.names,
        unique=cell.unique,
    )
