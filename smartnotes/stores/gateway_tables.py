"""The tables of the gateway itself: answers kept under an idempotency key, and uploads that come in parts."""

from __future__ import annotations

import sqlalchemy as sa

from smartnotes.stores.share_tables import SECRET
from smartnotes.stores.tables import UtcTime, metadata

kept_answers = sa.Table(
    "kept_answers",
    metadata,
    sa.Column("owner", sa.String(40), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True, comment="of the idempotency key", info=SECRET),
    sa.Column("fingerprint", sa.String(64), nullable=False, comment="of the request", info=SECRET),
    sa.Column("holder", sa.String(40), nullable=False, comment="the request that is under way"),
    sa.Column("lease_until", UtcTime, nullable=False, comment="a request that died is not waited for longer"),
    sa.Column("created_at", UtcTime, nullable=False, index=True),
    sa.Column("answer", sa.Text, comment="sealed, for some hold a secret; null while under way", info=SECRET),
)

uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False, index=True),
    sa.Column("subject_id", sa.ForeignKey("subjects.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False, comment="of the whole file; what has come is in the folder"),
    sa.Column("expires_at", UtcTime, nullable=False, index=True),
    sa.Column("value", sa.Text, nullable=False, comment="what is said about the file"),
    sa.Column("job_id", sa.String(40), comment="who reads it, once all of it has come"),
)
