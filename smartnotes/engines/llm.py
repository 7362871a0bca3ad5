"""Language models: Ollama through its official client.

The API is described at https://github.com/ollama/ollama/blob/main/docs/api.md.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from smartnotes.core.errors import EngineError, EngineMissing, EngineTimeout, NotFound, Unavailable
from smartnotes.core.wording import estimated_tokens

if TYPE_CHECKING:
    from ollama import Client

_CONNECT_S = 5.0
_SILENT_S = 300.0
"""The longest wait for the next piece: a large model takes minutes to load, and to read a long prompt on a CPU."""
_DEFAULT_PORT = 11434
_LISTEN_S = 0.25
_SMALLEST_CONTEXT = 2048
_TOKEN_MARGIN = 1.3
"""A model's tokens for each one `estimated_tokens` counts, at most, for English."""


class OllamaLlm:
    """A model that an Ollama server runs. May be called from several threads.

    `host` is "http://name:port". The context is made as large as the prompt needs, for Ollama cuts off without a word
    what does not fit; a prompt beyond what the model can hold is an `EngineError`. The model stays loaded for
    `keep_alive_s` after a reply.
    """

    def __init__(self, name: str, *, host: str, keep_alive_s: int = 600, silent_s: float = _SILENT_S) -> None:
        self.name = name
        self._host = host
        self._keep_alive_s = keep_alive_s
        self._silent_s = silent_s
        self._context_length: int | None = None

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield pieces of the reply as they are written; JSON that fits `schema` where one is given.

        Raises `Unavailable` (not running), `NotFound` (model not pulled), `EngineTimeout`, `EngineError`.
        """
        with self._translated(), self._client() as client:
            options = {
                "temperature": 0,
                "seed": 0,
                "num_predict": max_tokens,
                "num_ctx": self._context(client, system + prompt, max_tokens),
            }
            messages = [{"role": "system", "content": system}, {"role": "user", "content": prompt}]
            parts = client.chat(
                model=self.name,
                messages=messages,
                stream=True,
                format=dict(schema) if schema is not None else None,
                options=options,
                keep_alive=self._keep_alive_s,
            )
            # closed early when the caller stops reading, which ends the work on the server too
            with closing(parts):
                for part in parts:
                    if part.message.content:
                        yield part.message.content

    def _context(self, client: Client, text: str, max_tokens: int) -> int:
        """Return the context to ask for: a power of two that holds prompt and reply, as far as the model goes."""
        if self._context_length is None:
            known = client.show(self.name).modelinfo or {}
            lengths = [value for key, value in known.items() if key.endswith(".context_length")]
            self._context_length = int(lengths[0]) if lengths else 0
        needed = int(estimated_tokens(text) * _TOKEN_MARGIN) + max_tokens
        if self._context_length and needed > self._context_length:
            raise EngineError(
                f"The prompt needs about {needed:,} tokens and {self.name} holds {self._context_length:,}.",
                hint="Ask about fewer pages, or use a model with a longer context.",
            )
        context = _SMALLEST_CONTEXT
        while context < needed:
            context *= 2
        return min(context, self._context_length or context)

    def _client(self) -> Client:
        """Return a client for one reply: beside a model's thinking a new connection costs nothing."""
        try:
            import httpx  # noqa: PLC0415 - slow to import
            from ollama import Client  # noqa: PLC0415 - slow to import
        except ImportError as error:
            raise EngineMissing("The ollama package is not installed.", hint="pip install ollama") from error
        timeout = httpx.Timeout(self._silent_s, connect=_CONNECT_S)
        # the environment's proxies are for other machines
        return Client(self._host, timeout=timeout, trust_env=not _is_loopback(self._host))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        import httpx  # noqa: PLC0415 - slow to import
        from ollama import ResponseError  # noqa: PLC0415 - slow to import

        try:
            yield
        except ResponseError as error:
            raise self._response_error(error.error, error.status_code) from error
        except httpx.ConnectTimeout as error:
            raise self._not_running() from error
        except httpx.TimeoutException as error:
            raise EngineTimeout(
                f"{self.name} was silent for {self._silent_s:.0f} s.", hint="Use a smaller model."
            ) from error
        except (httpx.ConnectError, ConnectionError) as error:
            raise self._not_running() from error
        except httpx.HTTPError as error:
            raise EngineError(f"The connection to Ollama at {self._host} broke: {error}.") from error
        except ValueError as error:
            raise EngineError(f"What answers at {self._host} does not speak Ollama's language: {error}.") from error

    def _response_error(self, said: str, status: int) -> EngineError | NotFound | Unavailable:
        if status == 404 or "not found" in said:
            return NotFound(f"Ollama has no model {self.name}.", hint=f"ollama pull {self.name}")
        if status in (502, 503, 504):
            return Unavailable(f"Ollama at {self._host} is busy: {said}.", hint="Try again in a moment.")
        return EngineError(f"Ollama failed: {said}.")

    def _not_running(self) -> Unavailable:
        return Unavailable(
            f"Ollama does not run at {self._host}.",
            hint="Start it with `ollama serve`, or go on without a model: --model none.",
        )


def listens(host: str, *, timeout_s: float = _LISTEN_S) -> bool:
    """Return whether anything accepts connections at "http://name:port"; takes at most about `timeout_s`."""
    parts = urlsplit(host if "//" in host else f"//{host}")
    try:
        with socket.create_connection((parts.hostname or "localhost", parts.port or _DEFAULT_PORT), timeout=timeout_s):
            return True
    except (OSError, ValueError):
        return False


def _is_loopback(host: str) -> bool:
    return urlsplit(host if "//" in host else f"//{host}").hostname in ("localhost", "127.0.0.1", "::1")
