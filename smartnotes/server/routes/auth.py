"""Accounts over HTTP: registering, signing in and out, tokens."""

from __future__ import annotations

from fastapi import APIRouter, Request, status

from smartnotes.core.account_ports import Accounts
from smartnotes.core.accounts import Credentials, PasswordChange, RefreshRequest, Registration, Tokens, User
from smartnotes.core.usecases import accounts as usecases
from smartnotes.server.limits import RateLimits, Rule
from smartnotes.server.passwords import PasswordDoor
from smartnotes.server.principal import CurrentUser, InPerson, address_of

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/register", status_code=status.HTTP_201_CREATED, operation_id="register")
async def register(registration: Registration, request: Request) -> Tokens:
    """Make an account and sign in. The first user of a fresh server is its administrator."""
    _limits(request).hit(Rule.SIGN_IN, address_of(request))
    accounts, label = _accounts(request), _label(request)
    return await _door(request).run(lambda: usecases.register(registration, accounts=accounts, label=label))


@router.post("/login", operation_id="login")
async def login(credentials: Credentials, request: Request) -> Tokens:
    """Sign in with name and password."""
    limits, address = _limits(request), address_of(request)
    account = credentials.name.casefold()
    limits.hit(Rule.SIGN_IN, address)
    limits.hit(Rule.ACCOUNT_HERE, account, address)
    limits.hit(Rule.ACCOUNT, account)
    accounts, label = _accounts(request), _label(request)
    tokens = await _door(request).run(lambda: usecases.login(credentials, accounts=accounts, label=label))
    limits.forgive(Rule.ACCOUNT_HERE, account, address)
    limits.forgive(Rule.ACCOUNT, account)
    return tokens


@router.post("/refresh", operation_id="refresh")
def refresh(wanted: RefreshRequest, request: Request) -> Tokens:
    """Exchange a refresh token for new tokens. It works once; used again later, it ends the session."""
    return usecases.refresh(wanted.refresh_token, accounts=_accounts(request))


@router.post("/logout", status_code=status.HTTP_204_NO_CONTENT, operation_id="logout")
def logout(who: InPerson, request: Request) -> None:
    """End this session."""
    usecases.logout(who, accounts=_accounts(request))


@router.post("/logout-all", status_code=status.HTTP_204_NO_CONTENT, operation_id="logoutAll")
def logout_all(who: InPerson, request: Request) -> None:
    """End every session of the account."""
    usecases.logout_all(who, accounts=_accounts(request))


@router.post("/password", status_code=status.HTTP_204_NO_CONTENT, operation_id="changePassword")
async def change_password(change: PasswordChange, who: InPerson, request: Request) -> None:
    """Replace the password; all other sessions end."""
    _limits(request).hit(Rule.ACCOUNT_HERE, who.user_id, address_of(request))
    accounts = _accounts(request)
    await _door(request).run(lambda: usecases.change_password(change, principal=who, accounts=accounts))


@router.get("/me", operation_id="whoAmI")
def me(who: CurrentUser, request: Request) -> User:
    """Return who is signed in."""
    return _accounts(request).users.get(who.user_id)


def _accounts(request: Request) -> Accounts:
    accounts: Accounts = request.app.state.accounts
    return accounts


def _door(request: Request) -> PasswordDoor:
    door: PasswordDoor = request.app.state.password_door
    return door


def _limits(request: Request) -> RateLimits:
    limits: RateLimits = request.app.state.limiter
    return limits


def _label(request: Request) -> str:
    return request.headers.get("user-agent", "")[:200]
