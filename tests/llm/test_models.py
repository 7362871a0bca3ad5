"""Every way to a language model, with a real one at its end."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from smartnotes.core.errors import EngineError, NotFound
from smartnotes.core.ports import Llm
from smartnotes.engines.gguf import GgufLlm
from smartnotes.engines.llm import OllamaLlm
from smartnotes.engines.openai_llm import OpenAiLlm
from tests.llm.conftest import MODEL

PERSON = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 20}}, "required": ["name"]}


@pytest.fixture(params=["embedded", "openai", "ollama"])
def llm(request: pytest.FixtureRequest) -> Llm:
    match request.param:
        case "embedded":
            return GgufLlm(cast("Path", request.getfixturevalue("gguf")), context=4096)
        case "openai":
            return OpenAiLlm("any", base_url=request.getfixturevalue("llama_server"))
        case _:
            return OllamaLlm(MODEL, host=request.getfixturevalue("ollama"))


def test_a_reply_comes_in_several_pieces(llm: Llm) -> None:
    pieces = list(llm.stream("Count from one to five.", system="You count.", max_tokens=24))
    assert len(pieces) > 3
    assert "".join(pieces).strip()


def test_a_reader_who_leaves_stops_the_model(llm: Llm) -> None:
    with closing(llm.stream("Count from one to a thousand.", system="You count.", max_tokens=2_000)) as pieces:  # type: ignore[type-var]
        assert next(piece for piece in pieces if piece)
    assert list(llm.stream("Say yes.", system="Be short.", max_tokens=4))


def test_a_reader_who_leaves_while_the_prompt_is_read_is_noticed_soon(gguf: Path) -> None:
    llm = GgufLlm(gguf, context=4096)
    list(llm.stream("Say yes.", system="", max_tokens=1))  # loads it
    pieces = llm.stream("A heap is a tree. " * 400, system="", max_tokens=4)
    with closing(pieces):  # type: ignore[type-var]
        assert next(pieces) == ""


def test_a_schema_holds(gguf: Path, llama_server: str) -> None:
    for llm in (GgufLlm(gguf, context=4096), OpenAiLlm("any", base_url=llama_server)):
        reply = "".join(llm.stream("Somebody.", system="Reply in JSON.", max_tokens=80, schema=PERSON))
        assert isinstance(json.loads(reply)["name"], str)


def test_a_prompt_that_is_too_long_is_said_so_and_not_cut_off(gguf: Path, llama_server: str) -> None:
    for llm in (GgufLlm(gguf, context=1024), OpenAiLlm("any", base_url=llama_server)):
        with pytest.raises(EngineError, match="longer than"):
            list(llm.stream("word " * 6_000, system="", max_tokens=4))


def test_a_file_that_is_missing_or_no_model_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no model file"):
        list(GgufLlm(tmp_path / "none.gguf").stream("Hello", system="", max_tokens=4))
    (tmp_path / "bad.gguf").write_bytes(b"not a model")
    with pytest.raises(EngineError, match="cannot be loaded"):
        list(GgufLlm(tmp_path / "bad.gguf").stream("Hello", system="", max_tokens=4))
