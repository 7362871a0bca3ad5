"""Study sessions as the commands record them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from smartnotes.cli.render import warn

if TYPE_CHECKING:
    from smartnotes.client.notebook import Notebook
    from smartnotes.core.learning import StudyKind


@dataclass
class Tally:
    """What happens in a session: `items` done, of which `right` went well; `right` is None where nothing is scored."""

    subject_id: str | None = None
    items: int = 0
    right: int | None = None
    duration_s: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def elapsed_s(self) -> float:
        """Return how long it has taken until now."""
        return time.monotonic() - self.started


@contextmanager
def studying(notebook: Notebook, kind: StudyKind, *, subject_id: str | None = None) -> Iterator[Tally]:
    """Give a tally and record it as a study session at the end, however that comes; one without items is none."""
    from smartnotes.core.errors import AccessDenied, SmartNotesError
    from smartnotes.core.ids import new_id
    from smartnotes.core.learning import StudySession

    tally = Tally(subject_id=subject_id)
    began = datetime.now(UTC)
    try:
        yield tally
    finally:
        tally.duration_s = tally.elapsed_s()
        if tally.items:
            session = StudySession(
                id=new_id("study"),
                kind=kind,
                subject_id=tally.subject_id,
                at=began,
                duration_s=tally.duration_s,
                items=tally.items,
                score=None if tally.right is None else tally.right / tally.items,
            )
            try:
                notebook.record_session(session)
            except AccessDenied:
                pass  # a token that may only read: nothing of it is kept, as its owner wanted
            except SmartNotesError as error:
                # What was studied counts all the same: only the time is lost.
                warn(f"the study session could not be recorded: {error.message}")


def utc_offset_min() -> int:
    """Return how many minutes this machine's clock is ahead of UTC."""
    offset = datetime.now(UTC).astimezone().utcoffset()
    return round(offset.total_seconds() / 60) if offset is not None else 0


def spent(duration_s: float) -> str:
    """Return ``45 s``, ``12 min`` or ``3 h 5 min``."""
    if duration_s < 90:
        return f"{duration_s:.0f} s"
    hours, minutes = divmod(round(duration_s / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def interval(days: float) -> str:
    """Return ``1 day``, ``6 days``, ``2.5 months`` or ``1.2 years``."""
    if days < 45:
        return f"{days:.0f} day{'' if round(days) == 1 else 's'}"
    return f"{days / 30.4:.1f} months" if days < 365 else f"{days / 365.25:.1f} years"


def percent(share: float | None) -> str:
    """Return ``83 %``, or a dash for None."""
    return "–" if share is None else f"{100 * share:.0f} %"  # noqa: RUF001 - a real dash
