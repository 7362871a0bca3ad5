"""Questions and conversations at a server."""

from __future__ import annotations

from urllib.parse import quote

from smartnotes.client.credentials import PREFIX
from smartnotes.client.remoteconnection import Connection
from smartnotes.client.remotestream import read_answer
from smartnotes.core.conversations import Conversation, NewTitle, Transcript
from smartnotes.core.events import Emit, ignore
from smartnotes.core.ids import new_id
from smartnotes.core.options import ChatOptions
from smartnotes.core.study import Answer
from smartnotes.core.usecases.conversing import chosen_conversation


class RemoteConversing:
    """`ConversingNotebook` at a server."""

    _connection: Connection

    def ask(self, question: str, *, options: ChatOptions | None = None, emit: Emit = ignore) -> Answer:
        """Answer a question from the notes, in its conversation."""
        wanted = options or ChatOptions()
        if wanted.keep and wanted.turn_id is None:  # the request may be repeated after a lost connection
            wanted = wanted.model_copy(update={"turn_id": new_id("turn")})
        body = {"question": question, "options": wanted.model_dump(mode="json")}
        with self._connection.stream("POST", "/chat", body=body, headers={"Accept": "application/x-ndjson"}) as answer:
            return read_answer(answer.iter_lines(), emit=emit)

    def conversations(self) -> list[Conversation]:
        """Return the conversations, the latest first."""
        return self._connection.collect("/conversations", of=Conversation)

    def conversation(self, ref: str) -> Transcript:
        """Return one conversation with its turns."""
        return self._connection.call("GET", self._path(ref), answer=Transcript)

    def rename_conversation(self, ref: str, *, title: str) -> Conversation:
        """Give a conversation another title."""
        return self._connection.call("PUT", self._path(ref), body=NewTitle(title=title), answer=Conversation)

    def delete_conversation(self, ref: str) -> Conversation:
        """Delete a conversation for good."""
        found = chosen_conversation(ref, self.conversations())
        self._connection.data("DELETE", f"/conversations/{found.id}")
        return found

    def export_conversation(self, ref: str) -> bytes:
        """Return a conversation as Markdown."""
        return self._connection.data("GET", f"{self._path(ref)}/export")

    def page_link(self, lecture_id: str, *, page: int) -> str:
        """Return the address of a page in the lecture's original file at the server, which asks who one is."""
        return f"{self._connection.server}{PREFIX}/lectures/{quote(lecture_id, safe='')}/original#page={page}"

    def _path(self, ref: str) -> str:
        return f"/conversations/{chosen_conversation(ref, self.conversations()).id}"
