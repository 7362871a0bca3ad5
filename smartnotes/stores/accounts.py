"""Users and invitations in SQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime

import sqlalchemy as sa

from smartnotes.core.accounts import InvitationInfo, Role, User, name_key
from smartnotes.core.errors import AccessDenied, Conflict, NotFound
from smartnotes.core.ports.accounts import KnownUser, OwnedRows
from smartnotes.stores.account_tables import invitations, users
from smartnotes.stores.database import Database
from smartnotes.stores.tables import metadata

FIELDS = (users.c.id, users.c.name, users.c.role, users.c.created_at, users.c.suspended)


class SqlUsers:
    """`UserStore` on SQL. `changed` is called with a user's id when what they may do has changed."""

    def __init__(self, database: Database, *, changed: Callable[[str], None] = lambda _: None) -> None:
        self._database = database
        self._changed = changed

    def add_founder(self, user: User, *, password_hash: str) -> bool:
        """Keep the first user; see `UserStore.add_founder`."""
        try:
            with self._database.write() as connection:
                if connection.scalar(sa.select(users.c.id).limit(1)) is not None:
                    return False
                # Two at once both see an empty table on PostgreSQL; the unique column lets one of them through.
                connection.execute(users.insert().values(_row(user, password_hash) | {"founder": 1}))
        except sa.exc.IntegrityError:
            return False
        return True

    def add(self, user: User, *, password_hash: str, invitation: str | None = None) -> None:
        """Keep a user; see `UserStore.add`."""
        try:
            with self._database.write() as connection:
                if invitation is not None:
                    good = (invitations.c.digest == invitation) & (invitations.c.expires_at > user.created_at)
                    if not connection.execute(invitations.delete().where(good)).rowcount:
                        raise AccessDenied(
                            "This invitation is unknown, used or expired.", hint="Ask the server's administrator."
                        )
                connection.execute(users.insert().values(_row(user, password_hash)))
        except sa.exc.IntegrityError as error:
            raise Conflict(f"The name {user.name!r} is taken.", hint="Choose another name.") from error

    def get(self, user_id: str) -> User:
        """Return a user. Raises `NotFound`."""
        with self._database.read() as connection:
            return _get(connection, user_id)

    def named(self, name: str) -> KnownUser | None:
        """Return the user with this name, without case."""
        chosen = sa.select(*FIELDS, users.c.password_hash).where(users.c.name_key == name_key(name))
        with self._database.read() as connection:
            row = connection.execute(chosen).mappings().one_or_none()
        return None if row is None else KnownUser(_user(row), row["password_hash"])

    def all(self) -> list[User]:
        """Return every user by name."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(*FIELDS).order_by(users.c.name_key)).mappings()
            return [_user(row) for row in rows]

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Keep another hash. Raises `NotFound`."""
        with self._database.write() as connection:
            changed = connection.execute(
                users.update().where(users.c.id == user_id).values(password_hash=password_hash)
            )
            if not changed.rowcount:
                raise _unknown(user_id)

    def change(self, user_id: str, *, role: Role | None, suspended: bool | None) -> User:
        """Change what is not None; see `UserStore.change`."""
        values = {"role": role, "suspended": suspended}
        changed = {name: value for name, value in values.items() if value is not None}
        with self._database.write() as connection:
            _administrators(connection)
            user = _get(connection, user_id)
            if changed:
                connection.execute(users.update().where(users.c.id == user_id).values(changed))
            if user.role is Role.ADMIN and not _administrators(connection):
                raise _last_administrator()
            user = _get(connection, user_id)
        self._changed(user_id)
        return user

    def delete(self, user_id: str) -> None:
        """Forget a user and all that is theirs; see `UserStore.delete`."""
        with self._database.write() as connection:
            _administrators(connection)
            _get(connection, user_id)
            for table in reversed(metadata.sorted_tables):
                # Whatever a part of smartnotes keeps for somebody is in a column `owner`.
                if "owner" in table.c:
                    connection.execute(table.delete().where(table.c.owner == user_id))
            connection.execute(users.delete().where(users.c.id == user_id))
            others = connection.scalar(sa.select(users.c.id).limit(1))
            if others is not None and not _administrators(connection):
                raise _last_administrator()
        self._changed(user_id)

    def owned_rows(self, user_id: str) -> Iterator[OwnedRows]:
        """Yield what every table keeps in the user's name; see `UserStore.owned_rows`."""
        for table in metadata.sorted_tables:
            if "owner" in table.c:
                # Bytes are vectors and packed pages: computed from what is exported as files.
                plain = [column for column in table.c if not isinstance(column.type, sa.LargeBinary)]
                columns = [column for column in plain if not column.info.get("secret")]
                chosen = sa.select(*columns).where(table.c.owner == user_id)
                with self._database.read() as connection:
                    rows = [json.dumps(dict(row), default=str) for row in connection.execute(chosen).mappings()]
                yield OwnedRows(table.name, "\n".join(rows))

    def add_invitation(self, digest: str, *, created_by: str, expires_at: datetime) -> None:
        """Keep an invitation by the digest of its code."""
        with self._database.write() as connection:
            connection.execute(invitations.insert().values(digest=digest, created_by=created_by, expires_at=expires_at))

    def invitations(self, *, now: datetime) -> list[InvitationInfo]:
        """Return the invitations that are still good; see `UserStore.invitations`."""
        chosen = sa.select(invitations).where(invitations.c.expires_at > now)
        with self._database.read() as connection:
            rows = connection.execute(chosen.order_by(invitations.c.expires_at, invitations.c.digest)).all()
        return [
            InvitationInfo(id=_invitation_id(row.digest), created_by=row.created_by, expires_at=row.expires_at)
            for row in rows
        ]

    def delete_invitation(self, invitation_id: str) -> None:
        """Make an invitation void. Raises `NotFound`."""
        with self._database.write() as connection:
            digests = connection.scalars(sa.select(invitations.c.digest)).all()
            meant = [digest for digest in digests if _invitation_id(digest) == invitation_id]
            done = connection.execute(invitations.delete().where(invitations.c.digest.in_(meant)))
        if not done.rowcount:
            raise NotFound(f"There is no invitation {invitation_id!r}.")


def _invitation_id(digest: str) -> str:
    # A part of the digest of 256 random bits: enough to name an invitation, useless to whoever wants its code.
    return f"inv_{digest[:24]}"


def _row(user: User, password_hash: str) -> dict[str, object]:
    return user.model_dump() | {"name_key": name_key(user.name), "password_hash": password_hash}


def _user(row: sa.RowMapping) -> User:
    return User.model_validate({column.name: row[column.name] for column in FIELDS})


def _get(connection: sa.Connection, user_id: str) -> User:
    row = connection.execute(sa.select(*FIELDS).where(users.c.id == user_id)).mappings().one_or_none()
    if row is None:
        raise _unknown(user_id)
    return _user(row)


def _administrators(connection: sa.Connection) -> int:
    # Counted before and after a change, and locked from the first time on, always in the same order: two
    # administrators who demote each other at once would leave none, or wait for each other.
    active = (users.c.role == Role.ADMIN) & users.c.suspended.is_(False)
    return len(connection.scalars(sa.select(users.c.id).where(active).order_by(users.c.id).with_for_update()).all())


def _unknown(user_id: str) -> NotFound:
    return NotFound(f"There is no user {user_id}.")


def _last_administrator() -> Conflict:
    return Conflict("The server would be left without an administrator.", hint="Make another user administrator first.")
