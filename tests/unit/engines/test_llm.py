"""`OllamaLlm` and `OllamaModels` against a server that follows Ollama's published API (docs/api.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from smartnotes.core.errors import Cancelled, EngineError, EngineTimeout, NotFound, PromptTooLong, Unavailable
from smartnotes.core.events import Progress, ignore
from smartnotes.core.ports import CutOff
from smartnotes.engines.llm import OllamaLlm, listens
from smartnotes.engines.models import OllamaModels
from tests.ollamas import Ollama, running_ollama


@pytest.fixture
def ollama() -> Iterator[Ollama]:
    with running_ollama() as server:
        yield server


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
    [
        ("overloaded", Unavailable),
        ("breaks", EngineError),
        ("html", EngineError),
        ("silent", EngineTimeout),
        ("hangs up", EngineError),
        ("garbage", EngineError),
        ("memory", EngineError),
        ("context", PromptTooLong),
        ("truncates", PromptTooLong),
    ],
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


def test_what_is_not_enough_memory_is_told_with_what_helps(ollama: Ollama) -> None:
    ollama.mode = "memory"
    with pytest.raises(EngineError, match=r"5\.6 GiB") as caught:
        ask(ollama)
    assert "smaller model" in caught.value.hint


def test_a_reply_that_reaches_its_longest_ends_with_a_mark_that_is_no_text(ollama: Ollama) -> None:
    assert not any(isinstance(piece, CutOff) for piece in ask(ollama))
    ollama.mode = "long"
    pieces = ask(ollama)
    assert isinstance(pieces[-1], CutOff)
    assert "".join(pieces) == "Two halves."


def test_a_model_that_thinks_aloud_is_told_not_to(ollama: Ollama) -> None:
    ask(ollama)
    assert ollama.requests[-1].get("think") is None
    ollama.thinks = True
    ask(ollama)
    assert ollama.requests[-1]["think"] is False


def test_the_context_is_what_the_model_says(ollama: Ollama) -> None:
    assert OllamaLlm("llama3:8b", host=ollama.url).context_tokens() == 8192


def test_models_are_listed_with_their_size_and_whether_they_are_loaded(ollama: Ollama) -> None:
    [model] = OllamaModels(ollama.url).models()
    assert (model.name, model.size_bytes, model.loaded, model.context_tokens) == (
        "llama3:8b",
        4_661_224_676,
        True,
        4096,
    )
    assert model.details == "8.0B"


def test_an_older_server_that_does_not_tell_what_is_loaded_still_lists(ollama: Ollama) -> None:
    ollama.mode = "old"
    assert [model.loaded for model in OllamaModels(ollama.url).models()] == [False]


def test_pulling_reports_megabytes_and_returns_the_model(ollama: Ollama) -> None:
    told: list[Progress] = []
    assert OllamaModels(ollama.url).pull("phi3", emit=told.append).name == "phi3"
    assert [event.done for event in told if event.total] == sorted(event.done for event in told if event.total)
    assert (told[-1].done, told[-1].total, told[-1].unit) == (100, 100, "MB")


def test_pulling_that_breaks_off_says_so_and_goes_on_the_next_time(ollama: Ollama) -> None:
    ollama.mode = "stops"
    with pytest.raises(EngineError, match="broke off") as caught:
        OllamaModels(ollama.url).pull("phi3", emit=ignore)
    assert "kept" in caught.value.hint
    ollama.mode = ""
    told: list[Progress] = []
    OllamaModels(ollama.url).pull("phi3", emit=told.append)
    assert min(event.done for event in told if event.total) == 40


def test_pulling_is_cancelled_by_whoever_listens(ollama: Ollama) -> None:
    def stop(event: Progress) -> None:
        if event.total:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        OllamaModels(ollama.url).pull("phi3", emit=stop)


@pytest.mark.parametrize(
    ("name", "mode", "error", "words"),
    [("nosuch", "", NotFound, "no model nosuch"), ("phi3", "disk", EngineError, "disk is full")],
)
def test_what_goes_wrong_while_pulling_is_named(
    ollama: Ollama, name: str, mode: str, error: type[Exception], words: str
) -> None:
    ollama.mode = mode
    with pytest.raises(error, match=words):
        OllamaModels(ollama.url).pull(name, emit=ignore)
