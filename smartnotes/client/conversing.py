"""What a notebook offers for questions and for the conversations they are kept in."""

from __future__ import annotations

from typing import Protocol

from smartnotes.core.conversations import Conversation, Transcript
from smartnotes.core.events import Emit, ignore
from smartnotes.core.options import ChatOptions
from smartnotes.core.study import Answer


class ConversingNotebook(Protocol):
    """The part of `Notebook` about questions. Conversations are named by id, title or a beginning of either."""

    def ask(self, question: str, *, options: ChatOptions | None = None, emit: Emit = ignore) -> Answer:
        """Answer a question from the notes; pieces of text are emitted as they are written.

        It is kept in a conversation (see `ChatOptions`), whose id the answer has. Raises `NotFound` for a conversation
        that is not there, `OptionsError` for an empty or endless question.
        """
        ...

    def conversations(self) -> list[Conversation]:
        """Return the conversations, the latest first."""
        ...

    def conversation(self, ref: str) -> Transcript:
        """Return one conversation with what was asked and answered."""
        ...

    def rename_conversation(self, ref: str, *, title: str) -> Conversation:
        """Give a conversation another title. Raises `OptionsError` for an impossible one."""
        ...

    def delete_conversation(self, ref: str) -> Conversation:
        """Delete a conversation for good."""
        ...

    def export_conversation(self, ref: str) -> bytes:
        """Return a conversation as Markdown, its citations as footnotes."""
        ...

    def page_link(self, lecture_id: str, *, page: int) -> str:
        """Return the address of a page of a lecture's original file, "" where there is none to open."""
        ...
