"""Lists of one owner, a piece at a time, in the orders that a notebook lists them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter

from smartnotes.core.errors import NotFound, OptionsError
from smartnotes.core.jobs import JobInfo
from smartnotes.core.model import Figure, Lecture, Page, Subject
from smartnotes.core.study import Document, DocumentKind
from smartnotes.stores.database import Database, unpack
from smartnotes.stores.jobs import info_of
from smartnotes.stores.tables import documents, jobs, lectures, pages, subjects

T = TypeVar("T")

Key = tuple[str | int | float, ...]
"""What a list is ordered by; unique for each value."""


class Window(NamedTuple):
    """A piece of a list: at most `limit` values, those behind the value with the key `after` (None: from the start)."""

    limit: int
    after: Key | None = None


class Listed(NamedTuple, Generic[T]):
    """A piece of a list; `next` is the key of its last value, None where nothing comes behind it."""

    values: Sequence[T]
    next: Key | None = None


_LECTURES: TypeAdapter[list[Lecture]] = TypeAdapter(list[Lecture])
_DOCUMENTS: TypeAdapter[list[Document]] = TypeAdapter(list[Document])
_FIGURE_PAGES = 20
"""Pages whose figures are looked at together."""


class SqlListings:
    """Pieces of the lists of one owner."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def subjects(self, window: Window) -> Listed[Subject]:
        """Return subjects by name."""
        return self._database.remember(("subjects", window), lambda: self._subjects(window))

    def _subjects(self, window: Window) -> Listed[Subject]:
        counted = sa.select(sa.func.count()).where(lectures.c.subject_id == subjects.c.id).scalar_subquery()
        key = (subjects.c.name_key, subjects.c.id)
        chosen = sa.select(subjects.c.name_key, subjects.c.id, subjects.c.name, subjects.c.created_at, counted)
        rows = self._rows(chosen.where(subjects.c.owner == self._owner), window, key=key)
        made = [Subject(id=id, name=name, created_at=at, lectures=count) for _, id, name, at, count in rows]  # noqa: A001
        return _cut(made, window, lambda at: (rows[at][0], rows[at][1]))

    def lectures(self, window: Window, *, subject_id: str | None = None) -> Listed[Lecture]:
        """Return the lectures of a subject, or all, by name."""
        return self._database.remember(("lectures", window, subject_id), lambda: self._lectures(window, subject_id))

    def _lectures(self, window: Window, subject_id: str | None) -> Listed[Lecture]:
        by_name = sa.func.lower(lectures.c.name)
        chosen = sa.select(by_name, lectures.c.id, lectures.c.value).where(lectures.c.owner == self._owner)
        if subject_id is not None:
            chosen = chosen.where(lectures.c.subject_id == subject_id)
        rows = self._rows(chosen, window, key=(by_name, lectures.c.id))
        return _cut(_parsed(_LECTURES, rows), window, lambda at: (rows[at][0], rows[at][1]))

    def documents(
        self, window: Window, *, subject_id: str | None = None, kind: DocumentKind | None = None
    ) -> Listed[Document]:
        """Return generated documents, newest first."""
        key = ("documents", window, subject_id, kind)
        return self._database.remember(key, lambda: self._documents(window, subject_id, kind))

    def _documents(self, window: Window, subject_id: str | None, kind: DocumentKind | None) -> Listed[Document]:
        chosen = sa.select(documents.c.created_at, documents.c.id, documents.c.value)
        chosen = chosen.where(documents.c.owner == self._owner)
        if subject_id is not None:
            chosen = chosen.where(documents.c.subject_id == subject_id)
        if kind is not None:
            chosen = chosen.where(documents.c.kind == kind.value)
        rows = self._newest(chosen, window, time=documents.c.created_at, key=documents.c.id)
        return _cut(_parsed(_DOCUMENTS, rows), window, lambda at: (rows[at][0].isoformat(), rows[at][1]))

    def jobs(self, window: Window) -> Listed[JobInfo]:
        """Return jobs, newest first."""
        rows = self._newest(
            sa.select(jobs).where(jobs.c.owner == self._owner, jobs.c.parent == ""),
            window,
            time=jobs.c.created_at,
            key=jobs.c.id,
        )
        return _cut([info_of(row) for row in rows], window, lambda at: (rows[at].created_at.isoformat(), rows[at].id))

    def pages(self, lecture_id: str, window: Window, *, first: int = 1, last: int | None = None) -> Listed[Page]:
        """Return pages `first` to `last` of a lecture, in order. Raises `NotFound`."""
        if window.after is not None:
            first = max(first, _number(window.after) + 1)
        chosen = sa.select(pages.c.number, pages.c.value).where(pages.c.number >= first)
        if last is not None:
            chosen = chosen.where(pages.c.number <= last)
        rows = self._of_lecture(lecture_id, chosen.order_by(pages.c.number).limit(window.limit + 1))
        return _cut([unpack(Page, value) for _, value in rows], window, lambda at: (rows[at][0],))

    def figures(self, lecture_id: str, window: Window) -> Listed[Figure]:
        """Return the figures of a lecture in page order. Raises `NotFound`."""
        page, behind = (0, 0) if window.after is None else (_number(window.after), _number(window.after[1:]))
        found: list[tuple[int, int, Figure]] = []
        while len(found) <= window.limit:
            chosen = sa.select(pages.c.number, pages.c.value).where(pages.c.number >= page).order_by(pages.c.number)
            rows = self._of_lecture(lecture_id, chosen.limit(_FIGURE_PAGES))
            for number, value in rows:
                seen = behind if number == page else 0
                figures = unpack(Page, value).figures
                found += [(number, place, figures[place - 1]) for place in range(seen + 1, len(figures) + 1)]
            if len(rows) < _FIGURE_PAGES:
                break
            page, behind = rows[-1][0] + 1, 0
        return _cut([figure for _, _, figure in found], window, lambda at: found[at][:2])

    def _of_lecture(self, lecture_id: str, chosen: sa.Select[Any]) -> Sequence[Any]:
        mine = sa.select(lectures.c.id).where(lectures.c.owner == self._owner, lectures.c.id == lecture_id)
        with self._database.read(from_replica=True) as connection:
            if connection.scalar(mine) is None:
                raise NotFound(f"There is no lecture {lecture_id}.")
            return connection.execute(chosen.where(pages.c.lecture_id == lecture_id)).all()

    def _rows(self, chosen: sa.Select[Any], window: Window, *, key: tuple[sa.ColumnElement[Any], ...]) -> Sequence[Any]:
        if window.after is not None:
            texts = _texts(window.after, len(key))
            chosen = chosen.where(sa.tuple_(*key) > sa.tuple_(*texts))
        with self._database.read(from_replica=True) as connection:
            return connection.execute(chosen.order_by(*key).limit(window.limit + 1)).all()

    def _newest(
        self, chosen: sa.Select[Any], window: Window, *, time: sa.Column[datetime], key: sa.Column[str]
    ) -> Sequence[Any]:
        chosen = newest_behind(chosen, window, time=time, key=key)
        # Jobs are written by whoever works on them, which no replica is asked about.
        with self._database.read(from_replica=time.table is not jobs) as connection:
            return connection.execute(chosen.order_by(time.desc(), key).limit(window.limit + 1)).all()


def newest_behind(
    chosen: sa.Select[Any], window: Window, *, time: sa.Column[datetime], key: sa.Column[str]
) -> sa.Select[Any]:
    """Return the query with only what comes behind the window's beginning, newest first. Raises `OptionsError`."""
    if window.after is None:
        return chosen
    text, last = _texts(window.after, 2)
    at = _time(text)
    return chosen.where((time < at) | ((time == at) & (key > last)))


def _cut(values: Sequence[T], window: Window, key: Callable[[int], Key]) -> Listed[T]:
    """Return what was asked for of values among which is one more where the list goes on."""
    if len(values) <= window.limit:
        return Listed(values)
    return Listed(values[: window.limit], key(window.limit - 1))


def _parsed(adapter: TypeAdapter[list[T]], rows: Sequence[Any]) -> list[T]:
    # All rows in one go: a list costs little more than one value.
    return adapter.validate_json(f"[{','.join(row[-1] for row in rows)}]")


def _texts(key: Key, count: int) -> list[str]:
    texts = [part for part in key if isinstance(part, str)]
    if not len(texts) == len(key) == count:
        raise foreign_cursor()
    return texts


def _number(key: Key) -> int:
    if not key or not isinstance(key[0], int) or not 0 <= key[0] < 1 << 31:
        raise foreign_cursor()
    return key[0]


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise foreign_cursor() from error
    if found.tzinfo is None:
        raise foreign_cursor()
    return found


def foreign_cursor() -> OptionsError:
    """Return the error for a cursor that did not come from an answer of ours."""
    return OptionsError("The cursor is not of this list.", hint="Take it from the Link header of the answer before.")
