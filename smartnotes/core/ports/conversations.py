"""Stores of conversations and of answers kept ready.

Each is built for one owner, whose id is part of every query. Safe to call from several threads and processes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from smartnotes.core.conversations import Conversation, Turn
from smartnotes.core.study import Answer


class ConversationStore(Protocol):
    """Conversations with their turns, which are added and never changed."""

    def append(self, turn: Turn, *, to: Conversation, is_new: bool) -> Conversation:
        """Add a turn and return the conversation as it is now; with `is_new` it is made.

        A turn whose id is known was added before: its conversation is returned as it is. Raises `NotFound`.
        """
        ...

    def all(self) -> list[Conversation]:
        """Return the conversations, the latest first."""
        ...

    def get(self, conversation_id: str) -> Conversation:
        """Raises `NotFound`."""
        ...

    def turns(self, conversation_id: str, *, last: int | None = None) -> list[Turn]:
        """Return the turns (or the `last` ones) in order. Raises `NotFound`."""
        ...

    def rename(self, conversation_id: str, title: str, *, now: datetime) -> Conversation:
        """Give a conversation another title. Raises `NotFound`."""
        ...

    def delete(self, conversation_id: str) -> None:
        """Forget a conversation with its turns. Raises `NotFound`."""
        ...


class AnswerCache(Protocol):
    """Answers kept ready for the same question on the same evidence. Bounded in number and age."""

    def get(self, key: str, *, since: datetime, now: datetime) -> Answer | None:
        """Return the answer kept under this key since then, None where there is none."""
        ...

    def put(self, key: str, answer: Answer, *, subject_id: str, now: datetime) -> None:
        """Keep an answer; those used least recently make room.

        It is forgotten when a lecture of the subject comes, changes or goes; with "" for any lecture of the owner.
        """
        ...
