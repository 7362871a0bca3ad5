"""`OpenAiLlm` against a server that follows the published chat API."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from smartnotes.core.errors import EngineError, EngineTimeout, NotFound, SmartNotesError, Unavailable
from smartnotes.engines.openai_llm import OpenAiLlm

KEY = "sk-very-secret"
TOO_LONG = {"error": {"message": "the prompt exceeds the context", "type": "exceed_context_size_error"}}


class ChatServer(ThreadingHTTPServer):
    """`status` and `lines` are what it answers; `requests` are the bodies, `keys` the keys it was shown."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.body = spoken("Two ", "halves", ".")
        self.pause = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that left: they are meant to."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_POST(self) -> None:
        self.server.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.keys.append(self.headers["Authorization"])
        if self.path != "/v1/chat/completions":
            self.server.status = 404
        if self.server.status == 0:  # never answers
            self.server.pause.wait()
            return
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.body.encode())


def spoken(*pieces: str) -> str:
    role = {"choices": [{"delta": {"role": "assistant", "content": None}}]}
    events = [role, *({"choices": [{"delta": {"content": piece}}]} for piece in pieces), {"choices": [], "usage": {}}]
    return ": ping\n\n" + "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"


@pytest.fixture
def server() -> Iterator[ChatServer]:
    running = ChatServer()
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.pause.set()
    running.shutdown()
    running.server_close()
    thread.join()


def reply(llm: OpenAiLlm, **options: Any) -> str:
    return "".join(llm.stream("How many?", system="Be short.", max_tokens=50, **options))


def test_a_reply_comes_in_its_pieces(server: ChatServer) -> None:
    llm = OpenAiLlm("tiny", base_url=server.url, api_key=KEY)
    assert list(llm.stream("How many?", system="Be short.", max_tokens=50)) == ["Two ", "halves", "."]
    (request,) = server.requests
    assert request["model"] == "tiny"
    assert request["stream"] is True
    assert [message["content"] for message in request["messages"]] == ["Be short.", "How many?"]
    assert server.keys == [f"Bearer {KEY}"]


def test_a_schema_is_passed_on_and_no_key_is_sent_where_there_is_none(server: ChatServer) -> None:
    schema = {"type": "object"}
    reply(OpenAiLlm("tiny", base_url=server.url + "/"), schema=schema)
    assert server.requests[0]["response_format"]["json_schema"]["schema"] == schema
    assert server.keys == [None]


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, "", EngineError, "refuses the key"),
        (404, "", NotFound, "no model tiny"),
        (503, "", Unavailable, "busy"),
        (429, "", Unavailable, "busy"),
        (400, json.dumps(TOO_LONG), EngineError, "longer than tiny can hold"),
        (500, '{"error": {"message": "out of memory"}}', EngineError, "out of memory"),
        (500, "", EngineError, "no reason given"),
        (200, "data: <html>\n\n", EngineError, "does not speak"),
        (200, f"data: {json.dumps(TOO_LONG)}\n\n", EngineError, "longer than tiny can hold"),
        (200, 'error: {"message": "broken"}\n\n', EngineError, "broken"),
    ],
)
def test_what_goes_wrong_is_told_apart(
    server: ChatServer, status: int, body: str, kind: type[SmartNotesError], words: str
) -> None:
    server.status, server.body = status, body
    with pytest.raises(kind, match=words) as caught:
        reply(OpenAiLlm("tiny", base_url=server.url, api_key=KEY))
    assert KEY not in f"{caught.value.message} {caught.value.hint}"


def test_nobody_there_and_nobody_answering_are_told_apart(server: ChatServer) -> None:
    with pytest.raises(Unavailable, match="No model server"):
        reply(OpenAiLlm("tiny", base_url="http://127.0.0.1:9"))
    server.status = 0
    with pytest.raises(EngineTimeout, match="silent"):
        reply(OpenAiLlm("tiny", base_url=server.url, silent_s=0.2))


def test_an_address_that_is_none_is_said_so() -> None:
    with pytest.raises(EngineError, match="no address"):
        reply(OpenAiLlm("tiny", base_url="127.0.0.1:8080"))
