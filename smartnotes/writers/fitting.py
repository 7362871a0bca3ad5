"""Which items of a cheat sheet fit its pages: heights from Arial's widths, columns filled as a word processor does.

All lengths are points (1/72 inch). Lines have exact heights in the document, so the only thing estimated is where a
line breaks; that is done with the widths of Helvetica, which Arial shares, and with generous ones for characters
outside it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import NamedTuple

from fpdf.fonts import CORE_FONTS_CHARWIDTHS
from PIL import Image

from smartnotes.core.study import CheatSheet, SheetItem, SheetSection
from smartnotes.writers import Images

INCH = 72.0
PAGE_WIDTH, PAGE_HEIGHT = 8.5 * INCH, 11.0 * INCH
MARGIN = 0.5 * INCH
COLUMNS, GUTTER = 2, 0.3 * INCH
COLUMN_WIDTH = (PAGE_WIDTH - 2 * MARGIN - (COLUMNS - 1) * GUTTER) / COLUMNS
COLUMN_HEIGHT = PAGE_HEIGHT - 2 * MARGIN
BODY_PT, HEADING_PT, CODE_PT = 9.0, 11.0, 8.0
BODY_LINE, HEADING_LINE, CODE_LINE = 10.8, 13.2, 9.6
ITEM_AFTER, HEADING_BEFORE, HEADING_AFTER = 2.0, 5.0, 2.0
INDENT = 8.0
"""A line of an item after its first, and a nested item, start this far from the column's edge."""
FIGURE_WIDTH = 3.2 * INCH
FIGURE_GAP = 4.0

_RESERVE = 0.985
"""The share of a column that is planned: rounding and other fonts need the rest."""
_WIDEST = 5.0
_TALLEST_FIGURE = 0.6 * COLUMN_HEIGHT
_REGULAR, _BOLD = CORE_FONTS_CHARWIDTHS["helvetica"], CORE_FONTS_CHARWIDTHS["helveticaB"]


class _Measured(NamedTuple):
    section: int
    place: int
    weight: float
    height: float


class _Heading(NamedTuple):
    """A section's heading; `name_height` is that of its lecture's name, counted where the lecture begins."""

    height: float
    lecture: int
    name_height: float


def page_mark(item: SheetItem) -> str:
    """Return what points to the item's page."""
    return f"(p. {item.source.page})"


def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """Return the width in points; a character that Helvetica lacks counts as one em."""
    widths = _BOLD if bold else _REGULAR
    return sum(widths.get(char, 1000) for char in text) * size / 1000


def lines_needed(words: Sequence[tuple[str, bool]], *, size: float, width: float) -> int:
    """Return how many lines (word, bold) pairs fill, the second and later ones indented; a long word breaks inside."""
    space = text_width(" ", size=size)
    lines, used, room = 1, 0.0, width
    for word, bold in words:
        wide = text_width(word, size=size, bold=bold)
        if used and used + space + wide > room:
            lines, used, room = lines + 1, 0.0, width - INDENT
        elif used:
            used += space
        while wide > room:
            lines, wide, room = lines + 1, wide - room, width - INDENT
        used += wide
    return lines


def item_height(item: SheetItem, *, images: Images) -> float:
    """Return the height of an item, infinite for a figure that is too tall for a cheat sheet."""
    width = COLUMN_WIDTH - INDENT * item.level
    if item.code:
        per_line = int((width - INDENT) / (0.6 * CODE_PT))
        lines = [*item.text.splitlines()]
        lines[-1] = f"{lines[-1]} {page_mark(item)}"
        return sum(-(-max(len(line.expandtabs(4)), 1) // per_line) for line in lines) * CODE_LINE + ITEM_AFTER
    words = [(word, True) for word in (f"{item.term}:" if item.term else "").split()]
    words += [(word, False) for word in f"{item.text} {page_mark(item)}".split()]
    height = lines_needed(words, size=BODY_PT, width=width) * BODY_LINE + ITEM_AFTER
    if item.figure:
        height += figure_height(item, images=images) + FIGURE_GAP
    return height if height <= _TALLEST_FIGURE else float("inf")


def figure_height(item: SheetItem, *, images: Images) -> float:
    """Return the height of an item's picture set 3.2 inches wide, with white at its right where it is narrower."""
    with Image.open(io.BytesIO(images(item.figure or ""))) as image:
        return FIGURE_WIDTH * image.height / image.width / widening(item)


def widening(item: SheetItem) -> float:
    """Return how much wider than its picture a figure is set, so that a short formula is not blown up: 1 or more."""
    return min(max(FIGURE_WIDTH / (item.figure_width_pt or FIGURE_WIDTH), 1.0), _WIDEST)


def heading_height(heading: str) -> float:
    """Return the height of a section's heading with the space around it."""
    words = [(word, True) for word in heading.split()]
    lines = lines_needed(words, size=HEADING_PT, width=COLUMN_WIDTH + INDENT) if words else 0
    return lines * HEADING_LINE + HEADING_BEFORE + HEADING_AFTER if lines else 0.0


def fit_sheet(sheet: CheatSheet, *, images: Images) -> CheatSheet:
    """Return the sheet with the weightiest items that fit `max_pages`, in their order; `left_out` counts the others.

    Fitting a sheet that fits changes nothing.
    """
    measured = [
        _Measured(number, index, item.weight, item_height(item, images=images))
        for number, section in enumerate(sheet.sections)
        for index, item in enumerate(section.items)
    ]
    headings = _headings(sheet.sections)
    ranked = sorted((entry for entry in measured if entry.height != float("inf")), key=lambda entry: -entry.weight)
    low, high = 0, len(ranked)
    while low < high:
        middle = (low + high + 1) // 2
        if _columns(ranked[:middle], headings) <= COLUMNS * sheet.max_pages:
            low = middle
        else:
            high = middle - 1
    kept = ranked[:low]
    for entry in ranked[low + 1 : low + 60]:  # what is lighter may be shorter, and fill what is left
        if _columns([*kept, entry], headings) <= COLUMNS * sheet.max_pages:
            kept.append(entry)
    chosen = {(entry.section, entry.place) for entry in kept}
    sections: list[SheetSection] = []
    for number, section in enumerate(sheet.sections):
        items = tuple(item for place, item in enumerate(section.items) if (number, place) in chosen)
        if not section.items and sections and not sections[-1].items:
            sections.pop()  # nothing of the lecture before this one was kept
        if items or not section.items:
            sections.append(SheetSection(heading=section.heading, items=items))
    if sections and not sections[-1].items:
        sections.pop()
    left_out = sheet.left_out + len(measured) - len(chosen)
    return sheet.model_copy(update={"sections": tuple(sections), "left_out": left_out})


def _headings(sections: Sequence[SheetSection]) -> list[_Heading]:
    """Return what the headings take; a section without items is the name of the lecture that follows."""
    found: list[_Heading] = []
    lecture, name = 0, 0.0
    for section in sections:
        if not section.items:
            lecture, name = lecture + 1, heading_height(section.heading)
        found.append(_Heading(heading_height(section.heading), lecture, name))
    return found


def _columns(entries: Sequence[_Measured], headings: Sequence[_Heading]) -> int:
    """Return how many columns the items fill; an item is never divided, and a heading stays with its first item."""
    room = COLUMN_HEIGHT * _RESERVE
    columns, used, section, lecture = 1, 0.0, -1, 0
    for entry in sorted(entries, key=lambda entry: (entry.section, entry.place)):
        heading = headings[entry.section]
        need = entry.height + (heading.height if entry.section != section else 0.0)
        need += heading.name_height if heading.lecture != lecture else 0.0
        section, lecture = entry.section, heading.lecture
        if used and used + need > room:
            columns, used = columns + 1, 0.0
        used += need
    return columns
