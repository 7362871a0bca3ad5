"""Progress: the one kind of event that work under way reports."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from smartnotes.core.model import Value


class Level(StrEnum):
    """How important a progress message is."""

    INFO = "info"
    WARNING = "warning"


class Progress(Value):
    """One step forward.

    `done` of `total` counts `unit`s ("pages", "chunks", ...) of the step; `total` is None while it is unknown.
    `page` names the page (1-based) a message is about. `delta` is a piece of answer text: such events are never
    merged or dropped, all others may be.
    """

    step: str
    done: int = 0
    total: int | None = None
    unit: str = ""
    message: str = ""
    level: Level = Level.INFO
    page: int | None = None
    delta: str = ""


Emit = Callable[[Progress], None]
"""Called by steps and use cases; it may raise `Cancelled`, which ends the work at the next safe point."""


def ignore(event: Progress) -> None:
    """Report to nobody."""
