"""How a job that ended becomes its value, or the error it ended with."""

from __future__ import annotations

from typing import TypeVar

from smartnotes.core.errors import Cancelled, error_class
from smartnotes.core.jobs import JobInfo, JobState
from smartnotes.core.model import Value

T = TypeVar("T", bound=Value)


def outcome(info: JobInfo, value: type[T]) -> T:
    """Return what a finished job made, or raise the error it ended with, `Cancelled` included."""
    if info.state is JobState.DONE and info.result is not None:
        return value.model_validate_json(info.result)
    if info.error is not None:
        raise error_class(info.error.code)(info.error.message, hint=info.error.hint)
    raise Cancelled("The job was cancelled.")
