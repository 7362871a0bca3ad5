"""Elements of a page to be put in order (lines, figures, text boxes), and how they stand to each other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.pages.geometry import same_row, shared_x, width
from smartnotes.core.pages.raw import Box

_BIT_EM = 2.5  # narrower single words make up no column
_PROSE_EM = 9.0  # lines at least this wide are prose, not cells


class Element(NamedTuple):
    """A line of text or a figure to be put in order; the box is in points, `em` the font size.

    `order` is the place in the file's drawing order, `item` says that a list item starts here, `mark` that
    there is nothing here but the mark of one, `words` is 0 for a
    figure or a text box: something that is read as a whole.
    """

    box: Box
    em: float
    order: int
    words: int
    item: bool = False
    mark: bool = False


Rows = list[list[int]]
"""Indices of elements: rows from top to bottom, each from left to right."""


def follows(line: Element, above: Element) -> bool:
    """Say whether a line is set like the line above it, close below, and flush left or centred with it."""
    if not -0.3 * line.em < line.box[1] - above.box[3] < 0.9 * line.em:
        return False
    if not line.words or not above.words or line.item or abs(line.em - above.em) > 0.1 * above.em:
        return False
    centred = abs(line.box[0] + line.box[2] - above.box[0] - above.box[2]) < line.em
    return centred or abs(line.box[0] - above.box[0]) < 0.3 * line.em


def is_bit(element: Element) -> bool:
    """Say whether an element belongs to what stands beside it: the mark of an item, the number of an equation."""
    return element.mark or (element.words == 1 and width(element.box) < _BIT_EM * element.em)


def middle(box: Box) -> float:
    """Return the height of a box's middle."""
    return (box[1] + box[3]) / 2


def is_prose(side: Sequence[Element]) -> bool:
    """Say whether most lines of a side run on over its width, as the lines of a paragraph do."""
    lines = [element for element in side if element.words]
    if len(lines) < 3:
        return False
    full = max(width(line.box) for line in lines)
    long = sum(width(line.box) > max(_PROSE_EM * line.em, 0.55 * full) and line.words >= 3 for line in lines)
    return long >= 0.5 * len(lines)


def stand_apart(left: Sequence[Element], right: Sequence[Element]) -> bool:
    """Say whether two sides with things side by side are columns: figures or text boxes, lists, or drawn in turn."""
    lines_left, lines_right = (all(element.words for element in side) for side in (left, right))
    several = len(left) > 1 and len(right) > 1
    if lines_left and lines_right:
        lists = all(_items(side) > 1 for side in (left, right))
        return lists or (several and _drawn_apart(left, right))
    if several and not any(element.words for element in [*left, *right]):
        return _drawn_apart(left, right)  # a grid of boxes or pictures
    return True


def _items(side: Sequence[Element]) -> int:
    """Return how many list items start on a side; marks that stand for themselves count along its left edge."""
    edge = min(element.box[0] for element in side)
    return sum(element.item or (element.mark and element.box[0] - edge < 0.3 * element.em) for element in side)


def _drawn_apart(left: Sequence[Element], right: Sequence[Element]) -> bool:
    """Say whether the file draws one side and then the other, as it does with two text boxes (a table goes by rows)."""
    drawn = sorted([(element.order, 0) for element in left] + [(element.order, 1) for element in right])
    changes = sum(one[1] != two[1] for one, two in itertools.pairwise(drawn))
    return changes == 1


def _levels(elements: Sequence[Element], members: Sequence[int]) -> dict[int, float]:
    """Return how far down each element stands; text boxes and pictures side by side stand equally far."""
    levels: dict[int, float] = {}
    first: Element | None = None
    for index in sorted(members, key=lambda index: middle(elements[index].box)):
        element = elements[index]
        levels[index] = middle(element.box)
        if element.words:
            continue
        if first is not None and same_row(first.box, element.box):
            levels[index] = middle(first.box)
        else:
            first = element
    return levels


def rows_of(elements: Sequence[Element], members: Sequence[int]) -> Rows:
    """Return elements as rows: those that stand side by side make one row."""
    rows: Rows = []
    level = _levels(elements, members)
    for index in sorted(members, key=lambda index: (level[index], elements[index].box[0])):
        element = elements[index]
        row = rows[-1] if rows else []
        if (
            row
            and element.words
            and all(
                elements[other].words
                and same_row(elements[other].box, element.box)
                and shared_x(elements[other].box, element.box) <= 0.3 * element.em
                for other in row
            )
        ):
            row.append(index)
            row.sort(key=lambda other: elements[other].box[0])
        else:
            rows.append([index])
    return rows
