"""Language models in GGUF files, run in this process by llama.cpp (the package xllamacpp)."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, Any

from smartnotes.core.errors import EngineError, EngineMissing
from smartnotes.engines.gguf_file import read_gguf
from smartnotes.engines.openai_errors import said_instead
from smartnotes.engines.openai_llm import chat_request, has_ended, piece_of

if TYPE_CHECKING:
    from xllamacpp import Server

_READ_AT_ONCE = 256
"""Tokens of a prompt that are read before somebody who left is noticed: a second or two of one core."""
_SILENT = -1
"""llama.cpp's verbosity at which it writes nothing to the terminal."""

Event = Mapping[str, Any] | BaseException | None


class GgufLlm:
    """A model in a file. It is loaded on first use and stays loaded; threads may share it and take turns.

    `context` is in tokens, less where the model was made for less; a longer prompt is a `PromptTooLong`, for nothing is
    cut off silently. One thread is the default: on busy cores two are slower than one.
    """

    def __init__(self, file: Path, *, threads: int = 1, context: int = 8_192) -> None:
        self.name = file.name
        self._file = file
        self._threads = threads
        self._context = context
        self._server: Server | None = None
        self._loading = threading.Lock()

    def context_tokens(self) -> int:
        """Return how many tokens prompt and reply may have together; reads the file's first bytes."""
        return min(self._context, read_gguf(self._file).context or self._context)

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield pieces of the reply as they are written; JSON that fits `schema` where one is given.

        While the prompt is read, empty pieces come. A caller that stops reading stops the model too. Raises
        `EngineMissing` (no xllamacpp), `NotFound` (no file), `PromptTooLong`, `EngineError` (no model in it, not enough
        memory).
        """
        server = self._load()
        events: Queue[Event] = Queue()
        left = threading.Event()

        def heard(event: Mapping[str, Any]) -> bool:
            events.put(event)
            return left.is_set()

        def work() -> None:
            request = {"stream": True, "return_progress": True, **chat_request(prompt, system, max_tokens, schema)}
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
        ended = False
        while (event := events.get()) is not None:
            if isinstance(event, BaseException):
                raise said_instead(self.name, str(event)) from event
            if "prompt_progress" in event:
                yield ""  # nothing written yet: whoever waits may leave
            yield from piece_of(event, model=self.name)
            ended = ended or has_ended(event)
        if not ended:
            raise EngineError(f"{self.name} broke off in the middle of its reply.", hint="Try again.")

    def _load(self) -> Server:
        with self._loading:
            if self._server is None:
                self._server = self._loaded()
            return self._server

    def _loaded(self) -> Server:
        context = self.context_tokens()  # reads the file, so that llama.cpp only gets one that is of its kind
        try:
            from xllamacpp import CommonParams, Server  # noqa: PLC0415 - 100 MB, loaded with the first question
        except ImportError as error:
            raise EngineMissing(
                "The embedded model runner is not installed.", hint="pip install 'smartnotes[llm]'"
            ) from error
        parameters = CommonParams()
        parameters.model.path = str(self._file)
        parameters.n_ctx = context
        parameters.n_parallel = 1
        parameters.n_batch = _READ_AT_ONCE
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = self._threads
        parameters.verbosity = _SILENT
        # It also listens on a loopback port of its own choice, which cannot be switched off: a key nobody knows.
        parameters.port = 0
        parameters.api_keys = [secrets.token_urlsafe(32)]
        try:
            return Server(parameters)
        except (RuntimeError, ValueError) as error:
            raise said_instead(self.name, f"{self._file} cannot be loaded ({error})") from error
