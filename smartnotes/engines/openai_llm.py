"""Language models at servers that speak OpenAI's chat API (llama-server, vLLM, LM Studio, OpenAI itself).

The API is described at https://platform.openai.com/docs/api-reference/chat/create; replies are streamed as server-sent
events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Servers differ in what they accept: what one
refuses is asked for in the next way that means the same.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from smartnotes.core.errors import EngineError, PromptTooLong
from smartnotes.core.ports import CutOff
from smartnotes.engines.openai_errors import (
    SILENT_S,
    Place,
    message_of,
    openai_client,
    openai_errors,
    openai_refusal,
    retry_after_s,
    said_instead,
)
from smartnotes.engines.openai_models import context_of, listed

if TYPE_CHECKING:
    import httpx2

_UNKNOWN_CONTEXT = 8192
"""Taken for a model whose server does not say what it holds."""
_LONGEST_PAUSE_S = 20.0
_PAUSES = 2
_ADAPTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("max_completion_tokens", ("max_tokens",)),
    ("no_temperature", ("temperature",)),
    ("no_seed", ("seed",)),
    ("json_object", ("json_schema", "response_format", "schema", "grammar")),
    ("schema_in_words", ("json_object", "response_format", "json_schema")),
)
"""What to do otherwise when a server refuses a request in whose refusal one of the words stands; first comes first."""


class OpenAiLlm:
    """A model at `base_url` (such as "http://127.0.0.1:8080/v1"). Threads may share it.

    The key is sent as a bearer token and appears in no message. A server that is busy and says for how long is waited
    for, twice and 20 s at most each time. Between two pieces of a reply may be `silent_s`, however long the whole is.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        api_key: str = "",
        silent_s: float = SILENT_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self._place = Place(base_url.rstrip("/"), api_key)
        self._silent_s = silent_s
        self._sleep = sleep
        self._adaptions: tuple[str, ...] = ()
        self._context = 0

    def context_tokens(self) -> int:
        """Return how many tokens prompt and reply may have together; asks the server once."""
        if not self._context:
            with self._translated(), openai_client(self._place, silent_s=self._silent_s) as client:
                found = listed(client, self._place, model=self.name)
            self._context = context_of(found, self.name) or _UNKNOWN_CONTEXT
        return self._context

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield pieces of the reply as they are written; JSON that fits `schema` where one is given.

        Raises `Unavailable` (not reachable, busy), `NotFound` (no such model), `PromptTooLong`, `EngineTimeout`,
        `EngineError` (key refused, reply broken off, and what else fails).
        """
        pauses = 0
        while True:
            request = chat_request(prompt, system, max_tokens, schema, otherwise=self._adaptions)
            body = {"model": self.name, "stream": True, **request}
            with (
                self._translated(),
                openai_client(self._place, silent_s=self._silent_s) as client,
                client.stream("POST", f"{self._place.base_url}/chat/completions", json=body) as response,
            ):
                if response.status_code == 200:
                    yield from self._pieces(response)
                    return
                said = response.read().decode(errors="replace")
                pause = _pause_of(response) if pauses < _PAUSES else None
                if not self._adapted(response.status_code, said, tried=self._adaptions) and pause is None:
                    raise openai_refusal(
                        response.status_code, said, place=self._place, model=self.name, headers=response.headers
                    )
            if pause is not None:
                pauses += 1
                self._sleep(pause)

    def _adapted(self, status: int, said: str, *, tried: tuple[str, ...]) -> bool:
        """Note what this server does not take; False where that is nothing we know another way for."""
        if status not in (400, 422, 500, 501) or isinstance(said_instead(self.name, said), PromptTooLong):
            return False
        words = " ".join(message_of(said)).lower()
        for way, signs in _ADAPTIONS:
            if way not in tried and any(sign in words for sign in signs):
                self._adaptions = (*tried, way)
                return True
        return False

    def _pieces(self, response: httpx2.Response) -> Iterator[str]:
        if response.headers.get("Content-Type", "").startswith("application/json"):  # a server that does not stream
            events = iter([response.read().decode(errors="replace")])
        else:
            events = _events(response.iter_lines())
        ended = False
        for event in events:
            if event == "[DONE]":
                ended = True
                break
            value = json.loads(event)
            for piece in piece_of(value, model=self.name):
                ended = ended or isinstance(piece, CutOff)
                yield piece
            ended = ended or has_ended(value)
        if not ended:
            raise EngineError(f"{self.name} broke off in the middle of its reply.", hint="Try again.")

    def _translated(self) -> AbstractContextManager[None]:
        return openai_errors(self._place, model=self.name, silent_s=self._silent_s)


def _pause_of(response: httpx2.Response) -> float | None:
    pause = retry_after_s(response.headers) if response.status_code in (429, 503) else None
    return pause if pause is not None and pause <= _LONGEST_PAUSE_S else None


def _events(lines: Iterator[str]) -> Iterator[str]:
    """Yield the data of each event; llama-server's `error:` fields, which no standard knows, are events too."""
    data: list[str] = []
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                yield "\n".join(data)
            data = []
        elif name == "data":
            data.append(value)
        elif name == "error":
            yield value if '"error"' in value else json.dumps({"error": value})
    if data:
        yield "\n".join(data)


def chat_request(
    prompt: str,
    system: str,
    max_tokens: int,
    schema: Mapping[str, Any] | None,
    *,
    otherwise: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return the body of a chat request without model and streaming: always the most likely words.

    `otherwise` names what is to be said in another way, see `_ADAPTIONS`.
    """
    asked = prompt
    if schema is not None and ("json_object" in otherwise or "schema_in_words" in otherwise):
        asked += f"\n\nReply with one JSON value that fits this JSON schema:\n{json.dumps(dict(schema))}"
    body: dict[str, Any] = {
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": asked}],
        "max_completion_tokens" if "max_completion_tokens" in otherwise else "max_tokens": max_tokens,
    }
    if "no_temperature" not in otherwise:
        body["temperature"] = 0
    if "no_seed" not in otherwise:
        body["seed"] = 0
    if schema is not None and "schema_in_words" not in otherwise:
        if "json_object" in otherwise:
            body["response_format"] = {"type": "json_object"}
        else:
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "reply", "schema": dict(schema)}}
    return body


def piece_of(event: Mapping[str, Any], *, model: str) -> Iterator[str]:
    """Yield the text of one event, if it has any, and a `CutOff` where it says that the reply was cut off.

    Raises `EngineError` for an event that is an error, or says that the server withheld the reply.
    """
    if "error" in event:
        raise said_instead(model, json.dumps(event))
    for choice in event.get("choices") or ():
        text = (choice.get("delta") or choice.get("message") or {}).get("content")
        if text:
            yield text
        if choice.get("finish_reason") == "content_filter":
            raise EngineError(f"The server of {model} withheld the reply.", hint="Ask in other words.")
        if choice.get("finish_reason") == "length":
            yield CutOff()


def has_ended(event: Mapping[str, Any]) -> bool:
    """Return whether an event is the last of its reply."""
    return any(choice.get("finish_reason") for choice in event.get("choices") or ())
