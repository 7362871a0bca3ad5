"""Flashcards as rows, reviews, quiz attempts, study sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up from 0001."""
    op.create_table(
        "flashcards",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("lecture_id", sa.String(40), nullable=False, comment="no foreign key: a lecture may be read anew"),
        sa.Column("fingerprint", sa.String(40), nullable=False, comment="of the words in the notes it was made of"),
        sa.Column(
            "front_key", sa.String(64), nullable=False, comment="digest of the front as it was made, before edits"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="its place in the deck it was first made for"),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), comment="its last review; null for a new card"),
        sa.Column("interval_days", sa.Integer(), nullable=False, comment="whole days, rounded down"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name="fk_flashcards_subject_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_flashcards"),
        sa.UniqueConstraint("owner", "subject_id", "fingerprint", name="uq_flashcards_owner_subject_id_fingerprint"),
    )
    op.create_index("ix_flashcards_lecture_id", "flashcards", ["lecture_id"])
    op.create_index("ix_flashcards_owner_due", "flashcards", ["owner", "due"])
    op.create_index("ix_flashcards_subject_id", "flashcards", ["subject_id"])

    op.create_table(
        "quiz_attempts",
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("id", sa.String(64), nullable=False, comment="given by the client: one sent twice counts once"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("quiz_id", sa.String(40), nullable=False, comment="a document"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name="fk_quiz_attempts_subject_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "id", name="pk_quiz_attempts"),
    )
    op.create_index("ix_quiz_attempts_owner_at", "quiz_attempts", ["owner", "at"])
    op.create_index("ix_quiz_attempts_quiz_id", "quiz_attempts", ["quiz_id"])
    op.create_index("ix_quiz_attempts_subject_id", "quiz_attempts", ["subject_id"])

    op.create_table(
        "study_sessions",
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("id", sa.String(64), nullable=False, comment="given by the client: one sent twice counts once"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when it began"),
        sa.Column("subject_id", sa.String(40), comment="null: of all"),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name="fk_study_sessions_subject_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "id", "at", name="pk_study_sessions"),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index("ix_study_sessions_owner_at", "study_sessions", ["owner", "at"])
    op.create_index("ix_study_sessions_subject_id", "study_sessions", ["subject_id"])

    op.create_table(
        "deck_cards",
        sa.Column("deck_id", sa.String(40), nullable=False, comment="a document"),
        sa.Column("card_id", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["flashcards.id"], name="fk_deck_cards_card_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("deck_id", "card_id", name="pk_deck_cards"),
    )
    op.create_index("ix_deck_cards_card_id", "deck_cards", ["card_id"])

    op.create_table(
        "reviews",
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("id", sa.String(64), nullable=False, comment="given by the client: one sent twice counts once"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("card_id", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("undoes", sa.String(64), comment="of an entry that takes a review back: the review's id"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["flashcards.id"], name="fk_reviews_card_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "id", "at", name="pk_reviews"),
        comment="append-only: entries are added, never changed",
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index("ix_reviews_card_id_at", "reviews", ["card_id", "at"])
    op.create_index("ix_reviews_owner_at", "reviews", ["owner", "at"])
    if op.get_bind().dialect.name == "postgresql":
        # Rows of any time have a place, whether or not anybody makes partitions for it.
        for name in ("reviews", "study_sessions"):
            op.execute(f"CREATE TABLE {name}_default PARTITION OF {name} DEFAULT")


def downgrade() -> None:
    """Go back."""
    for name in ("reviews", "deck_cards", "study_sessions", "quiz_attempts", "flashcards"):
        op.drop_table(name)
