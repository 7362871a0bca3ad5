"""The one place where a credential becomes a `Principal`, and what routes may ask of it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from smartnotes.core.accounts import AccessScope, CredentialKind, Principal, ShareGrant
from smartnotes.core.errors import AccessDenied, NotSignedIn
from smartnotes.core.ports.accounts import AccessPolicy, Accounts, Origin
from smartnotes.core.usecases import accounts as usecases
from smartnotes.server.denylist import REMEMBERED_S, Denylist
from smartnotes.server.limits import MEMORY, RateLimits, Rule, network
from smartnotes.server.passwords import BcryptHasher, PasswordDoor, common_passwords
from smartnotes.server.tokens import JwtSigner, secrets_from
from smartnotes.settings import Settings
from smartnotes.stores.accounts import SqlUsers
from smartnotes.stores.audit import SqlAudit
from smartnotes.stores.database import Database
from smartnotes.stores.sessions import SqlApiTokens, SqlSessions
from smartnotes.stores.shares import SqlShares

SECRET_FILE = "server-secret"  # noqa: S105 - its name, not the secret
"""In the data folder, readable by its owner only; made at the first start where the settings name no secret."""
KEEP_S = 1.0
"""Without Redis, how late a sign-out through another process is noticed here; through this one it is at once."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: FastAPI, settings: Settings, *, database: Database, home: Path) -> None:
    """Put what accounts need into the application's state: `accounts`, `limiter`, `denylist`, `password_door`.

    Close the door (`app.state.password_door.close()`) at shutdown. Routes that touch somebody's notes (export,
    deletion) also need `app.state.stores_for`, a function from a user's id to their `Stores`.
    Raises `SettingsError` for a secret that is too short.
    """
    server, redis_url = settings.server, settings.redis.url
    denylist = Denylist(redis_url, requests_per_minute=server.requests_per_minute) if redis_url else None
    app.state.denylist = denylist
    app.state.accounts = open_accounts(settings, database=database, home=home, denylist=denylist)
    app.state.limiter = RateLimits(redis_url or MEMORY, requests_per_minute=server.requests_per_minute)
    # Half the cores: the other half goes on answering while sixty people sign in at once.
    app.state.password_door = PasswordDoor(at_once=max(1, (os.cpu_count() or 2) // 2), waiting=16)


def open_accounts(settings: Settings, *, database: Database, home: Path, denylist: Denylist | None) -> Accounts:
    """Return what use cases of accounts work on; the gateways hear of changes through the `denylist` in Redis.

    Raises `SettingsError` for a secret that is too short.
    """
    server = settings.server
    secret, *previous = secrets_from(server, file=home / SECRET_FILE)
    if denylist is None:
        sessions = SqlSessions(database, keep_s=KEEP_S)
    else:
        sessions = SqlSessions(database, keep_s=REMEMBERED_S, tell=denylist.add)
    return Accounts(
        users=SqlUsers(database, changed=sessions.forget),
        sessions=sessions,
        api_tokens=SqlApiTokens(database),
        shares=SqlShares(database),
        audit=SqlAudit(database, keep_days=server.audit_days),
        hasher=BcryptHasher(cost=server.password_cost),
        common=common_passwords,
        signer=JwtSigner(secret, previous=previous),
        policy=AccessPolicy(
            registration=server.registration,
            access_token_s=server.access_token_s,
            refresh_token_s=server.refresh_token_s,
        ),
        clock=lambda: datetime.now(UTC),
    )


_bearer = HTTPBearer(
    auto_error=False, scheme_name="bearer", description="An access token from signing in, or a personal API token."
)


def address_of(request: Request) -> str:
    """Return where a request comes from, as rate limits count it. Behind a proxy the server must trust its header."""
    return network(request.client.host) if request.client else "unknown"


def accounts_of(request: Request) -> Accounts:
    """Return what use cases of accounts work on, with where this request comes from."""
    accounts: Accounts = request.app.state.accounts
    address = request.client.host if request.client else ""
    return accounts._replace(origin=Origin(address=address, request_id=getattr(request.state, "request_id", "")))


async def _identify(
    request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    if sent is None:
        raise NotSignedIn("This needs an account.", hint="Sign in first: smartnotes login.")
    accounts: Accounts = request.app.state.accounts
    limiter: RateLimits = request.app.state.limiter
    if limiter.local:
        with suppress(NotSignedIn):  # counted and told below
            found = usecases.recall(sent.credentials, accounts=accounts)
            if found is not None:
                limiter.hit(Rule.USER, found.user_id)
                return found
    # The only thread hop of all checks; the dependencies built on this one are asynchronous and wait for nothing.
    return await run_in_threadpool(look_up, request, sent.credentials)


def look_up(request: Request, credential: str) -> Principal:
    """Return who a credential stands for, and count the call. Raises `NotSignedIn`, `AccessDenied`, `RateLimited`."""
    limiter: RateLimits = request.app.state.limiter
    denylist: Denylist | None = request.app.state.denylist
    accounts: Accounts = request.app.state.accounts
    try:
        if denylist is not None:
            seen = usecases.recall(credential, accounts=accounts)
            if seen is not None and denylist.admits(seen):
                return seen
        found = usecases.authenticate(credential, accounts=accounts)
    except NotSignedIn:
        limiter.hit(Rule.STRANGER, address_of(request))
        raise
    if denylist is None or not denylist.count(found.user_id):
        limiter.hit(Rule.USER, found.user_id)
    return found


Identified = Annotated[Principal, Depends(_identify)]


def needs(scope: AccessScope) -> Callable[[Principal], Awaitable[Principal]]:
    """Return a dependency: the principal, where its credential has this scope (and, for `admin`, the role)."""

    async def check(found: Identified) -> Principal:
        return _allowed(found, scope)

    return check


async def principal(request: Request, found: Identified) -> Principal:
    """Return who the request acts for; its credential must have `read` to look and `write` to change anything."""
    return _allowed(found, AccessScope.READ if request.method in READING else AccessScope.WRITE)


async def in_person(found: Identified) -> Principal:
    """Return who the request acts for, where they signed in with a password: an API token cannot make another."""
    if found.kind is not CredentialKind.SESSION:
        raise AccessDenied("An API token may not do this.", hint="Sign in with your password.")
    return found


async def guest(found: Identified) -> ShareGrant:
    """Return what somebody may read who came with the pass of a share link."""
    if found.share is None:
        raise AccessDenied("This needs the pass of a share link.", hint="Open the link first.")
    return found.share


Guest = Annotated[ShareGrant, Depends(guest)]
"""Somebody who opened a share link; no user, however signed in, is one."""
CurrentUser = Annotated[Principal, Depends(principal)]
"""Anybody who is signed in; GET needs the scope `read`, everything else `write`."""
Reader = Annotated[Principal, Depends(needs(AccessScope.READ))]
"""For a POST that changes nothing: search, chat."""
InPerson = Annotated[Principal, Depends(in_person)]
"""Somebody who signed in with a password."""
Administrator = Annotated[Principal, Depends(needs(AccessScope.ADMIN))]
"""An administrator."""


def _allowed(found: Principal, scope: AccessScope) -> Principal:
    if scope not in found.scopes or (scope is AccessScope.ADMIN and not found.is_admin):
        what = "an administrator" if scope is AccessScope.ADMIN else f"a credential with the scope {scope.value!r}"
        raise AccessDenied(f"This needs {what}.")
    return found
