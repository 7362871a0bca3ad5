"""Embedding by Ollama and by servers of OpenAI's language, against small servers that follow the published APIs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from smartnotes.core.errors import EngineError, EngineMissing, NotFound, SettingsError, Unavailable
from smartnotes.engines.embedding import Embedders, Servers
from smartnotes.engines.embedding_batches import BATCH_TEXTS, BATCH_TOKENS, batches
from smartnotes.engines.embedding_ollama import OllamaEmbedder
from smartnotes.engines.embedding_openai import OpenAiEmbedder

Reply = tuple[int, Any] | tuple[int, Any, dict[str, str]]


class Asked:
    """What a server was asked, request after request: (path, body, headers)."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any], dict[str, str]]] = []

    @property
    def texts(self) -> list[list[str]]:
        return [body["input"] for _, body, _ in self.requests]


@contextmanager
def server(answer: Callable[[dict[str, Any]], Reply]) -> Iterator[tuple[str, Asked]]:
    asked = Asked()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.requests.append((self.path, body, dict(self.headers)))
            status, value, *more = answer(body)
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, text in (more[0] if more else {}).items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_address[1]}", asked
        finally:
            running.shutdown()
            thread.join()


def numbers(text: str) -> list[float]:
    return [float(len(text)), float(text.count("a")), 1.0]


def ollama(body: dict[str, Any]) -> Reply:
    return 200, {"model": body["model"], "embeddings": [numbers(text) for text in body["input"]]}


def openai(body: dict[str, Any]) -> Reply:
    rows = [{"object": "embedding", "index": i, "embedding": numbers(text)} for i, text in enumerate(body["input"])]
    return 200, {"object": "list", "data": rows[::-1], "model": body["model"]}  # the order is the server's business


def test_ollama_is_asked_as_its_api_says_and_rows_have_length_one() -> None:
    with server(ollama) as (address, asked):
        embedder = OllamaEmbedder("all-minilm", host=address, keep_alive_s=60)
        assert embedder.dimension == 0
        made = embedder.embed_passages(["banana", "fig", ""])
    path, body, _ = asked.requests[0]
    assert path == "/api/embed"
    assert body == {
        "model": "all-minilm",
        "input": ["banana", "fig", " "],
        "truncate": False,
        "keep_alive": 60,
    } | {key: body[key] for key in body.keys() - {"model", "input", "truncate", "keep_alive"}}
    assert embedder.dimension == 3
    assert np.linalg.norm(made, axis=1) == pytest.approx([1, 1, 1])
    assert made[0] == pytest.approx(np.array(numbers("banana")) / np.linalg.norm(numbers("banana")))
    assert embedder.name == "ollama:all-minilm"


def test_families_that_want_a_prefix_get_it() -> None:
    with server(ollama) as (address, asked):
        embedder = OllamaEmbedder("nomic-embed-text:v1.5", host=address)
        embedder.embed_query("what?")
        embedder.embed_passages(["that"])
    assert asked.texts == [["search_query: what?"], ["search_document: that"]]


def test_texts_come_in_batches_of_some_tokens_and_every_text_is_in_one() -> None:
    texts = [f"{'word ' * 200}{number}" for number in range(100)]
    made = list(batches(texts))
    assert [text for batch in made for text in batch] == texts
    assert all(len(batch) <= BATCH_TEXTS for batch in made)
    assert 100 * 250 / BATCH_TOKENS <= len(made) <= 25
    assert [len(batch) for batch in batches(["a"] * 130)] == [64, 64, 2]
    assert list(batches(["word " * 9_000])) == [["word " * 9_000]]


def test_a_text_too_long_for_the_model_is_embedded_in_halves_and_nothing_is_left_out() -> None:
    def short_only(body: dict[str, Any]) -> Reply:
        if any(len(text) > 40 for text in body["input"]):
            return 400, {"error": "the input length exceeds the context length"}
        return ollama(body)

    long = "one two three four five six seven eight nine ten eleven twelve thirteen"
    with server(short_only) as (address, asked):
        made = OllamaEmbedder("m", host=address).embed_passages([long, "short"])
    assert made.shape == (2, 3)
    assert np.linalg.norm(made[0]) == pytest.approx(1)
    seen = [text for texts in asked.texts for text in texts if len(text) <= 40 and text != "short"]
    assert "".join(seen) == long


def test_ollama_without_the_model_says_how_to_get_it() -> None:
    missing = {"error": 'model "nomic" not found, try pulling it first'}
    with server(lambda _: (404, missing)) as (address, _), pytest.raises(NotFound) as caught:
        OllamaEmbedder("nomic", host=address).embed_query("x")
    assert caught.value.hint == "smartnotes model pull nomic"


def test_an_address_that_is_none_names_the_setting_it_comes_from() -> None:
    with pytest.raises(EngineError, match=r"embedding\.host is no address"):
        OllamaEmbedder("m", host="http://[::1").embed_query("x")


def test_a_server_of_another_language_names_the_setting_too() -> None:
    with server(lambda _: (200, "hello")) as (address, _), pytest.raises(EngineError) as caught:
        OllamaEmbedder("m", host=address).embed_query("x")
    assert "embedding.host" in caught.value.hint


def test_nobody_at_the_address_is_unavailable_and_the_hint_is_about_embedding() -> None:
    with pytest.raises(Unavailable) as caught:
        OllamaEmbedder("m", host="http://127.0.0.1:9").embed_query("x")
    assert "embedding.engine" in caught.value.hint
    with pytest.raises(Unavailable) as caught:
        OpenAiEmbedder("m", base_url="http://127.0.0.1:9/v1").embed_query("x")
    assert "embedding.engine" in caught.value.hint


def test_rows_of_an_openai_server_are_put_in_order_and_the_key_goes_in_a_header() -> None:
    with server(openai) as (address, asked):
        embedder = OpenAiEmbedder("text-embedding-3-small", base_url=f"{address}/v1/", api_key="sk-secret")
        made = embedder.embed_passages(["a", "aaaa"])
    path, body, headers = asked.requests[0]
    assert path == "/v1/embeddings"
    assert body == {"model": "text-embedding-3-small", "input": ["a", "aaaa"], "encoding_format": "float"}
    assert headers["Authorization"] == "Bearer sk-secret"
    assert made[1] == pytest.approx(np.array(numbers("aaaa")) / np.linalg.norm(numbers("aaaa")))
    assert "secret" not in repr(vars(embedder))


def test_a_busy_server_is_asked_again_after_the_pause_it_wants() -> None:
    replies = iter([(429, {"error": {"message": "slow down"}}, {"Retry-After": "7"}), (503, {"error": "loading"})])
    pauses: list[float] = []
    with server(lambda body: next(replies, None) or openai(body)) as (address, asked):
        OpenAiEmbedder("m", base_url=address, sleep=pauses.append).embed_query("x")
    assert pauses == [7.0, 4.0]
    assert len(asked.requests) == 3


def test_a_server_that_stays_busy_is_unavailable_and_says_when() -> None:
    pauses: list[float] = []
    busy = (429, {"error": {"message": "slow down"}}, {"Retry-After": "600"})
    with server(lambda _: busy) as (address, _), pytest.raises(Unavailable):
        OpenAiEmbedder("m", base_url=address, sleep=pauses.append).embed_query("x")
    assert pauses == []  # ten minutes are not waited for
    with server(lambda _: (503, {})) as (address, asked), pytest.raises(Unavailable):
        OpenAiEmbedder("m", base_url=address, sleep=pauses.append).embed_query("x")
    assert len(asked.requests) == 4


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ((401, {"error": {"message": "bad key sk-secret"}}), EngineError),
        ((404, {"error": {"message": "no such model"}}), NotFound),
        ((200, {"data": []}), EngineError),
        ((200, {"data": [{"index": 0, "embedding": []}]}), EngineError),
        ((200, {"data": [{"index": 0, "embedding": [1.0, "x"]}]}), EngineError),
        ((200, {"data": [{"index": 0}]}), EngineError),
        ((200, {"nothing": 1}), EngineError),
        ((200, [1, 2]), EngineError),
        ((200, {"data": [{"index": 0, "embedding": [float("nan")]}]}), EngineError),
    ],
)
def test_what_a_server_says_instead_is_an_error_of_ours_without_the_key(reply: Reply, error: type[Exception]) -> None:
    with server(lambda _: reply) as (address, _), pytest.raises(error) as caught:
        OpenAiEmbedder("m", base_url=address, api_key="sk-key").embed_query("x")
    assert "sk-key" not in str(caught.value)


def test_another_dimension_than_before_is_another_model() -> None:
    replies = iter([{"embeddings": [[1.0, 2.0, 3.0]]}, {"embeddings": [[1.0, 2.0]]}])
    with server(lambda _: (200, next(replies))) as (address, _):
        embedder = OllamaEmbedder("m", host=address)
        embedder.embed_query("x")
        with pytest.raises(EngineError, match="3 before"):
            embedder.embed_query("x")


def test_the_settings_choose_the_model_and_an_index_finds_its_own_by_name() -> None:
    found = Embedders(threads=1, servers=Servers(host="http://127.0.0.1:9", base_url="http://127.0.0.1:9/v1"))
    assert found.chosen("bundled", "").name == "bge-small-en-v1.5-int8"
    assert found.chosen("ollama", "nomic-embed-text").name == "ollama:nomic-embed-text"
    assert found.named("ollama:nomic-embed-text") is found.chosen("ollama", "nomic-embed-text")
    assert found.named("openai:hf:org/model:1").name == "openai:hf:org/model:1"
    with pytest.raises(EngineMissing, match="no embedding model"):
        found.named("model-of-old").embed_query("x")


@pytest.mark.parametrize(
    ("engine", "model", "servers", "said"),
    [
        ("ollama", "", Servers(host="http://127.0.0.1:9"), "embedding.model"),
        ("openai", "m", Servers(), "embedding.base_url"),
        ("openai", "m", Servers(base_url="https://user:pw@example.org/v1", offline=True), "Offline"),
        ("ollama", "m", Servers(host="http://10.0.0.7:11434", offline=True), "Offline"),
    ],
)
def test_settings_that_cannot_work_are_told_when_the_model_is_used(
    engine: str, model: str, servers: Servers, said: str
) -> None:
    embedder = Embedders(threads=1, servers=servers).chosen(engine, model)
    with pytest.raises(SettingsError, match=said) as caught:
        embedder.embed_passages(["x"])
    assert "pw" not in str(caught.value)
