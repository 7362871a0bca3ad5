from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smartnotes.core.answering.knownpassages import KnownPassages
from smartnotes.core.ports import TokenVectors, Vectors
from tests.fakes import WordEncoder


class Counting(WordEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.encoded += texts
        return WordEncoder().encode_passages(texts)

    def encode_query(self, text: str) -> Vectors:
        self.encoded.append(text)
        return super().encode_query(text)


def test_a_passage_that_is_known_is_not_encoded_again() -> None:
    inner = Counting()
    known = KnownPassages(inner)
    [stored] = WordEncoder().encode_passages(["cells have walls"])
    known.learn({"cells have walls": stored})
    texts = ["genes", "cells have walls", "genes"]
    found = known.encode_passages(texts)
    assert inner.encoded == ["genes"]
    expected = WordEncoder().encode_passages(texts)
    assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
    assert all(len(known.token_spans(text)) == len(rows) for text, rows in zip(texts, found, strict=True))


def test_a_question_is_encoded_once() -> None:
    inner = Counting()
    known = KnownPassages(inner)
    assert np.array_equal(known.encode_query("What?"), known.encode_query("What?"))
    assert inner.encoded == ["What?"]


def test_vectors_of_another_dimension_are_made_anew() -> None:
    inner = Counting()
    known = KnownPassages(inner)
    known.learn({"genes": np.zeros((1, inner.dimension + 1), dtype=np.int8)})
    [found] = known.encode_passages(["genes"])
    assert inner.encoded == ["genes"]
    assert found.shape[1] == inner.dimension
