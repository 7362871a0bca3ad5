"""Lists that a line or a heading announces: "Lists can contain:", "Types of ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smartnotes.core.language.phrases import has_address, has_verb, is_label, is_mathematical, why_dependent
from smartnotes.core.language.sentences import sentence_spans
from smartnotes.core.model import RegionKind
from smartnotes.core.teaching.passages import Passage

FEWEST, MOST = 2, 9
_LONGEST_ITEM, _LONGEST_LEAD = 16, 24  # words

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_COUNTED = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|[2-9])\s+(?:\w+[\s-]+){0,3}\w+s\b", re.IGNORECASE)
_LISTY = re.compile(
    r"\b(types|kinds|advantages|disadvantages|properties|features|steps|stages|phases|components|causes|symptoms|"
    r"principles|applications|benefits|limitations|functions|elements|parts|layers|rules|factors|characteristics|"
    r"differences|levels|forms|considerations|reasons|requirements|criteria)\b",
    re.IGNORECASE,
)
_POINTS_ON = re.compile(r"^(here|these|this|those|they|it|so far|now)\b", re.IGNORECASE)
_OPEN_END = re.compile(r"(?:\s*(?::|…|\.\.\.|\u2013|—|-))$")


class Listing(NamedTuple):
    """`words` announce `items`; `lead` is the line they stand in, `opens` whether it ends with a colon or dash.

    `texts` are the items without their closing marks. `numbered` says that the page counts them.
    """

    lead: Passage
    words: str
    items: tuple[Passage, ...]
    texts: tuple[str, ...]
    opens: bool
    numbered: bool

    @property
    def start(self) -> int:
        """Where the list starts in the page's text, its lead included."""
        return min(self.lead.start, self.items[0].start)

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.items[-1].end


def find_listings(lines: Sequence[Passage]) -> Iterator[Listing]:
    """Yield the lists of all lines; one that announces another number of items than it has is left out."""
    for index, lead in enumerate(lines):
        if lead.kind not in (RegionKind.TEXT, RegionKind.LIST) or _POINTS_ON.match(lead.text):
            continue
        opens = bool(_OPEN_END.search(lead.text))
        counts = bool(_COUNTED.search(lead.text)) and not lead.text.rstrip().endswith((".", "?"))
        if opens or counts:
            items = tuple(_items_below(lines, index))
            yield from _checked(lead, _OPEN_END.sub("", lead.text).strip(), items, opens=opens)
    for index, line in enumerate(lines):
        first = line.kind is RegionKind.LIST and index > 0 and lines[index - 1].kind is RegionKind.TITLE
        if first and _LISTY.search(line.heading) and not line.heading.endswith("?"):
            yield from _below_heading(lines, index)


def _items_below(lines: Sequence[Passage], index: int) -> Iterator[Passage]:
    """Yield the items one level below a lead: deeper than it where it is an item itself, up to the next other line."""
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


def _below_heading(lines: Sequence[Passage], first: int) -> Iterator[Listing]:
    """Yield the list that is all there is below a heading."""
    head = lines[first]
    items = []
    for line in lines[first:]:
        if line.headings != head.headings or line.page.number != head.page.number or line.kind is RegionKind.TITLE:
            break
        if line.kind is not RegionKind.LIST:
            return
        if line.level == head.level:
            items.append(line)
    yield from _checked(head, head.heading, tuple(items), opens=False)


def _checked(lead: Passage, words: str, items: tuple[Passage, ...], *, opens: bool) -> Iterator[Listing]:
    if not FEWEST <= len(items) <= MOST:
        return
    counted = _COUNTED.search(words)
    if counted and len(items) != (int(counted[1]) if counted[1].isdigit() else _NUMBERS.index(counted[1].lower())):
        return
    sentences = sentence_spans(words)
    words = words[sentences[-1].start :] if len(sentences) > 1 else words
    if not _announces(words):
        return
    texts = tuple(re.sub(r",? (?:and|or)$", "", item.text.strip().rstrip(".;,")) for item in items)
    if any(len(text.split()) > _LONGEST_ITEM or has_address(text) or text.endswith(("?", ":")) for text in texts):
        return
    numbered = all(item.number == count for count, item in enumerate(items, 1))
    yield Listing(lead, words, items, texts, opens, numbered)


def _announces(words: str) -> bool:
    if is_label(words) or has_address(words) or is_mathematical(words) or words.endswith(("?", ",", ".")):
        return False
    if "\t" in words or not 2 <= len(words.split()) <= _LONGEST_LEAD:
        return False
    if len(words.split()) == 2 and not (has_verb(words) or _LISTY.search(words)):  # "In Python:"
        return False
    return why_dependent(words) in ("", "not a whole sentence")
