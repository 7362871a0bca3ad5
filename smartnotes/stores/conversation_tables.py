"""The tables of conversations and of answers kept ready."""

from __future__ import annotations

import sqlalchemy as sa

from smartnotes.stores.tables import UtcTime, metadata

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False),
    sa.Column("turns", sa.Integer, nullable=False),
    sa.Index("ix_conversations_owner_updated_at", "owner", "updated_at"),
)

conversation_turns = sa.Table(
    "conversation_turns",
    metadata,
    sa.Column("conversation_id", sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(64), nullable=False, comment="given by who asks: sent twice, it is one turn"),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.UniqueConstraint("owner", "id"),
)

cached_answers = sa.Table(
    "cached_answers",
    metadata,
    sa.Column("owner", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True, comment="digest of question, options, evidence and model"),
    sa.Column("subject_id", sa.String(40), nullable=False, comment="empty: the notes of all subjects were asked"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("used_at", UtcTime, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Index("ix_cached_answers_owner_used_at", "owner", "used_at"),
)
