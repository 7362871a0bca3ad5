"""Subjects in SQL."""

from __future__ import annotations

import sqlalchemy as sa

from smartnotes.core.errors import Conflict, NotFound
from smartnotes.core.model import Subject
from smartnotes.stores.conversation_cache import forget_answers
from smartnotes.stores.database import Database
from smartnotes.stores.tables import documents, lectures, page_reads, subjects
from smartnotes.stores.uses import release


class SqlSubjects:
    """`SubjectStore` on SQL."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def add(self, subject: Subject) -> None:
        """Keep a subject; see `SubjectStore.add`."""
        row = subject.model_dump(exclude={"lectures"}) | {"owner": self._owner, "name_key": subject.name.casefold()}
        with self._database.write() as connection:
            try:
                connection.execute(subjects.insert().values(row))
            except sa.exc.IntegrityError as error:
                raise _taken(subject.name) from error

    def all(self) -> list[Subject]:
        """Return every subject by name."""
        return list(self._database.remember("subjects", self._all))

    def _all(self) -> list[Subject]:
        counted = (
            sa.select(
                subjects.c.id, subjects.c.name, subjects.c.created_at, sa.func.count(lectures.c.id).label("lectures")
            )
            .select_from(subjects.outerjoin(lectures))
            .where(subjects.c.owner == self._owner)
            .group_by(subjects.c.id)
            .order_by(subjects.c.name_key)
        )
        with self._database.read(from_replica=True) as connection:
            return [Subject.model_validate(row) for row in connection.execute(counted).mappings()]

    def rename(self, subject_id: str, name: str) -> Subject:
        """Give a subject another name; see `SubjectStore.rename`."""
        mine = (subjects.c.id == subject_id) & (subjects.c.owner == self._owner)
        with self._database.write() as connection:
            try:
                done = connection.execute(subjects.update().where(mine).values(name=name, name_key=name.casefold()))
            except sa.exc.IntegrityError as error:
                raise _taken(name) from error
            if not done.rowcount:
                raise NotFound(f"There is no subject {subject_id}.")
        return next(subject for subject in self.all() if subject.id == subject_id)

    def delete(self, subject_id: str) -> list[str]:
        """Forget a subject and all it holds; see `SubjectStore.delete`."""
        mine = (subjects.c.id == subject_id) & (subjects.c.owner == self._owner)
        with self._database.write() as connection:
            holders = [
                *connection.scalars(sa.select(lectures.c.id).where(lectures.c.subject_id == subject_id)),
                *connection.scalars(sa.select(documents.c.id).where(documents.c.subject_id == subject_id)),
            ]
            connection.execute(page_reads.delete().where(page_reads.c.lecture_id.in_(holders)))
            if not connection.execute(subjects.delete().where(mine)).rowcount:
                raise NotFound(f"There is no subject {subject_id}.")
            forget_answers(connection, owner=self._owner, subject_id=subject_id)
            return release(connection, holders)


def _taken(name: str) -> Conflict:
    return Conflict(f"There is already a subject named {name!r}.", hint="Choose another name, or use that one.")
