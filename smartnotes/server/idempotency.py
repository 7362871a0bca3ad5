"""Requests that make something are done once, however often they are sent with one `Idempotency-Key`.

As the IETF draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key-header) describes it: the
answer of the first request is kept for a day and repeated for the same request with the same key; another request with
that key is refused (422), as is one that comes while the first is under way (409, with `Retry-After`). A request that
fails leaves nothing behind, so that it can be sent again. Keys belong to the credential's user and rights.

Plain ASGI around the application, so it holds for every route. Uploads, whose bodies are not kept in memory, are made
idempotent where they arrive (`once`).
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smartnotes.core.accounts import AccessScope, Principal
from smartnotes.core.errors import OptionsError, SmartNotesError
from smartnotes.core.ids import derive_id
from smartnotes.server import problems
from smartnotes.server.principal import SECRET_FILE, look_up
from smartnotes.server.sealing import Seal
from smartnotes.server.tokens import secrets_from
from smartnotes.settings import Settings
from smartnotes.stores.answers import Claim, SqlAnswers
from smartnotes.stores.database import Database

log = logging.getLogger("smartnotes.server")

HEADER = "idempotency-key"
REPLAYED = "idempotent-replayed"
STREAMED = ("/upload",)
"""How the paths end whose bodies go to the disk; those routes call `once`."""

UNKEPT = frozenset(
    f"/api/v1{path}"
    for path in (
        *("/auth/login", "/auth/refresh", "/auth/register", "/auth/logout", "/auth/logout-all", "/auth/ws-ticket"),
        *("/search", "/chat", "/models/pull", "/shared/open"),
    )
)
"""POSTs that make nothing, or whose answer is good once: the key changes nothing there."""

PURPOSE = "kept answer"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("content-type", "location", "etag", "link")


class Answer(NamedTuple):
    """An answer as it is kept."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def packed(self) -> str:
        """Return it as text."""
        return json.dumps([self.status, self.headers, b64encode(self.body).decode()])

    def response(self) -> Response:
        """Return it as a response that says it is a repetition."""
        return Response(self.body, self.status, headers=dict(self.headers) | {REPLAYED: "true"})


class KeptAnswers:
    """The kept answers, sealed."""

    def __init__(self, answers: SqlAnswers, *, seal: Seal) -> None:
        self._answers = answers
        self._seal = seal

    def claim(self, key: str, who: Principal, *, fingerprint: str) -> tuple[Claim, Answer | None]:
        """Take the key for a request, or return its answer. Raises `OptionsError`, `InProgress`."""
        digest = _digest(key, *sorted(who.scopes), who.role, who.kind)
        claim = self._answers.claim(who.user_id, digest, fingerprint=fingerprint, now=datetime.now(UTC))
        if claim.answer is None:
            return claim, None
        opened = self._seal.open(claim.answer, purpose=PURPOSE)
        if opened is None:
            raise OptionsError("The answer to this Idempotency-Key cannot be read any more.", hint="Make a new key.")
        status, headers, body = json.loads(opened)
        return claim, Answer(status, [(name, value) for name, value in headers], b64decode(body))

    def end(self, claim: Claim, answer: Answer | None) -> None:
        """Keep the answer, or forget the request where it came to nothing."""
        if answer is None:
            self._answers.release(claim)
        else:
            self._answers.keep(claim, self._seal.close(answer.packed(), purpose=PURPOSE))


def install(app: FastAPI, settings: Settings, *, database: Database, home: Path) -> None:
    """Put `kept_answers` into the application's state, and keep answers of its routes."""
    seal = Seal(secrets_from(settings.server, file=home / SECRET_FILE))
    app.state.kept_answers = KeptAnswers(SqlAnswers(database), seal=seal)
    app.add_middleware(Idempotency, application=app)


class Idempotency:
    """The application, with requests that carry a key done once."""

    def __init__(self, app: ASGIApp, *, application: FastAPI) -> None:
        self._app = app
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or scope["method"] != "POST" or not _applies(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope["app"] = self._application  # Starlette sets it further in
        request = Request(scope)
        try:
            key = key_of(headers)
            who = await run_in_threadpool(self._who, request) if key else None
            if key is None or who is None:  # where nobody may be it, the route says so
                await self._app(scope, receive, send)
                return
            body = await _read(receive)
            if body is None:
                return
            await self._once(request, key, who, body=body, receive=receive, send=send)
        except SmartNotesError as error:
            await problems.error_answer(request, error)(scope, receive, send)
        except HTTPException as error:
            await problems.http_answer(request, error)(scope, receive, send)

    def _who(self, request: Request) -> Principal | None:
        kind, _, credential = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        try:
            who = look_up(request, credential.strip())
        except SmartNotesError:
            return None
        return who if AccessScope.WRITE in who.scopes else None

    async def _once(
        self, request: Request, key: str, who: Principal, *, body: bytes, receive: Receive, send: Send
    ) -> None:
        scope = request.scope
        said = fingerprint(request, body=hashlib.sha256(body).hexdigest())
        request.state.made_once = derive_id("once", who.user_id, key)

        async def do() -> Response:
            taken = _Taken()
            await self._app(scope, _again(body, receive), taken.send)
            return taken.response()

        answer = await once(request, key, who, fingerprint=said, do=do)
        await answer(scope, receive, send)


async def once(
    request: Request, key: str | None, who: Principal, *, fingerprint: str, do: Callable[[], Awaitable[Response]]
) -> Response:
    """Do a request and keep its answer, or return the answer it had. Without a key it is simply done.

    Raises `OptionsError` where the key was used for another request, `InProgress` where this one is under way.
    """
    if key is None:
        return await do()
    kept: KeptAnswers = request.app.state.kept_answers
    claim, known = await run_in_threadpool(lambda: kept.claim(key, who, fingerprint=fingerprint))
    if known is not None:
        return known.response()
    answer: Answer | None = None
    try:
        response = await do()
        if response.status_code < 300:
            headers = [(name, value) for name, value in response.headers.items() if name in _KEPT_HEADERS]
            answer = Answer(response.status_code, headers, bytes(response.body))
        return response
    finally:
        try:
            await run_in_threadpool(kept.end, claim, answer)
        except SmartNotesError as error:  # what was done is done, and is answered
            log.warning("the answer to a request with a key was not kept: %s", error.message)


def fingerprint(request: Request, *, body: str) -> str:
    """Return what tells a request from another one; `body` is the digest of its body."""
    return _digest(request.method, request.url.path, request.url.query, body)


def key_of(headers: Headers) -> str | None:
    """Return the request's key, None where it has none. Raises `OptionsError`."""
    key = headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise OptionsError("An Idempotency-Key has 1 to 255 visible ASCII characters.")
    return key


def _applies(path: str) -> bool:
    return path not in UNKEPT and not path.endswith(STREAMED)


class _Taken:
    """A response that is taken instead of sent."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        """Take a message."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")

    def response(self) -> Response:
        """Return what was taken."""
        response = Response(bytes(self._body), self._status)
        response.raw_headers = self._headers
        return response


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body, None where the client goes away. `receive` ends what is too large."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    told = False

    async def received() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return received


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
