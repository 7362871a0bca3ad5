"""Answers kept ready in SQL: the same question on the same evidence is not answered twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from pydantic import ValidationError

from smartnotes.core.study import Answer
from smartnotes.stores.conversation_tables import cached_answers
from smartnotes.stores.database import Database

MOST = 500
"""Answers kept of an owner; those used least recently make room."""

KEPT = timedelta(days=30)
"""An answer older than this is forgotten, used or not."""

_USE_NOTED_AFTER = timedelta(minutes=10)
"""Uses closer together than this are one: noting each would be a write for every read."""


class SqlAnswerCache:
    """`AnswerCache` on SQL. It is given the database as it is: what is kept here changes nothing in the notebook."""

    def __init__(self, database: Database, *, owner: str, most: int = MOST) -> None:
        self._database = database
        self._owner = owner
        self._most = most

    def get(self, key: str, *, since: datetime, now: datetime) -> Answer | None:
        """Return the answer kept under this key; see `AnswerCache.get`."""
        mine = (cached_answers.c.owner == self._owner) & (cached_answers.c.key == key)
        oldest = max(since, now - KEPT)
        with self._database.read() as connection:
            found = connection.execute(sa.select(cached_answers).where(mine)).one_or_none()
        if found is None or found.created_at < oldest:
            return None
        try:
            answer = Answer.model_validate_json(found.value)
        except ValidationError:  # of another version
            return None
        if now - found.used_at > _USE_NOTED_AFTER:
            with self._database.write() as connection:
                connection.execute(cached_answers.update().where(mine).values(used_at=now))
        return answer

    def put(self, key: str, answer: Answer, *, subject_id: str, now: datetime) -> None:
        """Keep an answer; see `AnswerCache.put`."""
        mine = cached_answers.c.owner == self._owner
        row = {"owner": self._owner, "key": key, "subject_id": subject_id, "created_at": now, "used_at": now}
        latest = sa.select(cached_answers.c.key).where(mine).order_by(cached_answers.c.used_at.desc())
        try:
            with self._database.write() as connection:
                same = (cached_answers.c.key == key) | (cached_answers.c.created_at < now - KEPT)
                connection.execute(cached_answers.delete().where(mine, same))
                surplus = connection.scalars(latest.offset(self._most - 1).limit(1000)).all()
                connection.execute(cached_answers.delete().where(mine, cached_answers.c.key.in_(surplus)))
                connection.execute(cached_answers.insert().values(row | {"value": answer.model_dump_json()}))
        except sa.exc.IntegrityError:
            pass  # another process answered the same question at this moment


def forget_answers(connection: sa.Connection, *, owner: str, subject_id: str) -> None:
    """Forget what was answered from a subject's lectures: they have changed."""
    of_it = cached_answers.c.subject_id.in_((subject_id, ""))
    connection.execute(cached_answers.delete().where(cached_answers.c.owner == owner, of_it))
