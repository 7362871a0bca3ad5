"""What is handed out beside sessions (API tokens, tickets, invitations), and what administrators do."""

from __future__ import annotations

from datetime import timedelta

from smartnotes.core.accounts import (
    AccessScope,
    ApiToken,
    ApiTokenRequest,
    Invitation,
    NewApiToken,
    Principal,
    Ticket,
    User,
    UserChange,
)
from smartnotes.core.errors import AccessDenied, Conflict, NotSignedIn
from smartnotes.core.ids import new_id
from smartnotes.core.opaque import API_TOKEN, INVITATION, TICKET, digest_of, new_secret
from smartnotes.core.ports.accounts import Accounts

MOST_API_TOKENS = 50


def create_api_token(request: ApiTokenRequest, *, principal: Principal, accounts: Accounts) -> NewApiToken:
    """Make a personal API token; it is returned this once and never again.

    Raises `AccessDenied` where it would allow more than its user may, `Conflict` where there are too many.
    """
    if AccessScope.ADMIN in request.scopes and not principal.is_admin:
        raise AccessDenied("Only an administrator's token can have the scope 'admin'.")
    if len(accounts.api_tokens.all(principal.user_id)) >= MOST_API_TOKENS:
        raise Conflict(f"There are {MOST_API_TOKENS} API tokens already.", hint="Revoke one that is not used.")
    now = accounts.clock()
    secret = new_secret(API_TOKEN)
    info = ApiToken(
        id=new_id("tok"),
        name=request.name,
        scopes=request.scopes,
        created_at=now,
        expires_at=now + timedelta(days=request.expires_in_days) if request.expires_in_days else None,
    )
    accounts.api_tokens.add(info, user_id=principal.user_id, digest=digest_of(secret))
    return NewApiToken(token=secret, info=info)


def issue_ticket(principal: Principal, *, accounts: Accounts) -> Ticket:
    """Return a ticket that opens one WebSocket as this principal: browsers cannot send a header there."""
    now = accounts.clock()
    secret = new_secret(TICKET)
    lasts = accounts.policy.ticket_s
    accounts.sessions.add_ticket(
        digest_of(secret), principal=principal, now=now, expires_at=now + timedelta(seconds=lasts)
    )
    return Ticket(ticket=secret, expires_in_s=lasts)


def redeem_ticket(ticket: str, *, accounts: Accounts) -> Principal:
    """Return who a ticket stands for and use it up. Raises `NotSignedIn` where it is unknown, used or expired."""
    found = accounts.sessions.take_ticket(digest_of(ticket), now=accounts.clock())
    if found is None:
        raise NotSignedIn("This ticket is unknown, used or expired.", hint="Ask for another one.")
    return found


def invite(principal: Principal, *, accounts: Accounts) -> Invitation:
    """Return a code with which one person may register. Raises `AccessDenied` for anybody but an administrator."""
    _check_admin(principal)
    code = new_secret(INVITATION)
    expires_at = accounts.clock() + timedelta(seconds=accounts.policy.invitation_s)
    accounts.users.add_invitation(digest_of(code), created_by=principal.user_id, expires_at=expires_at)
    return Invitation(code=code, expires_at=expires_at)


def list_users(principal: Principal, *, accounts: Accounts) -> list[User]:
    """Return every user by name. Raises `AccessDenied` for anybody but an administrator."""
    _check_admin(principal)
    return accounts.users.all()


def change_user(user_id: str, change: UserChange, *, principal: Principal, accounts: Accounts) -> User:
    """Suspend a user, let them in again, or give another role. A suspension ends every session at once.

    Raises `AccessDenied`, `NotFound`; `Conflict` where no active administrator would be left.
    """
    _check_admin(principal)
    user = accounts.users.change(user_id, role=change.role, suspended=change.suspended)
    if change.suspended:
        accounts.sessions.revoke_all(user_id)
    return user


def _check_admin(principal: Principal) -> None:
    if not principal.is_admin:
        raise AccessDenied("This needs an administrator.")
