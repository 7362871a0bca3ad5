"""`OpenAiLlm` against a server that follows OpenAI's published chat API, and the ways others differ from it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from smartnotes.core.errors import EngineError, EngineTimeout, NotFound, PromptTooLong, SmartNotesError, Unavailable
from smartnotes.core.ports import CutOff
from smartnotes.engines.models import OpenAiModels
from smartnotes.engines.openai_llm import OpenAiLlm

KEY = "sk-very-secret"
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


class Server(ThreadingHTTPServer):
    """`refuses` maps fields of a request to what is said of them; `status`, `said`, `headers` answer instead."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, Any]] = []
        self.refuses: dict[str, str] = {}
        self.busy = 0
        self.status = 200
        self.said = ""
        self.headers: dict[str, str] = {}
        self.stream = ""
        self.kind = "text/event-stream"
        self.models: dict[str, Any] | None = {"data": [{"id": "small", "max_model_len": 2048}, {"id": "big"}]}

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that left."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        if self.server.models is None:
            self._send(404, b"no such page", {})
        else:
            self._send(200, json.dumps(self.server.models).encode(), {"Content-Type": "application/json"})

    def do_POST(self) -> None:
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.requests.append(body)
        if server.busy:
            server.busy -= 1
            return self._send(429, b'{"error": {"message": "slow down"}}', {"Retry-After": "7"})
        if server.status != 200:
            return self._send(server.status, server.said.encode(), server.headers)
        for field, said in server.refuses.items():
            if field in json.dumps(body):
                return self._send(400, json.dumps({"error": {"message": said}}).encode(), {})
        return self._send(200, (server.stream or _said("Two ", "words")).encode(), {"Content-Type": server.kind})

    def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _event(text: str = "", *, reason: str | None = None) -> str:
    return f"data: {json.dumps({'choices': [{'delta': {'content': text}, 'finish_reason': reason}]})}\n\n"


def _said(*pieces: str, reason: str = "stop") -> str:
    return "".join(_event(piece) for piece in pieces) + _event(reason=reason) + "data: [DONE]\n\n"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def ask(server: Server, *, pauses: list[float] | None = None, schema: dict[str, Any] | None = None) -> list[str]:
    llm = OpenAiLlm("small", base_url=server.url, api_key=KEY, sleep=(pauses if pauses is not None else []).append)
    return list(llm.stream("How many?", system="Be brief.", max_tokens=50, schema=schema))


@pytest.mark.parametrize(
    "stream",
    [
        _said("Two ", "words"),
        f": a comment\r\nevent: message\r\n{_said('Two ', 'words')}",
        _said("Two ", "words").replace("data: ", "data:"),
        _event("Two ") + _event("words") + _event(reason="stop"),  # no [DONE]
        'data: {"choices": [],\ndata: "usage": {}}\n\n' + _said("Two ", "words"),  # an event of two lines
    ],
)
def test_events_are_read_as_the_standard_says(server: Server, stream: str) -> None:
    server.stream = stream
    assert "".join(ask(server)) == "Two words"


def test_a_reply_that_reaches_its_longest_is_marked(server: Server) -> None:
    server.stream = _said("Two ", reason="length")
    assert isinstance(ask(server)[-1], CutOff)


@pytest.mark.parametrize(
    "stream",
    [
        _event("Two "),  # the connection ends
        _event("Two ") + "data: {broken\n\n",
        _event("Two ") + 'data: {"error": {"message": "out of tokens"}}\n\n',
        _event("Two ") + 'error: {"error": {"message": "slot is gone"}}\n\n',
        _said("Two ", reason="content_filter"),
        "<html>It works!</html>",
    ],
)
def test_what_breaks_off_is_no_reply(server: Server, stream: str) -> None:
    server.stream = stream
    with pytest.raises(EngineError):
        ask(server)


@pytest.mark.parametrize(
    ("status", "said", "error", "words"),
    [
        (401, "bad key sk-very-secret", EngineError, "refuses the key"),
        (403, "", EngineError, "refuses the key"),
        (404, '{"error": "model not found"}', NotFound, "has no model small"),
        (429, '{"error": {"message": "You exceeded your current quota"}}', EngineError, "quota"),
        (503, "loading", Unavailable, "busy"),
        (500, '{"error": {"message": "it broke with sk-very-secret"}}', EngineError, "it broke"),
        (
            400,
            '{"error": {"message": "This model\'s maximum context length is 2048 tokens."}}',
            PromptTooLong,
            "longer",
        ),
        (
            400,
            '{"error": {"type": "exceed_context_size_error", "message": "the request exceeds the context size"}}',
            PromptTooLong,
            "longer",
        ),
        (500, '{"error": "failed to allocate memory"}', EngineError, "not enough memory"),
        (400, "[1, 2]", EngineError, "failed"),
    ],
)
def test_refusals_become_our_errors_without_the_key(
    server: Server, status: int, said: str, error: type[SmartNotesError], words: str
) -> None:
    server.status, server.said = status, said
    with pytest.raises(error, match=words) as caught:
        ask(server)
    assert type(caught.value) is error
    assert KEY not in f"{caught.value!r} {caught.value.message} {caught.value.hint}"


def test_a_server_that_says_when_to_come_again_is_waited_for(server: Server) -> None:
    server.busy = 2
    pauses: list[float] = []
    assert "".join(ask(server, pauses=pauses)) == "Two words"
    assert pauses == [7.0, 7.0]


def test_a_server_that_stays_busy_is_not_waited_for_again_and_again(server: Server) -> None:
    server.busy = 9
    pauses: list[float] = []
    with pytest.raises(Unavailable) as caught:
        ask(server, pauses=pauses)
    assert len(pauses) == 2
    assert "7 s" in caught.value.hint


def test_fields_that_a_server_refuses_are_said_another_way(server: Server) -> None:
    server.refuses = {
        '"max_tokens"': "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        '"temperature"': "Unsupported value: 'temperature' does not support 0.",
    }
    assert "".join(ask(server)) == "Two words"
    assert server.requests[-1]["max_completion_tokens"] == 50
    assert "temperature" not in server.requests[-1]


def test_a_schema_that_a_server_refuses_is_asked_for_in_words(server: Server) -> None:
    server.stream = _said('{"a": 1}')
    assert json.loads("".join(ask(server, schema=SCHEMA))) == {"a": 1}
    assert server.requests[-1]["response_format"]["json_schema"]["schema"] == SCHEMA
    server.refuses = {'"json_schema"': "response_format type json_schema is not supported"}
    ask(server, schema=SCHEMA)
    assert server.requests[-1]["response_format"] == {"type": "json_object"}
    assert json.dumps(SCHEMA) in server.requests[-1]["messages"][1]["content"]
    server.refuses = {"response_format": "Unknown field response_format"}
    ask(server, schema=SCHEMA)
    assert "response_format" not in server.requests[-1]


def test_a_server_that_does_not_stream_is_understood(server: Server) -> None:
    reply = {"choices": [{"message": {"content": "All at once."}, "finish_reason": "stop"}]}
    server.stream, server.kind = json.dumps(reply), "application/json"
    assert ask(server) == ["All at once."]


def test_a_server_that_is_away_or_no_address_is_said_so_without_what_is_secret_in_it() -> None:
    for address in ("http://ada:pw9@127.0.0.1:1/v1", "nonsense://ada:pw9@x/v1"):
        with pytest.raises(SmartNotesError) as caught:
            list(OpenAiLlm("m", base_url=address).stream("?", system="", max_tokens=5))
        assert "pw9" not in f"{caught.value.message} {caught.value.hint}"


def test_silence_is_a_timeout_of_the_next_piece_not_of_the_whole() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        llm = OpenAiLlm("m", base_url=f"http://127.0.0.1:{listening.getsockname()[1]}/v1", silent_s=0.2)
        with pytest.raises(EngineTimeout):
            list(llm.stream("?", system="", max_tokens=5))


def test_the_context_is_what_the_server_says_of_the_model(server: Server) -> None:
    assert OpenAiLlm("small", base_url=server.url).context_tokens() == 2048
    assert OpenAiLlm("big", base_url=server.url).context_tokens() == 8192
    server.models = None
    assert OpenAiLlm("small", base_url=server.url).context_tokens() == 8192


def test_models_are_listed_by_name(server: Server) -> None:
    assert [(one.name, one.context_tokens) for one in OpenAiModels(server.url).models()] == [
        ("big", None),
        ("small", 2048),
    ]
