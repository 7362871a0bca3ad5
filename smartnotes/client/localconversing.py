"""Questions and conversations of the notebook on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from smartnotes.bootstrap import build_llm
from smartnotes.client.localjob import now
from smartnotes.core.conversations import Conversation, Transcript
from smartnotes.core.events import Emit, ignore
from smartnotes.core.llms import Task
from smartnotes.core.options import ChatOptions
from smartnotes.core.ports import Engines, Llm, Stores
from smartnotes.core.ports.web import WebSearch
from smartnotes.core.study import Answer
from smartnotes.core.usecases import conversing, finding
from smartnotes.settings import Settings


class LocalConversing:
    """`ConversingNotebook` on the stores of one owner."""

    _stores: Stores
    _engines: Engines
    _settings: Settings
    _web: Callable[[Settings], WebSearch]

    def ask(self, question: str, *, options: ChatOptions | None = None, emit: Emit = ignore) -> Answer:
        """Answer a question from the notes, in its conversation."""
        wanted = options or ChatOptions()
        # What waiting cannot change is an error before any work; a network that fails is a notice later.
        web = self._web(self._settings) if wanted.web else None

        def rewriter() -> Llm | None:
            return build_llm(self._settings, model=wanted.model, task=Task.REWRITE)

        def answer(asked: str) -> Answer:
            return finding.ask_notes(
                asked,
                options=wanted,
                engines=self._engines,
                llm=build_llm(self._settings, model=wanted.model),
                web=web,
                stores=self._stores,
                emit=emit,
                now=now(),
                rewriter=rewriter,
            )

        return conversing.converse(
            question,
            options=wanted,
            answer=answer,
            rewriter=rewriter,
            stores=self._stores,
            emit=emit,
            clock=now,
        )

    def conversations(self) -> list[Conversation]:
        """Return the conversations, the latest first."""
        return conversing.list_conversations(stores=self._stores)

    def conversation(self, ref: str) -> Transcript:
        """Return one conversation with its turns."""
        return conversing.transcript_of(ref, stores=self._stores)

    def rename_conversation(self, ref: str, *, title: str) -> Conversation:
        """Give a conversation another title."""
        return conversing.rename_conversation(ref, title, stores=self._stores, now=now())

    def delete_conversation(self, ref: str) -> Conversation:
        """Delete a conversation for good."""
        return conversing.delete_conversation(ref, stores=self._stores)

    def export_conversation(self, ref: str) -> bytes:
        """Return a conversation as Markdown."""
        from smartnotes.writers.transcript import transcript_markdown  # noqa: PLC0415 - loads with the first export

        return transcript_markdown(self.conversation(ref)).encode()

    def page_link(self, lecture_id: str, *, page: int) -> str:
        """Return the address of a page in the file that the lecture was read from, "" where that is gone."""
        source = self._stores.lectures.source(lecture_id)
        path = Path(source)
        return f"{path.as_uri()}#page={page}" if source and path.is_absolute() and path.is_file() else ""
