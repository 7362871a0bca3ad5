"""Late interaction with answerai-colbert-small-v1 (Answer.AI, Apache 2.0), int8, bundled.

ColBERT (Khattab and Zaharia 2020): a query and a passage are encoded apart, one vector a token, and the passage scores
the sum over query tokens of the best dot product (MaxSim). Vectors are projected from 384 to 64 dimensions by a fixed
matrix (`data/colbert_projection.npy`, made by `bench/make_projection.py`), scaled to length 1 again (without that the
right page comes first four times in fifty less often) and kept as int8: at most 14 KB a chunk.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from smartnotes.core.ports import TokenVectors, Vectors
from smartnotes.engines.onnx import OnnxEncoder, Tokens

# As the model was trained (its config): [Q] is [unused0], [D] is [unused1], both after [CLS]; punctuation of passages
# is left out. In training queries were filled up with [MASK] to 32 tokens, which attention did not look at; measured
# here they change nothing (unattended) or do harm (attended), so they are left away.
_QUERY_MARKER = "[unused0]"
_PASSAGE_MARKER = "[unused1]"
_MAX_QUERY_TOKENS = 96
_MAX_PASSAGE_TOKENS = 511
_BLOCK = 10
"""Tokens that are projected at a time: up to 2**18 multiplications OpenBLAS works alone. For more it wakes its other
threads, which then wait spinning beside the model's: on busy cores encoding a passage took twice as long."""
_PUNCTUATION = frozenset(string.punctuation)


class ColbertEncoder:
    """Token vectors of 64 dimensions. Loads on first use."""

    name = "answerai-colbert-small-v1-int8-64"
    dimension = 64

    def __init__(self, *, threads: int = 1) -> None:
        self._encoder = OnnxEncoder("colbert", threads=threads)

    def encode_passages(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return (tokens without punctuation, 64) as int8 for each text; a text is cut off after 511 tokens.

        Raises `EngineMissing`, `EngineError`.
        """
        marked = [self._passage_tokens(text) for text in texts]
        found: list[TokenVectors] = [np.zeros((0, self.dimension), dtype=np.int8)] * len(texts)
        for index, states in self._encoder.hidden_states([tokens.ids for tokens in marked]):
            keep = self._kept(texts[index], marked[index])
            found[index] = np.rint(self._project(states[keep]) * 127).clip(-127, 127).astype(np.int8)
        return found

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Return the characters each row of `encode_passages` stands for; (0, 0) for the markers."""
        tokens = self._passage_tokens(text)
        return [tokens.offsets[row] for row in self._kept(text, tokens)]

    def encode_query(self, text: str) -> Vectors:
        """Return (tokens with the markers around them, 64), each row of length 1."""
        tokens = self._encoder.tokenize(text, max_tokens=_MAX_QUERY_TOKENS)
        ids = [tokens.ids[0], self._encoder.token_id(_QUERY_MARKER), *tokens.ids[1:]]
        [(_, states)] = self._encoder.hidden_states([ids])
        return self._project(states)

    def _passage_tokens(self, text: str) -> Tokens:
        tokens = self._encoder.tokenize(text, max_tokens=_MAX_PASSAGE_TOKENS)
        marker = self._encoder.token_id(_PASSAGE_MARKER)
        return Tokens(
            [tokens.ids[0], marker, *tokens.ids[1:]],
            [tokens.offsets[0], (0, 0), *tokens.offsets[1:]],
        )

    @staticmethod
    def _kept(text: str, tokens: Tokens) -> list[int]:
        return [row for row, (start, end) in enumerate(tokens.offsets) if text[start:end] not in _PUNCTUATION]

    @staticmethod
    def _project(states: NDArray[np.float32]) -> Vectors:
        blocks = (states[start : start + _BLOCK] @ _projection() for start in range(0, len(states), _BLOCK))
        projected = np.concatenate(list(blocks))
        lengths = np.linalg.norm(projected, axis=1, keepdims=True)
        return np.asarray(projected / np.maximum(lengths, 1e-12), dtype=np.float32)


@cache
def _projection() -> NDArray[np.float32]:
    with files("smartnotes.engines").joinpath("data/colbert_projection.npy").open("rb") as file:
        return np.asarray(np.load(file), dtype=np.float32)
