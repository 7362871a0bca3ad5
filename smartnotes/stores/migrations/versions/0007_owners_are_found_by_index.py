"""What an owner has is found by an index, in every table."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("chunks", "deck_cards", "page_reads")


def upgrade() -> None:
    """Go up from 0006."""
    for table in TABLES:
        op.create_index(f"ix_{table}_owner", table, ["owner"])
    # The one by owner and time serves as well.
    op.drop_index("ix_jobs_owner", "jobs")


def downgrade() -> None:
    """Go back."""
    op.create_index("ix_jobs_owner", "jobs", ["owner"])
    for table in TABLES:
        op.drop_index(f"ix_{table}_owner", table)
