"""What is written to the log: lines for people or JSON for machines, each with the request and job it is about."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from typing_extensions import override

from smartnotes.settings import LogFormat

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The request that is being answered, or that asked for the job that is being done; "" for none."""

JOB_ID: ContextVar[str] = ContextVar("job_id", default="")
"""The job that is being done; "" for none."""


@contextmanager
def about(*, job_id: str = "", request_id: str = "") -> Iterator[None]:
    """Put a job and the request that asked for it on every line that is logged meanwhile by this thread."""
    job, request = JOB_ID.set(job_id), REQUEST_ID.set(request_id)
    try:
        yield
    finally:
        JOB_ID.reset(job)
        REQUEST_ID.reset(request)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request_id, job_id, and what a record carries besides."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {
            "time": f"{moment}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= _ids()
        carried = getattr(record, "request", None)
        if isinstance(carried, dict):
            line |= carried
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """One line for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line, with the ids behind it where the message does not name them."""
        line = super().formatMessage(record)
        ids = [f"{name}={value}" for name, value in _ids().items() if value not in line]
        return f"{line} ({', '.join(ids)})" if ids else line


def set_up(form: LogFormat, *, lines_for_each_request: bool = True) -> None:
    """Send the log of this process to standard error in the given form; for commands that run a server."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form is LogFormat.JSON else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("smartnotes").setLevel(logging.INFO)
    if form is LogFormat.TEXT and not lines_for_each_request:
        logging.getLogger("smartnotes.server.access").setLevel(logging.WARNING)


def _ids() -> dict[str, str]:
    found = {"request_id": REQUEST_ID.get(), "job_id": JOB_ID.get()}
    return {name: value for name, value in found.items() if value}
