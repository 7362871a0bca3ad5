"""In which order the things on a slide are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from smartnotes.core.pages.raw import Box


class Standing(Protocol):
    """Something on a slide; the box is in fractions of it, None where no place is known."""

    @property
    def box(self) -> Box | None:
        """Where it stands."""
        ...

    @property
    def is_title(self) -> bool:
        """Whether it is the slide's title."""
        ...


_Thing = TypeVar("_Thing", bound=Standing)


def in_reading_order(found: Sequence[_Thing]) -> list[_Thing]:
    """Return the title first, then the others by a recursive cut along the widest gaps (rows and columns)."""
    titles = [thing for thing in found if thing.is_title]
    placed = [thing for thing in found if not thing.is_title and thing.box is not None]
    unplaced = [thing for thing in found if not thing.is_title and thing.box is None]
    return titles + _cut(placed, depth=0) + unplaced


def _cut(placed: list[_Thing], *, depth: int) -> list[_Thing]:
    if len(placed) < 2 or depth > 20:
        return placed
    rows, row_gap = _split(placed, axis=1)
    columns, column_gap = _split(placed, axis=0)
    if len(rows) < 2 and len(columns) < 2:
        return sorted(placed, key=lambda thing: (round(thing.box[1], 2), thing.box[0]) if thing.box else (0.0, 0.0))
    parts = columns if len(rows) < 2 or (len(columns) > 1 and column_gap > row_gap) else rows
    return [thing for part in parts for thing in _cut(part, depth=depth + 1)]


def _split(placed: list[_Thing], *, axis: int) -> tuple[list[list[_Thing]], float]:
    """Split where nothing crosses; return the parts and the widest gap. Overlaps of 1 % do not count."""
    ordered = sorted(placed, key=lambda thing: thing.box[axis] if thing.box else 0.0)
    parts: list[list[_Thing]] = []
    end, widest = 0.0, -1.0
    for thing in ordered:
        low, high = (thing.box[axis], thing.box[axis + 2]) if thing.box else (0.0, 0.0)
        if parts and low < end - 0.01:
            parts[-1].append(thing)
            end = max(end, high)
        else:
            widest = max(widest, low - end) if parts else widest
            parts.append([thing])
            end = high
    return parts, widest
