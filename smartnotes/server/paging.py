"""Long lists in pieces: `limit` values at a time, and a `Link` to the next piece (RFC 8288, ``rel="next"``).

A piece begins behind the last value of the one before (its key, in an opaque `cursor`), not at a number: what is added
or deleted meanwhile neither repeats nor skips anything else.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, NamedTuple, Protocol, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import TypeAdapter

from smartnotes.stores.listings import Key, Listed, Window, foreign_cursor

T = TypeVar("T")


class Made(Protocol):
    """Something with an id that was made at some time."""

    @property
    def id(self) -> str:
        """The opaque id."""
        ...

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        ...


LIMIT = 100
LARGEST = 1000

PAGED: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "Link": {
                "description": 'Where the list goes on: `<...>; rel="next"`; not there at its end.',
                "schema": {"type": "string"},
            }
        }
    }
}
"""What a route of a list adds to its `responses`."""


async def _window(
    limit: Annotated[int, Query(ge=1, le=LARGEST, description="How many values to answer at most.")] = LIMIT,
    cursor: Annotated[
        str, Query(max_length=2000, description="Where to go on: from the `Link` of the answer before.")
    ] = "",
) -> Window:
    return Window(limit=limit, after=_parsed(cursor) if cursor else None)


Paging = Annotated[Window, Depends(_window)]
"""The piece of a list that the request asks for."""


def answer_list(request: Request, found: Listed[T], *, of: type[T]) -> Response:
    """Return a piece of a list as the response."""
    headers = {"Link": f'<{_further(request, found.next)}>; rel="next"'} if found.next is not None else {}
    return Response(_adapter(of).dump_json(list(found.values)), media_type="application/json", headers=headers)


class _InOrder(NamedTuple, Generic[T]):
    key: Key
    value: T


def piece_of(values: Sequence[T], *, window: Window, key: Callable[[T], Key]) -> Listed[T]:
    """Return a piece of a list that is in memory, in the order of `key`, which is unique.

    Raises `OptionsError` for a cursor that is not of this list.
    """
    ordered = sorted((_InOrder(key(value), value) for value in values), key=lambda one: one.key)
    after = window.after
    if after is not None:
        try:
            ordered = [one for one in ordered if one.key > after]
        except TypeError as error:
            raise foreign_cursor() from error
    taken = ordered[: window.limit]
    more = len(ordered) > len(taken)
    return Listed([one.value for one in taken], taken[-1].key if more else None)


def newest_first(value: Made) -> Key:
    """Return the key of a list that begins with what was made last."""
    return (-value.created_at.timestamp(), value.id)


def cursor_of(key: Key) -> str:
    """Return the key of a value as an opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def _parsed(cursor: str) -> Key:
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = json.loads(data)
        plain = [part for part in parts if type(part) in (str, int, float)]
        if not parts or plain != parts or any("\0" in part for part in plain if isinstance(part, str)):
            raise foreign_cursor()
        "".join(part for part in plain if isinstance(part, str)).encode()
    except (ValueError, TypeError) as error:
        raise foreign_cursor() from error
    return tuple(plain)


def _further(request: Request, key: Key) -> str:
    # A path alone: the address that the client used is known to the client, not always to us behind a proxy.
    return f"{request.url.path}?{request.url.include_query_params(cursor=cursor_of(key)).query}"


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(of: type[Any]) -> TypeAdapter[Any]:
    # Making one takes longer than answering with it.
    if of not in _ADAPTERS:
        _ADAPTERS[of] = TypeAdapter(list[of])  # type: ignore[valid-type]  # a list of what was asked for
    return _ADAPTERS[of]
