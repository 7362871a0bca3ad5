"""Excerpts: the lines and sentences of the evidence, scored against a question, and the few that answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smartnotes.core.cues import AnswerForm, answer_form, has_form, topic
from smartnotes.core.ports import TokenEncoder, Vectors
from smartnotes.core.sentences import TextSpan, line_spans, sentence_spans
from smartnotes.core.study import Hit
from smartnotes.core.wording import content_stems, fold

_PAGES = 5  # hits whose lines are looked at
_BULLET = re.compile(r"^(?:[^\w\s(\[{'\"~<>=#$+/*@&|\\.\-]+|[-*\u2013o](?=\s))\s*|^\(?(?:\d{1,2}|[a-zA-Z])[.)]\s+")
_OPTION = re.compile(r"^\(?[A-Ha-h][.)]\s")
_CODE = re.compile(r"[=(){}\[\];<>#]")

# What a line wins or loses besides its mean MaxSim (which differs by .02-.1 between good and bad lines).
_FORM = 0.03
_DEFINITION = 0.05
_QUESTION = -0.12
_HEADING = -0.06
_FRAGMENT = -0.05
_WORDS = 0.06
_PAGE = 0.10
_NEXT_TO = 0.03
_SPREAD = 0.05  # how far below the best line another one may be and still be told


class Excerpt(NamedTuple):
    """A line or sentence: characters ``[start, end)`` of the text of hit number `hit`; `item` where it is in a list."""

    hit: int
    start: int
    end: int
    item: bool
    score: float
    best: NDArray[np.float32]


def excerpts(question: str, hits: Sequence[Hit], *, encoder: TokenEncoder) -> list[Excerpt]:
    """Return the lines of the best pages with their scores, in order of page and place."""
    looked = hits[:_PAGES]
    if not looked:
        return []
    asked = encoder.encode_query(question)
    texts = [hit.chunk.indexed_text for hit in looked]
    found: list[Excerpt] = []
    for number, passage in enumerate(encoder.encode_passages(texts)):
        offset = len(texts[number]) - len(looked[number].chunk.text)
        places = np.array(encoder.token_spans(texts[number]), dtype=np.int64).reshape(-1, 2) - offset
        products = asked @ passage.astype(np.float32).T / np.float32(127)
        found += _scored(question, looked, number, places=places, products=products)
    return found


def _scored(
    question: str, hits: Sequence[Hit], number: int, *, places: NDArray[np.int64], products: Vectors
) -> list[Excerpt]:
    text = hits[number].chunk.text
    wanted = set(content_stems(question))
    form, about = answer_form(question), fold(topic(question))
    page = _PAGE * (hits[number].score - hits[0].score)
    found: list[Excerpt] = []
    for span, item in units(text):
        inside = (places[:, 0] >= span.start) & (places[:, 1] <= span.end) & (places[:, 1] > places[:, 0])
        if not inside.any():
            continue
        best = products[:, inside].max(axis=1)
        line = text[span.start : span.end]
        score = float(best.mean()) + page + _WORDS * _share(wanted, line)
        score += _line_bonus(line, form, about, heading=line in hits[number].chunk.headings)
        found.append(Excerpt(number, span.start, span.end, item, score, best))
    return found


def units(text: str) -> list[tuple[TextSpan, bool]]:
    """Return the sentences of the text without bullets in front, and whether each stands in a list."""
    found: list[tuple[TextSpan, bool]] = []
    for line in line_spans(text):
        bullet = _BULLET.match(text[line.start : line.end])
        start = line.start + (bullet.end() if bullet else 0)
        for span in sentence_spans(text, start=start, end=line.end):
            found.append((span, bullet is not None))
    return found


def _share(wanted: set[str], line: str) -> float:
    return len(wanted & set(content_stems(line))) / len(wanted) if wanted else 0.0


def _line_bonus(line: str, form: AnswerForm, about: str, *, heading: bool) -> float:
    bonus = 0.0
    if has_form(form, line, about=about):
        bonus += _DEFINITION if form is AnswerForm.DEFINITION else _FORM
    if line.rstrip().endswith("?") or _OPTION.match(line):
        bonus += _QUESTION
    if heading:
        bonus += _HEADING
    words = len(content_stems(line))
    if words < 2 and form not in (AnswerForm.NUMBER, AnswerForm.DATE):
        bonus += _FRAGMENT
    return bonus


def choose(found: Sequence[Excerpt], hits: Sequence[Hit], *, max_characters: int) -> list[Excerpt]:
    """Return the lines to tell, in order of page and place: the best one and those nearly as good that fit."""
    if not found:
        return []
    best = max(found, key=lambda excerpt: excerpt.score)
    chosen = [best]
    room = max_characters - (best.end - best.start)
    rest = [excerpt for excerpt in found if excerpt is not best]
    while rest:
        position = {id(excerpt): index for index, excerpt in enumerate(found)}
        near = {position[id(excerpt)] + step for excerpt in chosen for step in (-1, 1)}

        def value(excerpt: Excerpt) -> float:
            beside = position[id(excerpt)] in near and excerpt.hit == best.hit
            return excerpt.score + (_NEXT_TO if beside else 0.0)

        candidate = max(rest, key=value)
        rest.remove(candidate)
        if value(candidate) < best.score - _SPREAD:
            break
        length = candidate.end - candidate.start + 1
        if length <= room and not _repeats(candidate, chosen, hits):
            chosen.append(candidate)
            room -= length
    return sorted(chosen, key=lambda excerpt: (excerpt.hit, excerpt.start))


def _repeats(candidate: Excerpt, chosen: Sequence[Excerpt], hits: Sequence[Hit]) -> bool:
    mine = set(content_stems(hits[candidate.hit].chunk.text[candidate.start : candidate.end]))
    for other in chosen:
        theirs = set(content_stems(hits[other.hit].chunk.text[other.start : other.end]))
        if len(mine & theirs) >= 0.8 * max(1, len(mine)):
            return True
    return False
