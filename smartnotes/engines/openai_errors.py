"""Servers that speak OpenAI's language: the connection, and what their errors are in our words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

from smartnotes.core.addresses import is_loopback, shown_address
from smartnotes.core.errors import (
    EngineError,
    EngineTimeout,
    NotFound,
    PromptTooLong,
    SmartNotesError,
    Unavailable,
)

if TYPE_CHECKING:
    import httpx2

CONNECT_S = 5.0
SILENT_S = 300.0
"""The longest wait for the next piece: a model on a slow machine takes minutes to read a long prompt."""
_SHOWN = 300
"""Characters of a server's own words that an error repeats."""


class Place(NamedTuple):
    """A server and the settings that name it, for messages: `section` is "llm" or "embedding"."""

    base_url: str
    api_key: str = ""
    section: str = "llm"

    @override
    def __repr__(self) -> str:
        return f"Place({shown_address(self.base_url)})"


def openai_client(place: Place, *, silent_s: float = SILENT_S) -> httpx2.Client:
    """Return a client to be used in a `with`; the key is sent as a bearer token and appears in no message."""
    import httpx2  # noqa: PLC0415 - slow to import

    headers = {"Authorization": f"Bearer {place.api_key}"} if place.api_key else {}
    timeout = httpx2.Timeout(silent_s, connect=CONNECT_S)
    return httpx2.Client(headers=headers, timeout=timeout, trust_env=not is_loopback(place.base_url))


@contextmanager
def openai_errors(place: Place, *, model: str, silent_s: float = SILENT_S) -> Iterator[None]:
    """Turn what the client raises inside the `with` into our errors."""
    import httpx2  # noqa: PLC0415 - slow to import

    where = shown_address(place.base_url)
    try:
        yield
    except httpx2.ConnectTimeout as error:
        raise away(place) from error
    except httpx2.TimeoutException as error:
        raise EngineTimeout(
            f"{model or where} was silent for {silent_s:.0f} s.", hint="Use a smaller model, or try again later."
        ) from error
    except httpx2.ConnectError as error:
        raise away(place) from error
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError) as error:
        raise EngineError(
            f"{place.section}.base_url is no address: {where}.", hint="Write it like http://127.0.0.1:8080/v1"
        ) from error
    except httpx2.HTTPError as error:
        raise EngineError(f"The connection to {where} broke: {error}.", hint="Try again.") from error
    except (ValueError, AttributeError, TypeError) as error:  # no JSON, or JSON of another shape
        raise EngineError(
            f"What answers at {where} does not speak OpenAI's language: {str(error)[:_SHOWN]}.",
            hint=f"{place.section}.base_url usually ends in /v1",
        ) from error


def openai_refusal(
    status: int, said: str, *, place: Place, model: str, headers: Mapping[str, str] | None = None
) -> SmartNotesError:
    """Return the error for an answer that is not 200; a `Retry-After` of seconds among the headers is told."""
    where = shown_address(place.base_url)
    said = said.replace(place.api_key, "(hidden)") if place.api_key else said
    if status in (401, 403):
        return EngineError(
            f"{where} refuses the key." if place.api_key else f"{where} wants a key.",
            hint=f"Set {place.section}.api_key to one that is good there.",
        )
    if status == 404:
        return NotFound(
            f"{where} has no model {model}, or speaks another language.",
            hint=f"Check {place.section}.model and {place.section}.base_url, which usually ends in /v1.",
        )
    if status == 429 and "quota" in said.lower():
        return EngineError(f"{where} says that the key's quota is used up.", hint="See your account there.")
    if status in (429, 502, 503, 504):
        seconds = retry_after_s(headers or {})
        when = f"in {seconds:.0f} s" if seconds else "in a moment"
        return Unavailable(f"{where} is busy ({status}).", hint=f"Try again {when}.")
    return said_instead(model, said)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the pause in seconds that a server asks for, None where it asks for none."""
    text = headers.get("retry-after", "") or headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def said_instead(model: str, said: str) -> EngineError:
    """Return the error for what a server said instead of a reply."""
    words, kind = message_of(said)
    text = f"{kind} {words}".lower()
    if "context" in text and any(word in text for word in ("exceed", "maximum", "too long", "too large", "longer")):
        return PromptTooLong(
            f"The prompt is longer than {model} can hold: {words[:_SHOWN]}.",
            hint="Ask about fewer pages, or use a model with a longer context.",
        )
    if "memory" in text and any(word in text for word in ("out of", "allocat", "insufficient")):
        return EngineError(f"There is not enough memory for {model}: {words[:_SHOWN]}.", hint="Use a smaller model.")
    return EngineError(f"{model} failed: {words[:_SHOWN].rstrip(' .') or 'no reason given'}.")


def message_of(said: str) -> tuple[str, str]:
    """Return the words and the kind of an error body, which servers shape as `{"error": {...}}` or otherwise."""
    try:
        value = json.loads(said)
        error = value.get("error", value) if isinstance(value, dict) else value
        if isinstance(error, dict):
            words = error.get("message") or error.get("detail") or said
            return " ".join(str(words).split()), f"{error.get('type') or ''} {error.get('code') or ''}"
        return " ".join(str(error).split()), ""
    except ValueError:
        return " ".join(said.split()), ""


def away(place: Place) -> Unavailable:
    """Return the error for a server that nobody answers for."""
    return Unavailable(
        f"No model server answers at {shown_address(place.base_url)}.",
        hint="Start it, or go on without a model: --model none.",
    )
