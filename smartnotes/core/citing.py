"""Citing: the words of the notes that support a sentence. A quote is always cut out of its page, never written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from smartnotes.core.model import Chunk
from smartnotes.core.ports import TokenEncoder
from smartnotes.core.relevance import maxsim
from smartnotes.core.sentences import TextSpan, sentence_spans
from smartnotes.core.study import AnswerSentence, Citation, Evidence, Hit
from smartnotes.core.wording import content_stems, tokens

_MARKER = re.compile(r"\s*[\[(]((?:E\d+)(?:\s*[,;&]\s*E\d+)*)[\])]")
_LITERAL = 0.7  # of a sentence's content words stand in the quote: supported
_LOOSE = 0.4  # ... with token vectors this near as well
_NEAR = 0.84
_NEGATION = frozenset({"not", "no", "never", "cannot", "without", "none", "n't"})


class Marked(NamedTuple):
    """A model's sentence without its markers, and the markers that were in it."""

    text: str
    markers: tuple[str, ...]


class Support(NamedTuple):
    """Characters ``[start, end)`` of a chunk's text that say what a sentence says, as well as `score` (0-1)."""

    hit: Hit
    start: int
    end: int
    score: float


def citation(hit: Hit, start: int, end: int) -> Citation:
    """Return the citation of characters ``[start, end)`` of the hit's chunk, placed on its page."""
    chunk = hit.chunk
    return Citation(
        lecture_id=chunk.lecture_id,
        lecture_name=hit.lecture_name,
        page=chunk.page,
        start=chunk.start + start,
        end=chunk.start + end,
        quote=chunk.text[start:end],
    )


class Citations:
    """Collects citations of one answer; the same place is listed once."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, int, int, int], int] = {}
        self._listed: list[Citation] = []

    def add(self, made: Citation) -> int:
        """Return the index of the citation in the list."""
        place = (made.lecture_id, made.page, made.start, made.end)
        if place not in self._places:
            self._places[place] = len(self._listed)
            self._listed.append(made)
        return self._places[place]

    def listed(self) -> tuple[Citation, ...]:
        """Return the citations in the order in which they came."""
        return tuple(self._listed)


def split_marked(text: str) -> list[Marked]:
    """Cut a model's answer into sentences; markers such as [E2] or (E1, E3) go to the sentence before them."""
    plain = _MARKER.sub(lambda found: f" [{found.group(1)}]", text)
    sentences: list[Marked] = []
    for span in sentence_spans(plain):
        raw = plain[span.start : span.end]
        words = _MARKER.sub("", raw).strip()
        first = raw.find(words[:1]) if words else len(raw)
        before, after = (
            tuple(name for found in _MARKER.finditer(part) for name in re.findall(r"E\d+", found.group(1)))
            for part in (raw[:first], raw[first:])
        )
        if sentences and before:
            sentences[-1] = Marked(sentences[-1].text, (*sentences[-1].markers, *before))
            before = ()
        if words:
            sentences.append(Marked(words, (*before, *after)))
    return sentences


def support_for(
    sentence: str, evidence: Sequence[Evidence], *, markers: Sequence[str] = (), encoder: TokenEncoder | None = None
) -> Support | None:
    """Return the words of the evidence that best support a sentence, None where nothing does.

    Most of the sentence's content words must stand in one to three consecutive sentences of one chunk; with an encoder
    fewer are enough where the token vectors are near. All its numbers must stand there, and a negation must not appear
    or vanish. `markers` are the ones the model gave: of equal supports theirs is taken.
    """
    wanted = content_stems(sentence)
    if not wanted:
        return None
    best: Support | None = None
    for item in evidence:
        bonus = 0.02 if item.marker in markers else 0.0
        for window in _windows(item.hit.chunk):
            score = _overlap(sentence, wanted, item.hit.chunk.text, window) + bonus
            if best is None or score > best.score:
                best = Support(item.hit, window[0].start, window[-1].end, score)
    if best is None or best.score < _LOOSE:
        return None
    if best.score >= _LITERAL:
        return best
    return best if encoder is not None and _near(sentence, best, encoder) else None


def _windows(chunk: Chunk) -> list[list[TextSpan]]:
    """Return one to three consecutive sentences, as often as they stand in the chunk."""
    spans = sentence_spans(chunk.text)
    return [spans[first : first + count] for count in (1, 2, 3) for first in range(len(spans) - count + 1)]


def _overlap(sentence: str, wanted: Sequence[str], text: str, window: Sequence[TextSpan]) -> float:
    """Return the share of wanted stems in the window, a little less for a longer one; 0 where facts differ."""
    if not _numbers(sentence) <= _numbers(text[window[0].start : window[-1].end]):
        return 0.0
    stems = [set(content_stems(text[span.start : span.end])) for span in window]
    touched = [span for span, words in zip(window, stems, strict=True) if not words.isdisjoint(wanted)]
    if _negated(sentence) != any(_negated(text[span.start : span.end]) for span in touched):
        return 0.0
    there = set().union(*stems)
    share = sum(word in there for word in wanted) / len(wanted)
    return share - 0.0001 * (window[-1].end - window[0].start)


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text.replace(",", "")))


def _negated(text: str) -> bool:
    return any(token.word in _NEGATION or token.word.endswith("n't") for token in tokens(text))


def _near(sentence: str, support: Support, encoder: TokenEncoder) -> bool:
    [passage] = encoder.encode_passages([support.hit.chunk.text[support.start : support.end]])
    return bool(len(passage)) and float(np.mean(maxsim(encoder.encode_query(sentence), passage))) >= _NEAR


def cite_sentences(
    text: str, evidence: Sequence[Evidence], *, encoder: TokenEncoder | None = None
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """Return a model's answer as sentences with citations; a sentence that nothing supports has none.

    Markers in the text count as hints only; those we never issued are dropped with all the others.
    """
    issued = {item.marker for item in evidence}
    citations = Citations()
    sentences: list[AnswerSentence] = []
    for marked in split_marked(text):
        known = [marker for marker in marked.markers if marker in issued]
        found = support_for(marked.text, evidence, markers=known, encoder=encoder)
        indices = (citations.add(citation(found.hit, found.start, found.end)),) if found else ()
        sentences.append(AnswerSentence(text=marked.text, citations=indices))
    return tuple(sentences), citations.listed()
