"""Passages: the lines of a lecture that teach something, with the headings they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smartnotes.core.model import Lecture, Page, Region, RegionKind
from smartnotes.core.phrases import words_of
from smartnotes.core.sentences import line_spans
from smartnotes.core.study import Citation

POOR_CONFIDENCE = 0.6
"""A recognised word below this confidence is as often wrong as right; nothing is built on it."""

_NO_TEACHING = re.compile(
    r"\b(outline|agenda|objectives?|learning (outcomes|goals)|contents|overview of (the )?(course|lecture|today)|"
    r"references|bibliography|(further|suggested|recommended) reading|thank(s| you)|any questions|questions\??$|quiz|"
    r"exercises?|homework|assignments?|acknowledge?ments?|about (me|us|the author)|licen[cs]e|credits|contact|"
    r"office hours|syllabus|logistics|announcements|copyright|discussion|practice|your turn|try (it|this)|"
    r"image (credits|sources)|sources|appendix|check your understanding)\b",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"^\(?[A-Ea-e][.)]\s")
_MARKER = re.compile(r"^(?:[•◦▪‣●○■□✦✓✔➢➤·*\-–—o]\s+|\(?(\d{1,2}|[a-z])[.)]\s+)(?=\S)")
_NUMBERING = re.compile(
    r"^(?:(?:chapter|section|lecture|unit|part)\s+)?\d+(?:\.\d+)*[.:)]?\s+(?=[A-Za-z])", re.IGNORECASE
)
_QUESTION_TITLE = re.compile(
    r"^(?:what|who)\s+(?:is|are|was|were)\s+(?:an?\s+|the\s+)?(?P<topic>[^?]+)\?$|^(?:why|how|when)\b.*\?$",
    re.IGNORECASE,
)


class Passage(NamedTuple):
    """One line of a page. ``page.text[start:end] == text``; a list marker in front is left out and kept in `number`.

    `level` is the nesting of a list item; `headings` run from the outermost to the nearest.
    """

    lecture: Lecture
    page: Page
    kind: RegionKind
    text: str
    start: int
    end: int
    level: int
    headings: tuple[str, ...]
    region: int
    number: int | None = None

    @property
    def heading(self) -> str:
        """The nearest heading, "" where there is none."""
        return self.headings[-1] if self.headings else ""

    def cite(self, start: int | None = None, end: int | None = None) -> Citation:
        """Return the citation of this passage, or of another span of its page."""
        first = self.start if start is None else start
        last = self.end if end is None else end
        return Citation(
            lecture_id=self.lecture.id,
            lecture_name=self.lecture.name,
            page=self.page.number,
            start=first,
            end=last,
            quote=self.page.text[first:last],
        )


def heading_text(title: str) -> str:
    """Return a heading without its number, and a question as its topic ("3. What is a Boolean?" -> "Boolean")."""
    plain = _NUMBERING.sub("", " ".join(title.split())).strip()
    asked = _QUESTION_TITLE.match(plain)
    if asked and asked["topic"]:
        return str(asked["topic"]).strip()
    return plain.rstrip(":")


def teaches(page: Page) -> bool:
    """Return whether facts may be taken from the page: not an agenda, a quiz, references, a hidden slide."""
    if page.hidden or _NO_TEACHING.search(page.title):
        return False
    lines = page.body.splitlines()
    choices = sum(bool(_CHOICE.match(line.strip())) for line in lines)
    return choices < 2 and not (page.title and page.title.strip() == page.body.strip())


def passages(pages: Sequence[Page], *, lecture: Lecture) -> list[Passage]:
    """Return the lines of all pages that teach, in order; speaker notes, running heads and captions are left out."""
    covered = {number for page in pages for number in page.stands_for}
    found: list[Passage] = []
    stack: list[tuple[int, str]] = []
    for page in pages:
        if page.number in covered:
            continue
        usable = teaches(page)
        for index, region in enumerate(page.regions):
            if region.kind is RegionKind.TITLE:
                level = max(region.level, 1)
                stack = [entry for entry in stack if entry[0] < level]
                stack.append((level, heading_text(page.slice(region))))
            if usable:
                found += _of_region(page, region, index, lecture=lecture, headings=tuple(text for _, text in stack))
    return found


_LEFT_OUT = (RegionKind.HEADER, RegionKind.FOOTER, RegionKind.NOTES, RegionKind.CAPTION, RegionKind.FIGURE)


def _of_region(
    page: Page, region: Region, index: int, *, lecture: Lecture, headings: tuple[str, ...]
) -> Iterator[Passage]:
    if region.kind in _LEFT_OUT:
        return
    level = region.level if region.kind is RegionKind.LIST else 0
    if region.kind in (RegionKind.CODE, RegionKind.FORMULA):
        if region.start < region.end:
            text = page.text[region.start : region.end]
            yield Passage(lecture, page, region.kind, text, region.start, region.end, level, headings, index)
        return
    for span in line_spans(page.text, start=region.start, end=region.end):
        text = page.text[span.start : span.end]
        marker = _MARKER.match(text) if region.kind is RegionKind.LIST else None
        start = span.start + (marker.end() if marker else 0)
        number = int(marker[1]) if marker and marker[1] and marker[1].isdigit() else None
        if start < span.end and legible(page, start, span.end):
            yield Passage(
                lecture, page, region.kind, page.text[start : span.end], start, span.end, level, headings, index, number
            )


def legible(page: Page, start: int, end: int) -> bool:
    """Return whether no word of the span was recognised with poor confidence."""
    return not any(
        word.confidence is not None and word.confidence < POOR_CONFIDENCE
        for word in page.words
        if word.start < end and word.end > start
    )


def same_topic(heading: str, text: str) -> bool:
    """Return whether the heading names the text's first words, articles aside."""
    head, words = words_of(heading), words_of(text)
    return bool(head) and (words[: len(head)] == head or words[1 : len(head) + 1] == head)
