"""Quiz attempts and study sessions in SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from smartnotes.core.errors import NotFound
from smartnotes.core.learning import QuizAttempt, StudyKind, StudySession
from smartnotes.stores.database import Database
from smartnotes.stores.learning_tables import quiz_attempts, reviews, study_sessions

T = TypeVar("T")


class SqlStudy:
    """`StudyStore` on SQL."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def add_attempt(self, attempt: QuizAttempt) -> QuizAttempt:
        """Keep an attempt; see `StudyStore`."""
        row = attempt.model_dump(include={"id", "at", "subject_id", "quiz_id"})
        row |= {"owner": self._owner, "value": attempt.model_dump_json()}
        known = self._add(quiz_attempts, row, lambda: self.attempt(attempt.id), subject_id=attempt.subject_id)
        return known or attempt

    def attempts(
        self, *, since: datetime | None = None, subject_id: str | None = None, quiz_id: str | None = None
    ) -> list[QuizAttempt]:
        """Return attempts, newest first."""
        chosen = self._chosen(quiz_attempts, since=since, subject_id=subject_id)
        if quiz_id is not None:
            chosen = chosen.where(quiz_attempts.c.quiz_id == quiz_id)
        return [QuizAttempt.model_validate_json(value) for value in self._values(chosen)]

    def attempt(self, attempt_id: str) -> QuizAttempt | None:
        """Return the attempt with this id."""
        chosen = sa.select(quiz_attempts.c.value).where(
            quiz_attempts.c.owner == self._owner, quiz_attempts.c.id == attempt_id
        )
        found = self._values(chosen)
        return QuizAttempt.model_validate_json(found[0]) if found else None

    def add_session(self, session: StudySession) -> StudySession:
        """Keep a study session; see `StudyStore`."""
        row = session.model_dump(include={"id", "at", "subject_id"})
        row |= {"owner": self._owner, "kind": session.kind.value, "value": session.model_dump_json()}
        known = self._add(study_sessions, row, lambda: self._session(session.id), subject_id=session.subject_id)
        return known or session

    def sessions(
        self, *, since: datetime | None = None, subject_id: str | None = None, kind: StudyKind | None = None
    ) -> list[StudySession]:
        """Return study sessions, newest first."""
        chosen = self._chosen(study_sessions, since=since, subject_id=subject_id)
        if kind is not None:
            chosen = chosen.where(study_sessions.c.kind == kind.value)
        return [StudySession.model_validate_json(value) for value in self._values(chosen)]

    def activity(self, *, since: datetime, subject_id: str | None) -> list[datetime]:
        """Return when anything was reviewed, answered or studied since a time."""
        times = []
        for table in (reviews, quiz_attempts, study_sessions):
            chosen = sa.select(table.c.at).where(table.c.owner == self._owner, table.c.at >= since)
            times.append(chosen if subject_id is None else chosen.where(table.c.subject_id == subject_id))
        with self._database.read(from_replica=True) as connection:
            return [time for chosen in times for time in connection.scalars(chosen)]

    def _session(self, session_id: str) -> StudySession | None:
        chosen = sa.select(study_sessions.c.value).where(
            study_sessions.c.owner == self._owner, study_sessions.c.id == session_id
        )
        found = self._values(chosen)
        return StudySession.model_validate_json(found[0]) if found else None

    def _add(
        self, table: sa.Table, row: dict[str, Any], known: Callable[[], T | None], *, subject_id: str | None
    ) -> T | None:
        """Insert a row; return what is there under its id already."""
        found = known()
        if found is not None:
            return found
        try:
            with self._database.write() as connection:
                connection.execute(table.insert().values(row))
        except sa.exc.IntegrityError as error:
            found = known()
            if found is None:
                raise NotFound(f"There is no subject {subject_id}.") from error
            return found
        return None

    def _chosen(self, table: sa.Table, *, since: datetime | None, subject_id: str | None) -> sa.Select[Any]:
        chosen = sa.select(table.c.value).where(table.c.owner == self._owner)
        if since is not None:
            chosen = chosen.where(table.c.at >= since)
        if subject_id is not None:
            chosen = chosen.where(table.c.subject_id == subject_id)
        return chosen.order_by(table.c.at.desc(), table.c.id)

    def _values(self, chosen: sa.Select[Any]) -> list[str]:
        with self._database.read() as connection:
            return list(connection.scalars(chosen))
