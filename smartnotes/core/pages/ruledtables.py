"""Tables set between rules of one length (above, below the head, below), as books do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from smartnotes.core.model import FigureKind
from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.geometry import around, inside
from smartnotes.core.pages.lines import Line, parted
from smartnotes.core.pages.listings import is_numbered
from smartnotes.core.pages.raw import Box
from smartnotes.core.pages.rowing import column_of, lines_by_column, place_of, row_borders, text_rows, white_columns
from smartnotes.core.pages.rules import long_rules

_SAME_PT = 3.0  # rules that start and end within this distance have one extent
_MIN_LINES = 4
_PROSE_WORDS = 6


def find_ruled(boxes: Sequence[Box], lines: Sequence[Line]) -> list[Area]:
    """Return the tables among straight drawings and lines of text (both in points)."""
    rules = long_rules(boxes)
    used: set[int] = set()
    found = []
    for first, rule in enumerate(rules):
        if first in used:
            continue
        same = [
            other
            for other in range(first, len(rules))
            if abs(rules[other][0] - rule[0]) <= _SAME_PT and abs(rules[other][2] - rule[2]) <= _SAME_PT
        ]
        for last in reversed(same[1:]):
            table = _between([rules[other] for other in same if other <= last], lines)
            if table is not None:
                used.update(other for other in same if other <= last)
                found.append(table)
                break
    return found


def _between(rules: Sequence[Box], lines: Sequence[Line]) -> Area | None:
    """Return the table between rules where the text there stands in columns."""
    box = around(rules)
    members = [index for index, line in enumerate(lines) if inside(line.box, box)]
    if len(members) < _MIN_LINES:
        return None
    rows = _banded(members, lines, rules) or text_rows(members, lines)
    if len(rows) < 2 or (len(rules) < 3 and len(rows) < 3):
        return None
    several = sum(len(row) > 1 for row in rows)
    columns = _middles(rows, lines)
    if len(columns) == 1 and is_numbered([[lines[index] for index in row] for row in rows]):
        return None
    prose = [len(row) == 1 and _is_prose(lines[row[0]], box) for row in rows]
    if several < 0.6 * len(rows) or not columns or any(one and two for one, two in pairwise(prose)):
        return None
    borders = _ruled_rows(rules, rows, lines, columns)
    outside = _open_rows(box, rows, lines, columns)
    for row in outside:
        whole = around(lines[index].box for index in row)
        borders.append(box[1] if whole[1] < box[1] else box[3])
        members += row
        box = around([box, whole])
    return Area(FigureKind.TABLE, box, tuple(members), tuple(sorted(borders)), tuple(columns))


def _banded(members: Sequence[int], lines: Sequence[Line], rules: Sequence[Box]) -> list[list[int]]:
    """Return what stands between each two rules as a row, [] where that is not one row of a table each time.

    It is where every band holds a text of several lines, and others beside it that start no row of their own.
    """
    bands: list[list[int]] = [[] for _ in rules[1:]]
    inner = [rule[1] for rule in rules[1:-1]]
    for index in sorted(members, key=lambda index: lines[index].box[0]):
        bands[place_of((lines[index].box[1] + lines[index].box[3]) / 2, inner)].append(index)
    columns = _middles(bands, lines)
    if len(bands) < 2 or not columns:
        return []
    for band in bands:
        cells = [column_of(part, columns) for index in band for part in parted(lines[index], columns)]
        single = sum(cells.count(cell) == 1 for cell in set(cells))
        if len(set(cells)) < len(columns) + 1 or single < len(columns) or len(cells) == len(set(cells)):
            return []
    return bands


def _is_prose(line: Line, box: Box) -> bool:
    """Say whether a line runs on over most of a table's width, as those of a text between two tables do."""
    return len(line.words) >= _PROSE_WORDS and line.box[2] - line.box[0] > 0.6 * (box[2] - box[0])


def _open_rows(
    box: Box, rows: Sequence[Sequence[int]], lines: Sequence[Line], columns: Sequence[float]
) -> list[list[int]]:
    """Return the rows that go on above and below the outer rules, for tables that are not closed there."""
    reach = 1.3 * (box[3] - box[1]) / len(rows)
    near = (box[0], box[1] - reach, box[2], box[3] + reach)
    beside = [i for i, line in enumerate(lines) if inside(line.box, near) and not inside(line.box, box)]
    found = []
    for row in text_rows(beside, lines):
        cells = {place_of((lines[index].box[0] + lines[index].box[2]) / 2, columns) for index in row}
        if len(cells) == len(row) > 0.8 * len(columns) + 0.8:
            found.append(row)
    return found[:2]


def _ruled_rows(
    rules: Sequence[Box], rows: Sequence[Sequence[int]], lines: Sequence[Line], columns: Sequence[float]
) -> list[float]:
    """Return the borders between rows: the rules where there is one after each row, else what the text shows."""
    inner = [rule[1] for rule in rules[1:-1]]
    full = [0] * (len(inner) + 1)
    for row in rows:
        span = around(lines[index].box for index in row)
        full[place_of((span[1] + span[3]) / 2, inner)] += len(row) >= 0.8 * (len(columns) + 1)
    if len(inner) >= 2 and max(full) <= 1:
        return inner
    bands: list[list[int]] = [[] for _ in full]
    for row in rows:
        for index in row:
            bands[place_of((lines[index].box[1] + lines[index].box[3]) / 2, inner)].append(index)
    return sorted([*inner, *(y for band in bands for y in row_borders(lines_by_column(band, lines, columns)))])


def _middles(rows: Sequence[Sequence[int]], lines: Sequence[Line]) -> list[float]:
    return [(left + right) / 2 for left, right in white_columns(rows, lines)]
