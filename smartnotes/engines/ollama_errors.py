"""Ollama: the connection, and what its errors are in our words.

The API is described at https://github.com/ollama/ollama/blob/main/docs/api.md; errors are `{"error": "..."}`, as the
body of an answer that is not 200 or, once a stream has begun, as a line of it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from smartnotes.core.addresses import is_loopback, shown_address
from smartnotes.core.errors import EngineError, EngineMissing, EngineTimeout, NotFound, PromptTooLong, Unavailable

if TYPE_CHECKING:
    from ollama import Client

CONNECT_S = 5.0
SILENT_S = 300.0
"""The longest wait for the next piece: a large model takes minutes to load, and to read a long prompt on a CPU."""
_DEFAULT_PORT = 11434
_PORTS = {"http": 80, "https": 443}  # of an address with a scheme and no port, as Ollama's client has it
_LISTEN_S = 0.25
_SHOWN = 300
"""Characters of a server's own words that an error repeats."""
_MEMORY = ("system memory", "out of memory", "unable to allocate", "cudamalloc", "failed to allocate")
_CONTEXT = ("context length", "context size", "context window", "exceeds the context", "exceeds context")
_DISK = ("no space left", "disk full", "not enough space", "insufficient space")


def ollama_client(host: str, *, silent_s: float = SILENT_S) -> Client:
    """Return a client of the server at `host`, to be used in a `with`.

    It waits `silent_s` at most for each piece of an answer, however long the whole takes. It follows no redirection: a
    server on this machine must not send us to another one. Raises `EngineMissing`.
    """
    try:
        import httpx  # noqa: PLC0415 - slow to import
        from ollama import Client  # noqa: PLC0415 - slow to import
    except ImportError as error:
        raise EngineMissing("The ollama package is not installed.", hint="pip install ollama") from error
    timeout = httpx.Timeout(silent_s, connect=CONNECT_S)
    # The environment's proxies are for other machines.
    return Client(host, timeout=timeout, trust_env=not is_loopback(host), follow_redirects=False)


@contextmanager
def ollama_errors(*, model: str, host: str, silent_s: float = SILENT_S, setting: str = "llm.host") -> Iterator[None]:
    """Turn what the client raises inside the `with` into our errors.

    `model` is what was asked for, "" for none; `setting` is where `host` comes from.
    """
    import httpx  # noqa: PLC0415 - slow to import
    from ollama import ResponseError  # noqa: PLC0415 - slow to import

    where = shown_address(host)
    if not _is_address(host):
        raise _no_address(setting, where)
    try:
        yield
    except ResponseError as error:
        raise ollama_refusal(str(error.error), status=error.status_code, model=model, host=host) from error
    except httpx.ConnectTimeout as error:
        raise not_running(host) from error
    except httpx.TimeoutException as error:
        raise EngineTimeout(
            f"{model or 'Ollama'} was silent for {silent_s:.0f} s.", hint="Use a smaller model, or try again later."
        ) from error
    except (httpx.ConnectError, ConnectionError) as error:
        raise not_running(host) from error
    except httpx.HTTPError as error:
        raise EngineError(f"The connection to Ollama at {where} broke: {error}.", hint="Try again.") from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise _no_address(setting, where) from error
    except (ValueError, AttributeError, TypeError) as error:  # no JSON, or JSON of another shape
        raise EngineError(
            f"What answers at {where} does not speak Ollama's language: {str(error)[:_SHOWN]}.",
            hint=f"Is {setting} the address of Ollama?",
        ) from error


def _is_address(host: str) -> bool:
    """Return whether `host` can be taken apart; the client raises a bare ValueError where it can't be."""
    try:
        _ = urlsplit(host if "//" in host else f"//{host}").port
    except ValueError:
        return False
    return True


def _no_address(setting: str, where: str) -> EngineError:
    return EngineError(f"{setting} is no address: {where}.", hint="Write it like http://127.0.0.1:11434")


def ollama_refusal(said: str, *, status: int, model: str, host: str) -> EngineError | NotFound | Unavailable:
    """Return the error for what Ollama said; `status` is -1 in the middle of a stream."""
    words = " ".join(said.split())[:_SHOWN].rstrip(" .")
    known = _known_refusal(words, words.lower(), model)
    if known is not None:
        return known
    if model and (status == 404 or "not found" in words.lower()):
        return NotFound(f"Ollama has no model {model}.", hint=f"smartnotes model pull {model}")
    where = shown_address(host)
    if status in (401, 403):
        return EngineError(f"Ollama at {where} refuses us: {words}.")
    if status in (429, 502, 503, 504):
        return Unavailable(f"Ollama at {where} is busy: {words}.", hint="Try again in a moment.")
    return EngineError(f"Ollama failed: {words or f'it answered {status}'}.")


def _known_refusal(words: str, lower: str, model: str) -> EngineError | NotFound | None:
    """Return the error for words that say themselves what is wrong."""
    if "file does not exist" in lower or "pull model manifest" in lower:
        return NotFound(
            f"Ollama's library has no model {model}.", hint="Names are listed at https://ollama.com/library"
        )
    if any(sign in lower for sign in _DISK):
        return EngineError(f"Ollama's disk is full: {words}.", hint="Make room: ollama rm NAME deletes a model.")
    if any(sign in lower for sign in _MEMORY):
        return EngineError(f"There is not enough memory for {model}: {words}.", hint="Use a smaller model.")
    if any(sign in lower for sign in _CONTEXT):
        return PromptTooLong(
            f"The text is longer than {model} can hold: {words}.",
            hint="Ask about fewer pages, or use a model with a longer context.",
        )
    if "does not support" in lower:
        return EngineError(f"{model} cannot do this: {words}.", hint="Use another model: smartnotes model list")
    return None


def not_running(host: str) -> Unavailable:
    """Return the error for a server that nobody answers for."""
    return Unavailable(
        f"Ollama does not run at {shown_address(host)}.",
        hint="Start it with `ollama serve` (https://ollama.com/download), or go on without a model: --model none.",
    )


def listens(host: str, *, timeout_s: float = _LISTEN_S) -> bool:
    """Return whether anything accepts connections at "http://name:port"; takes at most about `timeout_s`."""
    try:
        parts = urlsplit(host if "//" in host else f"//{host}")
        port = parts.port or _PORTS.get(parts.scheme, _DEFAULT_PORT)
        with socket.create_connection((parts.hostname or "localhost", port), timeout=timeout_s):
            return True
    except (OSError, ValueError):
        return False
