"""Writing down what happens to accounts, and reading it."""

from __future__ import annotations

from smartnotes.core.accounts import Principal
from smartnotes.core.auditing import AuditEvent, AuditKind
from smartnotes.core.errors import AccessDenied
from smartnotes.core.ids import new_id
from smartnotes.core.ports.accounts import Accounts

MOST_EVENTS = 500
"""Events returned at a time."""


def note(
    kind: AuditKind, *, accounts: Accounts, user_id: str | None = None, by: str | None = None, detail: str = ""
) -> None:
    """Write down that something happened, now and from where the call comes."""
    event = AuditEvent(
        id=new_id("evt"),
        at=accounts.clock(),
        kind=kind,
        user_id=user_id,
        by=by if by != user_id else None,
        address=accounts.origin.address,
        request_id=accounts.origin.request_id,
        detail=detail,
    )
    accounts.audit.add(event)


def own_events(
    principal: Principal, *, accounts: Accounts, before: str | None = None, limit: int = 100
) -> list[AuditEvent]:
    """Return what happened to one's own account, newest first; `before` is the id of an event to go on behind."""
    return accounts.audit.all(user_id=principal.user_id, before=before, limit=min(limit, MOST_EVENTS))


def audit_events(
    principal: Principal,
    *,
    accounts: Accounts,
    user_id: str | None = None,
    kind: AuditKind | None = None,
    before: str | None = None,
    limit: int = 100,
) -> list[AuditEvent]:
    """Return what happened to all accounts, or one, newest first. Raises `AccessDenied` for who is no administrator."""
    if not principal.is_admin:
        raise AccessDenied("This needs an administrator.")
    return accounts.audit.all(user_id=user_id, kind=kind, before=before, limit=min(limit, MOST_EVENTS))
