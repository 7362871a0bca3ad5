"""lists by owner."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up from 0005."""
    op.create_index("ix_documents_owner_created_at", "documents", ["owner", "created_at"])
    op.create_index("ix_jobs_owner_created_at", "jobs", ["owner", "created_at"])
    op.create_index("ix_lectures_owner", "lectures", ["owner"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_lectures_owner", "lectures")
    op.drop_index("ix_jobs_owner_created_at", "jobs")
    op.drop_index("ix_documents_owner_created_at", "documents")
