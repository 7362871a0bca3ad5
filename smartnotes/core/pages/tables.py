"""Tables as they stand in a page's text: a row a line, cells divided by tabs, the first row their names.

Every reader writes them so, with a cell of no characters where one is empty. Text that came as text may divide its
cells by " | " instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smartnotes.core.language.wording import fold

DIVIDER = " | "

_EXAMPLES = """example examples sample image figure picture link source notes note comment comments remarks"""
_SHOWN = frozenset(_EXAMPLES.split())
"""A column like this, and what follows it ("Result" after "Example"), illustrates a row; it does not say what it is."""
_PLACES = """key keys value values index item element name input output row column case"""
_VARIABLES = frozenset(_PLACES.split())
"""Headers that name places, not things: such a table is an example."""


class Cell(NamedTuple):
    """A cell in column `label`, of the row that is called `name` in column `key`; `line` counts the table's lines.

    `peers` are the other cells of its column that differ from it, `names` the names of the other rows. `unique` says
    that no other row has the same cell.
    """

    line: int
    text: str
    label: str
    name: str
    key: str
    peers: tuple[str, ...]
    names: tuple[str, ...]
    unique: bool


class Table(NamedTuple):
    """A table whose every row has as many cells as the header. `key` is the column that names the rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    key: int

    def cells(self) -> Iterator[Cell]:
        """Yield what can be asked: the cells beside the row's name, of columns in which not all cells are the same."""
        names = [row[self.key] for row in self.rows]
        shown = next((column for column, label in enumerate(self.header) if fold(label) in _SHOWN), len(self.header))
        for column, label in enumerate(self.header[:shown]):
            values = [row[column] for row in self.rows]
            if column == self.key or not label or len({fold(value) for value in values}) < 2:
                continue
            for number, row in enumerate(self.rows):
                if not row[column] or row[column] in "-\u2013—":
                    continue
                peers = dict.fromkeys(value for value in values if value and fold(value) != fold(row[column]))
                others = tuple(name for index, name in enumerate(names) if index != number)
                unique = sum(fold(value) == fold(row[column]) for value in values) == 1
                key = self.header[self.key]
                yield Cell(number + 1, row[column], label, names[number], key, tuple(peers), others, unique)


def split_row(line: str) -> tuple[str, ...]:
    """Return the cells of a line: between tabs, or as people type tables, between vertical bars."""
    cells = line.split("\t") if "\t" in line else f" {line} ".split(DIVIDER)
    return tuple(cell.strip() for cell in cells)


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a page's text holds them; white space inside a cell becomes single spaces."""
    cleaned = [[" ".join(cell.split()) for cell in row] for row in rows]
    return "\n".join("\t".join(row).rstrip("\t") for row in cleaned if any(row))


def table_rows(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the cells of a table's text, rows of one length: shorter ones end in empty cells."""
    rows = [tuple(cell.strip() for cell in line.split("\t")) for line in text.split("\n") if line.strip()]
    most = max((len(row) for row in rows), default=0)
    return tuple(row + ("",) * (most - len(row)) for row in rows)


def markdown_table(text: str) -> str:
    """Return a table's text as a Markdown table (GitHub's; its first row is the head), "" for one without cells."""
    rows = table_rows(text)
    if not rows:
        return ""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def read_table(lines: Sequence[str]) -> Table | None:
    """Return the table, None where the lines are not one.

    Such are rows of different lengths, no header, or no column that names the rows: the first, or the second where the
    first counts them.
    """
    rows = [split_row(line) for line in lines]
    if len(rows) < _FEWEST_ROWS or len({len(row) for row in rows}) != 1:
        return None
    filled = [column for column in range(len(rows[0])) if any(row[column] for row in rows)]
    rows = [tuple(row[column] for column in filled) for row in rows]
    if len(filled) < 2 or not _is_header(rows[0], rows[1:]):
        return None
    header, body = rows[0], tuple(rows[1:])
    key = 1 if [row[0].rstrip(".") for row in body] == [str(number) for number in range(1, len(rows))] else 0
    names = [row[key] for row in body]
    different = all(names) and len({fold(name) for name in names}) == len(names)
    if different and all(len(name.split()) <= _LONGEST_NAME and not _is_number(name) for name in names):
        return Table(header, body, key)
    return None


_FEWEST_ROWS = 3  # the header included
_LONGEST_LABEL, _LONGEST_NAME = 6, 8  # words


def _is_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row names columns: no numbers, no cells of the body, no pieces of running text."""
    if any(cell and cell in column for cell, column in zip(first, zip(*body, strict=True), strict=True)):
        return False
    if all(fold(cell) in _VARIABLES or len(cell) < 2 for cell in first) or len(first[0]) == 1:
        return False
    if sum(bool(cell) for cell in first) < len(first) - 1:
        return False
    return not any(
        _is_number(cell) or len(cell.split()) > _LONGEST_LABEL or cell.endswith(("-", ".", ",")) for cell in first
    )


def _is_number(cell: str) -> bool:
    return bool(cell) and cell.replace(".", "", 1).replace(",", "").replace("%", "").lstrip("-+").isdigit()
