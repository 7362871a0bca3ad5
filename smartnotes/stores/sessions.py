"""Sessions, tickets and personal API tokens in SQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa

from smartnotes.core.accounts import AccessScope, ApiToken, CredentialKind, Principal, Session, User
from smartnotes.core.errors import NotFound
from smartnotes.core.ports.accounts import SignedIn, TokenOwner
from smartnotes.stores.account_tables import api_tokens, sessions, tickets, users
from smartnotes.stores.accounts import FIELDS
from smartnotes.stores.database import Database

MOST_SEEN = 10_000
"""Sessions remembered at a time, each under a kilobyte."""
_USER = tuple(column.label(f"user_{column.name}") for column in FIELDS)
_TOKEN = tuple(api_tokens.c[name] for name in ApiToken.model_fields)


class SqlSessions:
    """`SessionStore` on SQL, which remembers for `keep_s` seconds whom it saw.

    `tell` is called with the ids of sessions and users that changed, once the change is in the database: for other
    processes, which remember too.
    """

    def __init__(
        self, database: Database, *, keep_s: float = 0.0, tell: Callable[[Iterable[str]], None] = lambda _: None
    ) -> None:
        self._database = database
        self._keep_s = keep_s
        self._tell = tell
        self._seen: dict[str, tuple[SignedIn, float]] = {}
        self._changes = 0
        self._lock = threading.Lock()

    def add(self, session: Session) -> None:
        """Keep a session; see `SessionStore.add`."""
        over = (sessions.c.user_id == session.user_id) & (sessions.c.expires_at <= session.created_at)
        with self._database.write() as connection:
            connection.execute(sessions.delete().where(over))
            connection.execute(sessions.insert().values(session.model_dump()))

    def get(self, session_id: str) -> SignedIn | None:
        """Return a session with its user."""
        joined = sessions.join(users, users.c.id == sessions.c.user_id)
        chosen = sa.select(sessions, *(column for column in _USER if column.name != "user_id"))
        before, asked_at = self._changes, time.monotonic()
        with self._database.read() as connection:
            found = connection.execute(chosen.select_from(joined).where(sessions.c.id == session_id))
            row = found.mappings().one_or_none()
        if row is None:
            return None
        session = Session.model_validate({column.name: row[column.name] for column in sessions.c})
        return self._remembered(SignedIn(session, _user_of(row)), before, asked_at=asked_at)

    def recent(self, session_id: str) -> SignedIn | None:
        """Return a session that was seen just now; see `SessionStore.recent`."""
        signed_in, until = self._seen.get(session_id, (None, 0.0))
        return signed_in if time.monotonic() < until else None

    def forget(self, *changed: str) -> None:
        """Remember nobody, because these sessions or users have changed, and tell the others."""
        with self._lock:
            self._changes += 1
            self._seen.clear()
        if changed:
            self._tell(changed)

    def all(self, user_id: str) -> list[Session]:
        """Return a user's sessions, newest first."""
        chosen = sa.select(sessions).where(sessions.c.user_id == user_id).order_by(sessions.c.created_at.desc())
        with self._database.read() as connection:
            return [Session.model_validate(row) for row in connection.execute(chosen).mappings()]

    def renew(self, session_id: str, *, generation: int, now: datetime, expires_at: datetime) -> bool:
        """Move on to the next generation; see `SessionStore.renew`."""
        current = (sessions.c.id == session_id) & (sessions.c.generation == generation)
        values = {"generation": generation + 1, "used_at": now, "expires_at": expires_at}
        with self._database.write() as connection:
            return bool(connection.execute(sessions.update().where(current).values(values)).rowcount)

    def revoke(self, session_id: str) -> None:
        """End one session, if it is there."""
        with self._database.write() as connection:
            connection.execute(sessions.delete().where(sessions.c.id == session_id))
        self.forget(session_id)

    def revoke_all(self, user_id: str, *, but: str | None = None) -> None:
        """End every session of a user, except one."""
        ended = sessions.c.user_id == user_id
        if but is not None:
            ended &= sessions.c.id != but
        with self._database.write() as connection:
            ids = connection.scalars(sessions.delete().where(ended).returning(sessions.c.id)).all()
        self.forget(*ids)

    def add_ticket(self, digest: str, *, principal: Principal, now: datetime, expires_at: datetime) -> None:
        """Keep a ticket; see `SessionStore.add_ticket`."""
        row = {
            "digest": digest,
            "user_id": principal.user_id,
            "session_id": principal.session_id,
            "scopes": _joined(principal.scopes),
            "expires_at": expires_at,
        }
        with self._database.write() as connection:
            mine = tickets.c.user_id == principal.user_id
            connection.execute(tickets.delete().where(mine, tickets.c.expires_at <= now))
            connection.execute(tickets.insert().values(row))

    def take_ticket(self, digest: str, *, now: datetime) -> Principal | None:
        """Use up a ticket; see `SessionStore.take_ticket`."""
        joined = tickets.join(users, users.c.id == tickets.c.user_id)
        chosen = sa.select(tickets, users.c.role, users.c.suspended).select_from(joined)
        with self._database.write() as connection:
            row = connection.execute(chosen.where(tickets.c.digest == digest)).mappings().one_or_none()
            # The one whose deletion hits a row has the ticket.
            taken = connection.execute(tickets.delete().where(tickets.c.digest == digest)).rowcount
        if row is None or not taken or row["expires_at"] <= now or row["suspended"]:
            return None
        return Principal(
            user_id=row["user_id"],
            role=row["role"],
            scopes=_split(row["scopes"]),
            kind=CredentialKind.TICKET,
            session_id=row["session_id"],
        )

    def _remembered(self, found: SignedIn, before: int, *, asked_at: float) -> SignedIn:
        with self._lock:
            # What was read before a change, and comes to be remembered after it, would bring a session back.
            if before == self._changes and self._keep_s:
                if len(self._seen) >= MOST_SEEN:
                    self._seen.clear()
                self._seen[found.session.id] = (found, asked_at + self._keep_s)
        return found


class SqlApiTokens:
    """`ApiTokenStore` on SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token: ApiToken, *, user_id: str, digest: str) -> None:
        """Keep a token by its digest."""
        row = token.model_dump() | {"user_id": user_id, "digest": digest, "scopes": _joined(token.scopes)}
        with self._database.write() as connection:
            connection.execute(api_tokens.insert().values(row))

    def all(self, user_id: str) -> list[ApiToken]:
        """Return a user's tokens, newest first."""
        chosen = sa.select(*_TOKEN).where(api_tokens.c.user_id == user_id)
        with self._database.read() as connection:
            rows = connection.execute(chosen.order_by(api_tokens.c.created_at.desc(), api_tokens.c.id)).mappings()
            return [_token(row) for row in rows]

    def find(self, digest: str) -> TokenOwner | None:
        """Return the token with this digest and its user."""
        joined = api_tokens.join(users, users.c.id == api_tokens.c.user_id)
        chosen = sa.select(*_TOKEN, *_USER).select_from(joined).where(api_tokens.c.digest == digest)
        with self._database.read() as connection:
            row = connection.execute(chosen).mappings().one_or_none()
        return None if row is None else TokenOwner(_token(row), _user_of(row))

    def touch(self, token_id: str, *, now: datetime) -> None:
        """Note that the token was used."""
        with self._database.write() as connection:
            connection.execute(api_tokens.update().where(api_tokens.c.id == token_id).values(used_at=now))

    def delete(self, user_id: str, token_id: str) -> None:
        """Forget a token of this user. Raises `NotFound`."""
        mine = (api_tokens.c.id == token_id) & (api_tokens.c.user_id == user_id)
        with self._database.write() as connection:
            if not connection.execute(api_tokens.delete().where(mine)).rowcount:
                raise NotFound(f"There is no API token {token_id}.")


def _user_of(row: sa.RowMapping) -> User:
    return User.model_validate({column.name: row[f"user_{column.name}"] for column in FIELDS})


def _token(row: sa.RowMapping) -> ApiToken:
    named = {name: row[name] for name in ApiToken.model_fields}
    return ApiToken.model_validate(named | {"scopes": _split(named["scopes"])})


def _joined(scopes: frozenset[AccessScope]) -> str:
    return " ".join(sorted(scopes))


def _split(scopes: str) -> frozenset[AccessScope]:
    return frozenset(AccessScope(scope) for scope in scopes.split())
