"""The tables and figures of a page: what each step finds, with one decision about every line of text."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.areas import Area
from smartnotes.core.geometry import width
from smartnotes.core.lines import Line
from smartnotes.core.raw import RawPage
from smartnotes.core.rules import long_rules, straight_boxes
from smartnotes.core.steps.columns import find_columned
from smartnotes.core.steps.figures import find_figures
from smartnotes.core.steps.headings import body_size
from smartnotes.core.steps.tables import find_tables


def find_areas(raw: RawPage, lines: Sequence[Line]) -> list[Area]:
    """Return tables and figures, every line in at most one."""
    recognised = any(word.confidence is not None for line in raw.lines for word in line.words)
    tables = find_tables(raw, lines)
    held = {index for table in tables for index in table.lines}
    body = body_size([line for index, line in enumerate(lines) if index not in held] or lines)
    figures = find_figures(raw, lines, tables=tables, body=body)
    drawn = {index for figure in figures for index in figure.lines}
    free = [index for index in range(len(lines)) if index not in drawn]
    rules = long_rules(straight_boxes(raw))
    for table in find_columned(lines, free, drawn=not recognised, rules=rules):
        tables = _with_table(tables, table)
    held = {index for table in tables for index in table.lines}
    areas = list(tables)
    for figure in figures:
        areas.append(figure._replace(lines=tuple(index for index in figure.lines if index not in held)))
        held.update(figure.lines)
    return areas


def _with_table(tables: Sequence[Area], found: Area) -> list[Area]:
    """Return tables with another one.

    It replaces one that has fewer of the same rows (rules may stand around some of them only), and gives way to any
    other that it shares lines with: borders tell more than white does.
    """
    own = set(found.lines)
    over = [table for table in tables if own.intersection(table.lines)]
    for table in over:
        near = 0.1 * width(table.box)
        same = abs(table.box[0] - found.box[0]) < near and abs(table.box[2] - found.box[2]) < near
        if not same or len(table.lines) >= len(own):
            return list(tables)
    return [*(table for table in tables if table not in over), found]
