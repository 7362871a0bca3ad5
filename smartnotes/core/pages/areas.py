"""Areas: the parts of a page that hold a figure or a table."""

from __future__ import annotations

from typing import NamedTuple

from smartnotes.core.model import FigureKind
from smartnotes.core.pages.raw import Box


class Area(NamedTuple):
    """A figure or a table on a page, its box in points.

    `lines` are the indices of the lines of text inside it. `rows` and `columns` are the places of a table's inner
    borders (y and x, in points); both empty where it has none and for a figure.
    """

    kind: FigureKind
    box: Box
    lines: tuple[int, ...] = ()
    rows: tuple[float, ...] = ()
    columns: tuple[float, ...] = ()
