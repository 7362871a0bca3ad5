"""Uploads that come in parts, as rows; the bytes that have come are files of the gateway's folder."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from pydantic import AwareDatetime

from smartnotes.core.errors import Conflict, NotFound
from smartnotes.core.model import Value
from smartnotes.stores.database import Database
from smartnotes.stores.gateway_tables import uploads

MOST_OPEN = 20
"""Uploads that a user may have begun at a time."""


class UploadRow(Value):
    """An upload: what is said about the file is in `value`, `job_id` is who reads it once all of it has come."""

    id: str
    subject_id: str
    size_bytes: int
    expires_at: AwareDatetime
    value: str
    job_id: str | None = None


class SqlUploads:
    """The uploads of one owner."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def add(self, row: UploadRow) -> None:
        """Keep a new upload. Raises `Conflict` where the user has begun too many."""
        unfinished = sa.select(sa.func.count()).where(self._mine, uploads.c.job_id.is_(None))
        with self._database.write() as connection:
            if (connection.scalar(unfinished) or 0) >= MOST_OPEN:
                raise Conflict(
                    f"You have {MOST_OPEN} uploads that are not finished.", hint="Finish or delete one of them."
                )
            connection.execute(uploads.insert().values(row.model_dump() | {"owner": self._owner}))

    def get(self, upload_id: str) -> UploadRow:
        """Return an upload. Raises `NotFound`."""
        with self._database.read() as connection:
            row = connection.execute(self._chosen().where(uploads.c.id == upload_id)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"There is no upload {upload_id!r}.", hint="It may have expired: begin again.")
        return UploadRow.model_validate(dict(row))

    def all(self) -> list[UploadRow]:
        """Return the uploads by id."""
        with self._database.read() as connection:
            rows = connection.execute(self._chosen().order_by(uploads.c.id)).mappings()
            return [UploadRow.model_validate(dict(row)) for row in rows]

    def finish(self, upload_id: str, *, job_id: str) -> None:
        """Note which job reads the file."""
        with self._database.write() as connection:
            mine = self._mine & (uploads.c.id == upload_id)
            connection.execute(uploads.update().where(mine).values(job_id=job_id))

    def delete(self, upload_id: str) -> None:
        """Forget an upload. Raises `NotFound`."""
        with self._database.write() as connection:
            if not connection.execute(uploads.delete().where(self._mine, uploads.c.id == upload_id)).rowcount:
                raise NotFound(f"There is no upload {upload_id!r}.")

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        return uploads.c.owner == self._owner

    def _chosen(self) -> sa.Select[tuple[object, ...]]:
        return sa.select(*(column for column in uploads.c if column.name != "owner")).where(self._mine)


def forget_expired(database: Database, *, now: datetime) -> None:
    """Forget the uploads of all owners whose time is over."""
    with database.write() as connection:
        connection.execute(uploads.delete().where(uploads.c.expires_at < now))


def known_uploads(database: Database) -> set[str]:
    """Return the ids of the uploads of all owners."""
    with database.read() as connection:
        return set(connection.scalars(sa.select(uploads.c.id)))
