"""A BERT-like encoder in ONNX with its tokenizer: texts in, the last hidden state of every token out.

Each text is a run of its own, on one thread, and `threads` of them go on at once. The int8 models scale their
activations by run: in a batch the vectors of a text would depend on the texts beside it (cosines down to .986 measured
to the same text alone). It is also quicker: batches pad, and threads within a run wait for each other, spinning (two
threads take .55 to .8 of the time that batches of eight take; a question 6 ms of processor time instead of 10).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smartnotes.core.errors import EngineError, EngineMissing
from smartnotes.engines.weights import load_model_files

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_AT_ONCE = 64  # texts whose states may wait to be fetched: 50 MB of long ones


class Tokens(NamedTuple):
    """The token ids of a text and the characters ``[start, end)`` each stands for (0, 0 for special ones)."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class Loaded(NamedTuple):
    """A model with its tokenizer."""

    session: InferenceSession
    tokenizer: Tokenizer


_loaded: dict[str, Loaded] = {}
_loading: dict[str, threading.Lock] = {}


class OnnxEncoder:
    """Loads on first use, once for the whole process; runs on `threads` threads. Safe to call from several threads."""

    def __init__(self, model: str, *, threads: int = 1) -> None:
        self._model = model
        self._threads = threads

    def tokenize(self, text: str, *, max_tokens: int) -> Tokens:
        """Return the tokens of the text between [CLS] and [SEP], cut off to `max_tokens` in all."""
        encoding = self._load().tokenizer.encode(text)
        ids, offsets = list(encoding.ids), list(encoding.offsets)
        if len(ids) > max_tokens:
            ids = [*ids[: max_tokens - 1], ids[-1]]
            offsets = [*offsets[: max_tokens - 1], offsets[-1]]
        return Tokens(ids, offsets)

    def token_id(self, token: str) -> int:
        """Return the id of one entry of the vocabulary. Raises `EngineError` where there is none."""
        found = self._load().tokenizer.token_to_id(token)
        if found is None:
            raise EngineError(f"The tokenizer of {self._model} does not know {token!r}.")
        return int(found)

    def hidden_states(self, sequences: Sequence[Sequence[int]]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield (index, (tokens, width)) for every sequence of ids, the long ones first.

        Raises `EngineError`.
        """
        # The long ones first, so that no thread is left alone with one at the end.
        order = sorted(range(len(sequences)), key=lambda index: -len(sequences[index]))
        if len(order) == 1 or self._threads == 1:
            for index in order:
                yield index, self._run(sequences[index])
            return
        with ThreadPoolExecutor(self._threads) as pool:
            for start in range(0, len(order), _AT_ONCE):
                part = order[start : start + _AT_ONCE]
                yield from zip(part, pool.map(self._run, [sequences[index] for index in part]), strict=True)

    def _run(self, sequence: Sequence[int]) -> NDArray[np.float32]:
        from onnxruntime.capi.onnxruntime_pybind11_state import (  # noqa: PLC0415
            Fail,
            InvalidArgument,
            RuntimeException,
        )

        ids = np.array([sequence], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        try:
            states = self._load().session.run(["last_hidden_state"], feed)[0]
        except (Fail, InvalidArgument, RuntimeException) as error:
            raise EngineError(f"The model {self._model} failed: {error}") from error
        found: NDArray[np.float32] = np.asarray(states, dtype=np.float32)[0]
        return found

    def _load(self) -> Loaded:
        return loaded(self._model)


def loaded(model: str) -> Loaded:
    """Return a model of this process; whoever asks first loads it, and others wait.

    Raises `EngineMissing`, `EngineError`.
    """
    with _loading.setdefault(model, threading.Lock()):
        if model not in _loaded:
            _loaded[model] = _opened(model)
        return _loaded[model]


def _opened(model: str) -> Loaded:
    try:
        import onnxruntime as ort  # noqa: PLC0415 - heavy
        from tokenizers import Tokenizer  # noqa: PLC0415 - heavy
    except ImportError as error:
        raise EngineMissing(
            "onnxruntime or tokenizers is not installed.", hint="pip install onnxruntime tokenizers"
        ) from error
    files = load_model_files(model)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # as fast as all optimisations here, and quicker to load
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    session = ort.InferenceSession(files.model, options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_buffer(files.tokenizer)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Loaded(session, tokenizer)
