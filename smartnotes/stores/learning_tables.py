"""The tables of learning: flashcards and the decks they are in, the log of reviews, quiz attempts, study sessions.

`reviews` and `study_sessions` grow with every hour of study; on PostgreSQL they are partitioned by their time `at`,
which is why it is part of their primary keys.
"""

from __future__ import annotations

import sqlalchemy as sa

from smartnotes.stores.tables import UtcTime, metadata

PARTITIONED = "partition_by"
"""What a table's `info` says it is partitioned by on PostgreSQL."""

flashcards = sa.Table(
    "flashcards",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("subject_id", sa.ForeignKey("subjects.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "lecture_id", sa.String(40), nullable=False, index=True, comment="no foreign key: a lecture may be read anew"
    ),
    sa.Column("fingerprint", sa.String(40), nullable=False, comment="of the words in the notes it was made of"),
    sa.Column("front_key", sa.String(64), nullable=False, comment="digest of the front as it was made, before edits"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("place", sa.Integer, nullable=False, comment="its place in the deck it was first made for"),
    sa.Column("suspended", sa.Boolean, nullable=False),
    sa.Column("due", UtcTime, nullable=False),
    sa.Column("reviewed_at", UtcTime, comment="its last review; null for a new card"),
    sa.Column("interval_days", sa.Integer, nullable=False, comment="whole days, rounded down"),
    sa.Column("value", sa.Text, nullable=False),
    sa.UniqueConstraint("owner", "subject_id", "fingerprint"),
    sa.Index("ix_flashcards_owner_due", "owner", "due"),
)

deck_cards = sa.Table(
    "deck_cards",
    metadata,
    sa.Column("deck_id", sa.String(40), primary_key=True, comment="a document"),
    sa.Column("card_id", sa.ForeignKey("flashcards.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("owner", sa.String(40), nullable=False, index=True),
    sa.Column("place", sa.Integer, nullable=False),
)

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("owner", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True, comment="given by the client: one sent twice counts once"),
    sa.Column("at", UtcTime, primary_key=True),
    sa.Column("card_id", sa.ForeignKey("flashcards.id", ondelete="CASCADE"), nullable=False),
    sa.Column("subject_id", sa.String(40), nullable=False),
    sa.Column("undoes", sa.String(64), comment="of an entry that takes a review back: the review's id"),
    sa.Column("value", sa.Text, nullable=False),
    sa.Index("ix_reviews_owner_at", "owner", "at"),
    sa.Index("ix_reviews_card_id_at", "card_id", "at"),
    comment="append-only: entries are added, never changed",
    info={PARTITIONED: "RANGE (at)"},
)

quiz_attempts = sa.Table(
    "quiz_attempts",
    metadata,
    sa.Column("owner", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True, comment="given by the client: one sent twice counts once"),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("subject_id", sa.ForeignKey("subjects.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("quiz_id", sa.String(40), nullable=False, index=True, comment="a document"),
    sa.Column("value", sa.Text, nullable=False),
    sa.Index("ix_quiz_attempts_owner_at", "owner", "at"),
)

study_sessions = sa.Table(
    "study_sessions",
    metadata,
    sa.Column("owner", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True, comment="given by the client: one sent twice counts once"),
    sa.Column("at", UtcTime, primary_key=True, comment="when it began"),
    sa.Column("subject_id", sa.ForeignKey("subjects.id", ondelete="CASCADE"), index=True, comment="null: of all"),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Index("ix_study_sessions_owner_at", "owner", "at"),
    info={PARTITIONED: "RANGE (at)"},
)


def _partition(table: sa.Table, connection: sa.Connection, **_: object) -> None:
    # Not an argument of the table: SQLAlchemy would load PostgreSQL's dialect to check it, on SQLite too.
    if connection.dialect.name == "postgresql":
        table.dialect_options["postgresql"]["partition_by"] = table.info[PARTITIONED]


for _partitioned in (reviews, study_sessions):
    sa.event.listen(_partitioned, "before_create", _partition)
    # Rows of any time have a place, whether or not anybody makes partitions for it.
    sa.event.listen(
        _partitioned,
        "after_create",
        sa.DDL(  # type: ignore[no-untyped-call]
            f"CREATE TABLE IF NOT EXISTS {_partitioned.name}_default PARTITION OF {_partitioned.name} DEFAULT"
        ).execute_if(dialect="postgresql"),
    )
