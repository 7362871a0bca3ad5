"""Language models from the settings: one for each task, what there are, where they come from."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from smartnotes.core.addresses import is_loopback, shown_address
from smartnotes.core.errors import SettingsError, SmartNotesError
from smartnotes.core.llms import Task, TaskModel
from smartnotes.core.ports import Llm
from smartnotes.core.ports.models import LlmFor, ModelLibrary, ModelSource
from smartnotes.settings import LlmEngine, LlmSettings, Settings


def build_llm(settings: Settings, *, model: str | None = None, task: Task = Task.CHAT) -> Llm | None:
    """Return the language model, None where there is none.

    `model` (an option of the call) wins over the settings, and there `llm.tasks` over `llm.engine` and `llm.model`:
    "none", "embedded", "openai:NAME", "ollama:NAME", or the name of a model of the configured engine. With the engine
    `auto` and no such wish the answer is None where Ollama does not listen. Files are only ever taken from the
    settings, for a call may come from another machine. Raises `SettingsError` where offline mode forbids the host or an
    address or file is missing.
    """
    chosen = settings.llm
    engine, name = wanted_model(settings, model=model, task=task)
    if engine is LlmEngine.NONE:
        return None
    if engine is LlmEngine.EMBEDDED:
        return _embedded(chosen)
    if engine is LlmEngine.OPENAI:
        from smartnotes.engines.openai_llm import OpenAiLlm  # noqa: PLC0415

        address = _reachable(settings, "llm.base_url", chosen.base_url)
        return OpenAiLlm(name or chosen.model, base_url=address, api_key=chosen.api_key)
    from smartnotes.engines.llm import OllamaLlm, listens  # noqa: PLC0415

    host = _reachable(settings, "llm.host", chosen.host)
    if engine is LlmEngine.AUTO and not name and not listens(host):
        return None
    return OllamaLlm(name or chosen.model, host=host, keep_alive_s=chosen.keep_alive_s)


def llms_of(settings: Settings) -> LlmFor:
    """Return how a job finds the model of its task."""
    return lambda task, model: build_llm(settings, model=model, task=task)


def build_library(settings: Settings) -> ModelLibrary:
    """Return what fetches models. Raises `SettingsError` in offline mode: Ollama gets them from the internet."""
    from smartnotes.engines.models import OllamaModels  # noqa: PLC0415

    if settings.network.offline:
        raise SettingsError(
            "Offline mode is on, and pulling a model makes Ollama fetch it from the internet.",
            hint="Leave out --offline, or set network.offline to false.",
        )
    return OllamaModels(settings.llm.host)


def build_model_sources(settings: Settings) -> list[ModelSource]:
    """Return the engines that are set up: Ollama always, the others where the settings name their address or file.

    In offline mode those on other machines are left out.
    """
    from smartnotes.engines.models import GgufModels, OllamaModels, OpenAiModels  # noqa: PLC0415

    chosen = settings.llm
    found: list[ModelSource] = []
    if not settings.network.offline or is_loopback(chosen.host):
        found.append(OllamaModels(chosen.host))
    if chosen.base_url and (not settings.network.offline or is_loopback(chosen.base_url)):
        found.append(OpenAiModels(chosen.base_url, api_key=chosen.api_key))
    if chosen.file:
        found.append(GgufModels(Path(chosen.file).expanduser(), context=chosen.context))
    return found


def chosen_models(settings: Settings) -> dict[Task, TaskModel]:
    """Return the model that each task uses, with what the settings alone say against it."""
    return {task: _chosen(settings, task) for task in Task}


def _chosen(settings: Settings, task: Task) -> TaskModel:
    try:
        llm = build_llm(settings, task=task)
    except SmartNotesError as error:
        engine, name = wanted_model(settings, task=task)
        named = name or settings.llm.model
        return TaskModel(task=task, engine=engine, model=named, problem=error.message, hint=error.hint)
    if llm is None:
        return TaskModel(task=task, engine=LlmEngine.NONE)
    engine, _ = wanted_model(settings, task=task)
    return TaskModel(task=task, engine=LlmEngine.OLLAMA if engine is LlmEngine.AUTO else engine, model=llm.name)


def wanted_model(settings: Settings, *, model: str | None = None, task: Task = Task.CHAT) -> tuple[LlmEngine, str]:
    """Return the engine and the model's name that a call asks for, "" for the configured one."""
    configured = settings.llm.engine
    asked = model or getattr(settings.llm.tasks, task.value)
    if asked in (LlmEngine.NONE, LlmEngine.EMBEDDED):
        return LlmEngine(asked), ""
    engine, separator, name = asked.partition(":")
    if separator and engine in (LlmEngine.OLLAMA, LlmEngine.OPENAI):
        return LlmEngine(engine), name
    if asked and configured in (LlmEngine.NONE, LlmEngine.EMBEDDED):
        return LlmEngine.OLLAMA, asked
    return configured, asked


def _embedded(chosen: LlmSettings) -> Llm:
    if not chosen.file:
        raise SettingsError(
            "The embedded model has no file.", hint="Set llm.file to a .gguf file, which smartnotes never downloads."
        )
    return _runner(Path(chosen.file).expanduser(), chosen.threads, chosen.context)


@lru_cache(maxsize=1)
def _runner(file: Path, threads: int, context: int) -> Llm:
    """Return the one that this process has: a model in memory is worth gigabytes and seconds."""
    from smartnotes.engines.gguf import GgufLlm  # noqa: PLC0415

    return GgufLlm(file, threads=threads, context=context)


def _reachable(settings: Settings, name: str, address: str) -> str:
    """Return the address. Raises `SettingsError` where it is missing or offline mode forbids it."""
    if not address:
        raise SettingsError(f"The setting {name} is empty.", hint="Write it like http://127.0.0.1:8080/v1")
    if settings.network.offline and not is_loopback(address):
        raise SettingsError(
            f"Offline mode is on and {name} is {shown_address(address)}, another machine.",
            hint="Use a model on this machine, or set network.offline to false.",
        )
    return address
