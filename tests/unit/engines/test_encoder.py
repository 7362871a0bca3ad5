"""ColBERT, as it is."""

from __future__ import annotations

import numpy as np
import pytest

from smartnotes.core.answering.relevance import maxsim
from smartnotes.engines.encoder import ColbertEncoder

ENCODER = ColbertEncoder()


def test_the_passage_that_answers_scores_best() -> None:
    asked = ENCODER.encode_query("What holds the two parts of a nut together?")
    passages = ENCODER.encode_passages(["The sections are connected with a spring.", "Sets have no duplicates."])
    answers, other = (float(maxsim(asked, passage).mean()) for passage in passages)
    assert answers > other + 0.03


def test_rows_are_int8_of_length_one() -> None:
    [passage] = ENCODER.encode_passages(["Some words, and a comma."])
    assert passage.dtype == np.int8
    assert passage.shape[1] == 64
    assert np.linalg.norm(passage / 127, axis=1) == pytest.approx(1, abs=0.03)


def test_each_row_knows_its_characters_and_punctuation_has_none() -> None:
    text = "One, two."
    [passage] = ENCODER.encode_passages([text])
    spans = ENCODER.token_spans(text)
    assert len(spans) == len(passage)
    assert [text[start:end] for start, end in spans if end > start] == ["One", "two"]


def test_an_empty_text_still_has_rows() -> None:
    [passage] = ENCODER.encode_passages([""])
    assert len(passage) >= 1


def test_a_long_text_is_cut_off_to_what_the_model_holds() -> None:
    [passage] = ENCODER.encode_passages(["word " * 3000])
    assert len(passage) <= 512


def test_a_passage_has_the_same_vectors_whatever_is_encoded_with_it() -> None:
    texts = ["A nut holds a bolt.", "A much longer passage, with many more words than the other one has.", "Bolts."]
    together = ColbertEncoder(threads=2).encode_passages(texts)
    alone = [ENCODER.encode_passages([text])[0] for text in texts]
    assert all(np.array_equal(one, other) for one, other in zip(together, alone, strict=True))
