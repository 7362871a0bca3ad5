"""Rows and columns of a table from its lines of text.

Where no rule says what makes one row, cells of several lines stand beside cells of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from smartnotes.core.pages.geometry import around, same_row
from smartnotes.core.pages.lines import Line, parted, segments
from smartnotes.core.pages.raw import Box

_EMPTY = 0.25  # costs in line heights: of an empty cell,
_NAMELESS = 0.6  # of an empty cell in the first column, which names the rows,
_WRAPPED = 0.15  # of each line of a cell after its first
_APART_EM = 0.8  # words of two cells stand at least this far apart in a ruled table; words of one seldom do
_HANGING = 0.3  # a smaller share of a text that hangs over a column's border does not stand in the column there

Cost = Callable[[Sequence[float], float], float]


def row_borders(columns: Sequence[Sequence[Line]]) -> list[float]:
    """Return the y values between the rows of a table whose lines are given by column, each from top to bottom.

    One of the columns has one line a row. Each is tried: the lines of the others are shared out among its lines so that
    cells stand right at the top of their row, or in its middle. What fits best is kept; empty cells and cells of
    several lines count a little against it.
    """
    best: tuple[float, list[list[Box]]] | None = None
    for place, anchors in enumerate(columns):
        if len(anchors) < 2:
            continue
        for cost in (_from_top, _centred):
            total, rows = _rows_by(columns, place, cost=cost)
            if best is None or total < best[0]:
                best = total, rows
    if best is None:
        return []
    extents = [around(boxes) for boxes in best[1]]
    return [(above[3] + below[1]) / 2 for above, below in pairwise(extents)]


def _rows_by(columns: Sequence[Sequence[Line]], place: int, *, cost: Cost) -> tuple[float, list[list[Box]]]:
    """Return what it costs to take the lines of one column for rows, and the boxes of each row's lines."""
    anchors = columns[place]
    height = sum(line.box[3] - line.box[1] for line in anchors) / len(anchors)
    rows = [[line.box] for line in anchors]
    total = _WRAPPED if place else 0.0
    for number, column in enumerate(columns):
        if number == place or not column:
            continue
        spent, owners = _shared_out(
            [_middle(line.box) for line in column],
            [_middle(line.box) for line in anchors],
            cost=cost,
            height=height,
            empty=_EMPTY if number else _NAMELESS,
        )
        total += spent
        for line, owner in zip(column, owners, strict=True):
            rows[owner].append(line.box)
    return total, rows


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _from_top(group: Sequence[float], place: float) -> float:
    return abs(group[0] - place)


def _centred(group: Sequence[float], place: float) -> float:
    return abs((group[0] + group[-1]) / 2 - place)


def _shared_out(
    lines: Sequence[float], places: Sequence[float], *, cost: Cost, height: float, empty: float
) -> tuple[float, list[int]]:
    """Return the least cost of sharing out lines, in order, among rows, and the row of each line."""
    unit = max(height, 1e-6)
    best: list[list[tuple[float, int]]] = [[(0.0, 0)] + [(float("inf"), 0)] * len(lines)]
    for place in places:
        before = best[-1]
        row = []
        for end in range(len(lines) + 1):
            choices = [(before[end][0] + empty, end)]
            choices += [
                (before[start][0] + cost(lines[start:end], place) / unit + _WRAPPED * (end - start - 1), start)
                for start in range(max(0, end - 12), end)
                if before[start][0] < float("inf")
            ]
            row.append(min(choices))
        best.append(row)
    owners = [0] * len(lines)
    end = len(lines)
    for number in range(len(places), 0, -1):
        start = best[number][end][1]
        owners[start:end] = [number - 1] * (end - start)
        end = start
    return best[-1][len(lines)][0], owners


def text_rows(members: Sequence[int], lines: Sequence[Line]) -> list[list[int]]:
    """Return lines (by index) that stand side by side as rows, from top to bottom."""
    rows: list[list[int]] = []
    for index in sorted(members, key=lambda index: lines[index].box[1] + lines[index].box[3]):
        if rows and same_row(lines[rows[-1][-1]].box, lines[index].box):
            rows[-1].append(index)
        else:
            rows.append([index])
    return rows


def lines_by_column(members: Sequence[int], lines: Sequence[Line], columns: Sequence[float]) -> list[list[Line]]:
    """Return lines by column, each from top to bottom, cut at the columns' borders."""
    cells: list[list[Line]] = [[] for _ in range(len(columns) + 1)]
    for index in members:
        for part in parted(lines[index], columns):
            cells[column_of(part, columns)].append(part)
    for column in cells:
        column.sort(key=lambda line: line.box[1])
    return [column for column in cells if column]


def column_of(part: Line, columns: Sequence[float]) -> int:
    """Return the column that a text stands in; the first one of those that a heading is centred over."""
    x0, _, x1, _ = part.box
    return place_of(x0 + _HANGING * (x1 - x0), columns)


def place_of(value: float, borders: Sequence[float]) -> int:
    """Return how many borders lie before a value: the row or column that it is in."""
    return sum(border < value for border in borders)


def white_columns(rows: Sequence[Sequence[int]], lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Return the white strips (left, right) that run down between the cells of most rows."""
    edges = []
    full = [row for row in rows if len(row) > 1]
    for row in full:
        for left, right in (span for index in row for span in segments(lines[index], apart_em=_APART_EM)):
            edges += [(left, 1), (right, -1)]
    edges.sort()
    few = 0.2 * len(full)
    covering = 0
    strips = []
    start: float | None = None
    for x, step in edges:
        covering += step
        if covering > few:
            if start is not None and x - start > 3.0:
                strips.append((start, x))
            start = None
        elif start is None:
            start = x if step < 0 else None
    return strips
