"""Errors as the API tells them: problem details (RFC 9457) with our stable `code`, and never more than we mean to say.

The client finds the error's class again from `code`. The second table of `smartnotes.core.errors` is here: HTTP
statuses.
"""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from smartnotes.core import errors
from smartnotes.core.model import Value

log = logging.getLogger("smartnotes.server")

MEDIA_TYPE = "application/problem+json"
STATUSES: dict[type[errors.SmartNotesError], int] = {
    errors.SmartNotesError: 500,
    errors.OptionsError: 422,
    errors.InputError: 400,
    errors.TooLarge: 413,
    errors.UnsupportedFormat: 415,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Outdated: 412,
    errors.EngineError: 502,
    errors.EngineMissing: 501,
    errors.Unavailable: 503,
    errors.AccessDenied: 403,
    errors.NotSignedIn: 401,
    errors.RateLimited: 429,
    errors.SettingsError: 500,
    errors.Cancelled: 409,
}
TITLES = {
    400: "Unusable input",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Unsupported type",
    422: "Invalid request",
    429: "Too many requests",
    500: "Server error",
    501: "Not installed",
    502: "Engine failed",
    503: "Unavailable",
}


class Problem(Value):
    """An error as the API answers it. `code` names its kind, `hint` says what helps ("" where nothing does)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str = ""
    request_id: str = ""


def status_of(error: errors.SmartNotesError) -> int:
    """Return the HTTP status of the error's class, or of the nearest class above it."""
    return next(STATUSES[cls] for cls in type(error).__mro__ if cls in STATUSES)


def problem_of(error: errors.SmartNotesError, *, request_id: str = "") -> Problem:
    """Return what is told of an error. What a server's own settings say is its administrator's business."""
    if isinstance(error, errors.SettingsError):
        error = errors.SmartNotesError("The server is set up wrongly.", hint="Tell its administrator.")
    return _problem(status_of(error), error.code, error.message, hint=error.hint, request_id=request_id)


def unexpected(*, request_id: str = "") -> Problem:
    """Return what is told of an error that is no error of ours: nothing but where to find it in the logs."""
    return _problem(500, errors.SmartNotesError.code, "Something unexpected happened.", request_id=request_id)


def answer(problem: Problem, *, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return the problem as a response."""
    return JSONResponse(problem.model_dump(), problem.status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Make the application answer every error as a problem."""
    app.add_exception_handler(errors.SmartNotesError, _on_ours)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how a route declares that it may answer problems with these statuses."""
    return {
        status: {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": {"$ref": _SCHEMA}}}}
        for status in sorted(statuses)
    }


_SCHEMA = "#/components/schemas/Problem"


def request_id_of(request: Request) -> str:
    """Return the request's id, as the middleware has set it."""
    return str(getattr(request.state, "request_id", ""))


def _problem(status: int, code: str, message: str, *, hint: str = "", request_id: str) -> Problem:
    title = TITLES.get(status, "Error")
    return Problem(
        type="about:blank", title=title, status=status, detail=message, code=code, hint=hint, request_id=request_id
    )


async def _on_ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.SmartNotesError)  # noqa: S101 - registered for this class
    return error_answer(request, error)


def error_answer(request: Request, error: errors.SmartNotesError) -> JSONResponse:
    """Return an error of ours as a response, with the headers that belong to it; what is our fault is logged."""
    problem = problem_of(error, request_id=request_id_of(request))
    if problem.status >= 500:
        log.warning("%s %s: %s", request.method, request.url.path, error.message, exc_info=error)
    headers = {}
    if isinstance(error, errors.RateLimited):
        headers["Retry-After"] = str(error.retry_after_s)
    elif problem.status == 503 or isinstance(error, errors.InProgress):
        headers["Retry-After"] = "1"
    elif problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return answer(problem, headers=headers)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    found = error.errors()
    if found and found[0].get("type") == "json_invalid":
        message = "The body is not valid JSON."
    else:
        # What was sent is not repeated: it may be a password.
        message = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in found[:5])
    return answer(_problem(422, errors.OptionsError.code, message, request_id=request_id_of(request)))


_HTTP_CODES = {
    400: errors.InputError.code,
    404: errors.NotFound.code,
    413: errors.TooLarge.code,
    415: errors.UnsupportedFormat.code,
}
_HTTP_MESSAGES = {404: "There is nothing at this address.", 405: "This address does not answer this method."}


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    return http_answer(request, error)


def http_answer(request: Request, error: HTTPException) -> JSONResponse:
    """Return an error of the framework as a response."""
    status = error.status_code
    code = _HTTP_CODES.get(status, errors.OptionsError.code if status < 500 else errors.SmartNotesError.code)
    message = _HTTP_MESSAGES.get(status, TITLES.get(status, "The request failed.") + ".")
    problem = _problem(status, code, message, request_id=request_id_of(request))
    return answer(problem, headers=dict(error.headers or {}))
