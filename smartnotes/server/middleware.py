"""Around every request: its id, its log line, security headers, which hosts we answer to, how large a body may be.

Plain ASGI, so that nothing that streams is held back.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smartnotes.core.ids import new_id
from smartnotes.server import problems
from smartnotes.server.logs import REQUEST_ID
from smartnotes.server.metrics import Metrics

log = logging.getLogger("smartnotes.server")
access = logging.getLogger("smartnotes.server.access")

JSON_BYTES = 4 * 1024**2
"""The largest body of a request that is no upload."""

UPLOAD = "/upload"
PARTS = "/api/v1/uploads/"
"""How the paths end or (PATCH) begin whose bodies are streamed to the disk, with a limit of their own."""

SECURITY_HEADERS = (
    # Answers are data: nothing in them may run, be framed or be taken for another type.
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
"""As ASGI sends them, for this is done for every answer; an answer that says otherwise is left as it is."""
HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
ID_HEADER = b"x-request-id"
NO_ROUTE = "-"
PROBES = frozenset({"/livez", "/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines; a line for each that went well would bury the others."""
TURNED_AWAY = {"type": "websocket.close", "code": 1008}
"""Before a WebSocket is accepted this is an answer 403."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")


class Envelope:
    """Wraps the whole application; the only place that sees errors nobody expected."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, trusted_hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._metrics = metrics
        self._hosts = tuple(host.lower() for host in trusted_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; WebSockets get an id and the host check only."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        REQUEST_ID.set(request_id)
        known = self._knows(headers.get("host", ""))
        if scope["type"] == "websocket":
            await (self._app(scope, receive, send) if known else send(TURNED_AWAY))
            return
        exchange = _Exchange(scope, send, request_id)
        if not known:
            await self._refuse(exchange, scope, receive)
        else:
            await self._handle(exchange, scope, receive, headers)
        exchange.end(self._metrics)

    async def _handle(self, exchange: _Exchange, scope: Scope, receive: Receive, headers: Headers) -> None:
        limited = receive if _is_streamed(scope) else _limited(receive, headers)
        try:
            await self._app(scope, limited, exchange.send)
        except Exception:  # the last guard of a request: whatever happens, no traceback leaves
            log.exception("request %s failed", exchange.request_id)
            if not exchange.started:
                problem = problems.unexpected(request_id=exchange.request_id)
                await problems.answer(problem)(scope, receive, exchange.send)

    async def _refuse(self, exchange: _Exchange, scope: Scope, receive: Receive) -> None:
        problem = problems.Problem(
            type="about:blank",
            title="Unusable input",
            status=400,
            detail="This server does not answer to that host name.",
            code="input",
            request_id=exchange.request_id,
        )
        await problems.answer(problem)(scope, receive, exchange.send)

    def _knows(self, host: str) -> bool:
        if not self._hosts:
            return True
        name = re.sub(r":\d+$", "", host).lower()
        return any(name == known or (known.startswith("*.") and name.endswith(known[1:])) for known in self._hosts)


class _Exchange:
    """One request and what was answered."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self.request_id = request_id
        self.started = False
        self._scope = scope
        self._send = send
        self._status = 0
        self._began = time.monotonic()

    async def send(self, message: Message) -> None:
        """Send a message on, with our headers."""
        if message["type"] == "http.response.start":
            self.started = True
            self._status = message["status"]
            given = [header for header in message.get("headers", ()) if header[0] != ID_HEADER]
            names = {name for name, _ in given}
            ours = (*SECURITY_HEADERS, HTTPS_ONLY) if self._scope["scheme"] == "https" else SECURITY_HEADERS
            given += [header for header in ours if header[0] not in names]
            message["headers"] = [*given, (ID_HEADER, self.request_id.encode())]
        await self._send(message)

    def end(self, metrics: Metrics) -> None:
        """Count the request and write its line: the route, not the address, for that may name people's things."""
        # Anybody may send any method; what we have no route for is counted as one.
        route = _route(self._scope)
        method = self._scope["method"] if route != NO_ROUTE else "-"
        duration_s = time.monotonic() - self._began
        metrics.answered(method, route, status=self._status, duration_s=duration_s)
        probe = route in PROBES and self._status == 200
        if probe or not access.isEnabledFor(logging.INFO):
            return
        fields = {"method": method, "route": route, "status": self._status, "duration_s": round(duration_s, 4)}
        line = "%s %s %s %.1f ms %s"
        access.info(line, method, route, self._status, duration_s * 1000, self.request_id, extra={"request": fields})


def _is_streamed(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.endswith(UPLOAD) if scope["method"] == "POST" else scope["method"] == "PATCH" and path.startswith(PARTS)


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", NO_ROUTE)


def _request_id(headers: Headers) -> str:
    """Return the id that a proxy in front gave the request, or a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else new_id("req")


def _limited(receive: Receive, headers: Headers) -> Receive:
    """Return `receive` with an end to how much it takes in."""
    announced = headers.get("content-length", "")
    too_long = announced.isdecimal() and int(announced) > JSON_BYTES
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        if too_long:
            raise HTTPException(413)
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > JSON_BYTES:
            raise HTTPException(413)
        return message

    return counted
