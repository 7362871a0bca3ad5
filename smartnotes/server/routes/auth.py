"""Accounts over HTTP: registering, signing in and out, tokens."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Annotated, Any

from fastapi import APIRouter, Query, Request, Response, status
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from smartnotes.core.accounts import (
    ApiToken,
    ApiTokenRequest,
    Credentials,
    Invitation,
    InvitationInfo,
    NewApiToken,
    PasswordChange,
    PasswordProof,
    RefreshRequest,
    Registration,
    Session,
    Ticket,
    Tokens,
    User,
    UserChange,
    name_key,
)
from smartnotes.core.auditing import AuditEvent, AuditKind
from smartnotes.core.errors import RateLimited
from smartnotes.core.usecases import access, auditing, leaving
from smartnotes.core.usecases import accounts as usecases
from smartnotes.server.limits import Call, RateLimits, Rule
from smartnotes.server.paging import PAGED, Paging, answer_list, newest_first, piece_of
from smartnotes.server.passwords import PasswordDoor
from smartnotes.server.principal import Administrator, CurrentUser, InPerson, Reader, accounts_of, address_of
from smartnotes.server.problems import responses

router = APIRouter(prefix="/auth", tags=["auth"])

Before = Annotated[str | None, Query(max_length=64, description="Go on behind the event with this id.")]
Limit = Annotated[int, Query(ge=1, le=auditing.MOST_EVENTS, description="How many events to answer at most.")]
ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The archive.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "/register", status_code=status.HTTP_201_CREATED, operation_id="register", responses=responses(403, 409, 429, 503)
)
async def register(registration: Registration, request: Request) -> Tokens:
    """Make an account and sign in. The first user of a fresh server is its administrator."""
    await _door(request).check_room()
    await _count(request, (Rule.SIGN_IN, address_of(request)))
    accounts, label = accounts_of(request), _label(request)
    return await _door(request).run(lambda: usecases.register(registration, accounts=accounts, label=label))


@router.post("/login", operation_id="login", responses=responses(401, 403, 429, 503))
async def login(credentials: Credentials, request: Request) -> Tokens:
    """Sign in with name and password."""
    await _door(request).check_room()
    address, account = address_of(request), name_key(credentials.name)
    guesses = ((Rule.ACCOUNT_HERE, account, address), (Rule.ACCOUNT, account))
    await _count(request, (Rule.SIGN_IN, address), *guesses)
    accounts, label = accounts_of(request), _label(request)
    tokens = await _door(request).run(lambda: usecases.login(credentials, accounts=accounts, label=label))
    await _forgive(request, *guesses)
    return tokens


@router.post("/refresh", operation_id="refresh", responses=responses(401, 403, 503))
def refresh(wanted: RefreshRequest, request: Request) -> Tokens:
    """Exchange a refresh token for new tokens. It works once; used again later, it ends the session."""
    return usecases.refresh(wanted.refresh_token, accounts=accounts_of(request))


@router.post("/logout", status_code=status.HTTP_204_NO_CONTENT, operation_id="logout")
def logout(who: InPerson, request: Request) -> None:
    """End this session."""
    usecases.logout(who, accounts=accounts_of(request))


@router.post("/logout-all", status_code=status.HTTP_204_NO_CONTENT, operation_id="logoutAll")
def logout_all(who: InPerson, request: Request) -> None:
    """End every session of the account."""
    usecases.logout_all(who, accounts=accounts_of(request))


@router.post("/password", status_code=status.HTTP_204_NO_CONTENT, operation_id="changePassword")
async def change_password(change: PasswordChange, who: InPerson, request: Request) -> None:
    """Replace the password; all other sessions end."""
    guess = (Rule.ACCOUNT_HERE, who.user_id, address_of(request))
    await _count(request, guess)
    accounts = accounts_of(request)
    await _door(request).run(lambda: usecases.change_password(change, principal=who, accounts=accounts))
    await _forgive(request, guess)


@router.get("/me", operation_id="whoAmI")
async def me(who: CurrentUser, request: Request) -> User:
    """Return who is signed in."""
    accounts = accounts_of(request)
    remembered = usecases.remembered_user(who, accounts=accounts)
    return await run_in_threadpool(accounts.users.get, who.user_id) if remembered is None else remembered


@router.get("/tokens", operation_id="listApiTokens", response_model=list[ApiToken], responses=PAGED)
def list_api_tokens(who: InPerson, request: Request, window: Paging) -> Response:
    """Return the personal API tokens, newest first, without what is secret of them."""
    found = accounts_of(request).api_tokens.all(who.user_id)
    return answer_list(request, piece_of(found, window=window, key=newest_first), of=ApiToken)


@router.post("/tokens", status_code=status.HTTP_201_CREATED, operation_id="createApiToken", responses=responses(409))
def create_api_token(wanted: ApiTokenRequest, who: InPerson, request: Request) -> NewApiToken:
    """Make a personal API token for a program; it is shown this once."""
    return access.create_api_token(wanted, principal=who, accounts=accounts_of(request))


@router.delete("/tokens/{token_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="deleteApiToken")
def delete_api_token(token_id: str, who: InPerson, request: Request) -> None:
    """Revoke a personal API token at once."""
    access.delete_api_token(token_id, principal=who, accounts=accounts_of(request))


@router.get("/sessions", operation_id="listSessions", response_model=list[Session], responses=PAGED)
def list_sessions(who: InPerson, request: Request, window: Paging) -> Response:
    """Return where the account is signed in, newest first."""
    found = accounts_of(request).sessions.all(who.user_id)
    return answer_list(request, piece_of(found, window=window, key=newest_first), of=Session)


@router.delete("/sessions/{session_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="endSession")
def end_session(session_id: str, who: InPerson, request: Request) -> None:
    """End one session of the account at once."""
    usecases.end_session(session_id, principal=who, accounts=accounts_of(request))


@router.get("/events", operation_id="listAccountEvents", responses=responses(404))
def list_own_events(who: InPerson, request: Request, before: Before = None, limit: Limit = 100) -> list[AuditEvent]:
    """Return what happened to the account (signing in, changes, links opened), newest first."""
    return auditing.own_events(who, accounts=accounts_of(request), before=before, limit=limit)


@router.get("/audit", operation_id="listAuditEvents", responses=responses(404))
def list_audit_events(  # noqa: PLR0917 - FastAPI calls it by name
    who: Administrator,
    request: Request,
    user_id: Annotated[str | None, Query(description="Only this user's account.")] = None,
    kind: AuditKind | None = None,
    before: Before = None,
    limit: Limit = 100,
) -> list[AuditEvent]:
    """Return what happened to all accounts, newest first."""
    return auditing.audit_events(
        who, accounts=accounts_of(request), user_id=user_id, kind=kind, before=before, limit=limit
    )


@router.post("/ws-ticket", operation_id="createTicket")
def create_ticket(who: Reader, request: Request) -> Ticket:
    """Return a ticket that opens one WebSocket within half a minute."""
    return access.issue_ticket(who, accounts=accounts_of(request))


@router.post("/invitations", status_code=status.HTTP_201_CREATED, operation_id="invite")
def invite(who: Administrator, request: Request) -> Invitation:
    """Return a code with which one person may register."""
    return access.invite(who, accounts=accounts_of(request))


@router.get("/invitations", operation_id="listInvitations", response_model=list[InvitationInfo], responses=PAGED)
def list_invitations(who: Administrator, request: Request, window: Paging) -> Response:
    """Return the invitations that nobody has used yet, without their codes."""
    found = access.list_invitations(who, accounts=accounts_of(request))
    by_end = piece_of(found, window=window, key=lambda one: (one.expires_at.timestamp(), one.id))
    return answer_list(request, by_end, of=InvitationInfo)


@router.delete("/invitations/{invitation_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="revokeInvitation")
def revoke_invitation(invitation_id: str, who: Administrator, request: Request) -> None:
    """Make an invitation void."""
    access.revoke_invitation(invitation_id, principal=who, accounts=accounts_of(request))


@router.get("/users", operation_id="listUsers", response_model=list[User], responses=PAGED)
def list_users(who: Administrator, request: Request, window: Paging) -> Response:
    """Return every user of the server."""
    found = access.list_users(who, accounts=accounts_of(request))
    by_name = piece_of(found, window=window, key=lambda one: (name_key(one.name), one.id))
    return answer_list(request, by_name, of=User)


@router.put("/users/{user_id}", operation_id="changeUser", responses=responses(409))
def change_user(user_id: str, change: UserChange, who: Administrator, request: Request) -> User:
    """Suspend a user, let them in again, or give another role."""
    return access.change_user(user_id, change, principal=who, accounts=accounts_of(request))


@router.delete("/users/{user_id}", operation_id="deleteUser", responses=responses(409))
def delete_user(user_id: str, who: Administrator, request: Request) -> User:
    """Delete somebody's account with everything in it."""
    stores = request.app.state.stores_for(user_id)
    return leaving.delete_user(user_id, principal=who, accounts=accounts_of(request), stores=stores)


@router.get("/export", operation_id="exportAccount", response_class=StreamingResponse, responses=ARCHIVE)
def export_account(who: InPerson, request: Request) -> StreamingResponse:
    """Return everything the server keeps for the account, as a ZIP archive."""
    _limits(request).hit(Rule.EXPORT, who.user_id)
    archive = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    leaving.export_account(
        who, accounts=accounts_of(request), stores=request.app.state.stores_for(who.user_id), out=archive
    )
    archive.seek(0)
    headers = {"Content-Disposition": 'attachment; filename="smartnotes-export.zip"'}
    return StreamingResponse(_pieces(archive), media_type="application/zip", headers=headers)


@router.delete("/me", operation_id="deleteAccount", responses=responses(409))
async def delete_account(proof: PasswordProof, who: InPerson, request: Request) -> User:
    """Delete the account with everything in it, for good."""
    guess = (Rule.ACCOUNT_HERE, who.user_id, address_of(request))
    await _count(request, guess)
    accounts, stores = accounts_of(request), request.app.state.stores_for(who.user_id)
    await _door(request).run(lambda: usecases.prove_password(proof.password, principal=who, accounts=accounts))
    return await run_in_threadpool(lambda: leaving.delete_account(principal=who, accounts=accounts, stores=stores))


def _pieces(archive: IO[bytes]) -> Iterator[bytes]:
    with archive:
        while piece := archive.read(1 << 20):
            yield piece


def _door(request: Request) -> PasswordDoor:
    door: PasswordDoor = request.app.state.password_door
    return door


def _limits(request: Request) -> RateLimits:
    limits: RateLimits = request.app.state.limiter
    return limits


async def _count(request: Request, *calls: Call) -> None:
    limits = _limits(request)
    try:
        if limits.local:
            limits.hit_all(calls)
        else:  # a call to Redis, which must not stop everybody else on this event loop
            await run_in_threadpool(limits.hit_all, calls)
    except RateLimited as error:
        await _door(request).turn_away(error)


async def _forgive(request: Request, *calls: Call) -> None:
    await run_in_threadpool(_limits(request).forgive, calls)


def _label(request: Request) -> str:
    return request.headers.get("user-agent", "")[:200]
