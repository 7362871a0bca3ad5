"""The bundled models, as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from smartnotes.core.errors import EngineError, EngineMissing
from smartnotes.engines import weights
from smartnotes.engines.embedder import BgeEmbedder
from smartnotes.engines.weights import load_model_files

EMBEDDER = BgeEmbedder()


def test_a_question_is_nearer_to_its_answer() -> None:
    passages = EMBEDDER.embed_passages(["The heart pumps blood through the body.", "Lists are mutable in Python."])
    similar = passages @ EMBEDDER.embed_query("What moves blood around?")
    assert similar[0] > similar[1] + 0.1


def test_vectors_have_length_one_and_no_text_depends_on_its_neighbours() -> None:
    texts = ["short", "a much longer text that fills the batch with many more tokens than the others do", "", "x"]
    together = EMBEDDER.embed_passages(texts)
    assert together.shape == (4, 384)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    alone = np.concatenate([EMBEDDER.embed_passages([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_several_threads_give_the_vectors_that_one_gives() -> None:
    texts = [f"{'word ' * number}and the number {number}" for number in range(70)]
    assert np.array_equal(BgeEmbedder(threads=2).embed_passages(texts), EMBEDDER.embed_passages(texts))


def test_no_texts_no_vectors() -> None:
    assert EMBEDDER.embed_passages([]).shape == (0, 384)


def test_a_text_beyond_the_models_length_is_cut_off() -> None:
    assert EMBEDDER.embed_passages(["word " * 3000]).shape == (1, 384)


def test_a_file_with_other_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models" / "data" / "colbert"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"not the model")
    (tmp_path / "__init__.py").touch()
    monkeypatch.setattr(weights, "models_folder", lambda: tmp_path / "models" / "data")
    with pytest.raises(EngineError, match="not the one"):
        load_model_files("colbert")
    with pytest.raises(EngineMissing):
        load_model_files("bge_small_en")
