"""A BERT-like encoder in ONNX with its tokenizer: texts in, the last hidden state of every token out.

The bundled tokenizer files pad to 512 tokens; here padding goes only to the longest text of a batch, which is four
times faster and keeps attention off the padding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smartnotes.core.errors import EngineError, EngineMissing
from smartnotes.engines.weights import load_model_files

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_BATCH_TOKENS = 2048  # padded tokens in one run: eight long chunks, about 0.4 GB of activations at most
_BATCH_TEXTS = 8


class Tokens(NamedTuple):
    """The token ids of a text and the characters ``[start, end)`` each stands for (0, 0 for special ones)."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class OnnxEncoder:
    """Loads on first use, runs on `threads` threads. Tokenizing and running are safe to call from several threads."""

    def __init__(self, model: str, *, threads: int = 1) -> None:
        self._model = model
        self._threads = threads
        self._loaded: tuple[InferenceSession, Tokenizer] | None = None

    def tokenize(self, text: str, *, max_tokens: int) -> Tokens:
        """Return the tokens of the text between [CLS] and [SEP], cut off to `max_tokens` in all."""
        encoding = self._load()[1].encode(text)
        ids, offsets = list(encoding.ids), list(encoding.offsets)
        if len(ids) > max_tokens:
            ids = [*ids[: max_tokens - 1], ids[-1]]
            offsets = [*offsets[: max_tokens - 1], offsets[-1]]
        return Tokens(ids, offsets)

    def token_id(self, token: str) -> int:
        """Return the id of one entry of the vocabulary. Raises `EngineError` where there is none."""
        found = self._load()[1].token_to_id(token)
        if found is None:
            raise EngineError(f"The tokenizer of {self._model} does not know {token!r}.")
        return int(found)

    def hidden_states(self, sequences: Sequence[Sequence[int]]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield (index, (tokens, width)) for every sequence of ids, the long ones first.

        Sequences of like length share a run, so little is padded. Raises `EngineError`.
        """
        order = sorted(range(len(sequences)), key=lambda index: -len(sequences[index]))
        while order:
            width = max(1, len(sequences[order[0]]))
            count = max(1, min(_BATCH_TEXTS, _BATCH_TOKENS // width))
            batch, order = order[:count], order[count:]
            ids = np.zeros((len(batch), width), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, index in enumerate(batch):
                length = len(sequences[index])
                ids[row, :length] = sequences[index]
                mask[row, :length] = 1
            states = self._run(ids, mask)
            for row, index in enumerate(batch):
                yield index, states[row, : len(sequences[index])]

    def _run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        from onnxruntime.capi.onnxruntime_pybind11_state import (  # noqa: PLC0415
            Fail,
            InvalidArgument,
            RuntimeException,
        )

        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        try:
            states = self._load()[0].run(["last_hidden_state"], feed)[0]
        except (Fail, InvalidArgument, RuntimeException) as error:
            raise EngineError(f"The model {self._model} failed: {error}") from error
        return np.asarray(states, dtype=np.float32)

    def _load(self) -> tuple[InferenceSession, Tokenizer]:
        if self._loaded is None:
            try:
                import onnxruntime as ort  # noqa: PLC0415 - heavy
                from tokenizers import Tokenizer  # noqa: PLC0415 - heavy
            except ImportError as error:
                raise EngineMissing(
                    "onnxruntime or tokenizers is not installed.", hint="pip install onnxruntime tokenizers"
                ) from error
            files = load_model_files(self._model)
            options = ort.SessionOptions()
            options.intra_op_num_threads = self._threads
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            # as fast as all optimisations here, and quicker to load
            options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
            session = ort.InferenceSession(files.model, options, providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_buffer(files.tokenizer)
            tokenizer.no_padding()
            tokenizer.no_truncation()
            self._loaded = session, tokenizer
        return self._loaded
