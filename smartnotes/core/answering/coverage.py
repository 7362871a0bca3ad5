"""Coverage: whether the evidence answers a question at all, or "not in your notes" is the answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from smartnotes.core.answering.excerpts import Excerpt, page_ranks
from smartnotes.core.answering.names import asks_for_maker, names_somebody, unknown_names
from smartnotes.core.language.wording import content_stems
from smartnotes.core.study import Hit

THRESHOLD = 0.25
"""Below it a question is refused: 1 in 30 of those it was set with that have an answer, 4 in 5 that have none."""

# Logistic regression on 64 questions with an answer in real lectures, 31 without, and, at a third of the weight, the 64
# again with the pages of the answer taken away. `bench/answers.py` prints what comes of it.
_WEAKEST = 18.6
_WORDS = 2.9
_RELEVANCE = 0.6
_BIAS = -16.9
# Near what a fit to 164 questions gives (the samples' own, `first.json` and `fitting.json` of `bench/lectures`; 92 have
# an answer), the weights above kept. Of 24 there with a name that the notes do not have, none has an answer.
_UNKNOWN_NAME = -2.5
_NOBODY_NAMED = -1.5
_WHOLE = 1.5
_PAGES = 3  # what the notes say on a subject stands on several pages; a chance match on one


class Signs(NamedTuple):
    """What speaks for an answer: half of it on the best page, half as the mean over the best three.

    `weakest` is the mean best dot product of the quarter of the question's tokens that are matched worst: a question
    about a thing the notes never mention has such tokens. `words` is the share of the question's content words on the
    page; `relevance` the log-odds of the hit's score. The others speak against it or for it as a whole: a name that no
    hit has, a question who made something where no line on it names anybody, a line with all the content words.
    """

    weakest: float
    words: float
    relevance: float
    unknown_name: bool = False
    nobody_named: bool = False
    whole: bool = False


def covers(question: str, hits: Sequence[Hit], found: Sequence[Excerpt], *, at_least: float = THRESHOLD) -> bool:
    """Return whether the hits, of which `found` are the lines, cover the question with that likelihood."""
    return bool(hits and found) and coverage(signs(question, hits, found)) >= at_least


def coverage(seen: Signs) -> float:
    """Return 0-1: how likely the pages answer the question."""
    odds = _WEAKEST * seen.weakest + _WORDS * seen.words + _RELEVANCE * seen.relevance + _BIAS
    odds += _UNKNOWN_NAME * seen.unknown_name + _NOBODY_NAMED * seen.nobody_named + _WHOLE * seen.whole
    return 1.0 / (1.0 + math.exp(-odds))


def signs(question: str, hits: Sequence[Hit], found: Sequence[Excerpt]) -> Signs:
    """Return the signs on the best pages; there must be a hit and a line."""
    ranks = page_ranks(hits)
    places = sorted({ranks[excerpt.hit] for excerpt in found})[:_PAGES]
    first = {rank: hits[ranks.index(rank)] for rank in places}
    seen = [_page_signs(question, first[rank], [one for one in found if ranks[one.hit] == rank]) for rank in places]
    weakest, words, relevance = (float(values[0] + np.mean(values)) / 2 for values in zip(*seen, strict=True))
    wanted = set(content_stems(question))
    lines = [hits[one.hit].chunk.text[one.start : one.end] for one in found]
    stems = [set(content_stems(line)) for line in lines]
    on_it = [line for line, there in zip(lines, stems, strict=True) if wanted & there]
    return Signs(
        weakest=weakest,
        words=words,
        relevance=relevance,
        unknown_name=bool(unknown_names(question, (hit.chunk.indexed_text for hit in hits))),
        nobody_named=asks_for_maker(question) and not any(names_somebody(line, besides=question) for line in on_it),
        whole=bool(wanted) and any(wanted <= there for there in stems),
    )


def _page_signs(question: str, hit: Hit, found: Sequence[Excerpt]) -> tuple[float, float, float]:
    """Return `weakest`, `words` and `relevance` of one page."""
    tokens = np.max([excerpt.best for excerpt in found], axis=0)
    worst = np.sort(tokens)[: max(1, len(tokens) // 4)]
    wanted = set(content_stems(question))
    there = set(content_stems(hit.chunk.indexed_text))
    score = min(max(hit.score, 1e-4), 1 - 1e-4)
    shared = len(wanted & there) / len(wanted) if wanted else 0.0
    return float(worst.mean()), shared, math.log(score / (1 - score))
