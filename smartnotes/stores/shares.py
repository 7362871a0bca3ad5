"""Share links in SQL, and what can be read through them: every query begins at the link's own row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from smartnotes.core.accounts import ShareGrant
from smartnotes.core.errors import NotFound
from smartnotes.core.model import Lecture, Page
from smartnotes.core.ports.sharing import GoodPass, KnownShare
from smartnotes.core.sharing import Share, SharedKind
from smartnotes.core.study import Document
from smartnotes.stores.account_tables import users
from smartnotes.stores.database import Database, unpack
from smartnotes.stores.share_tables import share_passes, shares
from smartnotes.stores.tables import blob_uses, documents, lectures, pages, subjects

_FIELDS = tuple(shares.c[name] for name in Share.model_fields if name in shares.c)
_NAMES = (subjects.c.name.label("subject"), lectures.c.name.label("lecture"), documents.c.value.label("document"))
_OF_OWNER = shares.join(users, (users.c.id == shares.c.owner) & users.c.suspended.is_(False))
"""Links whose owner is not suspended."""


def _is(kind: SharedKind) -> sa.ColumnElement[bool]:
    return shares.c.kind == kind.value


_TARGETS = (
    (subjects, (subjects.c.id == shares.c.subject_id) & (subjects.c.owner == shares.c.owner)),
    (
        lectures,
        _is(SharedKind.LECTURE) & (lectures.c.id == shares.c.target_id) & (lectures.c.owner == shares.c.owner),
    ),
    (
        documents,
        _is(SharedKind.DOCUMENT) & (documents.c.id == shares.c.target_id) & (documents.c.owner == shares.c.owner),
    ),
)
_WITH_LECTURES = _OF_OWNER.join(
    lectures,
    (lectures.c.owner == shares.c.owner)
    & (
        (_is(SharedKind.LECTURE) & (lectures.c.id == shares.c.target_id))
        | (_is(SharedKind.SUBJECT) & (lectures.c.subject_id == shares.c.target_id))
    ),
)
"""Links with the lectures they lead to."""
_WITH_DOCUMENTS = _OF_OWNER.join(
    documents,
    (documents.c.owner == shares.c.owner)
    & (
        (_is(SharedKind.DOCUMENT) & (documents.c.id == shares.c.target_id))
        | (_is(SharedKind.SUBJECT) & (documents.c.subject_id == shares.c.target_id))
    ),
)
"""Links with the documents they lead to."""


def _with_names(links: sa.FromClause) -> sa.Select[Any]:
    """Return a query for links with the names of their things; links whose thing is gone have none."""
    for table, fits in _TARGETS:
        links = links.outerjoin(table, fits)
    there = _is(SharedKind.SUBJECT) | lectures.c.id.is_not(None) | documents.c.id.is_not(None)
    columns = (*_FIELDS, shares.c.owner, shares.c.password_hash, *_NAMES)
    return sa.select(*columns).select_from(links).where(there, subjects.c.id.is_not(None))


class SqlShares:
    """`ShareStore` on SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, share: Share, *, owner: str, digest: str, password_hash: str) -> Share:
        """Keep a link; see `ShareStore.add`."""
        with self._database.write() as connection:
            row = share.model_dump(exclude={"name", "has_password"}) | {
                "owner": owner,
                "digest": digest,
                "password_hash": password_hash,
                "subject_id": _subject_of(connection, share, owner=owner),
            }
            connection.execute(shares.insert().values(row))
            named = connection.execute(_with_names(shares).where(shares.c.id == share.id)).mappings().one()
            return _share(named)

    def all(self, owner: str) -> list[Share]:
        """Return an owner's links, newest first."""
        newest_first = (shares.c.created_at.desc(), shares.c.id)
        chosen = _with_names(shares).where(shares.c.owner == owner).order_by(*newest_first)
        with self._database.read() as connection:
            return [_share(row) for row in connection.execute(chosen).mappings()]

    def delete(self, owner: str, share_id: str) -> Share:
        """Forget a link and its passes. Raises `NotFound`."""
        mine = (shares.c.owner == owner) & (shares.c.id == share_id)
        with self._database.write() as connection:
            row = connection.execute(_with_names(shares).where(mine)).mappings().one_or_none()
            connection.execute(shares.delete().where(mine))
        if row is None:
            raise NotFound(f"There is no link {share_id}.")
        return _share(row)

    def find(self, digest: str, *, now: datetime) -> KnownShare | None:
        """Return a link that can be opened; see `ShareStore.find`."""
        chosen = _with_names(_OF_OWNER).where(shares.c.digest == digest, _open(now))
        with self._database.read() as connection:
            row = connection.execute(chosen).mappings().one_or_none()
        return None if row is None else KnownShare(_share(row), row["owner"], row["password_hash"])

    def count_view(self, share_id: str, *, digest: str, now: datetime, until: datetime) -> bool:
        """Count a view and keep a pass; see `ShareStore.count_view`."""
        counted = shares.update().where(shares.c.id == share_id, _open(now)).values(views=shares.c.views + 1)
        row = {"digest": digest, "share_id": share_id, "expires_at": until}
        with self._database.write() as connection:
            # One statement compares and counts: of many at once, no more get through than the limit lets.
            if not connection.execute(counted).rowcount:
                return False
            over = (share_passes.c.share_id == share_id) & (share_passes.c.expires_at <= now)
            connection.execute(share_passes.delete().where(over))
            connection.execute(share_passes.insert().values(row))
        return True

    def find_pass(self, digest: str, *, now: datetime) -> GoodPass | None:
        """Return what a pass allows; see `ShareStore.find_pass`."""
        good = (share_passes.c.digest == digest) & (share_passes.c.expires_at > now) & (shares.c.expires_at > now)
        chosen = sa.select(shares.c.id, shares.c.owner, shares.c.original)
        joined = _OF_OWNER.join(share_passes, share_passes.c.share_id == shares.c.id)
        with self._database.read() as connection:
            row = connection.execute(chosen.select_from(joined).where(good)).one_or_none()
        if row is None:
            return None
        return GoodPass(f"pass_{digest[:24]}", ShareGrant(share_id=row.id, owner=row.owner, original=row.original))


class SqlSharedReader:
    """`SharedReader` on SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def share(self, grant: ShareGrant) -> Share:
        """Return the link itself. Raises `NotFound`."""
        with self._database.read() as connection:
            row = connection.execute(_with_names(_OF_OWNER).where(_of(grant))).mappings().one_or_none()
        if row is None:
            raise NotFound("This link does not exist any more.")
        return _share(row)

    def lectures(self, grant: ShareGrant) -> list[Lecture]:
        """Return the lectures a link leads to, by name."""
        chosen = sa.select(lectures.c.value).select_from(_WITH_LECTURES).where(_of(grant))
        with self._database.read() as connection:
            values = connection.scalars(chosen.order_by(sa.func.lower(lectures.c.name), lectures.c.id))
            return [Lecture.model_validate_json(value) for value in values]

    def documents(self, grant: ShareGrant) -> list[Document]:
        """Return the documents a link leads to, newest first."""
        chosen = sa.select(documents.c.value).select_from(_WITH_DOCUMENTS).where(_of(grant))
        with self._database.read() as connection:
            values = connection.scalars(chosen.order_by(documents.c.created_at.desc(), documents.c.id))
            return [Document.model_validate_json(value) for value in values]

    def lecture(self, grant: ShareGrant, lecture_id: str) -> Lecture:
        """Return one lecture. Raises `NotFound`."""
        with self._database.read() as connection:
            return _lecture(connection, grant, lecture_id)

    def document(self, grant: ShareGrant, document_id: str) -> Document:
        """Return one document. Raises `NotFound`."""
        mine = _of(grant) & (documents.c.id == document_id)
        with self._database.read() as connection:
            value = connection.scalar(sa.select(documents.c.value).select_from(_WITH_DOCUMENTS).where(mine))
        if value is None:
            raise NotFound(f"There is no document {document_id!r}.")
        return Document.model_validate_json(value)

    def pages(self, grant: ShareGrant, lecture_id: str, *, first: int, last: int | None) -> list[Page]:
        """Return pages in order; see `SharedReader.pages`."""
        joined = _WITH_LECTURES.join(pages, pages.c.lecture_id == lectures.c.id)
        mine = _of(grant) & (lectures.c.id == lecture_id) & (pages.c.number >= first)
        chosen = sa.select(pages.c.value).select_from(joined).where(mine)
        if last is not None:
            chosen = chosen.where(pages.c.number <= last)
        with self._database.read() as connection:
            _lecture(connection, grant, lecture_id)
            return [unpack(Page, value) for value in connection.scalars(chosen.order_by(pages.c.number))]

    def has_picture(self, grant: ShareGrant, blob: str) -> bool:
        """Return whether the link shows this picture; see `SharedReader.has_picture`."""
        # An original file is named in the value of its lecture. In that JSON a quotation mark of somebody's text has a
        # backslash before it, so only the field itself looks like this.
        original = lectures.c.value.contains(f'"blob":"{blob}"', autoescape=True)
        shown = _WITH_LECTURES.join(blob_uses, blob_uses.c.holder == lectures.c.id)
        chosen = sa.select(lectures.c.id).select_from(shown).where(_of(grant), blob_uses.c.blob == blob, ~original)
        with self._database.read() as connection:
            return connection.scalar(chosen.limit(1)) is not None


def _open(now: datetime) -> sa.ColumnElement[bool]:
    left = shares.c.max_views.is_(None) | (shares.c.views < shares.c.max_views)
    return (shares.c.expires_at > now) & left


def _of(grant: ShareGrant) -> sa.ColumnElement[bool]:
    return (shares.c.id == grant.share_id) & (shares.c.owner == grant.owner)


def _subject_of(connection: sa.Connection, share: Share, *, owner: str) -> str:
    """Return the subject of what is to be shared, and keep that from being deleted meanwhile. Raises `NotFound`."""
    table = {SharedKind.SUBJECT: subjects, SharedKind.LECTURE: lectures, SharedKind.DOCUMENT: documents}[share.kind]
    column = table.c.id if share.kind is SharedKind.SUBJECT else table.c.subject_id
    chosen = sa.select(column).where(table.c.id == share.target_id, table.c.owner == owner)
    subject_id = connection.scalar(chosen.with_for_update(read=True))
    if subject_id is None:
        raise NotFound(f"There is no {share.kind} {share.target_id!r}.")
    return str(subject_id)


def _lecture(connection: sa.Connection, grant: ShareGrant, lecture_id: str) -> Lecture:
    mine = _of(grant) & (lectures.c.id == lecture_id)
    value = connection.scalar(sa.select(lectures.c.value).select_from(_WITH_LECTURES).where(mine))
    if value is None:
        raise NotFound(f"There is no lecture {lecture_id!r}.")
    return Lecture.model_validate_json(value)


def _share(row: sa.RowMapping) -> Share:
    named = {column.name: row[column.name] for column in _FIELDS}
    name = row["subject"]
    if row["kind"] == SharedKind.LECTURE:
        name = row["lecture"]
    elif row["kind"] == SharedKind.DOCUMENT:
        name = Document.model_validate_json(row["document"]).title
    return Share.model_validate(named | {"name": name, "has_password": bool(row["password_hash"])})
