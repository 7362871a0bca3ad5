"""The tables of share links and of the passes they gave. Of both secrets only digests are kept."""

from __future__ import annotations

import sqlalchemy as sa

from smartnotes.stores.tables import UtcTime, metadata

SECRET = {"secret": True}
"""Columns that are left out when somebody takes their data along."""

shares = sa.Table(
    "shares",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False, index=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True, info=SECRET),
    sa.Column("password_hash", sa.Text, nullable=False, info=SECRET, comment="empty where none is asked for"),
    sa.Column("kind", sa.String(16), nullable=False, comment="lecture, document or subject"),
    sa.Column("target_id", sa.String(40), nullable=False, index=True, comment="no foreign key: rows are replaced"),
    sa.Column("subject_id", sa.ForeignKey("subjects.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("max_views", sa.Integer),
    sa.Column("views", sa.Integer, nullable=False),
    sa.Column("original", sa.Boolean, nullable=False),
)

share_passes = sa.Table(
    "share_passes",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("share_id", sa.ForeignKey("shares.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("expires_at", UtcTime, nullable=False),
)
