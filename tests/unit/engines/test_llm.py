"""`OllamaLlm` against a server that follows Ollama's published API (docs/api.md: /api/chat, /api/show)."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from smartnotes.core.errors import EngineError, EngineTimeout, NotFound, Unavailable
from smartnotes.engines.llm import OllamaLlm, listens


class Ollama(ThreadingHTTPServer):
    """`mode` says what goes wrong; `requests` are the bodies of /api/chat."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, Any]] = []
        self.mode = ""
        self.context = 8192

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that left: they are meant to."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Ollama

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if body["model"] != "llama3:8b":
            self._reply(404, {"error": f"model '{body['model']}' not found"})
        elif self.path == "/api/show":
            self._reply(200, {"model_info": {"llama.context_length": self.server.context}})
        else:
            self.server.requests.append(body)
            self._chat(body)

    def _chat(self, body: dict[str, Any]) -> None:
        mode = self.server.mode
        if mode == "overloaded":
            return self._reply(503, {"error": "server busy, please try again"})
        if mode == "html":
            return self._send(200, b"<html>It works!</html>\n")
        if mode == "silent":
            time.sleep(0.6)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        words = ['{"a"', ": 1}"] if body.get("format") else ["Two ", "halves", "."]
        for number, word in enumerate(words):
            if mode == "breaks" and number == 1:
                self._line({"error": "llama runner process has terminated"})
                return None
            self._line({"model": body["model"], "message": {"role": "assistant", "content": word}, "done": False})
        self._line({"model": body["model"], "message": {"role": "assistant", "content": ""}, "done": True})
        return None

    def _line(self, value: object) -> None:
        self.wfile.write(json.dumps(value).encode() + b"\n")

    def _reply(self, status: int, value: object) -> None:
        self._send(status, json.dumps(value).encode())

    def _send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def ollama() -> Iterator[Ollama]:
    server = Ollama()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def ask(server: Ollama, prompt: str = "How many?", *, model: str = "llama3:8b", **options: Any) -> list[str]:
    llm = OllamaLlm(model, host=server.url, silent_s=0.3)
    return list(llm.stream(prompt, system="Be brief.", max_tokens=50, **options))


def test_the_reply_comes_in_pieces(ollama: Ollama) -> None:
    assert ask(ollama) == ["Two ", "halves", "."]
    [request] = ollama.requests
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert request["options"]["num_predict"] == 50
    assert request["options"]["temperature"] == 0


def test_a_schema_is_passed_on(ollama: Ollama) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    assert json.loads("".join(ask(ollama, schema=schema))) == {"a": 1}
    assert ollama.requests[0]["format"] == schema


def test_the_context_is_as_large_as_the_prompt_needs(ollama: Ollama) -> None:
    ask(ollama, "word " * 2500)
    assert ollama.requests[0]["options"]["num_ctx"] == 4096


def test_a_prompt_beyond_the_models_context_is_an_error_not_a_cut(ollama: Ollama) -> None:
    ollama.context = 1024
    with pytest.raises(EngineError, match="holds 1,024"):
        ask(ollama, "word " * 2500)
    assert ollama.requests == []


def test_a_model_that_is_missing_is_not_found_with_the_command_that_pulls_it(ollama: Ollama) -> None:
    with pytest.raises(NotFound) as caught:
        ask(ollama, model="phi3")
    assert caught.value.hint == "smartnotes model pull phi3"


def test_no_server_is_unavailable_with_a_hint() -> None:
    with pytest.raises(Unavailable) as caught:
        list(OllamaLlm("llama3:8b", host="http://127.0.0.1:1").stream("?", system="", max_tokens=5))
    assert "ollama serve" in caught.value.hint


@pytest.mark.parametrize(
    ("mode", "error"),
    [("overloaded", Unavailable), ("breaks", EngineError), ("html", EngineError), ("silent", EngineTimeout)],
)
def test_what_goes_wrong_becomes_our_error(ollama: Ollama, mode: str, error: type[Exception]) -> None:
    ollama.mode = mode
    with pytest.raises(error):
        ask(ollama)


def test_stopping_early_closes_the_connection(ollama: Ollama) -> None:
    with closing(OllamaLlm("llama3:8b", host=ollama.url).stream("?", system="", max_tokens=5)) as pieces:  # type: ignore[type-var]
        assert next(iter(pieces)) == "Two "


def test_a_server_is_seen_to_listen(ollama: Ollama) -> None:
    assert listens(ollama.url)
    assert not listens("http://127.0.0.1:1")
