"""What a server's answers mean: values, whether to try again, and errors that are ours again."""

from __future__ import annotations

import json
import ssl
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
from pydantic import TypeAdapter, ValidationError

from smartnotes import __version__
from smartnotes.core.errors import NotSignedIn, SmartNotesError, Unavailable, error_class

T = TypeVar("T")

LONGEST_WAIT_S = 10.0
"""A server that asks for a longer pause than this is not waited for."""

BUSY = frozenset({429, 502, 503, 504})
PROBLEM = "application/problem+json"


def read(response: httpx2.Response) -> bytes:
    """Return the whole body. Raises `Unavailable` where it breaks off."""
    try:
        return response.read()
    except httpx2.RequestError as error:
        raise Unavailable("The connection broke in the middle of an answer.", hint="Try again.") from error


def parsed(data: bytes, answer: type[T], *, server: str) -> T:
    """Return the JSON as a value. Raises `SmartNotesError` for what this version does not understand."""
    try:
        return TypeAdapter(answer).validate_json(data)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise _stranger(f"{server} did not answer as smartnotes does.") from error
        raise SmartNotesError(
            f"{server} answered what smartnotes {__version__} does not understand.",
            hint="Is another version running there? Bring both to the same one.",
        ) from error


def is_busy(response: httpx2.Response) -> bool:
    """Return whether the server asks to come again."""
    under_way = response.status_code == 409 and "Retry-After" in response.headers
    return under_way or response.status_code in BUSY


def retry_after(response: httpx2.Response) -> float | None:
    """Return the pause in seconds that the server asks for."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def worth_waiting(response: httpx2.Response) -> bool:
    """Return whether the same call may soon succeed: not where an engine of the server failed, which it names."""
    engine_failed = response.status_code == 502 and response.headers.get("Content-Type", "").startswith(PROBLEM)
    return not engine_failed and (retry_after(response) or 0.0) <= LONGEST_WAIT_S


def raise_problem(response: httpx2.Response, *, server: str) -> None:
    """Raise the error that a problem answer (RFC 9457) names with its `code`."""
    body = read(response)
    try:
        problem: dict[str, Any] = json.loads(body)
        code, message = str(problem["code"]), str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        if response.status_code in BUSY:
            raise Unavailable(f"The server {server} is busy or starting.", hint="Try again in a moment.") from None
        raise _unlike_ours(response, server=server) from None
    raise problem_error(code, message, str(problem.get("hint") or ""))


def problem_error(code: str, message: str, hint: str) -> SmartNotesError:
    """Return the error with this code; where signing in helps, the hint is how."""
    error = error_class(code)(message, hint=hint)
    if isinstance(error, NotSignedIn) and not hint:
        error.hint = "Sign in: smartnotes login URL"
    return error


def unavailable(error: httpx2.RequestError, *, server: str) -> Unavailable:
    """Return the error for a server that was not reached, or broke off."""
    if (trust := tls_failure(error)) is not None:
        return _not_trusted(trust, server=server)
    if isinstance(error, httpx2.TimeoutException) and not isinstance(error, httpx2.ConnectTimeout):
        return Unavailable(f"The server {server} did not answer in time.", hint="Try again later.")
    return Unavailable(
        f"The server {server} cannot be reached.",
        hint="Is it running (smartnotes serve), and is the address right? smartnotes logout goes back to this "
        "machine's own notebook.",
    )


def tls_failure(error: BaseException) -> ssl.SSLError | None:
    """Return why no encrypted connection came about: this does not pass by trying again. None: it is not that."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError) and seen.reason not in (None, "UNEXPECTED_EOF_WHILE_READING"):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _not_trusted(error: ssl.SSLError, *, server: str) -> Unavailable:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unavailable(
            f"The certificate of {server} is not trusted: {error.verify_message}.",
            hint="Where it was made by your own authority, set SSL_CERT_FILE to the authority's certificate.",
        )
    plain = server.replace("https://", "http://", 1)
    return Unavailable(f"{server} does not speak TLS.", hint=f"Is the address {plain}, or the port another one?")


def _unlike_ours(response: httpx2.Response, *, server: str) -> SmartNotesError:
    there = urlsplit(response.headers.get("Location", ""))
    if response.is_redirect and there.netloc:
        return SmartNotesError(
            f"{server} says that it is at another address now.", hint=f"Use {there.scheme}://{there.netloc} instead."
        )
    return _stranger(f"{server} answered {response.status_code} {response.reason_phrase}, and not as smartnotes does.")


def _stranger(message: str) -> SmartNotesError:
    return SmartNotesError(message, hint="Is this the address of a smartnotes server, and no other program in between?")
