"""Full text of the chunks: FTS5 on SQLite, `tsvector` on PostgreSQL, behind the same two functions.

Whose a chunk is, and where it stands, is kept among its words as well (its labels), so that a search meets no chunk of
others, however many have the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from smartnotes.core.model import Chunk
from smartnotes.core.ports import ChunkFilter
from smartnotes.stores.tables import chunks

CONTEXT_WEIGHT = 0.5
"""Weight of a word in the context line (headings) against 1 for the text itself."""

SQLITE_DDL = (
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words
    USING fts5(context, text, labels, tokenize = "porter unicode61 remove_diacritics 2")
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
_MANY = 2_000
"""Chunks from which on it pays to count what a query meets."""
_FEW = 4_000
"""Chunks that are weighed in a few milliseconds."""
_PASSED = 100
"""Labels that are passed by in the time in which the row of one chunk is looked at."""
_MOST_PAGES = 100
"""A range of so many pages is looked up page by page; of a longer one the chunks are looked at."""


def create_words(connection: sa.Connection) -> None:
    """Make the full-text table of the database's kind."""
    for statement in SQLITE_DDL if connection.dialect.name == "sqlite" else POSTGRES_DDL:
        connection.exec_driver_sql(statement)


def add_words(connection: sa.Connection, row: int, chunk: Chunk, *, owner: str) -> None:
    """Index a chunk's words under its row number."""
    # PostgreSQL keeps no NUL in a text.
    values: dict[str, object] = {
        "row": row,
        "context": chunk.context.replace("\0", " "),
        "text": chunk.text.replace("\0", " "),
    }
    labels = [
        label("owner", owner),
        label("subject", chunk.subject_id),
        label("lecture", chunk.lecture_id),
        label("kind", chunk.kind.value),
        label("page", str(chunk.page)),
    ]
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO chunk_words (rowid, context, text, labels) VALUES (:row, :context, :text, :labels)"
        values["labels"] = " ".join(labels)
    else:
        statement = """
            INSERT INTO chunk_words ("row", words) VALUES (
                :row,
                setweight(to_tsvector('english', :text), 'A') || setweight(to_tsvector('english', :context), 'B')
                || array_to_tsvector(CAST(:labels AS text[]))
            )
        """
        values["labels"] = [f":{one}" for one in labels]  # no word of a text or a query has a colon
    connection.execute(sa.text(statement), values)


def label(name: str, value: str) -> str:
    """Return the word that says this of a chunk: one word for FTS5 too, which ends words at "_"."""
    return f"{name}x{_NOT_IN_WORDS.sub('x', value).lower()}x"


_NOT_IN_WORDS = re.compile(r"[^0-9A-Za-z]")


def find_words(
    connection: sa.Connection,
    query: str,
    *,
    owner: str,
    chosen: ChunkFilter,
    conditions: Sequence[sa.ColumnElement[bool]],
    limit: int,
) -> list[tuple[str, float]]:
    """Return (chunk id, score), best first, of the owner's chunks that are `chosen` and have any of the query's words.

    `conditions` say the same of the rows of `chunks`. The score is BM25 on SQLite and PostgreSQL's `ts_rank` there:
    higher is better, comparable within one query only.
    """
    # Each word is quoted, so that nothing in a query is read as an operator; any of them may match.
    words = list(dict.fromkeys(_WORD.findall(query)))[:_MOST_WORDS]
    if not words:
        return []
    labels = list(_labels(owner, chosen))
    # What labels do not say is left to the conditions, which must then come before the limit.
    all_said = _pages(chosen) is not None or (chosen.first_page is None and chosen.last_page is None)
    first = limit if all_said else None
    way = _Way(words, labels, first)
    found: list[tuple[str, float]] = []
    for quick in _quickest(connection, way, limit=limit) if connection.dialect.name == "sqlite" else ():
        found = _found(connection, quick, conditions=conditions, limit=limit)
        if len(found) >= limit:
            break
    # words that were left out are all that the chosen chunks have
    return found or _found(connection, way, conditions=conditions, limit=limit)


def find_few(
    connection: sa.Connection,
    *,
    owner: str,
    chosen: ChunkFilter,
    conditions: Sequence[sa.ColumnElement[bool]],
    most: int,
) -> list[str] | None:
    """Return the ids of the owner's chunks that are `chosen`; None where that are more than `most`, or may be.

    `conditions` say the same of the rows of `chunks`, which are long: labels tell how many of them to look at.
    """
    wanted = sa.select(chunks.c.id)
    if connection.dialect.name == "sqlite":
        match = " AND ".join(_sqlite_labels(list(_labels(owner, chosen))))
        if _count(connection, match, most=most + 1) > most:
            return None
        labelled = _LABELLED.columns(sa.column("row")).bindparams(match=match, most=most).subquery("labelled")
        wanted = wanted.join(labelled, labelled.c.row == chunks.c.row)
    elif not chosen.lecture_ids:
        return None  # their rows have no index by page or kind
    found = list(connection.scalars(wanted.where(*conditions).limit(most + 1)))
    return found if len(found) <= most else None


class _Way(NamedTuple):
    """How to search: for any of the words, among those with a label of each group, the `first` best (None: all)."""

    words: list[str]
    labels: list[list[str]]
    first: int | None


def _found(
    connection: sa.Connection, way: _Way, *, conditions: Sequence[sa.ColumnElement[bool]], limit: int
) -> list[tuple[str, float]]:
    lite = connection.dialect.name == "sqlite"
    values = _sqlite_match(way.words, way.labels) if lite else _postgres_match(way.words, way.labels)
    values["most"] = -1 if lite and way.first is None else way.first
    best = (_BEST_LITE if lite else _BEST_POSTGRES).columns(sa.column("row"), sa.column("score", sa.Float))
    found = best.bindparams(**values).subquery("found")
    matching = sa.select(chunks.c.id, found.c.score).join(found, found.c.row == chunks.c.row).where(*conditions)
    ordered = matching.order_by(found.c.score.desc(), chunks.c.id).limit(limit)
    return [(row.id, float(row.score)) for row in connection.execute(ordered)]


def _quickest(connection: sa.Connection, way: _Way, *, limit: int) -> list[_Way]:
    """Return the ways of SQLite to try first, one after another until enough is found.

    Words that most chunks have are left out where others are left: BM25 gives such a word no weight (FTS5: a
    millionth), but every chunk that has it would be weighed, which costs fifty times as much as counting them. Labels
    are left to the conditions where fewer chunks have the words: FTS5 goes through all that have a label.
    """
    rows = connection.scalar(sa.select(sa.func.max(chunks.c.row))) or 0
    if rows < _MANY:
        return []
    most = rows // 2
    counts = {word: _count(connection, f'"{word}"', most=most + 1) for word in way.words}
    there = [word for word in way.words if counts[word]]
    telling = [word for word in there if counts[word] <= most] or sorted(there, key=counts.__getitem__)[:1]
    if not telling:
        return []
    hits = sum(counts[word] for word in telling)
    if hits <= 3 * limit:
        return [_Way(telling, [], None)]
    if hits <= _FEW:
        # Most of the time goes into looking at rows, which are long: at few first, enough where most are chosen.
        sure = way._replace(words=telling) if hits * _PASSED > rows else _Way(telling, [], None)
        return [_Way(telling, [], 3 * limit), sure]
    labelled = min(_count(connection, match, most=hits) for match in _sqlite_labels(way.labels))
    if labelled < hits:
        return [way._replace(words=telling)]
    return [_Way(telling, [], 10 * limit), _Way(telling, [], None)]


def _count(connection: sa.Connection, match: str, *, most: int) -> int:
    """Return how many chunks match, `most` where more do."""
    return connection.scalar(_COUNT, {"match": match, "most": most}) or 0


_COUNT = sa.text("SELECT count(*) FROM (SELECT 1 FROM chunk_words WHERE chunk_words MATCH :match LIMIT :most)")


# with a limit, or SQLite would look into the words once for every chunk
_LABELLED = sa.text("SELECT rowid AS row FROM chunk_words WHERE chunk_words MATCH :match LIMIT :most")
_BEST_LITE = sa.text(f"""
    SELECT rowid AS row, -rank AS score FROM chunk_words
    WHERE chunk_words MATCH :match AND rank MATCH 'bm25({CONTEXT_WEIGHT}, 1.0, 0.0)' ORDER BY rank LIMIT :most
""")  # noqa: S608 - a constant
_BEST_POSTGRES = sa.text(f"""
    SELECT "row", ts_rank('{{0, 0, {CONTEXT_WEIGHT}, 1}}', words, to_tsquery('english', :match)) AS score
    FROM chunk_words WHERE words @@ (to_tsquery('english', :match) && CAST(:labels AS tsquery))
    ORDER BY score DESC LIMIT :most
""")  # noqa: S608 - a constant


def _sqlite_match(words: Sequence[str], labels: Sequence[Sequence[str]]) -> dict[str, object]:
    any_word = " OR ".join(f'"{word}"' for word in words)
    return {"match": " AND ".join([f"({{context text}} : ({any_word}))", *_sqlite_labels(labels)])}


def _sqlite_labels(labels: Sequence[Sequence[str]]) -> list[str]:
    return [f"({' OR '.join(f'labels : {one}' for one in group)})" for group in labels]


def _postgres_match(words: Sequence[str], labels: Sequence[Sequence[str]]) -> dict[str, object]:
    wanted = ["({})".format(" | ".join(f"':{one}'" for one in group)) for group in labels]
    return {"match": " | ".join(f"'{word}'" for word in words), "labels": " & ".join(wanted)}


def _labels(owner: str, chosen: ChunkFilter) -> Iterator[list[str]]:
    """Yield the labels of which a chunk must have one, for each thing that it is chosen by."""
    # a subject is its owner's, and a lecture its subject's
    if chosen.lecture_ids:
        yield [label("lecture", one) for one in chosen.lecture_ids]
    elif chosen.subject_ids:
        yield [label("subject", one) for one in chosen.subject_ids]
    else:
        yield [label("owner", owner)]
    if chosen.kinds:
        yield [label("kind", one) for one in chosen.kinds]
    pages = _pages(chosen)
    if pages is not None:
        yield [label("page", str(number)) for number in pages]


def _pages(chosen: ChunkFilter) -> range | None:
    """Return the pages that are chosen, None where that is all or more than are looked up."""
    if chosen.last_page is None:
        return None
    pages = range(chosen.first_page or 1, chosen.last_page + 1)
    return pages if 0 < len(pages) <= _MOST_PAGES else None
