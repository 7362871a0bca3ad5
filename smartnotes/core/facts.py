"""Facts: what a lecture states in a form that can be asked, learned or looked up, each with its exact place.

Quiz, flashcards and cheat sheet all start from these. They are found by structure alone: definitions ("X is a ...",
"X: ...", "X → ..."), lists under a line that announces them, rows of tables, and sentences that stand on their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from smartnotes.core.model import Lecture, Page, RegionKind
from smartnotes.core.passages import Passage, passages
from smartnotes.core.phrases import (
    balanced,
    has_address,
    has_verb,
    is_label,
    is_mathematical,
    is_term,
    why_dependent,
    words_of,
)
from smartnotes.core.sentences import sentence_spans
from smartnotes.core.study import Citation
from smartnotes.core.tables import Cell, read_table


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

    definition  `term` is (`text`); `verb` joins them in a sentence ("is a"), "" for "term: text"; `article` is what
                stands before the term ("A", "the", "")
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
    """Return the facts of a lecture's pages in order; what is stated twice is kept where it stands first."""
    found: dict[tuple[str, ...], Fact] = {}
    lines = passages(pages, lecture=lecture)
    for fact in _facts(lines):
        found.setdefault(_identity(fact), fact)
    return tuple(sorted(found.values(), key=lambda fact: (fact.source.page, fact.source.start, fact.source.end)))


def _identity(fact: Fact) -> tuple[str, ...]:
    if fact.kind in (FactKind.CODE, FactKind.FORMULA):
        return (fact.kind, fact.text)
    if fact.kind is FactKind.LIST:
        return (fact.kind, *words_of(fact.lead))
    extra = (fact.label, *fact.keys, fact.term) if fact.kind is FactKind.ROW else ()
    return (fact.kind, *extra, *(words_of(f"{fact.term} {fact.text}") or [fact.term, fact.text]))


def _facts(lines: Sequence[Passage]) -> Iterator[Fact]:
    yield from _lists(lines)
    yield from _rows(lines)
    for line in lines:
        if line.kind in (RegionKind.CODE, RegionKind.FORMULA):
            kind = FactKind.CODE if line.kind is RegionKind.CODE else FactKind.FORMULA
            yield Fact(kind, line.text, line.cite(), line.headings)
        elif line.kind in (RegionKind.TEXT, RegionKind.LIST):
            yield from _of_line(line)


def _of_line(line: Passage) -> Iterator[Fact]:
    separated = _separated(line)
    if separated:
        yield separated
        return
    for span in sentence_spans(line.text):
        sentence = line.text[span.start : span.end]
        source = line.cite(line.start + span.start, line.start + span.end)
        if not 4 <= len(sentence.split()) <= 40 or why_dependent(sentence) or not sentence[0].isupper():
            continue
        defined = _defined(sentence, line=line, source=source)
        if defined:
            yield defined
        elif has_verb(sentence) and not is_mathematical(sentence):
            yield Fact(FactKind.STATEMENT, sentence, source, line.headings, marked=_marked(line, source))


def _marked(line: Passage, source: Citation) -> tuple[str, ...]:
    """Return the terms in bold or italics inside a sentence; a sentence set so as a whole has none."""
    page = line.page
    spans = [span for span in page.emphasis if source.start <= span.start and span.end <= source.end]
    texts = [page.slice(span).strip(" .,;:") for span in spans if 3 * (span.end - span.start) < len(source.quote) * 2]
    return tuple(text for text in texts if is_term(text, marked=True))


# Definitions

_SEPARATOR = re.compile(r"\s*(?::|⇒|→|=>|->|⟶|➔)\s+|\s*[–—]\s+|\s+-\s+")


def _separated(line: Passage) -> Fact | None:
    """Return the definition in "term: text", "term → text" or "term – text"."""
    found = _SEPARATOR.search(line.text)
    if not found or found.start() == 0:
        return None
    term, text = line.text[: found.start()].strip(), line.text[found.end() :].strip()
    bare = re.sub(r"^(?:an?|the)\s+", "", term, flags=re.IGNORECASE)
    if not is_term(re.sub(r"\s*\([^)]*\)", "", bare), marked=True) or not balanced(text) or has_address(text):
        return None
    if len(bare.split()) > 1 and is_label(bare):
        return None
    words = text.split()
    measured = bool(re.search(r"\d", text)) and len(words) <= 6
    if not (measured or 2 <= len(words) <= 40) or text.endswith((":", "?", "…")) or is_mathematical(text):
        return None
    if re.search(r"\s(?:→|⇒|=>|->)\s", text):
        return None
    return Fact(FactKind.DEFINITION, text, line.cite(), line.headings, term=bare)


_DEFINED = re.compile(
    r"^(?:(?P<article>An?|The)\s+)?(?P<term>\S+(?:\s+\S+){0,4}?)\s+"
    r"(?P<verb>is|are|was|refers? to|means|is defined as|are defined as|is called|is known as|denotes?)\s+(?P<text>.+)$"
)
_INDEFINITE = re.compile(
    r"^(?:an?|any|one|the (?:process|act|study|ability|number|amount|rate|ratio|sum|set|part|difference|order|branch|"
    r"smallest|largest|property|use|measure|time|force|point|name|value|science|practice|theory|degree|region|area|"
    r"unit|total|average|probability|fraction|product|result|collection|art|field|way|method|idea|principle|state|"
    r"place|[a-z]+ (?:of|that|which|in which|by which|at which|where|used)))\s",
)
_OPINION = re.compile(
    r"^(?:an?|the|one)\s+(?:\w+ly\s+)?(?:good|bad|great|better|best|worst|problem|bit|lot|few|must|common|useful|easy|"
    r"hard|similar|key|only|same|subtle|big|small|nice|simple|important|popular|big|standard way|case|matter)\b"
)


def _defined(sentence: str, *, line: Passage, source: Citation) -> Fact | None:
    """Return the definition in "A term is a ..."."""
    found = _DEFINED.match(sentence)
    if not found:
        return None
    term, verb, text = found["term"], found["verb"], found["text"].rstrip(" .!")
    article = (found["article"] or "").lower()
    if not is_term(re.sub(r"\s*\([^)]*\)", "", term)) or not 3 <= len(text.split()) <= 36 or _OPINION.match(text):
        return None
    if verb in ("is", "was") and not _INDEFINITE.match(text):
        return None
    if verb == "are" and not re.match(
        r"^(?!\w+(?:ed|ly|ing)\b)[\w\s-]{3,40}?\b(?:that|which|who|whose|used|inside)\b", text
    ):
        return None
    named = {word for heading in line.headings for word in words_of(heading)}
    if article == "the" and not set(words_of(term)) <= named and len(term.split()) < 2:
        return None
    return Fact(FactKind.DEFINITION, text, source, line.headings, term=term, verb=verb, article=article)


# Lists

_COUNTED = re.compile(
    r"\b(two|three|four|five|six|seven|eight|several|[2-8])\s+(?:\w+[\s-]+){0,3}\w+s\b", re.IGNORECASE
)
_LISTY = re.compile(
    r"\b(types|kinds|advantages|disadvantages|properties|features|steps|stages|phases|components|causes|symptoms|"
    r"principles|applications|benefits|limitations|functions|elements|parts|layers|rules|factors|characteristics|"
    r"differences|levels|forms|considerations|reasons|requirements|criteria)\b",
    re.IGNORECASE,
)
_OPEN_END = re.compile(r"(?:\s*(?::|…|\.\.\.|–|—|-))$")


def _lists(lines: Sequence[Passage]) -> Iterator[Fact]:
    for index, lead in enumerate(lines):
        if lead.kind not in (RegionKind.TEXT, RegionKind.LIST):
            continue
        items = list(_items_below(lines, index))
        opens = bool(_OPEN_END.search(lead.text))
        if opens or (items and _COUNTED.search(lead.text) and not lead.text.rstrip().endswith((".", "?"))):
            yield from _list(lead, _OPEN_END.sub("", lead.text).strip(), items)
    for first in _heads(lines):
        lead = lines[first]
        if _LISTY.search(lead.heading) and not lead.heading.endswith("?"):
            items = [line for line in _siblings(lines, first) if line.kind is RegionKind.LIST]
            if len(items) == sum(line.page.number == lead.page.number for line in _siblings(lines, first)):
                yield from _list(lead, lead.heading, items)


def _heads(lines: Sequence[Passage]) -> Iterator[int]:
    """Yield the first line below each heading."""
    for index, line in enumerate(lines):
        before = lines[index - 1] if index else None
        if line.kind is RegionKind.LIST and before is not None and before.kind is RegionKind.TITLE:
            yield index


def _items_below(lines: Sequence[Passage], index: int) -> Iterator[Passage]:
    lead = lines[index]
    inner: int | None = None
    for line in lines[index + 1 :]:
        if line.page.number != lead.page.number or line.kind is not RegionKind.LIST:
            return
        if lead.kind is RegionKind.LIST and line.level <= lead.level:
            return
        inner = line.level if inner is None else inner
        if line.level < inner:
            return
        if line.level == inner:
            yield line


def _siblings(lines: Sequence[Passage], first: int) -> list[Passage]:
    head = lines[first]
    found = []
    for line in lines[first:]:
        if line.headings != head.headings or line.page.number != head.page.number or line.kind is RegionKind.TITLE:
            break
        if line.kind is not RegionKind.LIST or line.level == head.level:
            found.append(line)
    return found


def _list(lead: Passage, words: str, items: Sequence[Passage]) -> Iterator[Fact]:
    """Yield the list under `words`, as a definition where those begin one ("A Boolean is a type with two values:")."""
    if (
        not 2 <= len(items) <= 9
        or is_label(words)
        or has_address(words)
        or len(words.split()) < 2
        or words.endswith("?")
    ):
        return
    texts = tuple(item.text.strip().rstrip(".;,") for item in items)
    if any(len(text.split()) > 16 or has_address(text) or text.endswith(("?", ":")) for text in texts):
        return
    start, end = min(lead.start, items[0].start), items[-1].end
    defined = _defined(words, line=lead, source=lead.cite(start, end))
    if defined and lead.text.rstrip().endswith(":"):
        joined = f"{defined.text}: {', '.join(texts)}"
        if len(joined) <= 200:
            yield defined._replace(text=joined)
            return
    numbered = all(item.number == count for count, item in enumerate(items, 1))
    yield Fact(FactKind.LIST, words, lead.cite(start, end), lead.headings, lead=words, items=texts, numbered=numbered)


# Tables


def _rows(lines: Sequence[Passage]) -> Iterator[Fact]:
    for rows in _tables(lines):
        table = read_table([row.text for row in rows])
        if table is None:
            continue
        for cell in table.cells():
            yield _row(cell, rows[cell.line])


def _tables(lines: Iterable[Passage]) -> Iterator[list[Passage]]:
    groups: dict[tuple[int, int], list[Passage]] = {}
    for line in lines:
        if line.kind is RegionKind.TABLE:
            groups.setdefault((line.page.number, line.region), []).append(line)
    yield from groups.values()


def _row(cell: Cell, line: Passage) -> Fact:
    return Fact(
        FactKind.ROW,
        cell.text,
        line.cite(),
        line.headings,
        term=cell.name,
        key=cell.key,
        label=cell.label,
        peers=cell.peers,
        keys=cell.names,
        unique=cell.unique,
    )
