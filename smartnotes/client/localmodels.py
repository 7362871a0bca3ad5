"""Language models of the notebook on this machine."""

from __future__ import annotations

from smartnotes.bootstrap import build_library, build_model_sources, chosen_models
from smartnotes.core.events import Emit, ignore
from smartnotes.core.llms import ModelInfo, ModelOverview
from smartnotes.core.usecases import models
from smartnotes.settings import Settings


class LocalModels:
    """`ModelsNotebook` as the settings say."""

    _settings: Settings

    def models(self) -> ModelOverview:
        """Return the engines that are set up with their models, and the model of each task."""
        return models.look_over(build_model_sources(self._settings), chosen=chosen_models(self._settings))

    def pull_model(self, name: str, *, emit: Emit = ignore) -> ModelInfo:
        """Have Ollama fetch a model."""
        return models.pull_model(name, library=build_library(self._settings), emit=emit)
