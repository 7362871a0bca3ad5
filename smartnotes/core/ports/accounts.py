"""What accounts need from outside: rows, password hashes, signed tokens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

from smartnotes.core.accounts import ApiToken, InvitationInfo, Principal, RegistrationMode, Role, Session, User
from smartnotes.core.auditing import AuditEvent, AuditKind
from smartnotes.core.model import Value
from smartnotes.core.ports.sharing import ShareStore


class AccessPolicy(Value):
    """The server's rules. Times are seconds; a session ends `session_s` after signing in even when it is used."""

    registration: RegistrationMode = RegistrationMode.OPEN
    access_token_s: int = 900
    refresh_token_s: int = 30 * 86400
    session_s: int = 180 * 86400
    grace_s: int = 10
    ticket_s: int = 30
    invitation_s: int = 7 * 86400
    shortest_password: int = 8
    share_pass_s: int = 3600


class KnownUser(NamedTuple):
    """A user with the password's hash."""

    user: User
    password_hash: str


class SignedIn(NamedTuple):
    """A live session with its user."""

    session: Session
    user: User


class TokenOwner(NamedTuple):
    """An API token with its user."""

    token: ApiToken
    user: User


class OwnedRows(NamedTuple):
    """The rows of one table that are somebody's: `lines` is a JSON object on each line."""

    name: str
    lines: str


class AccessClaims(NamedTuple):
    """What an access token says."""

    user_id: str
    session_id: str


class RefreshClaims(NamedTuple):
    """What a refresh token says."""

    session_id: str
    generation: int


class UserStore(Protocol):
    """Users and invitations. Safe to call from several threads and processes."""

    def add_founder(self, user: User, *, password_hash: str) -> bool:
        """Keep the user where there is no user yet; False (nothing written) where there is one."""
        ...

    def add(self, user: User, *, password_hash: str, invitation: str | None = None) -> None:
        """Keep the user, using up the invitation with this digest in the same transaction.

        Raises `Conflict` where the name (without case) is taken, `AccessDenied` where the invitation is not good.
        """
        ...

    def get(self, user_id: str) -> User:
        """Raises `NotFound`."""
        ...

    def named(self, name: str) -> KnownUser | None:
        """Return the user with this name, without case."""
        ...

    def all(self) -> list[User]:
        """Return every user by name."""
        ...

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Keep another hash. Raises `NotFound`."""
        ...

    def change(self, user_id: str, *, role: Role | None, suspended: bool | None) -> User:
        """Change what is not None. Raises `NotFound`; `Conflict` where no active administrator would be left."""
        ...

    def delete(self, user_id: str) -> None:
        """Forget the user and every row of theirs. Raises `NotFound`; `Conflict` as in `change` where others stay."""
        ...

    def owned_rows(self, user_id: str) -> Iterator[OwnedRows]:
        """Yield what every table keeps in the user's name, for taking along."""
        ...

    def add_invitation(self, digest: str, *, created_by: str, expires_at: datetime) -> None:
        """Keep an invitation by the digest of its code."""
        ...

    def invitations(self, *, now: datetime) -> list[InvitationInfo]:
        """Return the invitations that are still good, those that end first coming first."""
        ...

    def delete_invitation(self, invitation_id: str) -> None:
        """Make an invitation void. Raises `NotFound`."""
        ...


class SessionStore(Protocol):
    """Sessions and tickets. Safe to call from several threads and processes."""

    def add(self, session: Session) -> None:
        """Keep a session, and forget those of the same user that have expired."""
        ...

    def get(self, session_id: str) -> SignedIn | None:
        """Return a session that was not revoked, expired or not."""
        ...

    def recent(self, session_id: str) -> SignedIn | None:
        """Return a session that this process saw a moment ago, from memory and at once; None: ask `get`.

        A session that was ended through another process may still be returned for as long as the store remembers.
        """
        ...

    def all(self, user_id: str) -> list[Session]:
        """Return a user's sessions, newest first."""
        ...

    def renew(self, session_id: str, *, generation: int, now: datetime, expires_at: datetime) -> bool:
        """Move on from `generation` to the next; False (nothing written) where it is not the current one."""
        ...

    def revoke(self, session_id: str) -> None:
        """End one session, if it is there."""
        ...

    def revoke_all(self, user_id: str, *, but: str | None = None) -> None:
        """End every session of a user, except one."""
        ...

    def add_ticket(self, digest: str, *, principal: Principal, now: datetime, expires_at: datetime) -> None:
        """Keep a ticket by its digest, and forget those of the same user that have expired."""
        ...

    def take_ticket(self, digest: str, *, now: datetime) -> Principal | None:
        """Use up a ticket; None where it is unknown, used or expired."""
        ...


class ApiTokenStore(Protocol):
    """Personal API tokens. Safe to call from several threads and processes."""

    def add(self, token: ApiToken, *, user_id: str, digest: str) -> None:
        """Keep a token by its digest."""
        ...

    def all(self, user_id: str) -> list[ApiToken]:
        """Return a user's tokens, newest first."""
        ...

    def find(self, digest: str) -> TokenOwner | None:
        """Return the token with this digest, expired or not."""
        ...

    def touch(self, token_id: str, *, now: datetime) -> None:
        """Note that the token was used."""
        ...

    def delete(self, user_id: str, token_id: str) -> None:
        """Forget a token of this user. Raises `NotFound`."""
        ...


class PasswordHasher(Protocol):
    """Hashes passwords, slowly; safe in several threads."""

    def hash(self, password: str) -> str:
        """Return a salted hash."""
        ...

    def verify(self, password: str, hashed: str | None) -> bool:
        """Say whether the password fits; with None do the same work and say no."""
        ...

    def outdated(self, hashed: str) -> bool:
        """Say whether a new hash would be made with another cost."""
        ...


class TokenSigner(Protocol):
    """Makes and reads signed tokens; safe in several threads. Reading raises `NotSignedIn`."""

    def access_token(self, claims: AccessClaims, *, now: datetime, expires_at: datetime) -> str:
        """Return an access token."""
        ...

    def read_access_token(self, token: str, *, now: datetime) -> AccessClaims:
        """Return what a token of ours says that is valid now."""
        ...

    def refresh_token(self, claims: RefreshClaims) -> str:
        """Return the refresh token of a generation; always the same for the same claims."""
        ...

    def read_refresh_token(self, token: str) -> RefreshClaims:
        """Return what a token of ours says, whether it is still the current one or not."""
        ...


class AuditStore(Protocol):
    """What happened to accounts. Safe to call from several threads and processes."""

    def add(self, event: AuditEvent) -> None:
        """Keep an event; those that are older than the server keeps them go."""
        ...

    def all(
        self, *, user_id: str | None = None, kind: AuditKind | None = None, before: str | None = None, limit: int
    ) -> list[AuditEvent]:
        """Return events, newest first: those of a user, of a kind, before the event with this id."""
        ...


class Origin(NamedTuple):
    """Where a call comes from: its network address and the id of the request, for the log of what happened."""

    address: str = ""
    request_id: str = ""


class Accounts(NamedTuple):
    """What the use cases of accounts work on. `common` are the passwords that are tried first (in small letters)."""

    users: UserStore
    sessions: SessionStore
    api_tokens: ApiTokenStore
    hasher: PasswordHasher
    signer: TokenSigner
    policy: AccessPolicy
    clock: Callable[[], datetime]
    shares: ShareStore
    audit: AuditStore
    common: Callable[[], Collection[str]]
    origin: Origin = Origin()
