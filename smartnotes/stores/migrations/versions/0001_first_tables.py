"""The first tables.

Each is made only where it is missing: databases from before there were migrations have them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "chunk_words",
    "tickets",
    "pages",
    "chunks",
    "sessions",
    "lectures",
    "invitations",
    "documents",
    "api_tokens",
    "users",
    "subjects",
    "page_reads",
    "jobs",
    "blob_uses",
)
WORDS = {
    "sqlite": (
        """
        CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words
        USING fts5(context, text, tokenize = "porter unicode61 remove_diacritics 2")
        """,
        """
        CREATE TRIGGER IF NOT EXISTS chunk_words_delete AFTER DELETE ON chunks
        BEGIN DELETE FROM chunk_words WHERE rowid = old.row; END
        """,
    ),
    "postgresql": (
        """
        CREATE TABLE IF NOT EXISTS chunk_words (
            "row" bigint PRIMARY KEY REFERENCES chunks ("row") ON DELETE CASCADE,
            words tsvector NOT NULL
        )
        """,
        "CREATE INDEX IF NOT EXISTS chunk_words_words ON chunk_words USING gin (words)",
    ),
}


def upgrade() -> None:
    """Go up from nothing."""
    op.create_table(
        "blob_uses",
        sa.Column("holder", sa.String(40), nullable=False, comment="lecture or document that needs the blob"),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("holder", "blob", name="pk_blob_uses"),
        comment="a blob that no row names any more may be deleted",
        if_not_exists=True,
    )
    op.create_index("ix_blob_uses_blob", "blob_uses", ["blob"], if_not_exists=True)
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("progress", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("token", sa.Integer(), nullable=False, comment="fencing token, one more at each claim"),
        sa.Column("holder", sa.Text(), nullable=False, comment="who claimed it: host, process, start time"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        if_not_exists=True,
    )
    op.create_index("ix_jobs_owner", "jobs", ["owner"], if_not_exists=True)
    op.create_table(
        "page_reads",
        sa.Column("lecture_id", sa.String(40), nullable=False, comment="no foreign key: read before published"),
        sa.Column("options", sa.String(40), nullable=False, comment="digest of the options the page was read with"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("lecture_id", "options", "number", name="pk_page_reads"),
        if_not_exists=True,
    )
    op.create_table(
        "subjects",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False, comment="name without case, for uniqueness"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subjects"),
        sa.UniqueConstraint("owner", "name_key", name="uq_subjects_owner_name_key"),
        if_not_exists=True,
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False, comment="name without case, for uniqueness"),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("founder", sa.Integer(), comment="1 for the first user, who is the administrator; else null"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("founder", name="uq_users_founder"),
        sa.UniqueConstraint("name_key", name="uq_users_name_key"),
        if_not_exists=True,
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("user_id", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False, comment="separated by spaces"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_tokens_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("digest", name="uq_api_tokens_digest"),
        if_not_exists=True,
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"], if_not_exists=True)
    op.create_table(
        "documents",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name="fk_documents_subject_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        if_not_exists=True,
    )
    op.create_index("ix_documents_subject_id", "documents", ["subject_id"], if_not_exists=True)
    op.create_table(
        "invitations",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_invitations_created_by", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name="pk_invitations"),
        if_not_exists=True,
    )
    op.create_index("ix_invitations_created_by", "invitations", ["created_by"], if_not_exists=True)
    op.create_table(
        "lectures",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="where the file came from; a new file from there replaces it"
        ),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name="fk_lectures_subject_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_lectures"),
        if_not_exists=True,
    )
    op.create_index("ix_lectures_subject_id", "lectures", ["subject_id"], if_not_exists=True)
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("user_id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False, comment="of the refresh token that is good"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        if_not_exists=True,
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], if_not_exists=True)
    op.create_table(
        "chunks",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("lecture_id", sa.String(40), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("tokens", sa.LargeBinary(), comment="int8 token vectors, row after row"),
        sa.Column("token_dimension", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lecture_id"], ["lectures.id"], name="fk_chunks_lecture_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("row", name="pk_chunks"),
        sa.UniqueConstraint("id", name="uq_chunks_id"),
        if_not_exists=True,
    )
    op.create_index("ix_chunks_lecture_id", "chunks", ["lecture_id"], if_not_exists=True)
    op.create_index("ix_chunks_subject_id", "chunks", ["subject_id"], if_not_exists=True)
    op.create_table(
        "pages",
        sa.Column("lecture_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["lecture_id"], ["lectures.id"], name="fk_pages_lecture_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("lecture_id", "number", name="pk_pages"),
        if_not_exists=True,
    )
    op.create_table(
        "tickets",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(40), nullable=False),
        sa.Column("session_id", sa.String(40)),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_tickets_session_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_tickets_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name="pk_tickets"),
        if_not_exists=True,
    )
    op.create_index("ix_tickets_session_id", "tickets", ["session_id"], if_not_exists=True)
    op.create_index("ix_tickets_user_id", "tickets", ["user_id"], if_not_exists=True)
    for statement in WORDS[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    for table in TABLES:
        op.drop_table(table)
