"""Embedding with bge-small-en-v1.5 (BAAI, MIT), int8, bundled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smartnotes.core.ports import Vectors
from smartnotes.engines.onnx import OnnxEncoder

# The instruction the model's authors give for short queries to longer passages; passages have none.
# https://huggingface.co/BAAI/bge-small-en-v1.5
_QUERY_PREFIX = "Represent this sentence for searching relevant passages: "
_MAX_TOKENS = 512


class BgeEmbedder:
    """One vector of 384 dimensions a text: the [CLS] token's state, normalised. Loads on first use."""

    name = "bge-small-en-v1.5-int8"
    dimension = 384

    def __init__(self, *, threads: int = 1) -> None:
        self._encoder = OnnxEncoder("bge_small_en", threads=threads)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (texts, 384); a text is cut off after 512 tokens. Raises `EngineMissing`, `EngineError`."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        sequences = [self._encoder.tokenize(text, max_tokens=_MAX_TOKENS).ids for text in texts]
        for index, states in self._encoder.hidden_states(sequences):
            vectors[index] = states[0]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Return (384,) for a question or keywords."""
        vector: Vectors = self.embed_passages([_QUERY_PREFIX + text])[0]
        return vector
