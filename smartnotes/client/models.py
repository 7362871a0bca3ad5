"""What a notebook offers for its language models."""

from __future__ import annotations

from typing import Protocol

from smartnotes.core.events import Emit, ignore
from smartnotes.core.llms import ModelInfo, ModelOverview


class ModelsNotebook(Protocol):
    """The part of `Notebook` about language models."""

    def models(self) -> ModelOverview:
        """Return the engines that are set up with their models, and the model of each task."""
        ...

    def pull_model(self, name: str, *, emit: Emit = ignore) -> ModelInfo:
        """Have Ollama fetch a model; at a server that is for administrators.

        Stopped before its end (`emit` raises), it goes on from there the next time. Raises `NotFound` where nobody has
        the model, `Unavailable` where Ollama does not run, `SettingsError` in offline mode, `AccessDenied`,
        `OptionsError` for what is no name.
        """
        ...
