"""Embedding by a model that an Ollama server runs, `/api/embed`.

The API is described at https://github.com/ollama/ollama/blob/main/docs/api.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.errors import Unavailable
from smartnotes.core.ports import Vectors
from smartnotes.engines.embedding_batches import BatchedEmbedding
from smartnotes.engines.ollama_errors import SILENT_S, ollama_client, ollama_errors

ENGINE = "ollama"


class OllamaEmbedder:
    """A model at `host` ("http://name:port"). May be called from several threads.

    The model stays loaded for `keep_alive_s` after a request. An answer may take `silent_s`: requests are small enough
    that only a model which hangs takes longer, however many texts there are.
    """

    def __init__(self, model: str, *, host: str, keep_alive_s: int = 600, silent_s: float = SILENT_S) -> None:
        self.name = f"{ENGINE}:{model}"
        self._model = model
        self._host = host
        self._keep_alive_s = keep_alive_s
        self._silent_s = silent_s
        self._batched = BatchedEmbedding(model, ask=self._ask)

    @property
    def dimension(self) -> int:
        """Numbers in a vector, 0 before the first."""
        return self._batched.dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (texts, dimension), rows of length 1.

        Raises `Unavailable` (not running, busy), `NotFound` (model not pulled), `EngineTimeout`, `EngineError`.
        """
        return self._batched.passages(texts)

    def embed_query(self, text: str) -> Vectors:
        """Return (dimension,) for a question or keywords; raises as `embed_passages`."""
        return self._batched.query(text)

    def _ask(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        try:
            with (
                ollama_errors(model=self._model, host=self._host, silent_s=self._silent_s, setting="embedding.host"),
                ollama_client(self._host, silent_s=self._silent_s) as client,
            ):
                # not cut off by the server without a word: what is too long comes in halves
                answer = client.embed(self._model, list(texts), truncate=False, keep_alive=self._keep_alive_s)
                rows: Sequence[Sequence[float]] = answer.embeddings
                return rows
        except Unavailable as error:
            hint = "Start it with `ollama serve`, or embed without it: --set embedding.engine=bundled"
            raise Unavailable(error.message, hint=hint) from error
