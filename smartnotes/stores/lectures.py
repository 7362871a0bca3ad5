"""Lectures, their pages and chunks in SQL."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from smartnotes.core.errors import NotFound
from smartnotes.core.model import Chunk, Figure, Lecture, Page
from smartnotes.core.ports import TokenVectors
from smartnotes.stores.conversation_cache import forget_answers
from smartnotes.stores.database import Database, pack, unpack
from smartnotes.stores.learning_cards import follow_lecture, forget_lecture
from smartnotes.stores.tables import chunks, lectures, page_reads, pages
from smartnotes.stores.uses import add_holds, hold, in_use, release
from smartnotes.stores.words import add_words


class SqlLectures:
    """`LectureStore` on SQL."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def publish(
        self,
        lecture: Lecture,
        *,
        pages: Sequence[Page],
        chunks: Sequence[Chunk],
        tokens: Sequence[TokenVectors],
        source: str,
        encoder: str = "",
    ) -> list[str]:
        """Put a lecture in place in one transaction; see `LectureStore.publish`."""
        blobs = [lecture.blob, *(figure.blob for page in pages for figure in page.figures)]
        with self._database.write() as connection:
            replaced = [
                old
                for old in connection.scalars(
                    sa.select(lectures.c.id).where(
                        self._mine, lectures.c.subject_id == lecture.subject_id, lectures.c.source == source
                    )
                )
                if source and old != lecture.id
            ]
            follow_lecture(connection, replaced, lecture.id, owner=self._owner)
            forget_answers(connection, owner=self._owner, subject_id=lecture.subject_id)
            for lecture_id in (*replaced, lecture.id):
                connection.execute(lectures.delete().where(self._mine, lectures.c.id == lecture_id))
            for lecture_id in replaced:
                connection.execute(page_reads.delete().where(page_reads.c.lecture_id == lecture_id))
                release(connection, [lecture_id])
            connection.execute(
                lectures.insert().values(
                    id=lecture.id,
                    owner=self._owner,
                    subject_id=lecture.subject_id,
                    name=lecture.name,
                    source=source,
                    value=lecture.model_dump_json(),
                )
            )
            _insert_pages(connection, lecture.id, pages)
            self._insert_chunks(connection, chunks, tokens, encoder=encoder)
            reads = self._reads(connection, lecture.id, lecture.provenance.options)
            connection.execute(
                page_reads.delete().where(
                    page_reads.c.lecture_id == lecture.id, page_reads.c.options != lecture.provenance.options
                )
            )
            hold(connection, lecture.id, [*blobs, *(figure.blob for page in reads for figure in page.figures)])
        return replaced

    def all(self, subject_id: str | None = None) -> list[Lecture]:
        """Return the lectures of a subject (or all), by name."""
        return list(self._database.remember(("lectures", subject_id), lambda: self._all(subject_id)))

    def _all(self, subject_id: str | None) -> list[Lecture]:
        chosen = sa.select(lectures.c.value).where(self._mine).order_by(sa.func.lower(lectures.c.name), lectures.c.id)
        if subject_id is not None:
            chosen = chosen.where(lectures.c.subject_id == subject_id)
        with self._database.read(from_replica=True) as connection:
            return [Lecture.model_validate_json(value) for value in connection.scalars(chosen)]

    def get(self, lecture_id: str) -> Lecture:
        """Return a lecture. Raises `NotFound`."""
        with self._database.read(from_replica=True) as connection:
            return self._get(connection, lecture_id)

    def source(self, lecture_id: str) -> str:
        """Return the path that the lecture came from. Raises `NotFound`."""
        chosen = sa.select(lectures.c.source).where(self._mine, lectures.c.id == lecture_id)
        with self._database.read(from_replica=True) as connection:
            found = connection.scalar(chosen)
        if found is None:
            raise _unknown(lecture_id)
        return str(found)

    def pages(self, lecture_id: str, *, first: int = 1, last: int | None = None) -> list[Page]:
        """Return pages in order; see `LectureStore.pages`."""
        chosen = sa.select(pages.c.value).where(pages.c.lecture_id == lecture_id, pages.c.number >= first)
        if last is not None:
            chosen = chosen.where(pages.c.number <= last)
        with self._database.read(from_replica=True) as connection:
            self._get(connection, lecture_id)
            return [unpack(Page, value) for value in connection.scalars(chosen.order_by(pages.c.number))]

    def figures(self, lecture_id: str) -> list[Figure]:
        """Return the figures in page order."""
        return [figure for page in self.pages(lecture_id) for figure in page.figures]

    def rename(self, lecture_id: str, name: str) -> Lecture:
        """Give a lecture another name; see `LectureStore.rename`."""
        mine = self._mine & (lectures.c.id == lecture_id)
        with self._database.write() as connection:
            renamed = self._get(connection, lecture_id).model_copy(update={"name": name})
            connection.execute(lectures.update().where(mine).values(name=name, value=renamed.model_dump_json()))
            # They name the lecture.
            forget_answers(connection, owner=self._owner, subject_id=renamed.subject_id)
        return renamed

    def delete(self, lecture_id: str) -> list[str]:
        """Forget a lecture; see `LectureStore.delete`."""
        with self._database.write() as connection:
            subject_id = self._get(connection, lecture_id).subject_id
            if not connection.execute(lectures.delete().where(self._mine, lectures.c.id == lecture_id)).rowcount:
                raise _unknown(lecture_id)
            forget_answers(connection, owner=self._owner, subject_id=subject_id)
            forget_lecture(connection, lecture_id, owner=self._owner)
            connection.execute(page_reads.delete().where(page_reads.c.lecture_id == lecture_id))
            return release(connection, [lecture_id])

    def unused(self, blobs: Sequence[str]) -> list[str]:
        """Return those blobs that no row needs."""
        with self._database.read() as connection:
            return [blob for blob in blobs if not in_use(connection, blob)]

    def save_read(self, lecture_id: str, *, options: str, page: Page) -> None:
        """Keep a page that was read; see `LectureStore.save_read`."""
        row = {"lecture_id": lecture_id, "options": options, "number": page.number, "owner": self._owner}
        with self._database.write() as connection:
            mine = (page_reads.c.lecture_id == lecture_id) & (page_reads.c.number == page.number)
            connection.execute(page_reads.delete().where(mine, page_reads.c.options == options))
            connection.execute(page_reads.insert().values(row | {"value": pack(page)}))
            add_holds(connection, lecture_id, [figure.blob for figure in page.figures])

    def saved_numbers(self, lecture_id: str, *, options: str) -> list[int]:
        """Return the numbers of the pages kept for these options, in order."""
        mine = (page_reads.c.owner == self._owner) & (page_reads.c.lecture_id == lecture_id)
        chosen = sa.select(page_reads.c.number).where(mine, page_reads.c.options == options)
        with self._database.read() as connection:
            return list(connection.scalars(chosen.order_by(page_reads.c.number)))

    def saved_reads(self, lecture_id: str, *, options: str) -> list[Page]:
        """Return the pages kept for these options, in order."""
        with self._database.read() as connection:
            return self._reads(connection, lecture_id, options)

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        return lectures.c.owner == self._owner

    def _get(self, connection: sa.Connection, lecture_id: str) -> Lecture:
        value = connection.scalar(sa.select(lectures.c.value).where(self._mine, lectures.c.id == lecture_id))
        if value is None:
            raise _unknown(lecture_id)
        return Lecture.model_validate_json(value)

    def _reads(self, connection: sa.Connection, lecture_id: str, options: str) -> list[Page]:
        mine = (page_reads.c.owner == self._owner) & (page_reads.c.lecture_id == lecture_id)
        chosen = sa.select(page_reads.c.value).where(mine, page_reads.c.options == options)
        return [unpack(Page, value) for value in connection.scalars(chosen.order_by(page_reads.c.number))]

    def _insert_chunks(
        self, connection: sa.Connection, values: Sequence[Chunk], tokens: Sequence[TokenVectors], *, encoder: str
    ) -> None:
        for chunk, vectors in zip(values, tokens, strict=True):
            row = connection.execute(
                chunks.insert().values(
                    chunk.model_dump(include={"id", "subject_id", "lecture_id", "page", "start"})
                    | {
                        "owner": self._owner,
                        "kind": chunk.kind.value,
                        "value": chunk.model_dump_json(),
                        "tokens": vectors.tobytes(),
                        "token_dimension": vectors.shape[1],
                        "encoder": encoder,
                    }
                )
            ).inserted_primary_key
            assert row is not None  # noqa: S101 - an insert of one row has a key
            add_words(connection, row[0], chunk, owner=self._owner)


def _insert_pages(connection: sa.Connection, lecture_id: str, values: Sequence[Page]) -> None:
    rows = [{"lecture_id": lecture_id, "number": page.number, "value": pack(page)} for page in values]
    if rows:
        connection.execute(pages.insert(), rows)


def _unknown(lecture_id: str) -> NotFound:
    return NotFound(f"There is no lecture {lecture_id}.")
