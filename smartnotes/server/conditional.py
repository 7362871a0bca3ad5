"""Entity tags on every answer in JSON, so that a client that has it already is told so and nothing else (304)."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smartnotes.core.ids import sha256_hex
from smartnotes.server.etags import names

KEPT_ON_304 = frozenset({b"etag", b"cache-control", b"link", b"x-request-id"})


class Conditional:
    """The application, with the tag of what it answers to a GET. What is streamed passes through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Tagged(Headers(scope=scope).get("if-none-match"), send).send)


class _Tagged:
    """One answer on its way out."""

    def __init__(self, known: str | None, send: Send) -> None:
        self._known = known
        self._send = send
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        """Send a message on; the beginning waits for the body where that is JSON."""
        if message["type"] == "http.response.start" and _is_json(message):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            if not message.get("more_body", False):
                headers = MutableHeaders(scope=start)
                tag = headers.get("etag", "").strip('"') or sha256_hex(message.get("body", b""))[:32]
                headers["etag"] = f'"{tag}"'
                if self._known is not None and names(self._known, tag):
                    kept = [(name, value) for name, value in start["headers"] if name in KEPT_ON_304]
                    start, message = {**start, "status": 304, "headers": kept}, {**message, "body": b""}
            await self._send(start)
        await self._send(message)


def _is_json(message: Message) -> bool:
    return message["status"] == 200 and (b"content-type", b"application/json") in message["headers"]
