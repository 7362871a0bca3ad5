"""Passages: the lines of a lecture that teach something, with the headings they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smartnotes.core.language.phrases import has_address
from smartnotes.core.language.sentences import line_spans
from smartnotes.core.model import Lecture, Page, Region, RegionKind
from smartnotes.core.study import Citation

POOR_CONFIDENCE = 0.6
"""A recognised word below this confidence is as often wrong as right; nothing is built on it."""

_NO_TEACHING = re.compile(
    r"\b(outline|agenda|learning (outcomes|goals|objectives)|table of contents|overview of (the )?(course|lecture)|"
    r"references|bibliography|(further|suggested|recommended) reading|thank you|thanks|any questions|quiz(zes)?|"
    r"exercises?|homework|acknowledge?ments?|about (me|us|the author)|office hours|syllabus|copyright|your turn|"
    r"try (it|this)|image (credits|sources)|check your understanding|practice (questions|problems))\b|"
    r"^\W*(contents|objectives|questions|licen[cs]e|credits|contact|logistics|announcements|discussion|practice|sources|"
    r"appendix|assignments?|today|plan|overview|end|q ?& ?a)\W*$",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"^\(?[A-Ea-e][.)]\s")
_MARKER = re.compile(r"^(?:[•◦▪‣●○■□✦✓✔➢➤·*\-\u2013—o]\s+|\(?(\d{1,2}|[a-z])[.)]\s+)(?=\S)")
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
        if page.width_pt > page.height_pt:  # a slide stands under no heading but its own
            stack = []
        top = next((region for region in page.regions if region.kind is RegionKind.TITLE and region.level == 1), None)
        if top is not None:  # what a slide's file draws before its title stands under it all the same
            stack = _under(stack, 1, page.slice(top))
        for index, region in enumerate(page.regions):
            if region.kind is RegionKind.TITLE:
                stack = _under(stack, max(region.level, 1), page.slice(region))
            if usable:
                found += _of_region(page, region, index, lecture=lecture, headings=tuple(text for _, text in stack))
        stack = stack if usable else []
    return found


def _under(stack: Sequence[tuple[int, str]], level: int, title: str) -> list[tuple[int, str]]:
    """Return the headings after one more; a running head (cells side by side, an address) changes nothing."""
    text = heading_text(title)
    if "\t" in title or has_address(title) or not text or len(text) > _LONGEST_HEADING:
        return list(stack)
    return [*(entry for entry in stack if entry[0] < level), (level, text)]


_LONGEST_HEADING = 90
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


_CAPTION_NUMBER = re.compile(
    r"^(?:fig(?:ure|\.)?|table|chart|diagram|abb(?:ildung|\.)?)\s*\d+(?:[.\-\u2013]\d+)*\s*[.:\u2013-]?\s*",
    re.IGNORECASE,
)


def caption_text(caption: str) -> str:
    """Return the caption without "Figure 7-26." in front and without a full stop at its end."""
    return _CAPTION_NUMBER.sub("", " ".join(caption.split())).strip().rstrip(".").strip()
