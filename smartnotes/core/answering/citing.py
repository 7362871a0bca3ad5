"""Citing: the words of the notes that support a sentence. A quote is always cut out of its page, never written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from smartnotes.core.answering.accounting import words_agree
from smartnotes.core.answering.agreement import (
    names_agree,
    negation_agrees,
    order_agrees,
    quantities_agree,
    stems_in_order,
    subjects_agree,
)
from smartnotes.core.answering.claims import Claim, claims_of, plain_words, without_markers
from smartnotes.core.answering.equations import equations, squeezed
from smartnotes.core.answering.opposites import opposites_agree
from smartnotes.core.answering.relevance import maxsim
from smartnotes.core.language.numerals import numbers_agree, roles_agree
from smartnotes.core.language.sentences import TextSpan, sentence_spans
from smartnotes.core.language.wording import content_stems
from smartnotes.core.ports import TokenEncoder
from smartnotes.core.study import AnswerSentence, Citation, Evidence, Hit

_LITERAL = 0.7  # of a sentence's content words stand in the quote: supported
_LOOSE = 0.4  # ... with token vectors this near as well
_NEAR = 0.84
_TRIED = 4
"""Windows whose facts are compared, the best by words first."""
_ABOUT_IT = 3
_POINTING = re.compile(r"\s*(?:it|this|that|they|these|those)\b", re.IGNORECASE)
"""With fewer content words such a sentence could mean anything."""
_JOINTS = re.compile(r";\s+|,?\s+\b(?:and|while|whereas|but)\b\s+|,\s+(?=which\b)")


class Support(NamedTuple):
    """Characters ``[start, end)`` of a chunk's text that say what a sentence says, as well as `score` (0-1)."""

    hit: Hit
    start: int
    end: int
    score: float


class Cited(NamedTuple):
    """A text without markers, its sentences in order, and the citations they point to."""

    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]


class _Window(NamedTuple):
    """One to three consecutive sentences of a chunk, with the stems of each."""

    item: Evidence
    spans: tuple[TextSpan, ...]
    stems: tuple[frozenset[str], ...]

    @property
    def text(self) -> str:
        return self.item.hit.chunk.text[self.spans[0].start : self.spans[-1].end]

    def touched(self, wanted: Sequence[str]) -> list[str]:
        """Return the sentences that have one of the stems."""
        text = self.item.hit.chunk.text
        pairs = zip(self.spans, self.stems, strict=True)
        return [text[span.start : span.end] for span, there in pairs if not there.isdisjoint(wanted)]


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


class Ground:
    """Evidence prepared for finding support in it: its sentences are cut and stemmed once for a whole answer."""

    def __init__(self, evidence: Sequence[Evidence], *, encoder: TokenEncoder | None = None) -> None:
        self._windows = [window for item in evidence for window in _windows(item)]
        self._context = {item.marker: _context(item) for item in evidence}
        self._code = [(item, squeezed(item.hit.chunk.text)) for item in evidence]
        self._equations = frozenset().union(*(equations(item.hit.chunk.text) for item in evidence))
        self._encoder = encoder

    def supports(self, claim: Claim) -> list[Support]:
        """Return the places that together say what the claim says, [] where they do not; mostly it is one.

        Most of the content words must stand there, with an encoder fewer where the token vectors are near; numbers,
        negations, names and roles must agree (see `agreement`). A sentence of several parts may have a place for each.
        """
        if claim.code:
            return self._listing(claim)
        if equations(claim.words) and not self._written(claim.words):
            return []
        whole = self._one(claim.words, claim.markers)
        if whole is not None:
            return [whole]
        parts = _parts(claim.words)
        if len(parts) < 2:
            return []
        found = [self._one(part, claim.markers) for part in parts]
        return [one for one in found if one is not None] if all(one is not None for one in found) else []

    def _one(self, words: str, markers: Sequence[str]) -> Support | None:
        wanted = stems_in_order(words)
        if not wanted:
            return None
        scored = [(self._score(wanted, window, markers), place) for place, window in enumerate(self._windows)]
        likely = sorted((one for one in scored if one[0] >= _LOOSE), key=lambda one: (-one[0], one[1]))
        near: list[tuple[float, _Window]] = []
        turned: set[tuple[str, TextSpan]] = set()
        tried = 0
        for score, place in likely:
            window = self._windows[place]
            if tried == _TRIED or (score < _LITERAL and (self._encoder is None or tried >= 2)):
                break
            if any((window.item.marker, span) in turned for span in window.spans):
                continue  # what a sentence turns round its neighbours do not make right
            tried += 1
            if not self._agrees(words, wanted, window):
                if len(window.spans) == 1:
                    turned.add((window.item.marker, window.spans[0]))
                continue
            if not self._accounts(words, wanted, window):
                continue
            if score >= _LITERAL:
                return _support(window, score)
            near.append((score, window))
        for score, window in near:
            if self._encoder is not None and _near(words, window.text, self._encoder):
                return _support(window, score)
        return None

    def _score(self, wanted: Sequence[str], window: _Window, markers: Sequence[str]) -> float:
        """Return the share of wanted stems in the window, a little less for a longer one."""
        there = frozenset().union(*window.stems)
        share = sum(word in there for word in wanted) / len(wanted)
        length = window.spans[-1].end - window.spans[0].start
        return share - 0.0001 * length + (0.02 if window.item.marker in markers else 0.0)

    def _accounts(self, words: str, wanted: Sequence[str], window: _Window) -> bool:
        """Return whether all words, numbers and names of a sentence are in the window or above it."""
        context = self._context[window.item.marker]
        return (
            not _is_vague(words, wanted, " \n".join(window.touched(wanted)))
            and words_agree(words, window.text, context=context)
            and numbers_agree(words, window.text, context=context)
            and names_agree(words, f"{window.text} {context}")
        )

    def _agrees(self, words: str, wanted: Sequence[str], window: _Window) -> bool:
        """Return whether the window does not say the contrary of a sentence with its words."""
        touched = window.touched(wanted)
        said = " \n".join(touched)
        return (
            negation_agrees(words, said)
            and opposites_agree(words, said)
            and quantities_agree(words, said)
            and order_agrees(words, touched)
            and subjects_agree(words, touched)
            and roles_agree(words, said, words=stems_in_order)
        )

    def _written(self, words: str) -> bool:
        """Return whether the equations of a sentence stand in the evidence, signs and all."""
        return equations(words) <= self._equations

    def _listing(self, claim: Claim) -> list[Support]:
        """Return the place where every line of a listing stands, white space aside."""
        lines = [squeezed(line) for line in claim.words.splitlines() if line.strip()]
        for item, text in self._code:
            if lines and all(line in text for line in lines):
                spans = [
                    span
                    for span in sentence_spans(item.hit.chunk.text)
                    if any(_overlaps(squeezed(item.hit.chunk.text[span.start : span.end]), line) for line in lines)
                ]
                if spans:
                    return [Support(item.hit, spans[0].start, spans[-1].end, 1.0)]
        return []


def support_for(
    sentence: str, evidence: Sequence[Evidence], *, markers: Sequence[str] = (), encoder: TokenEncoder | None = None
) -> Support | None:
    """Return the words of the evidence that best support a sentence, None where no one place does.

    `markers` are the ones the model gave: of equal supports theirs is taken.
    """
    found = Ground(evidence, encoder=encoder).supports(Claim(0, len(sentence), plain_words(sentence), tuple(markers)))
    return found[0] if len(found) == 1 else None


def cite_text(
    text: str, evidence: Sequence[Evidence], *, question: str = "", encoder: TokenEncoder | None = None
) -> Cited:
    """Return a model's answer with its sentences cited; one that nothing supports has no citation.

    The text keeps its Markdown and loses its markers. Markers count as hints only; those we never issued are dropped
    with all the others.
    """
    marked = without_markers(text)
    ground = Ground(evidence, encoder=encoder)
    citations = Citations()
    sentences: list[AnswerSentence] = []
    for claim in claims_of(marked, question=question):
        found = ground.supports(claim) if claim.claims else []
        indices = dict.fromkeys(citations.add(citation(one.hit, one.start, one.end)) for one in found)
        told = marked.text[claim.start : claim.end]
        sentences.append(AnswerSentence(text=told, citations=tuple(indices), claim=claim.claims))
    return Cited(marked.text, tuple(sentences), citations.listed())


def cite_sentences(
    text: str, evidence: Sequence[Evidence], *, encoder: TokenEncoder | None = None
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """Return the sentences of `cite_text` and their citations."""
    cited = cite_text(text, evidence, encoder=encoder)
    return cited.sentences, cited.citations


def _windows(item: Evidence) -> list[_Window]:
    """Return one to three consecutive sentences, as often as they stand in the chunk."""
    text = item.hit.chunk.text
    spans = sentence_spans(text)
    words = [frozenset(content_stems(text[span.start : span.end])) for span in spans]
    return [
        _Window(item, tuple(spans[first : first + count]), tuple(words[first : first + count]))
        for count in (1, 2, 3)
        for first in range(len(spans) - count + 1)
    ]


def _is_vague(words: str, wanted: Sequence[str], said: str) -> bool:
    """Return whether a short sentence on "it" or "this" has too little of its source to be about the same."""
    if len(wanted) > _ABOUT_IT or not _POINTING.match(words):
        return False
    there = stems_in_order(said)
    return len(set(wanted) & set(there)) <= 0.5 * len(set(there))


def _context(item: Evidence) -> str:
    """Return what stands above a chunk's sentences: its headings, and the first row of its table."""
    head = next((line for line in item.hit.chunk.text.splitlines() if "\t" in line), "")
    return " \n".join((*item.hit.chunk.headings, head))


def _support(window: _Window, score: float) -> Support:
    return Support(window.item.hit, window.spans[0].start, window.spans[-1].end, min(1.0, max(0.0, score)))


def _parts(words: str) -> list[str]:
    """Return the parts of a sentence that say something each; a part without a subject gets that of the first."""
    parts = [part.strip() for part in _JOINTS.split(words) if part and part.strip()]
    return parts if all(len(stems_in_order(part)) >= 2 for part in parts) else []


def _near(sentence: str, window: str, encoder: TokenEncoder) -> bool:
    [passage] = encoder.encode_passages([window])
    return bool(len(passage)) and float(np.mean(maxsim(encoder.encode_query(sentence), passage))) >= _NEAR


def _overlaps(span: str, line: str) -> bool:
    return bool(span) and (span in line or line in span)
