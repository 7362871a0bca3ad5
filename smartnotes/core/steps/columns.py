"""Tables without borders: short texts that stand in columns, row below row, with white between the columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from smartnotes.core.model import FigureKind
from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.captions import is_caption
from smartnotes.core.pages.formulas import has_relation, is_formula
from smartnotes.core.pages.geometry import around, same_row, shared_x
from smartnotes.core.pages.lines import Line, parted, segments
from smartnotes.core.pages.listings import is_numbered
from smartnotes.core.pages.paragraphs import find_mark, is_mark
from smartnotes.core.pages.raw import Box
from smartnotes.core.pages.rowing import row_borders

_STRIP_PT = 3.0
_STEP_EM = 2.6  # rows stand at most this far apart, from the bottom of one to the top of the next
_PROSE_WORDS = 4
_FEWEST = 3  # rows with several cells
_NUMBERED = re.compile(r"\(?\d+(\.\d+)*[a-z]?[.)]")
_LEADERS = re.compile(r"(\. ?){4,}|\.{4,}")
_NUMBER = re.compile(r"[-+−±<>~≈]?[\d.,]+\s?%?|[-–—]")  # noqa: RUF001


Span = tuple[float, float]


class _Run(NamedTuple):
    """Rows of lines (indices) that follow each other, and the white strips (x values) between their columns.

    `covered` are the (left, right) on which some text of the rows stands, from left to right.
    """

    rows: list[list[int]]
    covered: list[Span]
    strips: list[float]


def find_columned(lines: Sequence[Line], free: Sequence[int], *, drawn: bool, rules: Sequence[Box] = ()) -> list[Area]:
    """Return the tables among the `free` lines of a page. `rules` are those that run across; they may part rows.

    `drawn` says that lines know when the file draws them: a table is drawn row by row, two text boxes side by side one
    after the other. Without that only what cannot be two columns of text counts.
    """
    usable = [index for index in free if lines[index].upright and lines[index].words]
    rows = _rows(usable, lines)
    if sum(len(row) > 1 for row in rows) < _FEWEST:
        return []
    spans = {index: segments(lines[index]) for index in usable}
    found: list[Area] = []
    start = 0
    while start < len(rows):
        run = _run(rows, start, lines, spans) if len(rows[start]) > 1 else None
        table = _table(run, lines, drawn=drawn, rules=rules) if run is not None else None
        if table is None or run is None:
            start += 1
            continue
        found.append(table)
        used = set(table.lines)
        start = max(place for place, row in enumerate(rows) if used.intersection(row)) + 1
    return found


def _rows(members: Sequence[int], lines: Sequence[Line]) -> list[list[int]]:
    rows: list[list[int]] = []
    for index in sorted(members, key=lambda index: (lines[index].box[1] + lines[index].box[3], lines[index].box[0])):
        if rows and all(same_row(lines[other].box, lines[index].box) for other in rows[-1]):
            rows[-1].append(index)
        else:
            rows.append([index])
    return [sorted(row, key=lambda index: lines[index].box[0]) for row in rows]


def _run(
    rows: Sequence[list[int]], start: int, lines: Sequence[Line], spans: Mapping[int, Sequence[Span]]
) -> _Run | None:
    """Return the longest run of rows from `start` that white parts into columns; None where there is none."""
    run = _longer(_Run([], [], []), rows[start], lines, spans)
    best: _Run | None = None
    for row in rows[start + 1 :]:
        if not _near(run.rows[-1], row, lines) or is_caption(lines[row[0]].text):
            break
        longer = _longer(run, row, lines, spans)
        strips = longer.strips
        if not strips or (len(strips) < len(run.strips) - 1 and len(run.rows) >= _FEWEST):
            break
        if len(row) == 1 and len(parted(lines[row[0]], strips)) == 1 and _crosses(lines[row[0]], strips):
            break
        run = longer
        if len(row) > 1:
            best = run
    if best is None:
        return None
    whole = best
    # The first or last line of a cell may stand alone above or below the rows with several cells.
    for row in run.rows[len(best.rows) :]:
        if not _goes_with(row, whole.rows[-1], lines):
            break
        whole = _longer(whole, row, lines, spans)
    for row in reversed(rows[max(0, start - 3) : start]):
        longer = _longer(whole, row, lines, spans, first=True)
        if not _goes_with(row, whole.rows[0], lines) or not longer.strips or is_caption(lines[row[0]].text):
            break
        whole = longer
    return whole


def _goes_with(row: Sequence[int], other: Sequence[int], lines: Sequence[Line]) -> bool:
    """Say whether a line is a piece of a cell in the row next to it: close to it, and within one of its columns."""
    line = lines[row[0]]
    box = around(lines[index].box for index in other)
    near = max(line.box[1] - box[3], box[1] - line.box[3]) < 0.6 * line.size
    return len(row) == 1 and near and _in_column(line, other, lines)


def _in_column(line: Line, row: Sequence[int], lines: Sequence[Line]) -> bool:
    """Say whether a line stands in the space of one cell of a row, and is set like it."""
    reach = 0.5 * line.size
    for place, index in enumerate(row):
        left = lines[row[place - 1]].box[2] if place else lines[index].box[0] - reach
        right = lines[row[place + 1]].box[0] if place + 1 < len(row) else float("inf")
        alike = abs(line.size - lines[index].size) < 0.5 and shared_x(line.box, lines[index].box) > 0
        if alike and left - reach < line.box[0] and line.box[2] < right:
            return True
    return False


def _near(above: Sequence[int], below: Sequence[int], lines: Sequence[Line]) -> bool:
    one, two = around(lines[i].box for i in above), around(lines[i].box for i in below)
    size = max(lines[below[0]].size, lines[above[0]].size)
    return two[1] - one[3] < _STEP_EM * size and abs(lines[below[0]].size - lines[above[0]].size) <= 0.3 * size


def _crosses(line: Line, strips: Sequence[float]) -> bool:
    return any(line.box[0] < x < line.box[2] for x in strips)


def _longer(
    run: _Run, row: list[int], lines: Sequence[Line], spans: Mapping[int, Sequence[Span]], *, first: bool = False
) -> _Run:
    """Return a run with one more row, at its end or as its `first`.

    Its strips are those that nothing crosses and that most rows with text on both sides are parted at. Words of one
    line count as parted where a cell may end between them, which is not enough: a river in a paragraph is white too.
    """
    rows = [row, *run.rows] if first else [*run.rows, row]
    covered: list[Span] = []
    for left, right in sorted([*run.covered, *(span for index in row for span in spans[index])]):
        if covered and left <= covered[-1][1]:
            covered[-1] = covered[-1][0], max(covered[-1][1], right)
        else:
            covered.append((left, right))
    strips = [(one[1] + two[0]) / 2 for one, two in itertools.pairwise(covered) if two[0] - one[1] > _STRIP_PT]
    return _Run(rows, covered, [strip for strip in strips if _is_supported(strip, rows, lines)])


def _is_supported(strip: float, rows: Sequence[Sequence[int]], lines: Sequence[Line]) -> bool:
    parted_rows = crossed = 0
    for row in rows:
        crossed += any(lines[index].box[0] < strip < lines[index].box[2] for index in row)
        parted_rows += lines[row[0]].box[2] <= strip <= lines[row[-1]].box[0]
    return parted_rows > 1.5 * crossed


def _table(run: _Run, lines: Sequence[Line], *, drawn: bool, rules: Sequence[Box]) -> Area | None:
    several = [row for row in run.rows if len(row) > 1]
    members = [index for row in run.rows for index in row]
    if len(several) < _FEWEST or not run.strips or len(several) < 0.3 * len(run.rows):
        return None
    if len(run.strips) == 1 and is_numbered([[lines[index] for index in row] for row in run.rows]):
        return None
    columns: list[list[Line]] = [[] for _ in range(len(run.strips) + 1)]
    for index in members:
        for part in parted(lines[index], run.strips):
            middle = (part.box[0] + part.box[2]) / 2
            columns[sum(x < middle for x in run.strips)].append(part)
    for column in columns:
        column.sort(key=lambda line: line.box[1])
    if not _are_cells(columns, drawn=drawn) or _are_formulas(run.rows, lines):
        return None
    box = around(lines[index].box for index in members)
    borders = _ruled(run, lines, box, rules) or row_borders(columns)
    return Area(FigureKind.TABLE, box, tuple(members), tuple(borders), tuple(run.strips))


def _ruled(run: _Run, lines: Sequence[Line], box: Box, rules: Sequence[Box]) -> list[float]:
    """Return where rules part the rows, () where they do not part all of them."""
    inner = sorted(
        rule[1]
        for rule in rules
        if box[1] < rule[1] < box[3] and shared_x(rule, box) > 0.8 * (box[2] - box[0])
    )  # fmt: skip
    full = [0] * (len(inner) + 1)
    for row in run.rows:
        span = around(lines[index].box for index in row)
        full[sum(y < (span[1] + span[3]) / 2 for y in inner)] += len(row) > 0.8 * (len(run.strips) + 1)
    return inner if len(inner) >= 2 and max(full) <= 1 else []


def _are_cells(columns: Sequence[Sequence[Line]], *, drawn: bool) -> bool:
    """Say whether columns hold the cells of a table: not lists or paragraphs side by side, code, formulas, contents."""
    everything = [line for column in columns for line in column]
    if any("@" in line.text or _LEADERS.search(line.text) for line in everything):
        return False
    written = [line for line in everything if not line.text.isdigit()]  # lines of code may be numbered
    if sum(line.mono >= 0.7 for line in written) > 0.5 * len(written):
        return False
    most = max(len(column) for column in columns)
    if not all(_is_column(column, most) for column in columns):
        return False
    prose = [_is_prose(column) for column in columns]
    if all(prose):
        return False
    if drawn:
        return _by_rows(columns)
    words = [median(len(line.words) for line in column) for column in columns]
    return not any(prose) and (len(columns) > 2 or min(words) <= 2)


def _is_column(column: Sequence[Line], most: int) -> bool:
    """Say whether a column has enough cells, which stand below each other and are no list items or equation numbers."""
    if len(column) < max(2, 0.3 * most) or all(_NUMBERED.fullmatch(line.text) for line in column):
        return False
    marked = sum(is_mark(line.text) or find_mark(line) is not None for line in column)
    if marked >= 0.4 * len(column) and not all(_NUMBER.fullmatch(line.text) for line in column):
        return False
    return _aligned(column)


def _are_formulas(rows: Sequence[Sequence[int]], lines: Sequence[Line]) -> bool:
    texts = [[lines[index] for index in row] for row in rows]
    return sum(is_formula(row, texts) or any(has_relation(line.text) for line in row) for row in texts) > 0.4 * len(
        rows
    )


def _aligned(column: Sequence[Line]) -> bool:
    """Say whether most cells of a column start, end or centre at one place."""
    size = column[0].size
    for values in (
        [line.box[0] for line in column],
        [line.box[2] for line in column],
        [(line.box[0] + line.box[2]) / 2 for line in column],
    ):
        usual = median(values)
        if sum(abs(value - usual) < 0.8 * size for value in values) >= 0.65 * len(values):
            return True
    return False


def _is_prose(column: Sequence[Line]) -> bool:
    full = max(line.box[2] for line in column) - min(line.box[0] for line in column)
    long = sum(len(line.words) >= _PROSE_WORDS and line.box[2] - line.box[0] > 0.75 * full for line in column)
    return len(column) >= 3 and long >= 0.5 * len(column)


def _by_rows(columns: Sequence[Sequence[Line]]) -> bool:
    """Say whether the file goes from column to column many times as it draws the lines."""
    drawn = sorted((line.order, line.box[0], number) for number, column in enumerate(columns) for line in column)
    changes = sum(one[2] != two[2] for one, two in itertools.pairwise(drawn))
    fewest = min(len(column) for column in columns)
    return changes >= max(3, len(columns) + 1) and changes >= 0.8 * fewest * (len(columns) - 1)
