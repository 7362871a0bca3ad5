"""One's own account at a server: password, tokens, sessions, what happened, taking everything along, leaving."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from smartnotes.client.remoteaccess import connect_signed_in
from smartnotes.client.remoteconnection import Connection
from smartnotes.core.accounts import (
    AccessScope,
    ApiToken,
    ApiTokenRequest,
    Invitation,
    InvitationInfo,
    NewApiToken,
    PasswordChange,
    PasswordProof,
    Session,
    User,
)
from smartnotes.core.auditing import AuditEvent
from smartnotes.core.errors import OptionsError, Unavailable
from smartnotes.core.model import Value
from smartnotes.settings import Settings

T = TypeVar("T", bound=Value)


class RemoteAccount:
    """The account that is signed in at a server. Every method raises what the server answers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def user(self) -> User:
        """Return who is signed in."""
        return self._connection.call("GET", "/auth/me", answer=User)

    def change_password(self, old: str, new: str) -> None:
        """Replace the password; all other sessions end. Raises `AccessDenied`, `OptionsError`."""
        body = _value(PasswordChange, password=old, new_password=new).model_dump_json().encode()
        self._connection.data("POST", "/auth/password", content=body, headers={"Content-Type": "application/json"})

    def sessions(self) -> list[Session]:
        """Return where the account is signed in, newest first."""
        return self._connection.collect("/auth/sessions", of=Session)

    def end_session(self, session_id: str) -> None:
        """End one session. Raises `NotFound`."""
        self._delete("/auth/sessions", session_id)

    def end_all_sessions(self) -> None:
        """End every session, this one too."""
        self._connection.data("POST", "/auth/logout-all")

    def tokens(self) -> list[ApiToken]:
        """Return the personal API tokens, newest first."""
        return self._connection.collect("/auth/tokens", of=ApiToken)

    def make_token(self, name: str, *, scopes: Iterable[AccessScope], expires_in_days: int | None) -> NewApiToken:
        """Make a personal API token."""
        wanted = _value(ApiTokenRequest, name=name, scopes=frozenset(scopes), expires_in_days=expires_in_days)
        return self._connection.call("POST", "/auth/tokens", body=wanted, answer=NewApiToken)

    def delete_token(self, token_id: str) -> None:
        """Make a personal API token void. Raises `NotFound`."""
        self._delete("/auth/tokens", token_id)

    def events(self, *, before: str | None = None, limit: int = 100) -> list[AuditEvent]:
        """Return what happened to the account, newest first."""
        query = {"before": before, "limit": limit}
        return self._connection.call("GET", "/auth/events", query=query, answer=list[AuditEvent])

    def export(self, path: Path) -> int:
        """Write an archive of everything the server keeps for the account; return its bytes.

        Raises `OptionsError` where the file cannot be written.
        """
        partial = path.with_name(f".{path.name}.part")
        written = 0
        try:
            with self._connection.stream("GET", "/auth/export") as answer, partial.open("wb") as file:
                for piece in answer.iter_bytes():
                    written += file.write(piece)
            partial.replace(path)
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}."
            raise OptionsError(message, hint="Choose another place.") from error
        finally:
            partial.unlink(missing_ok=True)
        if not written:
            raise Unavailable("The server sent an empty archive.", hint="Try again.")
        return written

    def delete(self, password: str) -> User:
        """Delete the account with everything in it, for good. Raises `AccessDenied`, `Conflict`."""
        proof = _value(PasswordProof, password=password)
        return self._connection.call("DELETE", "/auth/me", body=proof, answer=User)

    def invite(self) -> Invitation:
        """Return a code with which one person may register. Raises `AccessDenied`."""
        return self._connection.call("POST", "/auth/invitations", answer=Invitation)

    def invitations(self) -> list[InvitationInfo]:
        """Return the invitations nobody has used yet. Raises `AccessDenied`."""
        return self._connection.collect("/auth/invitations", of=InvitationInfo)

    def revoke_invitation(self, invitation_id: str) -> None:
        """Make an invitation void. Raises `AccessDenied`, `NotFound`."""
        self._delete("/auth/invitations", invitation_id)

    def _delete(self, path: str, name: str) -> None:
        self._connection.data("DELETE", f"{path}/{quote(name, safe='')}")


def _value(kind: type[T], **fields: object) -> T:
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise OptionsError(f"The {str(first['loc'][0]).replace('_', ' ')} cannot be used: {first['msg']}.") from error


def open_account(server: str, *, settings: Settings) -> RemoteAccount:
    """Open the account that is signed in at the server. Raises `NotSignedIn`, `SettingsError`."""
    return RemoteAccount(connect_signed_in(server, settings=settings))
