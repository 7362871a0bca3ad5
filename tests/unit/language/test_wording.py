from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartnotes.core.language.wording import content_stems, estimated_tokens, fold, stem, tokens, word_set


@pytest.mark.parametrize(
    "family",
    [
        ("evaluate", "evaluated", "evaluates", "evaluation", "evaluations"),
        ("sequence", "sequences", "sequencing", "sequenced"),
        ("stop", "stops", "stopped", "stopping"),
        ("class", "classes"),
        ("dictionary", "dictionaries"),
        ("deplete", "depleted", "depletion"),
        ("organize", "organized", "organization"),
    ],
)
def test_inflected_forms_share_a_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize("pair", [("begin", "being"), ("class", "clad"), ("ring", "r"), ("bus", "bu"), ("rna", "rn")])
def test_different_words_keep_different_stems(pair: tuple[str, str]) -> None:
    assert stem(pair[0]) != stem(pair[1])


def test_tokens_know_where_they_stand() -> None:
    text = "The C++ code, e.g. 3.5 don\u2019t"
    assert [text[token.start : token.end] for token in tokens(text)] == [
        "The",
        "C++",
        "code",
        "e.g",
        "3.5",
        "don\u2019t",
    ]
    assert tokens(text)[-1].word == "don't"


@given(st.text() | st.text(st.characters(max_codepoint=127)))
def test_a_word_is_its_characters_folded(text: str) -> None:
    found = tokens(text)
    assert all(token.word == fold(text[token.start : token.end]) for token in found)
    assert word_set(text) == {token.word for token in found}


def test_folding_removes_accents_ligatures_and_case() -> None:
    assert fold("Éﬁn") == "efin"


def test_question_words_are_not_content() -> None:
    assert content_stems("What is the range of the force?") == ["rang", "forc"]


def test_long_words_and_numbers_count_as_several_tokens() -> None:
    assert estimated_tokens("the cat") == 2
    assert estimated_tokens("deoxyribonucleic") == 4
    assert estimated_tokens("123456, x") == 5
