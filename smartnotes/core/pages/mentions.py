"""Sentences that speak of a figure or table by its number ("see Fig. 3"), linked to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from smartnotes.core.language.sentences import sentence_spans
from smartnotes.core.model import Figure, FigureKind, Mention, Page, RegionKind

_ONE = r"[A-Z]?\d+(?:[.\-]\d+)*"
_NUMBER = re.compile(_ONE)
_LABEL = re.compile(
    r"\b(?P<kind>fig(?:ur(?:es?|as?|en)|s?\.|s)?|abb(?:ildung(?:en)?|\.)|tab(?:les?|el+[ae]n?|las?|leaux?|\.))\s*"
    rf"(?P<numbers>{_ONE}[a-z]?\b(?:\s*(?:,|&|and|und|et|y|to|or)\s*{_ONE}[a-z]?\b)*)",
    re.IGNORECASE,
)


class _Label(NamedTuple):
    is_table: bool
    number: str


def link_mentions(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages of a lecture, each figure with the sentences on any of them that name its number.

    The number is that of its caption. Where several figures have it, as in chapters that count anew, the one on the
    nearest page is meant. Captions mention nothing.
    """
    labelled: dict[_Label, list[Figure]] = {}
    for figure in (figure for page in pages for figure in page.figures):
        label = _of_caption(figure)
        if label is not None:
            labelled.setdefault(label, []).append(figure)
    found: dict[str, list[Mention]] = {}
    for page in pages if labelled else ():
        for label, mention in _mentions(page):
            near = min(labelled.get(label, ()), key=lambda figure: abs(figure.page - mention.page), default=None)
            if near is not None and mention not in found.setdefault(near.id, []):
                found[near.id].append(mention)
    return tuple(_linked(page, found) for page in pages)


def _of_caption(figure: Figure) -> _Label | None:
    found = _LABEL.match(figure.caption)
    if found is None or figure.kind is FigureKind.FORMULA:
        return None
    number = _NUMBER.match(found["numbers"])
    return _Label(_is_table(found), number.group()) if number else None


def _is_table(found: re.Match[str]) -> bool:
    return found["kind"][0] in "tT"


def _mentions(page: Page) -> Iterator[tuple[_Label, Mention]]:
    """Yield what the text of a page names, with the sentence in which it does."""
    named = list(_LABEL.finditer(page.text))
    if not named:
        return
    captions = [region for region in page.regions if region.kind is RegionKind.CAPTION]
    sentences = sentence_spans(page.text)
    for found in named:
        if any(region.start <= found.start() < region.end for region in captions):
            continue
        for sentence in sentences:
            if sentence.start <= found.start() < sentence.end:
                mention = Mention(page=page.number, start=sentence.start, end=sentence.end)
                yield from ((_Label(_is_table(found), one), mention) for one in _NUMBER.findall(found["numbers"]))


def _linked(page: Page, found: Mapping[str, Sequence[Mention]]) -> Page:
    linked = tuple(figure.model_copy(update={"mentions": tuple(found.get(figure.id, ()))}) for figure in page.figures)
    return page if linked == page.figures else page.model_copy(update={"figures": linked})
