"""Which model made the vectors of a subject; owner and place among the words of a chunk."""

from __future__ import annotations

import re
import sqlite3

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# The only models there were.
BGE, BGE_DIMENSION = "bge-small-en-v1.5-int8", 384
COLBERT = "answerai-colbert-small-v1-int8-64"

_PLACE = ("owner", "subject", "lecture", "kind", "page")


def upgrade() -> None:
    """Go up from 0008."""
    op.create_table(
        "index_generations",
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("model", sa.Text(), nullable=False, comment="which made the vectors"),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=16),
            nullable=False,
            comment="active: is searched; building: is being made beside it",
        ),
        sa.Column("made_for", sa.String(length=40), nullable=False, comment="the rebuild that asked for it"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_index_generations_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "number", name=op.f("pk_index_generations")),
        comment="the vectors of subjects, which are kept in Chroma",
    )
    op.create_index("ix_index_generations_owner", "index_generations", ["owner"])
    op.get_bind().execute(
        sa.text(
            "INSERT INTO index_generations (subject_id, number, owner, model, dimension, state, made_for, created_at) "
            "SELECT id, 0, owner, :model, :dimension, 'active', '', created_at FROM subjects "
            "WHERE id IN (SELECT subject_id FROM chunks)"
        ),
        {"model": BGE, "dimension": BGE_DIMENSION},
    )
    op.add_column(
        "chunks",
        sa.Column(
            "encoder", sa.String(length=80), server_default="", nullable=False, comment="which made the token vectors"
        ),
    )
    op.execute(f"UPDATE chunks SET encoder = '{COLBERT}' WHERE token_dimension > 0")  # noqa: S608
    op.create_index("ix_chunks_subject_id_encoder_id", "chunks", ["subject_id", "encoder", "owner", "id"])
    if op.get_bind().dialect.name == "sqlite":
        _label_sqlite()
    else:
        op.execute(
            f"UPDATE chunk_words w SET words = w.words || array_to_tsvector({_labels()}) "  # noqa: S608
            'FROM chunks c WHERE c."row" = w."row"'
        )


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        _remake_sqlite("context, text", "SELECT row, context, text FROM words_before", into="rowid, context, text")
    else:
        op.execute(
            f"UPDATE chunk_words w SET words = ts_delete(w.words, {_labels()}) "  # noqa: S608
            'FROM chunks c WHERE c."row" = w."row"'
        )
    op.drop_index("ix_chunks_subject_id_encoder_id", "chunks")
    op.execute("ALTER TABLE chunks DROP COLUMN encoder")
    op.drop_index("ix_index_generations_owner", "index_generations")
    op.drop_table("index_generations")


def _label_sqlite() -> None:
    driver = op.get_bind().connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - what SQLite's dialect gives
    driver.create_function("labels_of", -1, _labels_of, deterministic=True)
    _remake_sqlite(
        "context, text, labels",
        "SELECT w.row, w.context, w.text, labels_of(c.owner, c.subject_id, c.lecture_id, c.kind, c.page) "
        "FROM words_before w LEFT JOIN chunks c ON c.row = w.row",
        into="rowid, context, text, labels",
    )


def _remake_sqlite(columns: str, rows: str, *, into: str) -> None:
    """Make the full-text table anew, for its columns cannot be changed."""
    op.execute("CREATE TABLE words_before AS SELECT rowid AS row, context, text FROM chunk_words")
    op.execute("DROP TABLE chunk_words")
    tokenize = 'tokenize = "porter unicode61 remove_diacritics 2"'
    op.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words USING fts5({columns}, {tokenize})")
    op.execute(f"INSERT INTO chunk_words ({into}) {rows}")
    op.execute("DROP TABLE words_before")


def _labels_of(*values: object) -> str:
    named = zip(_PLACE, values, strict=True)
    return " ".join(f"{name}x{re.sub('[^0-9A-Za-z]', 'x', str(value)).lower()}x" for name, value in named)


def _labels() -> str:
    columns = ("c.owner", "c.subject_id", "c.lecture_id", "c.kind", "CAST(c.page AS text)")
    parts = [
        rf"'\:{name}x' || lower(regexp_replace({column}, '[^0-9A-Za-z]', 'x', 'g')) || 'x'"
        for name, column in zip(_PLACE, columns, strict=True)
    ]
    return f"ARRAY[{', '.join(parts)}]"
