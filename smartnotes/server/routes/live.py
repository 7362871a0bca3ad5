"""The WebSocket of a user: what happens to their jobs, and questions whose answers arrive as they are written.

Messages are JSON, told apart by `kind`. The server sends `jobs` (where all recent jobs stand: at the start and whenever
events may have been missed), `event` (an `Event`), `problem` and `pong`; the client sends `ask`, `cancel` and `ping`.
The answer to a question is a series of events under the id the client chose for it. Whoever comes back with the id of
the last event it saw (``?last_event_id=``) gets what it missed, pieces of answers included.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Literal

import anyio
from fastapi import APIRouter, FastAPI, Query, WebSocket, WebSocketDisconnect, status
from fastapi.concurrency import run_in_threadpool
from pydantic import Field, TypeAdapter, ValidationError

from smartnotes.core.accounts import AccessScope, Principal
from smartnotes.core.errors import AccessDenied, NotSignedIn, OptionsError, SmartNotesError
from smartnotes.core.events import Emit
from smartnotes.core.jobs import Event, JobInfo, event_order
from smartnotes.core.model import Value
from smartnotes.core.options import ChatOptions
from smartnotes.core.ports.accounts import Accounts
from smartnotes.core.study import Answer
from smartnotes.core.usecases.access import redeem_ticket
from smartnotes.core.usecases.accounts import authenticate
from smartnotes.server.conversation import MESSAGE_CHARACTERS, Questions, as_allowed
from smartnotes.server.events import changed
from smartnotes.server.live import Hub, Subscription
from smartnotes.server.problems import Problem, problem_of
from smartnotes.server.state import Gateway
from smartnotes.server.tasks import Tasks

router = APIRouter()
log = logging.getLogger("smartnotes.server")

SEND_S = 20.0
"""A client that takes nothing for so long is cut off; it gets the rest when it comes back."""

RECHECK_S = 30.0
"""How often an open connection is asked whether its session still stands."""


def install(app: FastAPI, gateway: Gateway) -> None:
    """Give the application what live connections need; `app.state.hub` is closed at its end."""

    def answer(user_id: str, question: str, options: ChatOptions, emit: Emit) -> Answer:
        return gateway.notebook(user_id).ask(question, options=options, emit=emit)

    app.state.hub = Hub(gateway.events)
    app.state.questions = Questions(answer, events=gateway.events)


class Ask(Value):
    """A question; its events carry `id` as their job id."""

    kind: Literal["ask"] = "ask"
    id: Annotated[str, Field(min_length=1, max_length=64)]
    question: str
    options: ChatOptions = ChatOptions()


class Cancel(Value):
    """End a job, or a question by its id."""

    kind: Literal["cancel"] = "cancel"
    id: str


class Ping(Value):
    """Asks for a pong."""

    kind: Literal["ping"] = "ping"


class Sent(Value):
    """What the server sends; the field named like `kind` is there."""

    kind: Literal["jobs", "event", "problem", "pong"]
    jobs: tuple[JobInfo, ...] | None = None
    event: Event | None = None
    problem: Problem | None = None


REQUEST: TypeAdapter[Ask | Cancel | Ping] = TypeAdapter(Annotated[Ask | Cancel | Ping, Field(discriminator="kind")])


@router.websocket("/ws/{user_id}")
async def live(
    websocket: WebSocket,
    user_id: str,
    ticket: Annotated[str, Query(max_length=4096)] = "",
    last_event_id: Annotated[str, Query(max_length=64)] = "",
) -> None:
    """Open the live connection of whoever the ticket, or the `Authorization` header, stands for."""
    try:
        who = await run_in_threadpool(_identify, websocket, ticket)
        if who.user_id != user_id or AccessScope.READ not in who.scopes:
            raise AccessDenied("This is not your connection.")
        event_order(last_event_id)
        with websocket.app.state.hub.subscribe(who.user_id, after=last_event_id or None) as subscription:
            await websocket.accept()
            await _Connection(websocket, who, subscription=subscription).run()
    except SmartNotesError as error:
        log.info("a live connection was refused: %s", error.message)
        with suppress(RuntimeError, WebSocketDisconnect):  # where the client has gone already
            await websocket.close(status.WS_1008_POLICY_VIOLATION)


class _Connection:
    """One open connection. Reading, sending and checking end together: whichever ends first ends the others."""

    def __init__(self, websocket: WebSocket, who: Principal, *, subscription: Subscription) -> None:
        state = websocket.app.state
        self._websocket = websocket
        self._who = who
        self._subscription = subscription
        self._tasks: Tasks = state.tasks
        self._questions: Questions = state.questions
        self._sending = anyio.Lock(fast_acquire=True)

    async def run(self) -> None:
        """Serve the connection until it ends."""
        async with anyio.create_task_group() as group:

            async def part(serve: Callable[[], Awaitable[None]]) -> None:
                try:
                    await serve()
                except (WebSocketDisconnect, TimeoutError, RuntimeError):
                    pass  # the client has gone, takes nothing, or was sent away meanwhile
                except SmartNotesError as error:
                    log.warning("a live connection ended: %s", error.message)
                group.cancel_scope.cancel()

            for serve in (self._read, self._write, self._check):
                group.start_soon(part, serve)
        with suppress(RuntimeError, WebSocketDisconnect):  # where the client has gone already
            await self._websocket.close(status.WS_1011_INTERNAL_ERROR)

    async def _write(self) -> None:
        await self._send_jobs()
        while True:
            batch = await self._subscription.next()
            if batch.gap:
                await self._send_jobs()
            for event in batch.events:
                await self._send(Sent(kind="event", event=event))

    async def _read(self) -> None:
        while True:
            text = await self._websocket.receive_text()
            try:
                await self._answer(_parsed(text))
            except SmartNotesError as error:
                await self._send(Sent(kind="problem", problem=problem_of(error)))

    async def _answer(self, request: Ask | Cancel | Ping) -> None:
        match request:
            case Ping():
                await self._send(Sent(kind="pong"))
            case Ask():
                options = as_allowed(request.options, self._who.scopes)
                self._questions.ask(self._who.user_id, request.id, request.question, options=options)
            case Cancel() if not self._questions.cancel(self._who.user_id, request.id):
                if AccessScope.WRITE not in self._who.scopes:
                    raise AccessDenied("This needs a credential with the scope 'write'.")
                await run_in_threadpool(self._tasks.cancel, self._who.user_id, request.id)

    async def _check(self) -> None:
        """End the connection soon after its session was revoked or its user suspended."""
        while True:
            await anyio.sleep(RECHECK_S)
            if not await run_in_threadpool(_stands, self._websocket, self._who):
                await self._websocket.close(status.WS_1008_POLICY_VIOLATION)
                return

    async def _send_jobs(self) -> None:
        jobs = await run_in_threadpool(self._tasks.all, self._who.user_id)
        await self._send(Sent(kind="jobs", jobs=tuple(changed(job).job or job for job in jobs)))

    async def _send(self, sent: Sent) -> None:
        async with self._sending:
            text = sent.model_dump_json(exclude_none=True)
            with anyio.fail_after(SEND_S):
                await self._websocket.send_text(text)


def _parsed(text: str) -> Ask | Cancel | Ping:
    if len(text) > MESSAGE_CHARACTERS:
        raise OptionsError(f"A message has {MESSAGE_CHARACTERS} characters at most.")
    try:
        return REQUEST.validate_json(text)
    except ValidationError as error:
        raise OptionsError("This message is not understood.", hint="Kinds: ask, cancel, ping.") from error


def _identify(websocket: WebSocket, ticket: str) -> Principal:
    accounts: Accounts = websocket.app.state.accounts
    if ticket:
        return redeem_ticket(ticket, accounts=accounts)
    scheme, _, credential = websocket.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise NotSignedIn("This needs a ticket or an account.", hint="POST /api/v1/auth/ws-ticket gives a ticket.")
    return authenticate(credential.strip(), accounts=accounts)


def _stands(websocket: WebSocket, who: Principal) -> bool:
    accounts: Accounts = websocket.app.state.accounts
    if who.session_id is not None:
        session = accounts.sessions.get(who.session_id)
        return session is not None and not session.user.suspended
    credential = websocket.headers.get("authorization", "").partition(" ")[2]
    try:
        return not credential or authenticate(credential.strip(), accounts=accounts).user_id == who.user_id
    except SmartNotesError:
        return False
