"""Language models in GGUF files, run in this process by llama.cpp (the package xllamacpp)."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, Any

from smartnotes.core.errors import EngineError, EngineMissing, NotFound
from smartnotes.engines.openai_llm import chat_request, failed, piece_of

if TYPE_CHECKING:
    from xllamacpp import Server

_SILENT = -1
"""llama.cpp's verbosity at which it writes nothing to the terminal."""

Event = Mapping[str, Any] | BaseException | None


class GgufLlm:
    """A model in a file. It is loaded on first use and stays loaded; threads may share it and take turns.

    `context` is in tokens; a longer prompt is an `EngineError`, for nothing is cut off silently. One thread is the
    default: on busy cores two are slower than one.
    """

    def __init__(self, file: Path, *, threads: int = 1, context: int = 8_192) -> None:
        self.name = file.name
        self._file = file
        self._threads = threads
        self._context = context
        self._server: Server | None = None
        self._loading = threading.Lock()

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield pieces of the reply as they are written; JSON that fits `schema` where one is given.

        A caller that stops reading stops the model too. Raises `EngineMissing` (no xllamacpp), `NotFound` (no file),
        `EngineError` (no model in it, prompt too long).
        """
        server = self._load()
        events: Queue[Event] = Queue()
        left = threading.Event()

        def heard(event: Mapping[str, Any]) -> bool:
            events.put(event)
            return left.is_set()

        def work() -> None:
            request = {"stream": True, **chat_request(prompt, system, max_tokens, schema)}
            try:
                server.handle_chat_completions(request, heard)
                events.put(None)
            except Exception as error:  # noqa: BLE001 - it is raised again, in the thread that waits for it
                events.put(error)

        worker = threading.Thread(target=work, name="gguf", daemon=True)
        worker.start()
        try:
            yield from self._pieces(events)
        finally:
            left.set()
            worker.join()

    def _pieces(self, events: Queue[Event]) -> Iterator[str]:
        while (event := events.get()) is not None:
            if isinstance(event, BaseException):
                raise EngineError(f"{self.name} failed: {event}.") from event
            yield from piece_of(event, model=self.name)

    def _load(self) -> Server:
        with self._loading:
            if self._server is None:
                self._server = self._loaded()
            return self._server

    def _loaded(self) -> Server:
        if not self._file.is_file():
            raise NotFound(f"There is no model file {self._file}.", hint="Set llm.file to a .gguf file.")
        try:
            from xllamacpp import CommonParams, Server  # noqa: PLC0415 - 100 MB, loaded with the first question
        except ImportError as error:
            raise EngineMissing(
                "The embedded model runner is not installed.", hint="pip install 'smartnotes[llm]'"
            ) from error
        parameters = CommonParams()
        parameters.model.path = str(self._file)
        parameters.n_ctx = self._context
        parameters.n_parallel = 1
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = self._threads
        parameters.verbosity = _SILENT
        # It also listens on a loopback port of its own choice, which cannot be switched off: a key nobody knows.
        parameters.port = 0
        parameters.api_keys = [secrets.token_urlsafe(32)]
        try:
            return Server(parameters)
        except (RuntimeError, ValueError) as error:
            raise failed(self.name, f"{self._file} cannot be loaded ({error})") from error
