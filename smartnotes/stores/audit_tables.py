"""The table of the audit log."""

from __future__ import annotations

import sqlalchemy as sa

from smartnotes.stores.tables import UtcTime, metadata

audit_events = sa.Table(
    "audit_events",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("owner", sa.String(40), index=True, comment="whose account; null where unknown or deleted"),
    sa.Column("done_by", sa.String(40), comment="who did it, where that is another user"),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("request_id", sa.String(64), nullable=False),
    sa.Column("detail", sa.String(64), nullable=False),
)
