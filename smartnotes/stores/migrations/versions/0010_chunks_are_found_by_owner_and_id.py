"""Chunks are found by owner and id at once."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up from 0009."""
    op.create_index("ix_chunks_owner_id", "chunks", ["owner", "id"])
    op.drop_index("ix_chunks_owner", "chunks")


def downgrade() -> None:
    """Go back."""
    op.create_index("ix_chunks_owner", "chunks", ["owner"])
    op.drop_index("ix_chunks_owner_id", "chunks")
