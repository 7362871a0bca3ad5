"""Language models of a server."""

from __future__ import annotations

from smartnotes.client.remoteconnection import Connection
from smartnotes.client.remotestream import read_value
from smartnotes.core.events import Emit, ignore
from smartnotes.core.llms import ModelInfo, ModelOverview


class RemoteModels:
    """`ModelsNotebook` of a server."""

    _connection: Connection

    def models(self) -> ModelOverview:
        """Return the engines that are set up with their models, and the model of each task."""
        return self._connection.call("GET", "/models", answer=ModelOverview)

    def pull_model(self, name: str, *, emit: Emit = ignore) -> ModelInfo:
        """Have the server's Ollama fetch a model."""
        headers = {"Accept": "application/x-ndjson"}
        with self._connection.stream("POST", "/models/pull", body={"name": name}, headers=headers) as answer:
            return read_value(answer.iter_lines(), of=ModelInfo, emit=emit)
