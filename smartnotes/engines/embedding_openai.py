"""Embedding at servers that speak OpenAI's language (llama-server, vLLM, LM Studio, OpenAI itself), `/embeddings`.

The API is described at https://platform.openai.com/docs/api-reference/embeddings/create.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smartnotes.core.errors import PromptTooLong, Unavailable
from smartnotes.core.ports import Vectors
from smartnotes.engines.embedding_batches import BatchedEmbedding
from smartnotes.engines.openai_errors import (
    SILENT_S,
    Place,
    openai_client,
    openai_errors,
    openai_refusal,
    retry_after_s,
    said_instead,
)

if TYPE_CHECKING:
    import httpx2

ENGINE = "openai"
_PASSING = frozenset({429, 500, 502, 503, 504})
_PAUSES_S = (1.0, 4.0, 16.0)
_LONGEST_PAUSE_S = 60.0
_TOO_LARGE = ("too large", "too long", "too many tokens", "physical batch size", "maximum context")


class OpenAiEmbedder:
    """A model at `base_url` (such as "http://127.0.0.1:8080/v1"). May be called from several threads.

    The key is sent as a bearer token and appears in no message. A server that is busy is asked again three times, after
    the pause it asks for where it does. An answer may take `silent_s`, however many texts there are in all.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        api_key: str = "",
        silent_s: float = SILENT_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = f"{ENGINE}:{model}"
        self._model = model
        self._place = Place(base_url.rstrip("/"), api_key, "embedding")
        self._silent_s = silent_s
        self._sleep = sleep
        self._batched = BatchedEmbedding(model, ask=self._ask)

    @property
    def dimension(self) -> int:
        """Numbers in a vector, 0 before the first."""
        return self._batched.dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (texts, dimension), rows of length 1.

        Raises `Unavailable` (not reachable, busy), `NotFound` (no such model), `EngineTimeout`, `EngineError`.
        """
        return self._batched.passages(texts)

    def embed_query(self, text: str) -> Vectors:
        """Return (dimension,) for a question or keywords; raises as `embed_passages`."""
        return self._batched.query(text)

    def _ask(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        body: dict[str, object] = {"model": self._model, "input": list(texts), "encoding_format": "float"}
        try:
            with (
                openai_errors(self._place, model=self._model, silent_s=self._silent_s),
                openai_client(self._place, silent_s=self._silent_s) as client,
            ):
                response = self._answered(client, body)
                if response.status_code == 200:
                    rows = sorted(response.json()["data"], key=lambda row: int(row["index"]))
                    return [row["embedding"] for row in rows]
                said = response.text
                if response.status_code == 413 or any(words in said.lower() for words in _TOO_LARGE):
                    raise PromptTooLong(f"{self._model} cannot hold {len(texts)} texts at once.")
                raise openai_refusal(
                    response.status_code, said, place=self._place, model=self._model, headers=response.headers
                )
        except KeyError as error:
            raise said_instead(self._model, f"no {error} in its answer") from error
        except Unavailable as error:
            hint = "Start it, or embed without it: --set embedding.engine=bundled"
            raise Unavailable(error.message, hint=hint) from error

    def _answered(self, client: httpx2.Client, body: dict[str, object]) -> httpx2.Response:
        for pause_s in (*_PAUSES_S, None):
            response = client.post(f"{self._place.base_url}/embeddings", json=body)
            passes = response.status_code in _PASSING and "quota" not in response.text.lower()
            # a 500 that says what is wrong with the texts says it again
            if pause_s is None or not passes or any(words in response.text.lower() for words in _TOO_LARGE):
                return response
            asked_s = retry_after_s(response.headers)
            if asked_s is not None and asked_s > _LONGEST_PAUSE_S:
                return response
            self._sleep(pause_s if asked_s is None else asked_s)
        raise AssertionError("the last try returns")
