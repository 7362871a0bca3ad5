"""Questions asked over live connections. Each is answered on a thread; its pieces go into the user's event log.

So the answer is not tied to the connection: who lost it in the middle comes back and gets the rest.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection

from smartnotes.core.accounts import AccessScope
from smartnotes.core.errors import Cancelled, RateLimited, SmartNotesError
from smartnotes.core.events import Emit, Progress
from smartnotes.core.jobs import Event, JobError
from smartnotes.core.options import ChatOptions
from smartnotes.core.study import Answer
from smartnotes.server.events import EventLog, Reporter
from smartnotes.server.tasks import tell

log = logging.getLogger("smartnotes.server")

AT_ONCE = 2
"""Questions of one user that are answered at a time."""

MESSAGE_CHARACTERS = 64_000

Answering = Callable[[str, str, ChatOptions, Emit], Answer]
"""(user, question, options, emit) -> answer."""


def as_allowed(options: ChatOptions, scopes: Collection[AccessScope]) -> ChatOptions:
    """Return the options for a credential with these scopes: what may only read leaves nothing behind."""
    return options if AccessScope.WRITE in scopes else options.model_copy(update={"keep": False})


class Questions:
    """Answers questions in the background of one gateway."""

    def __init__(self, answer: Answering, *, events: EventLog) -> None:
        self._answer = answer
        self._events = events
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, str], threading.Event] = {}

    def ask(self, user_id: str, question_id: str, question: str, *, options: ChatOptions) -> None:
        """Begin to answer. Raises `RateLimited` where too many of the user's questions are under way."""
        cancelled = threading.Event()
        with self._lock:
            if (user_id, question_id) in self._under_way:
                return  # asked again by a client that came back
            if sum(asker == user_id for asker, _ in self._under_way) >= AT_ONCE:
                raise RateLimited("Earlier questions are still being answered.", hint="Wait for their answers.")
            self._under_way[user_id, question_id] = cancelled
        arguments = (user_id, question_id, question, options, cancelled)
        threading.Thread(target=self._run, args=arguments, name=f"question-{question_id}", daemon=True).start()

    def cancel(self, user_id: str, question_id: str) -> bool:
        """Stop to answer; False where no such question is under way."""
        with self._lock:
            cancelled = self._under_way.get((user_id, question_id))
        if cancelled is not None:
            cancelled.set()
        return cancelled is not None

    def _run(
        self, user_id: str, question_id: str, question: str, options: ChatOptions, cancelled: threading.Event
    ) -> None:
        reporter = Reporter(lambda event: tell(self._events, user_id, event), job_id=question_id)

        def emit(progress: Progress) -> None:
            if cancelled.is_set():
                raise Cancelled("The question was cancelled.")
            reporter.emit(progress)

        try:
            answer = self._answer(user_id, question, options, emit)
            end = Event(job_id=question_id, answer=answer)
        except SmartNotesError as error:
            end = Event(job_id=question_id, error=JobError(code=error.code, message=error.message, hint=error.hint))
        except Exception:  # the thread's last guard: whoever waits for the answer must get an end
            log.exception("a question failed")
            end = Event(job_id=question_id, error=JobError(code="error", message="Something unexpected happened."))
        reporter.flush()
        with self._lock:
            self._under_way.pop((user_id, question_id), None)
        tell(self._events, user_id, end)
