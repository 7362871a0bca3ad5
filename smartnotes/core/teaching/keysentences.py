"""The sentence of a section that tells most of what it is about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from smartnotes.core.answering.citing import citation
from smartnotes.core.kinds import ChunkKind
from smartnotes.core.language.definitions import defined
from smartnotes.core.language.phrases import has_address, has_verb, is_administrative, is_fragment, why_dependent
from smartnotes.core.language.sentences import sentence_spans
from smartnotes.core.language.wording import content_stems, fold
from smartnotes.core.study import Citation, Evidence
from smartnotes.core.teaching.phrasing import continues

_FEWEST, _MOST = 4, 40  # words
_AGENDA = re.compile(
    r"\b(?:you(?:'ll| will| should)?|we(?:'ll| will)?) (?:learn|cover|know|see)\b|^today\b|"
    r"^\W*(?:outline|agenda|overview|contents|references|further reading)\W*$",
    re.IGNORECASE,
)
"""Headings under which the lecture is told about, and nothing of what it tells."""
_HEADING = 0.6
_DEFINITION = 0.8
_VERB = 1.0
_DEPENDENT = -1.0
"""What a sentence gains by its heading's words, by defining something, by a verb; loses by pointing to another one."""


class KeySentence(NamedTuple):
    """A sentence under its heading ("" for none), with its place."""

    heading: str
    text: str
    source: Citation


def key_sentences(shown: Sequence[Evidence]) -> list[KeySentence]:
    """Return one sentence for each section in the order of the notes; a section without any sentence has none.

    A section is what stands under one heading of one lecture, over as many pages as it goes on.
    """
    frequent = Counter(word for item in shown for word in set(content_stems(item.hit.chunk.text)))
    found: list[KeySentence] = []
    for (_, heading), items in groupby(shown, key=_section):
        if _AGENDA.search(heading):  # the lecture told about, not what it tells
            continue
        candidates = [(_worth(text, heading, frequent), text, place) for text, place in _sentences(list(items))]
        if candidates:
            _, text, place = max(candidates, key=lambda entry: entry[0])
            found.append(KeySentence(heading, text, place))
    return found


def _section(item: Evidence) -> tuple[str, str]:
    chunk = item.hit.chunk
    return chunk.lecture_id, chunk.headings[-1] if chunk.headings else ""


def _sentences(items: Sequence[Evidence]) -> Iterator[tuple[str, Citation]]:
    for item in items:
        chunk = item.hit.chunk
        if chunk.kind not in (ChunkKind.TEXT, ChunkKind.NOTES):
            continue
        for span in sentence_spans(chunk.text):
            text = " ".join(chunk.text[span.start : span.end].lstrip("•◦▪‣●○■□-*– ").split())  # noqa: RUF001 - bullets
            usable = _FEWEST <= len(text.split()) <= _MOST and not text.endswith(("?", ":"))
            told = not (is_administrative(text) or has_address(text) or continues(text) or is_fragment(text))
            if usable and told and fold(text) not in map(fold, chunk.headings):
                yield text, citation(item.hit, span.start, span.end)


def _worth(text: str, heading: str, frequent: Counter[str]) -> float:
    words = set(content_stems(text))
    if not words:
        return 0.0
    worth = sum(math.log1p(frequent[word]) for word in words) / math.sqrt(len(words))
    worth += _HEADING * len(words & set(content_stems(heading)))
    worth += _DEFINITION * (defined(text, heading=heading) is not None)
    worth += _VERB * has_verb(text)
    return worth + _DEPENDENT * bool(why_dependent(text, heading=heading))
