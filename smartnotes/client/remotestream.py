"""An answer that arrives as NDJSON: progress, a line each, and at the end the answer or a problem."""

from __future__ import annotations

import json
from collections.abc import Iterable

from smartnotes.client.remoteanswers import problem_error
from smartnotes.core.errors import Unavailable
from smartnotes.core.events import Emit, Progress
from smartnotes.core.study import Answer


def read_answer(lines: Iterable[str], *, emit: Emit) -> Answer:
    """Emit the progress and return the answer.

    A line is told by its fields: a problem has a `code`, progress a `step`. Raises the error a problem names,
    `Unavailable` where the lines end too early.
    """
    for line in lines:
        if not line.strip():
            continue
        value = json.loads(line)
        if "code" in value:
            raise problem_error(str(value["code"]), str(value["detail"]), str(value.get("hint") or ""))
        if "step" not in value:
            return Answer.model_validate_json(line)
        emit(Progress.model_validate_json(line))
    raise Unavailable("The connection broke in the middle of an answer.", hint="Ask again.")
