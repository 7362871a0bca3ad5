"""The tables of a notebook.

Each row keeps the value it stands for as JSON in `value`, beside the columns that queries need; so the value types of
the core are the only definition of what a lecture or a chunk is. Pages and reads are compressed (their word boxes
repeat a lot).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from typing_extensions import override


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC time; SQLite has no zones and would hand back naive ones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
"""All tables. Everything in them has a name of its own, by which a migration can change it on either database."""

subjects = sa.Table(
    "subjects",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False, comment="name without case, for uniqueness"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.UniqueConstraint("owner", "name_key"),
)

lectures = sa.Table(
    "lectures",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("subject_id", sa.ForeignKey("subjects.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False, comment="where the file came from; a new file from there replaces it"),
    sa.Column("value", sa.Text, nullable=False),
    sa.Index("ix_lectures_owner", "owner"),
)

pages = sa.Table(
    "pages",
    metadata,
    sa.Column("lecture_id", sa.ForeignKey("lectures.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)

chunks = sa.Table(
    "chunks",
    metadata,
    sa.Column("row", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("subject_id", sa.String(40), nullable=False, index=True),
    sa.Column("lecture_id", sa.ForeignKey("lectures.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("page", sa.Integer, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("tokens", sa.LargeBinary, comment="int8 token vectors, row after row"),
    sa.Column("token_dimension", sa.Integer, nullable=False, default=0),
    sa.Column("encoder", sa.String(80), nullable=False, server_default="", comment="which made the token vectors"),
    # with the id, or SQLite would rather look at all that an owner has than at the chunks it is asked for
    sa.Index("ix_chunks_owner_id", "owner", "id"),
    # all that comparing an index with its chunks needs, for a row is long
    sa.Index("ix_chunks_subject_id_encoder_id", "subject_id", "encoder", "owner", "id"),
)

page_reads = sa.Table(
    "page_reads",
    metadata,
    sa.Column("lecture_id", sa.String(40), primary_key=True, comment="no foreign key: read before published"),
    sa.Column("options", sa.String(40), primary_key=True, comment="digest of the options the page was read with"),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False, index=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)

blob_uses = sa.Table(
    "blob_uses",
    metadata,
    sa.Column("holder", sa.String(40), primary_key=True, comment="lecture or document that needs the blob"),
    sa.Column("blob", sa.String(64), primary_key=True, index=True),
    comment="a blob that no row names any more may be deleted",
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("subject_id", sa.ForeignKey("subjects.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Index("ix_documents_owner_created_at", "owner", "created_at"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("queue", sa.String(16), nullable=False, server_default="", comment="where its next stage waits"),
    sa.Column("parent", sa.String(40), nullable=False, server_default="", index=True, comment="job it is a part of"),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("result", sa.Text),
    sa.Column("progress", sa.Text),
    sa.Column("carried", sa.Text, comment="what the stage before gave"),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0", comment="claims since it last got on"),
    sa.Column("error", sa.Text),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("lease_until", UtcTime),
    sa.Column("token", sa.Integer, nullable=False, default=0, comment="fencing token, one more at each claim"),
    sa.Column("holder", sa.Text, nullable=False, default="", comment="who claimed it: host, process, start time"),
    sa.Column("request_id", sa.String(64), nullable=False, server_default="", comment="HTTP request that asked for it"),
    sa.Index("ix_jobs_owner_created_at", "owner", "created_at"),
)
