"""Language models: Ollama through its official client.

The API is described at https://github.com/ollama/ollama/blob/main/docs/api.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing
from typing import TYPE_CHECKING, Any, NamedTuple

from smartnotes.core.errors import EngineError, PromptTooLong
from smartnotes.core.ports import CutOff
from smartnotes.core.promptsize import prompt_tokens
from smartnotes.engines.ollama_errors import SILENT_S, ollama_client, ollama_errors
from smartnotes.engines.ollama_errors import listens as listens

if TYPE_CHECKING:
    from ollama import ChatResponse, Client

_SMALLEST_CONTEXT = 4096
"""What Ollama takes where nothing is asked for: another size makes it load the model again."""
_UNKNOWN_CONTEXT = 4096
"""Taken for a model that does not say what it holds."""


class _Known(NamedTuple):
    """What /api/show says of a model: the longest context in tokens (0: not told), and whether it thinks first."""

    context: int
    thinks: bool


class OllamaLlm:
    """A model that an Ollama server runs. May be called from several threads.

    `host` is "http://name:port". The context is made as large as the prompt needs, for Ollama cuts off without a word
    what does not fit; a prompt beyond what the model can hold is a `PromptTooLong`, and nothing is sent. The model
    stays loaded for `keep_alive_s` after a reply. Between two pieces of a reply may be `silent_s`, however long it is.
    """

    def __init__(self, name: str, *, host: str, keep_alive_s: int = 600, silent_s: float = SILENT_S) -> None:
        self.name = name
        self._host = host
        self._keep_alive_s = keep_alive_s
        self._silent_s = silent_s
        self._known: _Known | None = None

    def context_tokens(self) -> int:
        """Return how many tokens prompt and reply may have together; asks the server once."""
        if self._known is None:
            with self._translated(), ollama_client(self._host, silent_s=self._silent_s) as client:
                self._known = self._ask_about(client)
        return self._known.context or _UNKNOWN_CONTEXT

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield pieces of the reply as they are written; JSON that fits `schema` where one is given.

        Raises `Unavailable` (not running, busy), `NotFound` (model not pulled), `PromptTooLong`, `EngineTimeout`,
        `EngineError` (also where the reply breaks off: what came until then is no reply).
        """
        with self._translated(), ollama_client(self._host, silent_s=self._silent_s) as client:
            if self._known is None:
                self._known = self._ask_about(client)
            context = self._context(prompt_tokens(prompt, system=system, max_tokens=max_tokens))
            parts = client.chat(
                model=self.name,
                messages=[{"role": "system", "content": system}, {"role": "user", "content": prompt}],
                stream=True,
                # a model that thinks aloud first would spend the reply's tokens on it
                think=False if self._known.thinks else None,
                format=dict(schema) if schema is not None else None,
                options={"temperature": 0, "seed": 0, "num_predict": max_tokens, "num_ctx": context},
                keep_alive=self._keep_alive_s,
            )
            # closed early when the caller stops reading, which ends the work on the server too
            with closing(parts):
                yield from self._pieces(parts, context=context)

    def _pieces(self, parts: Iterator[ChatResponse], *, context: int) -> Iterator[str]:
        last: ChatResponse | None = None
        for part in parts:
            if part.message.content:
                yield part.message.content
            last = part
        if last is None or not last.done:
            raise EngineError(f"{self.name} broke off in the middle of its reply.", hint="Try again.")
        if (last.prompt_eval_count or 0) >= context:
            # our count was too small, and Ollama has left out the beginning
            raise self._too_long(last.prompt_eval_count or 0, context)
        if last.done_reason == "length":
            yield CutOff()

    def _ask_about(self, client: Client) -> _Known:
        shown = client.show(self.name)
        lengths = [value for key, value in (shown.modelinfo or {}).items() if key.endswith(".context_length")]
        return _Known(int(lengths[0]) if lengths else 0, "thinking" in (shown.capabilities or ()))

    def _context(self, needed: int) -> int:
        """Return the context to ask for: a power of two that holds prompt and reply, as far as the model goes."""
        most = self._known.context if self._known else 0
        if most and needed > most:
            raise self._too_long(needed, most)
        context = _SMALLEST_CONTEXT
        while context < needed:
            context *= 2
        return min(context, most or context)

    def _too_long(self, needed: int, most: int) -> PromptTooLong:
        return PromptTooLong(
            f"The prompt needs about {needed:,} tokens and {self.name} holds {most:,}.",
            hint="Ask about fewer pages, or use a model with a longer context.",
        )

    def _translated(self) -> AbstractContextManager[None]:
        return ollama_errors(model=self.name, host=self._host, silent_s=self._silent_s)
