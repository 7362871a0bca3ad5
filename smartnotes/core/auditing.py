"""Values of the audit log: what happened to accounts that its owner or an administrator may want to know."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime

from smartnotes.core.model import Value


class AuditKind(StrEnum):
    """What happened."""

    REGISTERED = "registered"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    SESSION_ENDED = "session_ended"
    REFRESH_REUSED = "refresh_reused"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - what happened, not a secret
    PASSWORD_REFUSED = "password_refused"  # noqa: S105
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REMOVED = "token_removed"  # noqa: S105
    SHARE_MADE = "share_made"
    SHARE_OPENED = "share_opened"
    SHARE_REFUSED = "share_refused"
    SHARE_REVOKED = "share_revoked"
    INVITATION_MADE = "invitation_made"
    INVITATION_REVOKED = "invitation_revoked"
    SUSPENDED = "suspended"
    LET_IN_AGAIN = "let_in_again"
    ROLE_CHANGED = "role_changed"
    EXPORTED = "exported"
    DELETED = "deleted"


class AuditEvent(Value):
    """Something that happened.

    `user_id` is whose account it is about (None where that is unknown or gone), `by` who did it where that is somebody
    else, `detail` what it was about: an id or a role, never a secret and nothing that a stranger typed.
    """

    id: str
    at: AwareDatetime
    kind: AuditKind
    user_id: str | None = None
    by: str | None = None
    address: str = ""
    request_id: str = ""
    detail: str = ""
