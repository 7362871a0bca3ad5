"""The table of the generations of vectors."""

from __future__ import annotations

import sqlalchemy as sa

from smartnotes.stores.tables import UtcTime, metadata

index_generations = sa.Table(
    "index_generations",
    metadata,
    sa.Column("subject_id", sa.ForeignKey("subjects.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("owner", sa.String(40), nullable=False, index=True),
    sa.Column("model", sa.Text, nullable=False, comment="which made the vectors"),
    sa.Column("dimension", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, comment="active: is searched; building: is being made beside it"),
    sa.Column("made_for", sa.String(40), nullable=False, comment="the rebuild that asked for it"),
    sa.Column("created_at", UtcTime, nullable=False),
    comment="the vectors of subjects, which are kept in Chroma",
)
