"""Which lines are told."""

from __future__ import annotations

import numpy as np

from smartnotes.core.answering.excerpts import Excerpt, choose, page_ranks
from smartnotes.core.kinds import ChunkKind
from smartnotes.core.study import Hit
from tests.builders import a_hit

LINES = ("In 1990 they taxed yachts.", "Buyers of boats went elsewhere.", "Congress repealed it in 1993.")
HIT = a_hit(" ".join(LINES))


def scored(*scores: float) -> list[Excerpt]:
    starts = [HIT.chunk.text.index(line) for line in LINES]
    return [
        Excerpt(0, start, start + len(line), item=False, score=score, best=np.zeros(1, dtype=np.float32))
        for start, line, score in zip(starts, LINES, scores, strict=True)
    ]


def told(question: str, *scores: float) -> list[str]:
    chosen = choose(scored(*scores), [HIT], max_characters=300, question=question)
    return [HIT.chunk.text[one.start : one.end] for one in chosen]


def test_what_the_best_line_leaves_out_of_the_question_another_line_may_tell() -> None:
    assert told("When was the tax on yachts repealed?", 0.9, 0.8, 0.81) == [LINES[0], LINES[2]]
    assert told("When did they tax yachts?", 0.9, 0.8, 0.81) == [LINES[0]]


def test_a_table_and_the_words_of_its_page_are_one_place() -> None:
    words, other = a_hit("words"), a_hit("other", page=2)
    table = a_hit("a\tb", start=30)
    table = table.model_copy(update={"chunk": table.chunk.model_copy(update={"kind": ChunkKind.TABLE})})
    more: Hit = a_hit("more words", start=60)
    assert page_ranks([words, other, table]) == [0, 1, 0]
    assert page_ranks([words, more]) == [0, 1]
