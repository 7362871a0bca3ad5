from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from smartnotes.core.answering.relevance import surveys
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


def find(query: str, *found: Chunk, phrasings: Sequence[str] = (), **options: object) -> list[Hit]:
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
        phrasings=phrasings,
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


def test_a_slide_that_repeats_a_better_one_is_left_out() -> None:
    again = chunk(4, NUCLEUS.text + ".")
    pages = [hit.chunk.page for hit in find("nucleus genes", NUCLEUS, again, MITO)]
    assert len({2, 4} & set(pages)) == 1


def test_of_copies_in_two_lectures_the_latest_is_kept_where_the_better_one_stood() -> None:
    copy = chunk(5, NUCLEUS.text, lecture="lec_b")
    for found in ((NUCLEUS, copy, MITO), (copy, NUCLEUS, MITO)):
        hits = find("Which part holds the genes?", *found)
        assert [hit.chunk.page for hit in hits if hit.chunk.text == NUCLEUS.text] == [5]
        assert hits[0].chunk.page == 5


def test_copies_do_not_push_other_pages_out_of_the_second_stage() -> None:
    copies = [chunk(number, NUCLEUS.text, lecture=f"lec_{number}") for number in range(10, 60)]
    hits = find("Which part holds the genes of the cell?", *copies, MITO, WALL)
    assert {hit.chunk.text for hit in hits} == {NUCLEUS.text, MITO.text, WALL.text}


def test_copies_in_another_subject_or_with_another_number_stay() -> None:
    exam = chunk(4, "The exam on cells is held in room 7 of the old building near the river at noon")
    moved = chunk(5, exam.text.replace("7", "9"), lecture="lec_b")
    elsewhere = chunk(6, exam.text, lecture="lec_b").model_copy(update={"subject_id": "sub_b"})
    pages = {hit.chunk.page for hit in find("Where is the exam held?", exam, moved, elsewhere, MITO)}
    assert {4, 5, 6} <= pages


def test_another_phrasing_finds_what_the_question_does_not_name() -> None:
    stop = chunk(4, "break interrupts it")
    query = "How do I get out of the cell?"
    found = [MITO, NUCLEUS, WALL, stop]
    plain = find(query, *found)
    helped = find(query, *found, phrasings=["break interrupts"])
    before, after = ([hit.chunk.page for hit in hits].index(4) for hits in (plain, helped))
    assert after < before


def test_what_the_question_itself_finds_best_gains_nothing_from_its_phrasings() -> None:
    plain = find("Which part holds the genes?", MITO, NUCLEUS)
    helped = find("Which part holds the genes?", MITO, NUCLEUS, phrasings=["the", "of"])
    assert helped[0].chunk == plain[0].chunk == NUCLEUS
    assert helped[0].score >= plain[0].score


def test_lists_weigh_what_they_are_given() -> None:
    assert fuse(["a"], ["b"], weights=[1, 0.5])[0] == ("a", pytest.approx(1 / 1.5))


def test_there_are_as_many_hits_as_asked_for_however_many_repeat_each_other() -> None:
    again = [chunk(number, NUCLEUS.text + "." * number) for number in range(4, 12)]
    found = find("nucleus genes", *again, NUCLEUS, MITO, WALL, limit=3, rerank=False)
    assert len({hit.chunk.text.rstrip(".") for hit in found}) == 3


def test_a_question_prefers_what_answers_to_what_asks() -> None:
    asks = chunk(4, "Where are the genes held?\nA. nucleus\nB. wall")
    tells = chunk(5, "Where are the genes held in\nA nucleus\nB wall")
    assert find("Where are the genes held?", asks, tells)[0].chunk == tells


@pytest.mark.parametrize("title", ["Recap", "Agenda", "Take-home messages", "Learning goals", "Summary:", "Today"])
def test_a_question_prefers_the_slide_to_the_agenda_and_the_recap(title: str) -> None:
    told = chunk(4, "The genes are held in the nucleus").model_copy(update={"headings": ("Genes",)})
    survey = chunk(3, "Genes are held in the nucleus the").model_copy(update={"headings": ("Cells", title)})
    assert find("Where are the genes held?", survey, told)[0].chunk == told


def test_a_title_with_more_to_it_is_no_survey() -> None:
    assert not surveys("Summary statistics")
    assert not surveys("Overview of the immune system")


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
