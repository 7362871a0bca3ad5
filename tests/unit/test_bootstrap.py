"""Which language model a call gets."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from smartnotes.bootstrap import build_llm, load_early
from smartnotes.core.errors import EngineMissing, SettingsError
from smartnotes.engines import onnx
from smartnotes.settings import Settings


def settings(*, offline: bool = False, **llm: Any) -> Settings:
    return Settings.model_validate({"llm": llm, "network": {"offline": offline}})


def kind_and_name(chosen: Settings, model: str | None) -> tuple[str, str] | None:
    llm = build_llm(chosen, model=model)
    return None if llm is None else (type(llm).__name__, llm.name)


@pytest.mark.parametrize(
    ("engine", "model", "expected"),
    [
        ("none", None, None),
        ("ollama", "none", None),
        ("auto", None, None),
        ("auto", "llama3:8b", ("OllamaLlm", "llama3:8b")),
        ("none", "llama3:8b", ("OllamaLlm", "llama3:8b")),
        ("ollama", None, ("OllamaLlm", "house-model")),
        ("openai", None, ("OpenAiLlm", "house-model")),
        ("openai", "other", ("OpenAiLlm", "other")),
        ("openai", "ollama:llama3:8b", ("OllamaLlm", "llama3:8b")),
        ("ollama", "openai:gpt", ("OpenAiLlm", "gpt")),
        ("embedded", None, ("GgufLlm", "small.gguf")),
        ("auto", "embedded", ("GgufLlm", "small.gguf")),
    ],
)
def test_the_call_wins_over_the_settings(
    tmp_path: Path, engine: str, model: str | None, expected: tuple[str, str] | None
) -> None:
    chosen = settings(
        engine=engine,
        model="house-model",
        host="http://127.0.0.1:9",
        base_url="http://127.0.0.1:9/v1",
        file=str(tmp_path / "small.gguf"),
    )
    assert kind_and_name(chosen, model) == expected


@pytest.mark.parametrize("model", ["openai:gpt", "ollama:llama3", "llama3"])
def test_offline_no_model_of_another_machine_is_used(model: str) -> None:
    away = settings(offline=True, base_url="https://example.com/v1", host="http://10.0.0.7:11434")
    with pytest.raises(SettingsError, match="Offline"):
        build_llm(away, model=model)
    here = settings(offline=True, base_url="http://localhost:8080/v1", host="127.0.0.1:11434")
    assert build_llm(here, model=model) is not None


@pytest.mark.parametrize("engine", ["openai", "embedded"])
def test_an_engine_without_its_address_or_file_says_which_setting_is_missing(engine: str) -> None:
    with pytest.raises(SettingsError, match=r"llm\.base_url|file"):
        build_llm(settings(engine=engine))


@pytest.mark.parametrize(("engine", "models"), [("bundled", {"bge_small_en", "colbert"}), ("ollama", {"colbert"})])
def test_the_models_of_a_question_are_loaded_beside_other_work(
    monkeypatch: pytest.MonkeyPatch, engine: str, models: set[str]
) -> None:
    asked: set[str] = set()

    def missing(model: str) -> onnx.Loaded:
        asked.add(model)
        raise EngineMissing("It is not installed.")

    monkeypatch.setattr(onnx, "loaded", missing)
    load_early(Settings.model_validate({"embedding": {"engine": engine, "model": "m"}}))
    for thread in threading.enumerate():
        if thread.name.startswith("load "):
            thread.join()
    assert asked == models
