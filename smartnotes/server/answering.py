"""An answer, or what else takes its time, as lines of JSON while it is made."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator

from smartnotes.client.notebook import Notebook
from smartnotes.core.errors import Cancelled, SmartNotesError
from smartnotes.core.events import Emit, Progress
from smartnotes.core.model import Value
from smartnotes.core.options import ChatOptions
from smartnotes.server.problems import problem_of, unexpected

log = logging.getLogger("smartnotes.server")

NDJSON = "application/x-ndjson"


def answer_lines(notebook: Notebook, question: str, *, options: ChatOptions, request_id: str) -> Iterator[str]:
    """Yield `Progress` lines, then the `Answer` or a problem. Closing the iterator stops the answering."""
    return value_lines(lambda emit: notebook.ask(question, options=options, emit=emit), request_id=request_id)


def value_lines(work: Callable[[Emit], Value], *, request_id: str) -> Iterator[str]:
    """Yield the `Progress` of the work as lines, then its value or a problem. Closing the iterator stops the work."""
    values: queue.SimpleQueue[Value] = queue.SimpleQueue()
    gone = threading.Event()

    def emit(event: Progress) -> None:
        if gone.is_set():
            raise Cancelled("Nobody waits for the answer any more.")
        values.put(event)

    def run() -> None:
        try:
            values.put(work(emit))
        except SmartNotesError as error:
            values.put(problem_of(error, request_id=request_id))
        except Exception:  # the thread's last guard: whoever reads the lines must get an end
            log.exception("request %s failed", request_id)
            values.put(unexpected(request_id=request_id))

    threading.Thread(target=run, name=f"answer-{request_id}", daemon=True).start()
    try:
        while True:
            value = values.get()
            yield f"{value.model_dump_json()}\n"
            if not isinstance(value, Progress):
                return
    finally:
        gone.set()
