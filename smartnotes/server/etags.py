"""Entity tags: what a client saw, so that it neither loads it again nor overwrites what another has changed."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import Request, Response

from smartnotes.core.errors import Outdated
from smartnotes.core.ids import sha256_hex
from smartnotes.core.model import Value

T = TypeVar("T", bound=Value)

CHANGES: dict[int | str, dict[str, Any]] = {200: {"headers": {"ETag": {"schema": {"type": "string"}}}}}
IF_MATCH: dict[str, Any] = {
    "parameters": [
        {
            "name": "If-Match",
            "in": "header",
            "required": False,
            "description": "The entity tag that the change is about; 412 where it is another meanwhile.",
            "schema": {"type": "string"},
        }
    ]
}


def tag_of(value: Value) -> str:
    """Return the value's entity tag, without quotes."""
    return sha256_hex(value.model_dump_json().encode())[:32]


def tagged(response: Response, value: T) -> T:
    """Put the value's tag on the response and return the value."""
    response.headers["ETag"] = f'"{tag_of(value)}"'
    return value


def check_unchanged(request: Request, value: Value) -> None:
    """Raise `Outdated` where the client's `If-Match` names another state than this one."""
    given = request.headers.get("if-match")
    if given is not None and not names(given, tag_of(value)):
        raise Outdated("It has been changed since you read it.", hint="Read it again, then repeat the change.")


def names(header: str, tag: str) -> bool:
    """Return whether a list of entity tags (of `If-Match`, `If-None-Match`) has this one; ``*`` is any."""
    return any(one.strip().removeprefix("W/").strip('"') in (tag, "*") for one in header.split(","))
