"""From a request to its route in one look-up.

FastAPI keeps an included router as a router and tries the routes of every level in turn, twice: 0.1 ms of CPU for each
request here, twice what a bare Starlette answer costs. `flatten` makes one list of all routes, and `Dispatch` finds
the few that can fit by the shape of the path.

What a plain `def` endpoint returns FastAPI validates on another thread and makes JSON of on the event loop, 0.1 ms and
more. `flatten` puts a function around such endpoints that makes the JSON where the value was made; mypy has checked the
value's type.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.routing import APIRoute, APIWebSocketRoute, request_response
from pydantic import TypeAdapter
from starlette.routing import BaseRoute, Match, Route, compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

_Shape = tuple[str, int, str]
"""What tells most routes apart: the method, how many slashes the path has, and its third segment."""

SEGMENT = 3
"""The first segment of a path behind ``/api/v1/``."""


def flatten(routers: Iterable[APIRouter], *, prefix: str = "") -> Iterator[BaseRoute]:
    """Yield copies of the routers' routes with the prefix before their paths; the prefix has no parameters."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, (APIRoute, APIWebSocketRoute)):
                yield _moved(route, prefix)
            else:
                raise TypeError(f"{route} is no route of an API")


class Dispatch:
    """The router's application: hands a request to its route.

    What fits no route at once (an unknown path, a wrong method, a slash too many) goes to `otherwise`, the router's own
    way through all routes, which knows what to answer.
    """

    def __init__(self, routes: Iterable[BaseRoute], *, otherwise: ASGIApp) -> None:
        self._otherwise = otherwise
        self._routes: dict[_Shape, list[Route]] = {}
        for route in routes:
            if isinstance(route, Route) and _has_shape(route):
                for method in route.methods or ():
                    self._routes.setdefault(_shape(method, route.path), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the route of a request and let it answer."""
        if scope["type"] == "http":
            for route in self._routes.get(_shape(scope["method"], scope["path"]), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found)
                    await route.handle(scope, receive, send)
                    return
        await self._otherwise(scope, receive, send)


def _shape(method: str, path: str) -> _Shape:
    segments = path.split("/")
    return (method, len(segments), segments[SEGMENT] if len(segments) > SEGMENT else "")


def _has_shape(route: Route) -> bool:
    """Say whether all paths of a route have one shape."""
    third = route.path.split("/")[SEGMENT : SEGMENT + 1]
    return ":path}" not in route.path and not any("{" in segment for segment in third)


def _moved(route: APIRoute | APIWebSocketRoute, prefix: str) -> BaseRoute:
    moved = copy.copy(route)
    moved.path = prefix + route.path
    moved.path_regex, moved.path_format, moved.param_convertors = compile_path(moved.path)
    if isinstance(moved, APIRoute) and _answers_plainly(moved):
        moved.dependant = replace(moved.dependant, call=_making_json(moved))
        moved.app = request_response(moved.get_route_handler())
    elif isinstance(moved, APIRoute) and _takes_nothing(moved):
        moved.app = _Bare(moved)
    return moved


def _takes_nothing(route: APIRoute) -> bool:
    """Say whether the route is a coroutine function without parameters that declares a value as its answer."""
    bare = inspect.iscoroutinefunction(route.endpoint) and not inspect.signature(route.endpoint).parameters
    return bare and not route.dependencies and route.response_field is not None


class _Bare:
    """What answers where a request has nothing to say: none of what FastAPI does to find parameters is needed."""

    def __init__(self, route: APIRoute) -> None:
        self._endpoint, self._adapter = route.endpoint, TypeAdapter(route.response_model)
        self._status = route.status_code or 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        body = self._adapter.dump_json(await self._endpoint())
        await Response(body, self._status, media_type="application/json")(scope, receive, send)


def _answers_plainly(route: APIRoute) -> bool:
    """Say whether the route is a function that returns one value of the type it declares, as JSON."""
    plain = inspect.isfunction(route.endpoint) and not (
        inspect.iscoroutinefunction(route.endpoint) or inspect.isgeneratorfunction(route.endpoint)
    )
    # A route that names a response class makes its responses itself.
    return plain and route.response_field is not None and isinstance(route.response_class, DefaultPlaceholder)


def _making_json(route: APIRoute) -> Callable[..., Response]:
    """Return the route's endpoint with its value as a response that is ready to be sent."""
    endpoint, adapter = route.endpoint, TypeAdapter(route.response_model)
    injected = route.dependant.response_param_name

    def answer(**values: Any) -> Response:
        value = endpoint(**values)
        if isinstance(value, Response):
            return value
        made = Response(adapter.dump_json(value), route.status_code or 200, media_type="application/json")
        if injected is not None:
            made.raw_headers += values[injected].raw_headers
        return made

    return answer
