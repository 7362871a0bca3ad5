"""The models that engines have: those of Ollama, of a server of OpenAI's language, and the one in a GGUF file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from smartnotes.core.addresses import shown_address
from smartnotes.core.errors import EngineError, SmartNotesError
from smartnotes.core.events import Emit, Progress
from smartnotes.core.llms import ModelInfo, same_model
from smartnotes.engines.gguf_file import read_gguf
from smartnotes.engines.ollama_errors import SILENT_S, ollama_client, ollama_errors
from smartnotes.engines.openai_errors import Place, openai_client, openai_errors
from smartnotes.engines.openai_models import listed

if TYPE_CHECKING:
    from ollama import Client, ProgressResponse
    from ollama import ListResponse as _List

_ASK_S = 10.0
"""Lists come at once, or something is wrong."""
_MEGABYTE = 1_000_000


class OllamaModels:
    """The models of an Ollama server: `/api/tags`, those in memory `/api/ps`, fetching `/api/pull`."""

    engine = "ollama"

    def __init__(self, host: str, *, silent_s: float = SILENT_S) -> None:
        self.address = shown_address(host)
        self._host = host
        self._silent_s = silent_s

    def models(self) -> list[ModelInfo]:
        """Return the models that were pulled, by name."""
        with (
            ollama_errors(model="", host=self._host, silent_s=_ASK_S),
            ollama_client(self._host, silent_s=_ASK_S) as client,
        ):
            found = client.list().models
            running = _running(client, self._host)
            return sorted((_info(one, running) for one in found if one.model), key=lambda one: one.name)

    def pull(self, name: str, *, emit: Emit) -> ModelInfo:
        """Fetch a model; Ollama keeps what it has when it is interrupted, and goes on from there the next time."""
        with (
            ollama_errors(model=name, host=self._host, silent_s=self._silent_s),
            ollama_client(self._host, silent_s=self._silent_s) as client,
            closing(client.pull(name, stream=True)) as parts,
        ):
            _follow(name, parts, emit)
        found = [one for one in self.models() if same_model(name, one.name)]
        return found[0] if found else ModelInfo(engine=self.engine, name=name)


def _running(client: Client, host: str) -> dict[str, int]:
    """Return the models in memory with the context they were loaded with; nothing where that is not told."""
    try:
        with ollama_errors(model="", host=host):
            return {one.model: one.context_length or 0 for one in client.ps().models if one.model}
    except SmartNotesError:  # an older Ollama, or what speaks its language only in part
        return {}


def _info(one: _List.Model, running: dict[str, int]) -> ModelInfo:
    name = one.model or ""
    details = one.details
    words = [details.parameter_size, details.quantization_level] if details else []
    return ModelInfo(
        engine="ollama",
        name=name,
        size_bytes=int(one.size) if one.size is not None else None,
        context_tokens=running.get(name) or None,
        loaded=name in running,
        details=" ".join(word for word in words if word),
    )


def _follow(name: str, parts: Iterator[ProgressResponse], emit: Emit) -> None:
    """Report the bytes of all layers together. Raises `EngineError` where the end is missing."""
    sizes: dict[str, tuple[int, int]] = {}
    told = (-1, "")
    status = ""
    for part in parts:
        status = part.status or status
        if part.digest and part.total:
            sizes[part.digest] = (part.completed or 0, part.total)
        done = sum(done for done, _ in sizes.values()) // _MEGABYTE
        if (done, status) != told:
            told = (done, status)
            total = -(-sum(total for _, total in sizes.values()) // _MEGABYTE)
            emit(Progress(step="pull", done=done, total=total or None, unit="MB", message=status))
    if status != "success":
        raise EngineError(
            f"Pulling {name} broke off{f' after: {status}' if status else ''}.",
            hint="Run it again: what has come is kept.",
        )


class OpenAiModels:
    """The models that a server of OpenAI's language offers."""

    engine = "openai"

    def __init__(self, base_url: str, *, api_key: str = "") -> None:
        self._place = Place(base_url.rstrip("/"), api_key)
        self.address = shown_address(self._place.base_url)

    def models(self) -> list[ModelInfo]:
        """Return the models by name; none where the server has no list."""
        with (
            openai_errors(self._place, model="", silent_s=_ASK_S),
            openai_client(self._place, silent_s=_ASK_S) as client,
        ):
            found = listed(client, self._place)
        return sorted(
            (
                ModelInfo(
                    engine=self.engine,
                    name=one.name,
                    size_bytes=one.size_bytes or None,
                    context_tokens=one.context or None,
                )
                for one in found
            ),
            key=lambda one: one.name,
        )


class GgufModels:
    """The model in a GGUF file; `context` is the most that is used of its own, in tokens."""

    engine = "embedded"

    def __init__(self, file: Path, *, context: int) -> None:
        self.address = str(file)
        self._file = file
        self._context = context

    def models(self) -> list[ModelInfo]:
        """Return the one model. Raises `NotFound`, `EngineError` where the file is no model."""
        found = read_gguf(self._file)
        return [
            ModelInfo(
                engine=self.engine,
                name=self._file.name,
                size_bytes=found.size_bytes,
                context_tokens=min(self._context, found.context or self._context),
                details=" ".join(word for word in (found.name, found.architecture) if word),
            )
        ]
