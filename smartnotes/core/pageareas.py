"""The tables and figures of a page: what each step finds, with one decision about every line of text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from smartnotes.core.model import FigureKind, RegionKind
from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.detection import DetectedRegion, area_at, detected_boxes, snapped
from smartnotes.core.pages.geometry import area, common, width
from smartnotes.core.pages.lines import Line
from smartnotes.core.pages.raw import RawPage
from smartnotes.core.pages.rules import long_rules, straight_boxes
from smartnotes.core.steps.columns import find_columned
from smartnotes.core.steps.figures import find_figures
from smartnotes.core.steps.headings import body_size
from smartnotes.core.steps.tables import find_tables

_STEP = 1.3  # rows of one table stand at most this much further apart than its others


def find_areas(raw: RawPage, lines: Sequence[Line], *, detected: Sequence[DetectedRegion] | None = None) -> list[Area]:
    """Return tables and figures, every line in at most one.

    `detected` is what a layout detector sees (None: there is none): it says which of the drawn figures count, and where
    others are.
    """
    recognised = any(word.confidence is not None for line in raw.lines for word in line.words)
    tables = find_tables(raw, lines)
    held = {index for table in tables for index in table.lines}
    body = body_size([line for index, line in enumerate(lines) if index not in held] or lines)
    figures = find_figures(raw, lines, tables=tables, body=body)
    drawn = {index for figure in figures for index in figure.lines}
    free = [index for index in range(len(lines)) if index not in drawn]
    rules = long_rules(straight_boxes(raw))
    for table in find_columned(lines, free, drawn=not recognised, rules=rules):
        tables = _with_table(tables, table, lines)
    # One beside another is found once the lines of that one are out of the way.
    held = {index for table in tables for index in table.lines}
    if held:
        free = [index for index in free if index not in held]
        tables += find_columned(lines, free, drawn=not recognised, rules=rules)
    if detected is not None:
        figures = _detected_figures(detected, raw, lines, figures=figures, tables=tables)
        tables += _detected_tables(detected, raw, lines, areas=[*tables, *figures])
    held = {index for table in tables for index in table.lines}
    areas = list(tables)
    for figure in figures:
        areas.append(figure._replace(lines=tuple(index for index in figure.lines if index not in held)))
        held.update(figure.lines)
    return areas


def _detected_figures(
    detected: Sequence[DetectedRegion],
    raw: RawPage,
    lines: Sequence[Line],
    *,
    figures: Sequence[Area],
    tables: Sequence[Area],
) -> list[Area]:
    boxes = detected_boxes(detected, RegionKind.FIGURE, width_pt=raw.width_pt, height_pt=raw.height_pt)
    found, others = snapped(boxes, figures)
    held = {index for one in (*found, *tables) for index in one.lines}
    for box in others:
        if any(common(box, one.box) > 0.3 * min(area(box), area(one.box)) for one in (*found, *tables)):
            continue
        figure = area_at(box, FigureKind.FIGURE, lines, held=held)
        if figure is not None:
            found.append(figure)
            held.update(figure.lines)
    return found


def _detected_tables(
    detected: Sequence[DetectedRegion], raw: RawPage, lines: Sequence[Line], *, areas: Sequence[Area]
) -> list[Area]:
    found: list[Area] = []
    held = {index for one in areas for index in one.lines}
    for box in detected_boxes(detected, RegionKind.TABLE, width_pt=raw.width_pt, height_pt=raw.height_pt):
        if any(common(box, one.box) > 0.2 * min(area(box), area(one.box)) for one in areas):
            continue
        table = area_at(box, FigureKind.TABLE, lines, held=held)
        if table is None:
            continue
        inner = find_columned(lines, table.lines, drawn=False)
        whole = max(inner, key=lambda one: len(one.lines), default=table)
        found.append(whole if len(whole.lines) > 0.7 * len(table.lines) else table)
        held.update(found[-1].lines)
    return found


def _with_table(tables: Sequence[Area], found: Area, lines: Sequence[Line]) -> list[Area]:
    """Return tables with another one.

    It replaces one that has fewer of the same rows (rules may stand around some of them only), and gives way to any
    other that it shares lines with: borders tell more than white does.
    """
    own = set(found.lines)
    over = [table for table in tables if own.intersection(table.lines)]
    for table in over:
        near = 0.1 * width(table.box)
        same = abs(table.box[0] - found.box[0]) < near and abs(table.box[2] - found.box[2]) < near
        if not same or len(table.lines) >= len(own) or not _goes_on(table, [lines[index] for index in own], lines):
            return list(tables)
    return [*(table for table in tables if table not in over), found]


def _goes_on(table: Area, more: Sequence[Line], lines: Sequence[Line]) -> bool:
    """Say whether lines above and below a ruled table follow its own rows as closely as these follow each other."""
    tops = sorted({round(lines[index].box[1]) for index in table.lines})
    step = _STEP * max((below - above for above, below in itertools.pairwise(tops)), default=0)
    inner = [lines[index] for index in table.lines]
    first, last = min(line.box[1] for line in inner), max(line.box[1] for line in inner)
    outer = sorted(line.box[1] for line in more)
    above = [top for top in outer if top < first] + [first]
    below = [last] + [top for top in outer if top > last]
    return all(two - one <= step for rows in (above, below) for one, two in itertools.pairwise(rows))
