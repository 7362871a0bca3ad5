"""Language models at servers that speak OpenAI's chat API (llama-server, vLLM, LM Studio, OpenAI itself).

The API is described at https://platform.openai.com/docs/api-reference/chat/create; replies are streamed as server-sent
events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from smartnotes.core.errors import EngineError, EngineTimeout, NotFound, SmartNotesError, Unavailable

if TYPE_CHECKING:
    import httpx2

_CONNECT_S = 5.0
_SILENT_S = 300.0
"""The longest wait for the next piece: a model on a slow machine takes minutes to read a long prompt."""
_SHOWN = 300
"""Characters of a server's own words that an error repeats."""


class OpenAiLlm:
    """A model at `base_url` (such as "http://127.0.0.1:8080/v1"). Threads may share it.

    The key is sent as a bearer token and appears in no message.
    """

    def __init__(self, name: str, *, base_url: str, api_key: str = "", silent_s: float = _SILENT_S) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._silent_s = silent_s

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield pieces of the reply as they are written; JSON that fits `schema` where one is given.

        Raises `Unavailable` (not reachable, busy), `NotFound` (no such model), `EngineTimeout`, `EngineError` (key
        refused, prompt too long, and what else fails).
        """
        body = {"model": self.name, "stream": True, **chat_request(prompt, system, max_tokens, schema)}
        with (
            self._translated(),
            self._client() as client,
            client.stream("POST", f"{self._base_url}/chat/completions", json=body) as response,
        ):
            if response.status_code != 200:
                raise self._refused(response.status_code, response.read().decode(errors="replace"))
            yield from self._pieces(response.iter_lines())

    def _pieces(self, lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            name, _, data = line.partition(":")
            if name == "error":  # llama-server's way to say that it failed halfway
                raise self._refused(500, data)
            if name != "data":
                continue
            if data.strip() == "[DONE]":
                return
            yield from piece_of(json.loads(data), model=self.name)

    def _client(self) -> httpx2.Client:
        """Return a client for one reply: beside a model's thinking a new connection costs nothing."""
        import httpx2  # noqa: PLC0415 - slow to import

        headers = {"Authorization": f"Bearer {self._api_key}"} if self._api_key else {}
        return httpx2.Client(headers=headers, timeout=httpx2.Timeout(self._silent_s, connect=_CONNECT_S))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        import httpx2  # noqa: PLC0415 - slow to import

        try:
            yield
        except httpx2.ConnectTimeout as error:
            raise self._away() from error
        except httpx2.TimeoutException as error:
            raise EngineTimeout(
                f"{self.name} was silent for {self._silent_s:.0f} s.", hint="Use a smaller model."
            ) from error
        except httpx2.ConnectError as error:
            raise self._away() from error
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise EngineError(
                f"llm.base_url is no address: {self._base_url}.", hint="Write it like http://127.0.0.1:8080/v1"
            ) from error
        except httpx2.HTTPError as error:
            raise EngineError(f"The connection to {self._base_url} broke: {error}.") from error
        except ValueError as error:
            raise EngineError(f"What answers at {self._base_url} does not speak OpenAI's language: {error}.") from error

    def _refused(self, status: int, said: str) -> SmartNotesError:
        if status in (401, 403):
            return EngineError(f"{self._base_url} refuses the key.", hint="Set llm.api_key to one that is good there.")
        if status == 404:
            return NotFound(
                f"{self._base_url} has no model {self.name}, or no /chat/completions.",
                hint="Check llm.model and llm.base_url, which usually ends in /v1.",
            )
        if status in (429, 502, 503, 504):
            return Unavailable(f"{self._base_url} is busy ({status}).", hint="Try again in a moment.")
        return failed(self.name, said)

    def _away(self) -> Unavailable:
        return Unavailable(
            f"No model server answers at {self._base_url}.",
            hint="Start it, or go on without a model: --model none.",
        )


def chat_request(prompt: str, system: str, max_tokens: int, schema: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the body of a chat request without model and streaming: always the most likely words."""
    body: dict[str, Any] = {
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": prompt}],
        "max_tokens": max_tokens,
        "temperature": 0,
        "seed": 0,
    }
    if schema is not None:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "reply", "schema": dict(schema)}}
    return body


def piece_of(event: Mapping[str, Any], *, model: str) -> Iterator[str]:
    """Yield the text of one streamed event, if it has any. Raises `EngineError` for one that is an error."""
    if "error" in event:
        raise failed(model, json.dumps(event))
    for choice in event.get("choices") or ():
        text = (choice.get("delta") or {}).get("content")
        if text:
            yield text


def failed(model: str, said: str) -> EngineError:
    """Return the error for what a server said instead of a reply."""
    try:
        error = json.loads(said)["error"]
        words, kind = str(error["message"]), str(error.get("type"))
    except (ValueError, KeyError, TypeError, AttributeError):
        words, kind = " ".join(said.split()), ""
    if "context" in f"{kind} {words}" and any(word in words for word in ("exceed", "maximum", "too long")):
        return EngineError(
            f"The prompt is longer than {model} can hold: {words[:_SHOWN]}.",
            hint="Ask about fewer pages, or use a model with a longer context.",
        )
    return EngineError(f"{model} failed: {words[:_SHOWN] or 'no reason given'}.")
