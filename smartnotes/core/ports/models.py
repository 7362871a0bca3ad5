"""Where language models come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from smartnotes.core.events import Emit
from smartnotes.core.llms import ModelInfo, Task
from smartnotes.core.ports.engines import Llm


class ModelSource(Protocol):
    """An engine with its models. `address` is shown to people and holds no secret."""

    engine: str
    address: str

    def models(self) -> list[ModelInfo]:
        """Return the models by name. Raises `Unavailable`, `NotFound` (a file that is not there), `EngineError`."""
        ...


class ModelLibrary(ModelSource, Protocol):
    """An engine that can fetch further models."""

    def pull(self, name: str, *, emit: Emit) -> ModelInfo:
        """Fetch a model and return it; what was fetched before an interruption is not fetched again.

        Raises `NotFound` where nobody has it, `Unavailable`, `EngineError` (disk full, broken off, ...).
        """
        ...


LlmFor = Callable[[Task, str | None], Llm | None]
"""The model for a task, as a call names it (None: as configured); None where there is none. Raises `SettingsError`."""


def no_llm(task: Task, model: str | None) -> Llm | None:
    """Return no model, whatever is asked for."""
