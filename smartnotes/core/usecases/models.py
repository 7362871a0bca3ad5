"""Which language models there are, and fetching one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from smartnotes.core.errors import OptionsError, SmartNotesError
from smartnotes.core.events import Emit
from smartnotes.core.llms import ModelEngine, ModelInfo, ModelOverview, Task, TaskModel, same_model
from smartnotes.core.ports.models import ModelLibrary, ModelSource

_NAME = re.compile(r"[A-Za-z0-9][\w.:/@-]{0,199}")


def look_over(sources: Sequence[ModelSource], *, chosen: Mapping[Task, TaskModel]) -> ModelOverview:
    """Return every engine with its models, and of each task whether its model is there.

    An engine that cannot be asked is returned with the reason; nothing is raised for it.
    """
    engines = tuple(_asked(source) for source in sources)
    return ModelOverview(engines=engines, tasks=tuple(_checked(one, engines) for one in chosen.values()))


def pull_model(name: str, *, library: ModelLibrary, emit: Emit) -> ModelInfo:
    """Fetch a model by the name that its library has for it ("llama3:8b", "hf.co/owner/repository").

    Raises `OptionsError` for what is no name, and what `ModelLibrary.pull` raises.
    """
    engine, _, rest = name.strip().partition(":")
    if engine in ("openai", "embedded"):
        raise OptionsError(f"Models of the engine {engine} cannot be fetched.", hint="Ollama's can.")
    wanted = rest if engine == "ollama" and rest else name.strip()
    if not _NAME.fullmatch(wanted):
        raise OptionsError(f"{name!r} is no name of a model.", hint="For example: smartnotes model pull llama3:8b")
    return library.pull(wanted, emit=emit)


def _asked(source: ModelSource) -> ModelEngine:
    try:
        return ModelEngine(engine=source.engine, address=source.address, models=tuple(source.models()))
    except SmartNotesError as error:
        return ModelEngine(engine=source.engine, address=source.address, problem=error.message, hint=error.hint)


def _checked(task: TaskModel, engines: Sequence[ModelEngine]) -> TaskModel:
    """Return the task's model with what is wrong with it, as far as its engine's list tells."""
    if task.problem or task.engine == "none":
        return task
    there = next((one for one in engines if one.engine == task.engine), None)
    if there is None:
        return task
    if there.problem:
        return task.model_copy(update={"problem": there.problem, "hint": there.hint})
    if task.engine == "openai" and not there.models:  # a server without a list
        return task
    if any(same_model(task.model, model.name) for model in there.models):
        return task
    hint = f"smartnotes model pull {task.model}" if task.engine == "ollama" else "See: smartnotes model list"
    return task.model_copy(update={"problem": f"{there.address} has no model {task.model}.", "hint": hint})
