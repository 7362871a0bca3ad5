"""Tables: grids of borders or cell fills, and texts in columns between horizontal rules."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.model import FigureKind
from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.geometry import area, around, clusters, common, inside
from smartnotes.core.pages.lines import Line, merged, parted
from smartnotes.core.pages.raw import Box, RawPage
from smartnotes.core.pages.rowing import column_of, lines_by_column, place_of, row_borders, text_rows, white_columns
from smartnotes.core.pages.ruledtables import find_ruled
from smartnotes.core.pages.rules import TOUCH_PT, is_column_rule, is_row_rule, is_rule, straight_boxes

_EDGE_PT = 8.0
_MIN_LINES = 4
_FEWEST_ROWS = 3
_PARTLY = 0.15  # share of a box under another one
_MOST_CELLS = 150  # are looked at


class _Border(tuple[float, float, float]):
    """(place, from, to): a border at one coordinate, running along the other."""

    __slots__ = ()


def find_tables(raw: RawPage, lines: Sequence[Line]) -> list[Area]:
    """Return the tables of a page, from the top of the file's drawing order; lines are counted to at most one."""
    boxes = straight_boxes(raw)
    found: list[Area] = []
    for group in clusters(boxes, gap=TOUCH_PT):
        table = _grid([boxes[index] for index in group], lines) if len(group) >= 3 else None
        if table is not None:
            found.append(table)
    found += [table for table in find_ruled(boxes, lines) if not any(_overlap(table, other) for other in found)]
    return found


def _overlap(a: Area, b: Area) -> bool:
    return inside(a.box, b.box) or inside(b.box, a.box)


def _grid(boxes: Sequence[Box], lines: Sequence[Line]) -> Area | None:
    """Return the table whose borders or cells these boxes are, None where they make up something else."""
    if _lie_over_each_other(boxes):
        return None
    whole = around(boxes)
    across, down = _borders(boxes)
    rows = _through(across, whole[0], whole[2])
    columns = _through(down, whole[1], whole[3])
    left, columns, right = _outer(columns, whole[0], whole[2])
    top, rows, bottom = _outer(rows, whole[1], whole[3])
    if not rows or not columns:
        return None
    whole = (left, top, right, bottom)
    members = [index for index, line in enumerate(lines) if inside(line.box, whole)]
    if len(members) < _MIN_LINES or not _fits(members, lines, rows, columns):
        return None
    columns = _all_columns(columns, members, lines)
    return Area(
        FigureKind.TABLE, whole, tuple(members), tuple(_all_rows(rows, columns, members, lines)), tuple(columns)
    )


def _lie_over_each_other(boxes: Sequence[Box]) -> bool:
    """Say whether many boxes lie partly over others, as the sectors of a pie do and cells do not."""
    cells = [box for box in boxes if not is_rule(box)][:_MOST_CELLS]
    crossed = 0
    for place, one in enumerate(cells):
        for other in cells[:place]:
            smaller = min(area(one), area(other))
            if _PARTLY * smaller < common(one, other) < (1 - _PARTLY) * smaller:
                crossed += 1
                break
    return crossed > 0.4 * len(cells) > 0


def _all_columns(columns: Sequence[float], members: Sequence[int], lines: Sequence[Line]) -> list[float]:
    """Return the borders between all columns of a grid: where one is drawn, as in a truth table, white shows others."""
    rows = text_rows(members, lines)
    if len(columns) > 1 or len(rows) < _FEWEST_ROWS:
        return list(columns)
    strips = white_columns(rows, lines)
    apart = [(x0 + x1) / 2 for x0, x1 in strips if not any(x0 - TOUCH_PT < one < x1 + TOUCH_PT for one in columns)]
    return sorted([*columns, *apart])


def _all_rows(
    rows: Sequence[float], columns: Sequence[float], members: Sequence[int], lines: Sequence[Line]
) -> list[float]:
    """Return the borders between all rows of a grid: where hardly one is drawn, the text shows the others.

    That is so where a band between two borders holds several rows of text, most of which fill most columns.
    """
    if len(rows) > 1:
        return list(rows)
    bands: dict[int, list[int]] = {}
    for index in members:
        bands.setdefault(place_of((lines[index].box[1] + lines[index].box[3]) / 2, rows), []).append(index)
    found = list(rows)
    for band in bands.values():
        texts = [row for row in text_rows(band, lines) if len(row) > 0.5 * (len(columns) + 1)]
        if len(texts) >= 2:
            found += row_borders(lines_by_column(band, lines, columns))
    return sorted(found)


def _borders(boxes: Sequence[Box]) -> tuple[list[_Border], list[_Border]]:
    """Return the borders that run across and down: rules, and the sides of cells."""
    across: list[_Border] = []
    down: list[_Border] = []
    for box in boxes:
        x0, y0, x1, y1 = box
        if is_row_rule(box):
            across.append(_Border(((y0 + y1) / 2, x0, x1)))
        elif is_column_rule(box):
            down.append(_Border(((x0 + x1) / 2, y0, y1)))
        else:
            across += [_Border((y0, x0, x1)), _Border((y1, x0, x1))]
            down += [_Border((x0, y0, y1)), _Border((x1, y0, y1))]
    return across, down


def _through(borders: Sequence[_Border], start: float, end: float) -> list[float]:
    """Return the places where borders together run along most of the way from `start` to `end`."""
    places: list[list[_Border]] = []
    for border in sorted(borders):
        if places and border[0] - places[-1][0][0] <= 2 * TOUCH_PT:
            places[-1].append(border)
        else:
            places.append([border])
    kept = []
    for place in places:
        covered, reached = 0.0, start
        for _, first, last in sorted(place, key=lambda border: border[1]):
            covered += max(0.0, last - max(first, reached))
            reached = max(reached, last)
        if covered >= 0.6 * (end - start):
            kept.append(sum(border[0] for border in place) / len(place))
    return kept


def _outer(places: Sequence[float], start: float, end: float) -> tuple[float, list[float], float]:
    """Return (outer border, inner borders, outer border); strokes make the edges reach out a little further."""
    first = [place for place in places if place - start < _EDGE_PT]
    last = [place for place in places if end - place < _EDGE_PT]
    inner = [place for place in places if start + _EDGE_PT <= place <= end - _EDGE_PT]
    return first[0] if first else start, inner, last[-1] if last else end


def _fits(members: Sequence[int], lines: Sequence[Line], rows: Sequence[float], columns: Sequence[float]) -> bool:
    """Say whether text stands in the cells: in several rows and columns, and hardly any of it over a border."""
    cells = set()
    over = 0
    for index in members:
        x0, y0, x1, y1 = lines[index].box
        cells.add((place_of((y0 + y1) / 2, rows), place_of((x0 + x1) / 2, columns)))
        over += any(x0 < x < x1 for x in columns) and len(parted(lines[index], columns)) == 1
    used_rows, used_columns = {cell[0] for cell in cells}, {cell[1] for cell in cells}
    filled = len(cells) / ((len(rows) + 1) * (len(columns) + 1))
    return len(used_rows) >= 2 and len(used_columns) >= 2 and filled >= 0.4 and over <= 0.25 * len(members)


def table_rows(table: Area, lines: Sequence[Line]) -> tuple[tuple[Line, ...], ...]:
    """Return a table's rows from top to bottom, each as cells from left to right.

    An empty cell is a line without words.
    Where the table has inner borders they say what belongs together (a cell may hold several lines); otherwise lines
    that stand side by side make a row.
    """
    if not table.columns:
        members = [lines[index] for index in table.lines]
        return tuple(
            tuple(sorted((members[index] for index in row), key=lambda line: line.box[0]))
            for row in text_rows(range(len(members)), members)
        )
    cells: dict[tuple[int, int], list[Line]] = {}
    for index in table.lines:
        for part in parted(lines[index], table.columns):
            place = place_of((part.box[1] + part.box[3]) / 2, table.rows), column_of(part, table.columns)
            cells.setdefault(place, []).append(part)
    return tuple(
        tuple(
            merged(_in_order(cells.get((row, column), [])), box=table.box) for column in range(len(table.columns) + 1)
        )
        for row in sorted({row for row, _ in cells})
    )


def _in_order(lines: Sequence[Line]) -> list[Line]:
    rows = text_rows(range(len(lines)), lines)
    return [lines[index] for row in rows for index in sorted(row, key=lambda index: lines[index].box[0])]
