from __future__ import annotations

import pytest

from smartnotes.core.answering.citing import Citations, citation, cite_sentences, support_for
from smartnotes.core.answering.claims import claims_of, without_markers
from tests.builders import a_hit, some_evidence
from tests.fakes import WordEncoder

HIT = a_hit("Boots nuts are made of steel. The two sections are connected with a spring.\nIt may not be reused.")


def test_a_citation_stands_on_the_page_where_the_chunk_does() -> None:
    made = citation(HIT, 0, 10)
    assert (made.page, made.start, made.end, made.quote) == (1, 10, 20, "Boots nuts")


def test_the_same_place_is_listed_once() -> None:
    citations = Citations()
    assert [
        citations.add(citation(HIT, 0, 10)),
        citations.add(citation(HIT, 0, 5)),
        citations.add(citation(HIT, 0, 10)),
    ] == [
        0,
        1,
        0,
    ]
    assert len(citations.listed()) == 2


def test_markers_go_to_the_sentence_before_them() -> None:
    claims = claims_of(without_markers("One thing[E1]. Another [E2, E3]. [E4] A third (E5)."))
    assert [(one.words, one.markers) for one in claims] == [
        ("One thing.", ("E1",)),
        ("Another.", ("E2", "E3", "E4")),
        ("A third.", ("E5",)),
    ]


def test_the_words_that_say_it_are_found() -> None:
    found = support_for("A spring connects the two sections.", some_evidence(HIT))
    assert found is not None
    assert HIT.chunk.text[found.start : found.end] == "The two sections are connected with a spring."


@pytest.mark.parametrize(
    "claim",
    [
        "The two sections are connected with 3 springs.",
        "The two sections are not connected with a spring.",
        "The nut may be reused.",
        "Aeroplanes fly high over the mountains.",
        "...",
    ],
)
def test_other_numbers_a_negation_or_other_words_are_no_support(claim: str) -> None:
    assert support_for(claim, some_evidence(HIT), encoder=WordEncoder()) is None


def test_the_markers_a_model_gave_break_ties() -> None:
    first, second = a_hit("A spring holds it."), a_hit("A spring holds it.", page=2)
    found = support_for("A spring holds it.", some_evidence(first, second), markers=["E2"])
    assert found is not None
    assert found.hit == second


def test_unknown_markers_are_dropped() -> None:
    sentences, citations = cite_sentences("Nuts are made of steel [E7].", some_evidence(HIT))
    assert [sentence.text for sentence in sentences] == ["Nuts are made of steel."]
    assert [one.quote for one in citations] == ["Boots nuts are made of steel."]
