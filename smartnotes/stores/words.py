"""Full text of the chunks: FTS5 on SQLite, `tsvector` on PostgreSQL, behind the same two functions."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa

from smartnotes.core.model import Chunk
from smartnotes.stores.tables import chunks

CONTEXT_WEIGHT = 0.5
"""Weight of a word in the context line (headings) against 1 for the text itself."""

SQLITE_DDL = (
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words
    USING fts5(context, text, tokenize = "porter unicode61 remove_diacritics 2")
    """,
    # Words go with their chunk, also when a foreign key takes the chunk away.
    """
    CREATE TRIGGER IF NOT EXISTS chunk_words_delete AFTER DELETE ON chunks
    BEGIN DELETE FROM chunk_words WHERE rowid = old.row; END
    """,
)
POSTGRES_DDL = (
    """
    CREATE TABLE IF NOT EXISTS chunk_words (
        "row" bigint PRIMARY KEY REFERENCES chunks ("row") ON DELETE CASCADE,
        words tsvector NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS chunk_words_words ON chunk_words USING gin (words)",
)

_WORD = re.compile(r"\w+")
_MOST_WORDS = 64
_sqlite_words = sa.table("chunk_words", sa.column("rowid"))
_postgres_words = sa.table("chunk_words", sa.column("row"), sa.column("words"))


def create_words(connection: sa.Connection) -> None:
    """Make the full-text table of the database's kind."""
    for statement in SQLITE_DDL if connection.dialect.name == "sqlite" else POSTGRES_DDL:
        connection.exec_driver_sql(statement)


def add_words(connection: sa.Connection, row: int, chunk: Chunk) -> None:
    """Index a chunk's words under its row number."""
    # PostgreSQL keeps no NUL in a text.
    values = {"row": row, "context": chunk.context.replace("\0", " "), "text": chunk.text.replace("\0", " ")}
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO chunk_words (rowid, context, text) VALUES (:row, :context, :text)"
    else:
        statement = """
            INSERT INTO chunk_words ("row", words) VALUES (
                :row, setweight(to_tsvector('english', :text), 'A') || setweight(to_tsvector('english', :context), 'B')
            )
        """
    connection.execute(sa.text(statement), values)


def find_words(
    connection: sa.Connection, query: str, *, conditions: Sequence[sa.ColumnElement[bool]], limit: int
) -> list[tuple[str, float]]:
    """Return (chunk id, score), best first, of chunks that have any of the query's words and meet the conditions.

    The score is BM25 on SQLite and PostgreSQL's `ts_rank` there: higher is better, comparable within one query only.
    """
    # Each word is quoted, so that nothing in a query is read as an operator; any of them may match.
    words = list(dict.fromkeys(_WORD.findall(query)))[:_MOST_WORDS]
    if not words:
        return []
    score: sa.Label[float]
    if connection.dialect.name == "sqlite":
        match = " OR ".join(f'"{word}"' for word in words)
        score = sa.literal_column(f"-bm25(chunk_words, {CONTEXT_WEIGHT}, 1.0)").label("score")
        found = sa.select(chunks.c.id, score).join(_sqlite_words, _sqlite_words.c.rowid == chunks.c.row)
        found = found.where(sa.text("chunk_words MATCH :match"))
    else:
        match = " | ".join(f"'{word}'" for word in words)
        weights: sa.ColumnElement[object] = sa.literal_column(f"'{{0, 0, {CONTEXT_WEIGHT}, 1}}'")
        wanted = sa.func.to_tsquery(sa.literal_column("'english'"), sa.bindparam("match"))
        score = sa.func.ts_rank(weights, _postgres_words.c.words, wanted).label("score")
        found = sa.select(chunks.c.id, score).join(_postgres_words, _postgres_words.c.row == chunks.c.row)
        found = found.where(_postgres_words.c.words.op("@@")(wanted))
    best = found.where(*conditions).order_by(sa.desc("score"), chunks.c.id).limit(limit)
    return [(row.id, float(row.score)) for row in connection.execute(best, {"match": match})]
