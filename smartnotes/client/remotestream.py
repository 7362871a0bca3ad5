"""A value that arrives as NDJSON: progress, a line each, and at the end the value or a problem."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeVar

from smartnotes.client.remoteanswers import problem_error
from smartnotes.core.errors import Unavailable
from smartnotes.core.events import Emit, Progress
from smartnotes.core.model import Value
from smartnotes.core.study import Answer

T = TypeVar("T", bound=Value)


def read_answer(lines: Iterable[str], *, emit: Emit) -> Answer:
    """Emit the progress and return the answer; see `read_value`."""
    return read_value(lines, of=Answer, emit=emit)


def read_value(lines: Iterable[str], *, of: type[T], emit: Emit) -> T:
    """Emit the progress and return the value at the end.

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
            return of.model_validate_json(line)
        emit(Progress.model_validate_json(line))
    raise Unavailable("The connection broke in the middle of an answer.", hint="Try again.")
