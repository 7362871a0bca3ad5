"""Code whose lines are numbered, as listings in slides and notes often are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from smartnotes.core.pages.lines import Line

_MONO = 0.7  # share of a line's characters, without its number
_FEWEST = 3  # lines
_MOST_DIGITS = 4
_CELL_WORDS = 5  # with the number; longer texts are sentences
_APART_EM = 3.0  # from the top of one line to the top of the next


def listing_end(rows: Sequence[Sequence[Line]], start: int) -> int:
    """Return the index after the last row of the numbered code that starts at row `start`; `start` where there is none.

    The numbers go up by one and stand below each other; what follows them is set in a font of fixed pitch, or is
    nothing: an empty line of the code. A line that was too long goes on without a number.
    """
    number = _number(rows[start])
    if number is None:
        return start
    end, written, numbered = start, 0, 0
    for index in range(start, len(rows)):
        row = rows[index]
        if index > start and row[0].box[1] - rows[index - 1][0].box[1] > _APART_EM * row[0].size:
            break
        found = _number(row)
        if found != number and not (index > start and found is None and _is_code(row)):
            break
        if found == number and not _is_code(row):
            if not _is_empty(row):
                break
        else:
            written += 1
        if found == number:
            number += 1
            numbered += 1
        end = index + 1
    return end if written >= 2 and numbered >= _FEWEST else start


def is_numbered(rows: Sequence[Sequence[Line]]) -> bool:
    """Say whether numbers in front of lines count them, as in code or in a text for reviewers: that is no table.

    They go up by one from line to line, for half of the lines at least, and nothing but one text stands behind them.
    """
    found = [_number(row) for row in rows]
    counts = sum(two == one + 1 for one, two in itertools.pairwise(found) if one is not None and two is not None)
    long = [row for row in rows if len(row) <= 2 and sum(len(line.words) for line in row) > _CELL_WORDS]
    code = sum(_is_code(row) for row in rows)
    return counts >= max(_FEWEST - 1, 0.5 * len(rows)) and max(len(long), code) >= 0.5 * len(rows)


def _number(row: Sequence[Line]) -> int | None:
    """Return the number that a row starts with, None where it starts with something else."""
    text = row[0].words[0].text if row and row[0].words else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _is_code(row: Sequence[Line]) -> bool:
    """Say whether what stands behind a row's number is set in a font of fixed pitch."""
    words = [word for line in row for word in line.words]
    if _number(row) is not None:
        words = words[1:]
    total = sum(len(word.text) for word in words)
    return total > 0 and sum(len(word.text) for word in words if word.mono) >= _MONO * total


def _is_empty(row: Sequence[Line]) -> bool:
    return sum(len(line.words) for line in row) == 1
