from __future__ import annotations

import numpy as np
import pytest

from smartnotes.core.model import Chunk
from smartnotes.core.options import SearchMode, SearchOptions
from smartnotes.core.ports import ChunkFilter
from smartnotes.core.steps.retrieve import _Candidate, _fuller_first, fuse, retrieve
from smartnotes.core.study import Hit
from tests.fakes import MemoryChunks, MemoryVectors, WordEmbedder, WordEncoder


def chunk(number: int, text: str, *, lecture: str = "lec_a") -> Chunk:
    return Chunk(
        id=f"chk_{number}",
        subject_id="sub_a",
        lecture_id=lecture,
        page=number,
        start=0,
        end=len(text),
        context="Biology > cells",
        text=text,
    )


def find(query: str, *found: Chunk, **options: object) -> list[Hit]:
    vectors = MemoryVectors()
    embedder = WordEmbedder()
    texts = [one.indexed_text for one in found]
    if found:
        vectors.upsert("sub_a", chunks=found, vectors=embedder.embed_passages(texts), model="words 1")
    return retrieve(
        query,
        options=SearchOptions.model_validate(options),
        embedder=embedder,
        encoder=WordEncoder(),
        chunks=MemoryChunks(found),
        vectors=vectors,
        chosen=ChunkFilter(("sub_a",)),
        lectures={"lec_a": "cells.pdf", "lec_b": "again.pdf"},
    )


def test_fusion_prefers_what_both_lists_have() -> None:
    fused = fuse(["a", "b", "c"], ["c", "d"])
    assert fused[0][0] == "c"
    assert {found for found, _ in fused} == {"a", "b", "c", "d"}


def test_the_first_of_both_lists_scores_one() -> None:
    assert fuse(["a", "b"], ["a"])[0] == ("a", pytest.approx(1.0))


MITO = chunk(1, "Mitochondria make energy for the cell")
NUCLEUS = chunk(2, "The nucleus holds the genes")
WALL = chunk(3, "Plants have a wall of cellulose")


def test_keywords_find_the_chunk_that_has_them() -> None:
    hits = find("nucleus genes", MITO, NUCLEUS, WALL)
    assert hits[0].chunk == NUCLEUS
    assert hits[0].lecture_name == "cells.pdf"


def test_highlights_are_the_words_of_the_query_in_any_form() -> None:
    [hit, *_] = find("the gene of a nucleus", MITO, NUCLEUS)
    assert [hit.chunk.text[one.start : one.end] for one in hit.highlights] == ["nucleus", "genes"]


@pytest.mark.parametrize("mode", list(SearchMode))
@pytest.mark.parametrize("rerank", [True, False])
def test_scores_are_fractions_and_fall(mode: SearchMode, rerank: bool) -> None:
    scores = [hit.score for hit in find("nucleus genes cell", MITO, NUCLEUS, WALL, mode=mode, rerank=rerank)]
    assert scores
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_slide_that_repeats_a_better_one_is_left_out_within_a_lecture_only() -> None:
    again = chunk(4, NUCLEUS.text + ".")
    elsewhere = chunk(5, NUCLEUS.text, lecture="lec_b")
    pages = [hit.chunk.page for hit in find("nucleus genes", NUCLEUS, again, elsewhere, MITO)]
    assert len({2, 4} & set(pages)) == 1
    assert 5 in pages


def test_there_are_as_many_hits_as_asked_for_however_many_repeat_each_other() -> None:
    again = [chunk(number, NUCLEUS.text + "." * number) for number in range(4, 12)]
    found = find("nucleus genes", *again, NUCLEUS, MITO, WALL, limit=3, rerank=False)
    assert len({hit.chunk.text.rstrip(".") for hit in found}) == 3


def test_a_question_prefers_what_answers_to_what_asks() -> None:
    asks = chunk(4, "Where are the genes held?\nA. nucleus\nB. wall")
    tells = chunk(5, "Where are the genes held in\nA nucleus\nB wall")
    assert find("Where are the genes held?", asks, tells)[0].chunk == tells


def test_the_limit_holds() -> None:
    assert len(find("the of cell", MITO, NUCLEUS, WALL, limit=2)) == 2


def test_a_query_of_stop_words_or_signs_is_still_a_query() -> None:
    assert find("the of", MITO, NUCLEUS)
    assert find("??", MITO)


def test_nothing_is_found_in_nothing() -> None:
    assert find("anything at all?") == []


def test_stored_token_vectors_are_used() -> None:
    class Loud(WordEncoder):
        def encode_passages(self, texts: object) -> list[np.ndarray]:  # type: ignore[type-arg,override]
            raise AssertionError("stored vectors should have been used")

    encoder = WordEncoder()
    stored = {MITO.id: encoder.encode_passages([MITO.indexed_text])[0]}
    vectors = MemoryVectors()
    vectors.upsert("sub_a", chunks=[MITO], vectors=WordEmbedder().embed_passages([MITO.text]), model="m")
    hits = retrieve(
        "What makes energy?",
        options=SearchOptions(),
        embedder=WordEmbedder(),
        encoder=Loud(),
        chunks=MemoryChunks([MITO], tokens=stored),
        vectors=vectors,
        chosen=ChunkFilter(("sub_a",)),
        lectures={},
    )
    assert hits[0].chunk == MITO


def test_a_page_nearby_that_says_all_of_the_best_one_and_more_stands_before_it() -> None:
    outline = chunk(1, "reads are aligned counted compared")
    full = chunk(2, "reads are aligned with STAR counted with HTSeq compared with limma")
    far = full.model_copy(update={"id": "chk_9", "page": 9})
    assert _fuller_first([_Candidate(outline, 0.95), _Candidate(full, 0.94)])[0].chunk == full
    assert _fuller_first([_Candidate(outline, 0.95), _Candidate(full, 0.80)])[0].chunk == outline
    assert _fuller_first([_Candidate(outline, 0.95), _Candidate(far, 0.94)])[0].chunk == outline
    assert _fuller_first([]) == []


def test_a_question_about_an_operator_prefers_the_page_that_has_it_by_itself() -> None:
    floor = chunk(1, "operator // floor division")
    other = chunk(2, "operator / division")
    address = chunk(3, "operator at http:///x division")
    hits = find("What does the // operator do?", floor, other, address, rerank=True)
    assert hits[0].chunk == floor
