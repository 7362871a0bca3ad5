"""Conversations in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from smartnotes.core.conversations import Conversation, Turn
from smartnotes.core.errors import NotFound
from smartnotes.stores.conversation_tables import conversation_turns as turns
from smartnotes.stores.conversation_tables import conversations
from smartnotes.stores.database import Database
from smartnotes.stores.listings import Listed, Window, newest_behind

FIELDS = tuple(conversations.c[name] for name in Conversation.model_fields)


class SqlConversations:
    """`ConversationStore` on SQL, and pieces of its list.

    It is given the database as it is, not as the owner's: a question asked changes nothing that lists remember.
    """

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def append(self, turn: Turn, *, to: Conversation, is_new: bool) -> Conversation:
        """Add a turn; see `ConversationStore.append`."""
        known = sa.select(turns.c.conversation_id).where(turns.c.owner == self._owner, turns.c.id == turn.id)
        with self._database.write() as connection:
            before = connection.scalar(known)
            if before is not None:
                return self._get(connection, before)
            if is_new:
                connection.execute(conversations.insert().values(to.model_dump() | {"owner": self._owner}))
            locked = sa.select(*FIELDS).where(self._mine, conversations.c.id == to.id).with_for_update()
            found = _conversation(connection.execute(locked).mappings().one_or_none(), to.id)
            number = found.turns + 1
            row = {"conversation_id": found.id, "number": number, "id": turn.id, "owner": self._owner}
            connection.execute(turns.insert().values(row | {"value": turn.model_dump_json()}))
            changed = found.model_copy(update={"turns": number, "updated_at": max(turn.at, found.updated_at)})
            self._change(connection, changed)
            return changed

    def all(self) -> list[Conversation]:
        """Return the conversations, the latest first."""
        chosen = sa.select(*FIELDS).where(self._mine).order_by(conversations.c.updated_at.desc(), conversations.c.id)
        with self._database.read() as connection:
            return [Conversation.model_validate(dict(row)) for row in connection.execute(chosen).mappings()]

    def listed(self, window: Window) -> Listed[Conversation]:
        """Return a piece of the list, the latest first. Raises `OptionsError` for a foreign cursor."""
        time, key = conversations.c.updated_at, conversations.c.id
        chosen = newest_behind(sa.select(*FIELDS).where(self._mine), window, time=time, key=key)
        with self._database.read() as connection:
            rows = connection.execute(chosen.order_by(time.desc(), key).limit(window.limit + 1)).mappings().all()
        found = [Conversation.model_validate(dict(row)) for row in rows[: window.limit]]
        more = len(rows) > window.limit
        return Listed(found, (found[-1].updated_at.isoformat(), found[-1].id) if more else None)

    def get(self, conversation_id: str) -> Conversation:
        """Return a conversation. Raises `NotFound`."""
        with self._database.read() as connection:
            return self._get(connection, conversation_id)

    def turns(self, conversation_id: str, *, last: int | None = None) -> list[Turn]:
        """Return the turns, or the last ones, in order. Raises `NotFound`."""
        chosen = sa.select(turns.c.value).where(
            turns.c.owner == self._owner, turns.c.conversation_id == conversation_id
        )
        with self._database.read() as connection:
            self._get(connection, conversation_id)
            values = connection.scalars(chosen.order_by(turns.c.number.desc()).limit(last)).all()
        return [Turn.model_validate_json(value) for value in reversed(values)]

    def rename(self, conversation_id: str, title: str, *, now: datetime) -> Conversation:
        """Give a conversation another title. Raises `NotFound`."""
        with self._database.write() as connection:
            changed = self._get(connection, conversation_id).model_copy(update={"title": title, "updated_at": now})
            self._change(connection, changed)
        return changed

    def delete(self, conversation_id: str) -> None:
        """Forget a conversation with its turns. Raises `NotFound`."""
        with self._database.write() as connection:
            gone = connection.execute(conversations.delete().where(self._mine, conversations.c.id == conversation_id))
            if not gone.rowcount:
                raise _unknown(conversation_id)

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        return conversations.c.owner == self._owner

    def _get(self, connection: sa.Connection, conversation_id: str) -> Conversation:
        chosen = sa.select(*FIELDS).where(self._mine, conversations.c.id == conversation_id)
        return _conversation(connection.execute(chosen).mappings().one_or_none(), conversation_id)

    def _change(self, connection: sa.Connection, conversation: Conversation) -> None:
        values = conversation.model_dump(include={"title", "updated_at", "turns"})
        mine = self._mine & (conversations.c.id == conversation.id)
        connection.execute(conversations.update().where(mine).values(values))


def _conversation(row: sa.RowMapping | None, conversation_id: str) -> Conversation:
    if row is None:
        raise _unknown(conversation_id)
    fields: dict[str, Any] = dict(row)
    return Conversation.model_validate(fields)


def _unknown(conversation_id: str) -> NotFound:
    return NotFound(f"There is no conversation {conversation_id!r}.", hint="See: smartnotes conversation list")
