"""Values of accounts: who somebody is, what a credential allows, and what is handed out.

A user signs in with a password and gets a session: a short-lived access token and a refresh token that is exchanged
for a new pair. Programs use personal API tokens instead, which carry scopes. A WebSocket is opened with a single-use
ticket. Every one of these becomes a `Principal`.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from smartnotes.core.model import Value

LONGEST_PASSWORD = 1024
"""Characters; more would only keep the hash function busy."""

Name = Annotated[str, Field(min_length=1, max_length=64)]
Password = Annotated[str, Field(min_length=1, max_length=LONGEST_PASSWORD)]
Secret = Annotated[str, Field(min_length=1, max_length=4096)]
Label = Annotated[str, Field(max_length=200)]


def canonical_name(name: str) -> str:
    """Return a user's name in its one form: no look-alike forms of the same letters, no space around it."""
    return unicodedata.normalize("NFKC", name).strip()


def name_key(name: str) -> str:
    """Return what a user's name is compared by: case makes no difference."""
    return canonical_name(name).casefold()


class Role(StrEnum):
    """What a user is on this server."""

    USER = "user"
    ADMIN = "admin"


class AccessScope(StrEnum):
    """What a credential may be used for. `write` and `admin` do not include `read`: they are listed beside it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


ALL_SCOPES = frozenset(AccessScope)


class RegistrationMode(StrEnum):
    """Who may register. The first user of a fresh server always may, and is its administrator."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


class User(Value):
    """An account. A suspended user's credentials are refused; the data stays."""

    id: str
    name: str
    role: Role = Role.USER
    created_at: AwareDatetime
    suspended: bool = False


class Credentials(Value):
    """What one signs in with."""

    name: Name
    password: Password = Field(repr=False)


class Registration(Credentials):
    """What one registers with; `invitation` is the code an administrator gave out, where the server asks for one."""

    invitation: Secret | None = Field(default=None, repr=False)


class Tokens(Value):
    """A session's credentials. The access token lasts `expires_in_s` seconds, a refresh token works once."""

    access_token: Secret = Field(repr=False)
    refresh_token: Secret = Field(repr=False)
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the scheme's name, not a secret
    expires_in_s: Annotated[int, Field(ge=1)]
    user: User


class RefreshRequest(Value):
    """A refresh token, to be exchanged."""

    refresh_token: Secret = Field(repr=False)


class PasswordChange(Value):
    """The password in use and the one that replaces it."""

    password: Password = Field(repr=False)
    new_password: Password = Field(repr=False)


class PasswordProof(Value):
    """The password again, for what cannot be undone."""

    password: Password = Field(repr=False)


class Session(Value):
    """A place somebody is signed in. `used_at` is when its tokens were last renewed, `label` the client's name.

    `generation` counts the renewals; only the refresh token of the current generation is good.
    """

    id: str
    user_id: str
    created_at: AwareDatetime
    used_at: AwareDatetime
    expires_at: AwareDatetime
    label: Label = ""
    generation: Annotated[int, Field(ge=0)] = 0


class ApiTokenRequest(Value):
    """A personal API token to be made; it never expires where `expires_in_days` is None."""

    name: Name
    scopes: Annotated[frozenset[AccessScope], Field(min_length=1)] = frozenset({AccessScope.READ})
    expires_in_days: Annotated[int, Field(ge=1, le=3660)] | None = None


class ApiToken(Value):
    """A personal API token as it is listed; the token itself is shown once, when it is made."""

    id: str
    name: str
    scopes: frozenset[AccessScope]
    created_at: AwareDatetime
    expires_at: AwareDatetime | None = None
    used_at: AwareDatetime | None = None


class NewApiToken(Value):
    """A personal API token that was just made: the only time that `token` is seen."""

    token: Secret = Field(repr=False)
    info: ApiToken


class Invitation(Value):
    """A code with which one person may register until `expires_at`."""

    code: Secret = Field(repr=False)
    expires_at: AwareDatetime


class InvitationInfo(Value):
    """An invitation that nobody has used yet, without its code."""

    id: str
    created_by: str
    expires_at: AwareDatetime


class Ticket(Value):
    """Opens one WebSocket, within `expires_in_s` seconds."""

    ticket: Secret = Field(repr=False)
    expires_in_s: Annotated[int, Field(ge=1)]


class UserChange(Value):
    """What an administrator changes of a user; None leaves a part as it is."""

    suspended: bool | None = None
    role: Role | None = None


class CredentialKind(StrEnum):
    """What kind of credential a request came with."""

    SESSION = "session"
    API_TOKEN = "api_token"  # noqa: S105 - a kind, not a secret
    TICKET = "ticket"
    SHARE = "share"


class ShareGrant(Value):
    """What somebody may do who opened a share link: read what it leads to; the original files if `original`."""

    share_id: str
    owner: str
    original: bool = False


class Principal(Value):
    """Who a request acts for, and what it may do. `session_id` is None for an API token.

    Whoever comes with the pass of a share link has no user and no scope: `user_id` is the pass's own id, under which
    nothing is kept, and `share` is all they may read.
    """

    user_id: str
    role: Role
    scopes: frozenset[AccessScope]
    kind: CredentialKind
    session_id: str | None = None
    share: ShareGrant | None = None

    @property
    def is_admin(self) -> bool:
        """Whether this credential may administer the server."""
        return self.role is Role.ADMIN and AccessScope.ADMIN in self.scopes


class AccountExport(Value):
    """Everything the server knows about an account itself; the notes are exported beside it."""

    user: User
    sessions: tuple[Session, ...] = ()
    api_tokens: tuple[ApiToken, ...] = ()
    exported_at: AwareDatetime
