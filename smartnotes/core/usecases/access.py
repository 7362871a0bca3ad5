"""What is handed out beside sessions (API tokens, tickets, invitations), and what administrators do."""

from __future__ import annotations

from datetime import timedelta

from smartnotes.core.accounts import (
    AccessScope,
    ApiToken,
    ApiTokenRequest,
    Invitation,
    InvitationInfo,
    NewApiToken,
    Principal,
    Ticket,
    User,
    UserChange,
)
from smartnotes.core.auditing import AuditKind
from smartnotes.core.errors import AccessDenied, Conflict, NotSignedIn
from smartnotes.core.ids import new_id
from smartnotes.core.opaque import API_TOKEN, INVITATION, TICKET, digest_of, new_secret
from smartnotes.core.ports.accounts import Accounts
from smartnotes.core.usecases.auditing import note

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
    note(AuditKind.TOKEN_MADE, accounts=accounts, user_id=principal.user_id, detail=info.id)
    return NewApiToken(token=secret, info=info)


def delete_api_token(token_id: str, *, principal: Principal, accounts: Accounts) -> None:
    """Make one of the user's own API tokens void at once. Raises `NotFound`."""
    accounts.api_tokens.delete(principal.user_id, token_id)
    note(AuditKind.TOKEN_REMOVED, accounts=accounts, user_id=principal.user_id, detail=token_id)


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
    note(AuditKind.INVITATION_MADE, accounts=accounts, user_id=principal.user_id)
    return Invitation(code=code, expires_at=expires_at)


def list_invitations(principal: Principal, *, accounts: Accounts) -> list[InvitationInfo]:
    """Return the invitations nobody has used yet. Raises `AccessDenied` for anybody but an administrator."""
    _check_admin(principal)
    return accounts.users.invitations(now=accounts.clock())


def revoke_invitation(invitation_id: str, *, principal: Principal, accounts: Accounts) -> None:
    """Make an invitation void. Raises `AccessDenied`, `NotFound`."""
    _check_admin(principal)
    accounts.users.delete_invitation(invitation_id)
    note(AuditKind.INVITATION_REVOKED, accounts=accounts, user_id=principal.user_id, detail=invitation_id)


def list_users(principal: Principal, *, accounts: Accounts) -> list[User]:
    """Return every user by name. Raises `AccessDenied` for anybody but an administrator."""
    _check_admin(principal)
    return accounts.users.all()


def change_user(user_id: str, change: UserChange, *, principal: Principal, accounts: Accounts) -> User:
    """Suspend a user, let them in again, or give another role. A suspension ends every session at once.

    Raises `AccessDenied`, `NotFound`; `Conflict` where no active administrator would be left.
    """
    _check_admin(principal)
    before = accounts.users.get(user_id)
    user = accounts.users.change(user_id, role=change.role, suspended=change.suspended)
    if change.suspended:
        accounts.sessions.revoke_all(user_id)
    if user.suspended != before.suspended:
        kind = AuditKind.SUSPENDED if user.suspended else AuditKind.LET_IN_AGAIN
        note(kind, accounts=accounts, user_id=user_id, by=principal.user_id)
    if user.role is not before.role:
        note(AuditKind.ROLE_CHANGED, accounts=accounts, user_id=user_id, by=principal.user_id, detail=user.role)
    return user


def _check_admin(principal: Principal) -> None:
    if not principal.is_admin:
        raise AccessDenied("This needs an administrator.")
