"""A server that follows Ollama's published API (docs/api.md): chat, show, tags, ps, pull, and what goes wrong there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Ollama(ThreadingHTTPServer):
    """`mode` says what goes wrong; `requests` are the bodies of /api/chat. `layers` are pulled a half at a time."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, Any]] = []
        self.mode = ""
        self.context = 8192
        self.thinks = False
        self.pulled: list[str] = ["llama3:8b"]
        self.kept = 0

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that left: they are meant to."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


_REFUSALS = {
    "memory": (500, "model requires more system memory (5.6 GiB) than is available (3.1 GiB)"),
    "context": (400, "the input length exceeds the context length"),
    "overloaded": (503, "server busy, please try again"),
}


class _Handler(BaseHTTPRequestHandler):
    server: Ollama

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        models = [
            {"name": name, "model": name, "size": 4_661_224_676, "details": {"parameter_size": "8.0B"}}
            for name in self.server.pulled
        ]
        if self.path == "/api/ps" and self.server.mode == "old":
            self._reply(404, {"error": "not found"})
        else:
            loaded = [{**models[0], "context_length": 4096}] if models else []
            self._reply(200, {"models": models if self.path == "/api/tags" else loaded})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/pull":
            self._pull(body["model"])
        elif body["model"] != "llama3:8b":
            self._reply(404, {"error": f"model '{body['model']}' not found"})
        elif self.path == "/api/show":
            able = ["completion", "thinking"] if self.server.thinks else ["completion"]
            self._reply(200, {"model_info": {"llama.context_length": self.server.context}, "capabilities": able})
        else:
            self.server.requests.append(body)
            self._chat(body)

    def _pull(self, name: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        self._line({"status": "pulling manifest"})
        if name == "nosuch":
            self._line({"error": "pull model manifest: file does not exist"})
            return
        if self.server.mode == "disk":
            self._line({"error": "write /root/.ollama/models/blobs/sha256-1: no space left on device"})
            return
        first = self.server.kept
        for done in range(first, 101, 20):
            self.server.kept = done
            part = {"digest": "sha256:1", "total": 100_000_000, "completed": done * 1_000_000}
            self._line({"status": "pulling 1", **part})
            if self.server.mode == "slow":
                time.sleep(0.5)
            if self.server.mode == "stops" and done >= 40:
                return
        self._line({"status": "verifying sha256 digest"})
        self._line({"status": "success"})
        self.server.pulled.append(name)

    def _chat(self, body: dict[str, Any]) -> None:
        mode = self.server.mode
        if mode in _REFUSALS:
            status, said = _REFUSALS[mode]
            return self._reply(status, {"error": said})
        if mode == "html":
            return self._send(200, b"<html>It works!</html>\n")
        if mode == "silent":
            time.sleep(0.6)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        words = ['{"a"', ": 1}"] if body.get("format") else ["Two ", "halves", "."]
        for number, word in enumerate(words):
            if mode == "hangs up" and number == 1:
                return None
            if mode == "garbage" and number == 1:
                self.wfile.write(b"{not json\n")
                return None
            if mode == "breaks" and number == 1:
                self._line({"error": "llama runner process has terminated"})
                return None
            self._line({"model": body["model"], "message": {"role": "assistant", "content": word}, "done": False})
        end = {"done": True, "done_reason": "length" if mode == "long" else "stop", "eval_count": 3}
        end["prompt_eval_count"] = body["options"]["num_ctx"] if mode == "truncates" else 20
        self._line({"model": body["model"], "message": {"role": "assistant", "content": ""}, **end})
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


@contextmanager
def running_ollama() -> Iterator[Ollama]:
    """Run the server on a thread of this process."""
    server = Ollama()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
