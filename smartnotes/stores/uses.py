"""Which rows need which blobs, so that a blob goes when nobody needs it any more."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from smartnotes.stores.database import Database
from smartnotes.stores.share_tables import shares
from smartnotes.stores.tables import blob_uses, documents, lectures


def hold(connection: sa.Connection, holder: str, blobs: Iterable[str]) -> None:
    """Note that `holder` (a row's id) needs exactly these blobs."""
    connection.execute(blob_uses.delete().where(blob_uses.c.holder == holder))
    add_holds(connection, holder, blobs)


def add_holds(connection: sa.Connection, holder: str, blobs: Iterable[str]) -> None:
    """Note that `holder` needs these blobs too."""
    held = set(connection.scalars(sa.select(blob_uses.c.blob).where(blob_uses.c.holder == holder)))
    rows = [{"holder": holder, "blob": blob} for blob in sorted(set(blobs) - held)]
    if rows:
        connection.execute(blob_uses.insert(), rows)


def release(connection: sa.Connection, holders: Iterable[str]) -> list[str]:
    """Forget what these rows needed, and the links to them; return the blobs that no row needs any more."""
    freed: list[str] = []
    for holder in holders:
        connection.execute(shares.delete().where(shares.c.target_id == holder))
        blobs = connection.scalars(sa.select(blob_uses.c.blob).where(blob_uses.c.holder == holder)).all()
        connection.execute(blob_uses.delete().where(blob_uses.c.holder == holder))
        freed.extend(blobs)
    return [blob for blob in dict.fromkeys(freed) if not in_use(connection, blob)]


def in_use(connection: sa.Connection, blob: str) -> bool:
    """Return whether some row needs the blob."""
    return connection.scalar(sa.select(blob_uses.c.blob).where(blob_uses.c.blob == blob).limit(1)) is not None


def reaches(database: Database, *, owner: str, blob: str) -> bool:
    """Return whether a lecture or document of this owner needs the blob; only then may they see it."""
    named = [
        sa.exists().where(blob_uses.c.blob == blob, blob_uses.c.holder == rows.c.id, rows.c.owner == owner)
        for rows in (lectures, documents)
    ]
    with database.read() as connection:
        return bool(connection.scalar(sa.select(sa.or_(*named))))
