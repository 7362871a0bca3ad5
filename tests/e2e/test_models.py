"""Language models from the command line."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Shell
from tests.ollamas import Ollama, running_ollama

AWAY = "http://127.0.0.1:9"


@pytest.fixture
def ollama(shell: Shell) -> Iterator[Ollama]:
    with running_ollama() as server:
        shell.environment["SMARTNOTES_LLM__HOST"] = server.url
        yield server


def test_models_are_listed_a_line_each(shell: Shell, ollama: Ollama) -> None:
    engine, name, size, context, loaded, _ = shell("model", "list").out.rstrip("\n").split("\t")
    assert (engine, name, size, context, loaded) == ("ollama", "llama3:8b", "4.7 GB", "4,096", "yes")
    [overview] = shell("model", "list", "--json").lines()
    assert overview["engines"][0]["models"][0]["size_bytes"] == 4_661_224_676


def test_a_model_is_pulled_with_its_progress_as_json_lines(shell: Shell, ollama: Ollama) -> None:
    done = shell("model", "pull", "phi3", "--json")
    assert done.lines()[0]["name"] == "phi3"
    events = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    assert [event["done"] for event in events if event.get("total") and event.get("done")][-1] == 100
    assert "phi3" in shell("model", "list").out


def test_what_each_task_uses_is_shown_with_what_is_wrong(shell: Shell, ollama: Ollama) -> None:
    shell.environment["SMARTNOTES_LLM__TASKS__QUIZ"] = "ollama:phi3"
    shell.environment["SMARTNOTES_LLM__TASKS__CARDS"] = "none"
    tasks = {task["task"]: task for task in shell("model", "show", "--json").lines()}
    assert tasks["cards"]["engine"] == "none"
    assert "has no model phi3" in tasks["quiz"]["problem"]
    assert tasks["quiz"]["hint"] == "smartnotes model pull phi3"
    doctor = {check["name"]: check for check in shell("doctor", "--json").json()}
    assert not doctor["language model"]["ok"]
    assert doctor["language model"]["hint"].startswith("smartnotes model pull")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("model", "pull", "nosuch"), 4, "library has no model nosuch"),
        (("model", "pull", "two words"), 2, "no name of a model"),
        (("--offline", "model", "pull", "phi3"), 9, "Offline"),
        (("--set", f"llm.host={AWAY}", "model", "pull", "phi3"), 7, "ollama serve"),
    ],
)
def test_what_goes_wrong_has_its_exit_code_and_says_what_helps(
    shell: Shell, ollama: Ollama, words: tuple[str, ...], code: int, told: str
) -> None:
    assert told in shell(*words, code=code).err


def test_pulling_is_stopped_by_the_keyboard_and_goes_on_later(shell: Shell, ollama: Ollama) -> None:
    ollama.mode = "slow"
    process = shell.start("model", "pull", "phi3", "--json")
    assert process.stderr is not None
    while "total" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "smartnotes model pull phi3" in err
    ollama.mode = ""
    shell("model", "pull", "phi3")


def test_no_secret_of_the_settings_is_printed(shell: Shell, ollama: Ollama) -> None:
    shell.environment["SMARTNOTES_LLM__API_KEY"] = "sk-very-secret"
    shell.environment["SMARTNOTES_LLM__BASE_URL"] = "http://ada:pw9secret@127.0.0.1:9/v1"
    for words in (("config", "show"), ("doctor",), ("model", "list"), ("model", "show"), ("model", "list", "--json")):
        done = shell(*words)
        assert "sk-very-secret" not in done.out + done.err
        assert "pw9secret" not in done.out + done.err
