"""Reading order: columns are found on the page, and read one after the other, rows from top to bottom.

A recursive cut of the page along white space (XY-cut; Nagy, Seth and Viswanathan 1992) with guards. The page is cut
along a gutter from top to bottom where what stands beside it reads as columns, and not as the cells of a table or as
labels beside what they name: prose, lists, or two text boxes that the file draws one after the other. Lines that cross
the gutter (a title, a wide figure) part the columns into bands. Where nothing can be cut along, rows are read from top
to bottom.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.pages.abreast import find_abreast
from smartnotes.core.pages.elements import Element, Rows, follows, is_bit, is_prose, middle, rows_of, stand_apart
from smartnotes.core.pages.geometry import around, height, same_row, width

_MAX_DEPTH = 12
_GUTTER_EM = 0.7  # narrower white is a river in a paragraph
_SHORT_EM = 2.0
_MARGIN = 0.1  # heads and feet stand in this share of the page's height
_CROSSING = 0.3  # share of elements that may cross a gutter


class _Gutter(NamedTuple):
    """A strip of white from x0 to x1 that `crossed` elements reach over."""

    x0: float
    x1: float
    crossed: int


class _Sides(NamedTuple):
    left: list[int]
    right: list[int]
    across: list[int]


def reading_order(elements: Sequence[Element], *, height_pt: float = 0.0) -> list[Rows]:
    """Return every element's index once: columns and bands in reading order, each as rows.

    Small lines apart from all others at the very top and bottom of a page of `height_pt` come first and last, beside
    which columns do not go on (0: the elements are a part of a page only).
    """
    members = list(range(len(elements)))
    head, foot = _heads(elements, height_pt) if height_pt else ([], [])
    body = [index for index in members if index not in head and index not in foot]
    columns = _Cutter(elements).cut(body, 0)
    if head:
        columns.insert(0, rows_of(elements, head))
    if foot:
        columns.append(rows_of(elements, foot))
    return columns


def _heads(elements: Sequence[Element], height_pt: float) -> tuple[list[int], list[int]]:
    """Return the lines in the upper and lower margin that white parts from the rest of the page."""
    sizes = sorted(element.em for element in elements if element.words)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    margin = _MARGIN * height_pt

    def parted(group: list[int], *, lower: bool) -> list[int]:
        if not group or len(group) > 6 or len(group) == len(elements):
            return []
        rest = [element.box for index, element in enumerate(elements) if index not in group]
        box = around(elements[index].box for index in group)
        gap = box[1] - max(one[3] for one in rest) if lower else min(one[1] for one in rest) - box[3]
        small = all(element.words and element.em <= 1.05 * usual for element in (elements[index] for index in group))
        return group if small and gap > 0.8 * usual else []

    top = [index for index, element in enumerate(elements) if element.box[3] < margin]
    bottom = [index for index, element in enumerate(elements) if element.box[1] > height_pt - margin]
    return parted(top, lower=False), parted(bottom, lower=True)


class _Cutter:
    """One page being cut up."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self._all = elements

    def cut(self, members: list[int], depth: int) -> list[Rows]:
        """Return the columns of `members`, each as rows."""
        if len(members) < 2 or depth > _MAX_DEPTH:
            return [rows_of(self._all, members)] if members else []
        for crossing in (0, max(1, int(_CROSSING * len(members)))):
            for gutter in self._gutters(members, crossing):
                sides = self._sides(members, gutter)
                if self._are_columns(sides):
                    return self._bands(sides, depth)
        return self._halves(members, depth)

    def _gutters(self, members: list[int], crossing: int) -> list[_Gutter]:
        """Return strips of white from top to bottom that at most `crossing` elements cross: first what fewest do."""
        em = self._em(members)
        # A page number may stand in the middle of a gutter: short things do not close it, unless most things are short.
        wide = [index for index in members if width(self._all[index].box) > _SHORT_EM * em]
        counted = wide if len(wide) >= 0.7 * len(members) else members
        edges: list[tuple[float, int]] = []
        for index in counted:
            box = self._all[index].box
            edges += [(box[0], 1), (max(box[2], box[0] + 0.1), -1)]
        edges.sort()
        found = []
        covering = 0
        passed = 0
        for (x, step), (after, _) in itertools.pairwise(edges):
            covering += step
            passed += step < 0
            if (
                covering <= crossing
                and after - x >= _GUTTER_EM * em
                and passed > 0
                and passed + covering < len(counted)
            ):
                found.append(_Gutter(x, after, covering))
        found.sort(key=lambda gutter: (gutter.crossed, gutter.x0 - gutter.x1))
        return found[:6]

    def _em(self, members: list[int]) -> float:
        sizes = sorted(self._all[index].em for index in members if self._all[index].words)
        return sizes[len(sizes) // 2] if sizes else 10.0

    def _sides(self, members: list[int], gutter: _Gutter) -> _Sides:
        """Part elements by a gutter. One that reaches over it beside nothing on its own side only overhangs."""
        left = [index for index in members if self._all[index].box[2] <= gutter.x0 + 0.2]
        right = [index for index in members if self._all[index].box[0] >= gutter.x1 - 0.2]
        sides = _Sides(left, right, [])
        for index in members:
            box = self._all[index].box
            if box[2] <= gutter.x0 + 0.2 or box[0] >= gutter.x1 - 0.2:
                continue
            beside_left = any(same_row(box, self._all[other].box) for other in left)
            beside_right = any(same_row(box, self._all[other].box) for other in right)
            if beside_left == beside_right:
                sides.across.append(index)
            elif beside_right:
                sides.left.append(index)
            else:
                sides.right.append(index)
        return self._with_short_lines(sides)

    def _with_short_lines(self, sides: _Sides) -> _Sides:
        """Put the short last lines of a title or paragraph that crosses the gutter with the lines above them."""
        if not sides.left or not sides.right:
            return sides
        across = sorted(sides.across, key=lambda index: self._all[index].box[1])
        own = ({*sides.left}, {*sides.right})
        for index in across:
            above = self._all[index]
            for side, other in ((own[0], own[1]), (own[1], own[0])):
                below = [one for one in side if follows(self._all[one], above)]
                if len(below) == 1 and not any(same_row(self._all[below[0]].box, self._all[one].box) for one in other):
                    side.discard(below[0])
                    across.append(below[0])
        return _Sides([i for i in sides.left if i in own[0]], [i for i in sides.right if i in own[1]], across)

    def _are_columns(self, sides: _Sides) -> bool:
        """Say whether the sides of a gutter are to be read one after the other."""
        left, right = ([self._all[index] for index in side] for side in sides[:2])
        if not left or not right or any(all(is_bit(element) for element in side) for side in (left, right)):
            return False
        a, b = around(element.box for element in left), around(element.box for element in right)
        if min(a[3], b[3]) <= max(a[1], b[1]) or (sides.across and not self._parted_cleanly(sides)):
            return False
        if is_prose(left) and is_prose(right):
            return True
        if not any(same_row(one.box, two.box) for one in left for two in right):
            return not sides.across
        return stand_apart(left, right)

    def _drawn_in_rows(self, sides: _Sides) -> tuple[list[int], list[int]] | None:
        """Return the upper and the lower half of four blocks that the file draws row by row; None where it does not.

        A column is drawn as a whole; a slide with four text boxes is drawn, and read, as left, right, left, right.
        """
        drawn = sorted(
            [(self._all[i].order, 0, i) for i in sides.left] + [(self._all[i].order, 1, i) for i in sides.right]
        )
        blocks = [[one[2] for one in group] for _, group in itertools.groupby(drawn, key=lambda one: one[1])]
        if len(blocks) != 4 or min(map(len, blocks)) < 2:
            return None
        upper, lower = blocks[0] + blocks[1], blocks[2] + blocks[3]
        bottom = max(self._all[index].box[3] for index in upper)
        return (upper, lower) if bottom < self._top(lower) else None

    def _parted_cleanly(self, sides: _Sides) -> bool:
        """Say whether crossing elements stand above, below or between blocks, not among the lines of the columns."""
        bands = [band for band in self._strips(sides) if band.left and band.right]
        inside = sum(len(band.left) + len(band.right) for band in bands)
        everything = len(sides.left) + len(sides.right)
        return bool(bands) and inside >= 0.5 * everything and inside / len(bands) >= 4

    def _strips(self, sides: _Sides) -> list[_Sides]:
        """Cut columns into bands at the elements that cross; each crossing element is a band of its own."""
        across = sorted(sides.across, key=lambda index: middle(self._all[index].box))
        bands = [_Sides([], [], [])]
        for index in across:
            bands += [_Sides([], [], [index]), _Sides([], [], [])]
        marks = [middle(self._all[index].box) for index in across]
        for side in (0, 1):
            for index in sides[side]:
                # What reaches down past a crossing line starts above it: its top decides.
                place = sum(mark < self._all[index].box[1] + 0.5 * self._all[index].em for mark in marks)
                bands[2 * place][side].append(index)
        return [band for band in bands if band.left or band.right or band.across]

    def _bands(self, sides: _Sides, depth: int) -> list[Rows]:
        columns: list[Rows] = []
        across = False
        for band in self._strips(sides):
            if band.across and across:
                columns[-1].append(band.across)
            elif band.across:
                columns.append([band.across])
            elif band.left and band.right:
                columns += self._side_by_side(band, depth)
            else:
                columns += self.cut(band.left or band.right, depth + 1)
            across = bool(band.across)
        return columns

    def _side_by_side(self, band: _Sides, depth: int) -> list[Rows]:
        left, right = band.left, band.right
        halves = self._drawn_in_rows(band)
        if halves is not None:
            return self.cut(halves[0], depth + 1) + self.cut(halves[1], depth + 1)
        for main, margin in ((left, right), (right, left)):
            if self._is_margin(main, margin):
                return self._with_margin(main, margin, depth)
        return self.cut(left, depth + 1) + self.cut(right, depth + 1)

    def _is_margin(self, main: list[int], margin: list[int]) -> bool:
        """Say whether one side holds notes to the other: much narrower, and mostly white."""
        a, b = (around(self._all[index].box for index in side) for side in (main, margin))
        if width(b) > 0.45 * width(a) or len(main) < 6 or not is_prose([self._all[index] for index in main]):
            return False
        inked = sum(height(self._all[index].box) for index in margin)
        return inked < 0.35 * sum(height(self._all[index].box) for index in main)

    def _with_margin(self, main: list[int], margin: list[int], depth: int) -> list[Rows]:
        """Read each block of notes before the first paragraph of the main column that starts below the note's top."""
        body = self._paragraphs(main)
        notes = self._paragraphs(margin)
        ordered = [(self._top(block), 0, block) for block in body] + [(self._top(block), 1, block) for block in notes]
        ordered.sort(key=lambda entry: (entry[0], entry[1]))
        columns: list[Rows] = []
        for _, _, block in ordered:
            columns += self.cut(block, depth + 1)
        return columns

    def _paragraphs(self, members: list[int]) -> list[list[int]]:
        """Part a column where the white between two lines is more than usual."""
        rows = rows_of(self._all, members)
        tops = [self._top(row) for row in rows]
        steps = sorted(after - before for before, after in itertools.pairwise(tops))
        usual = steps[len(steps) // 2] if steps else 0.0
        blocks = [list(rows[0])]
        for row, before, top in zip(rows[1:], tops, tops[1:], strict=False):
            if top - before > 1.25 * usual:
                blocks.append([])
            blocks[-1] += row
        return blocks

    def _top(self, members: list[int]) -> float:
        return min(self._all[index].box[1] for index in members)

    def _halves(self, members: list[int], depth: int) -> list[Rows]:
        """Cut along white from left to right where that lets one half be cut along a gutter."""
        by_top = sorted(members, key=lambda index: self._all[index].box[1])
        gaps = []
        bottom = self._all[by_top[0]].box[3]
        for place, index in enumerate(by_top[1:], 1):
            box = self._all[index].box
            if box[1] - bottom > 0.2 * self._all[index].em:
                gaps.append((box[1] - bottom, place))
            bottom = max(bottom, box[3])
        for _, place in sorted(gaps, reverse=True)[:8]:
            upper, lower = by_top[:place], by_top[place:]
            if self._can_be_cut(upper) or self._can_be_cut(lower):
                return self.cut(upper, depth + 1) + self.cut(lower, depth + 1)
        for above, block, below in find_abreast(self._all, members, gutter=_GUTTER_EM * self._em(members)):
            if self._can_be_cut(block):
                return [*self.cut(above, depth + 1), *self.cut(block, depth + 1), *self.cut(below, depth + 1)]
        return [rows_of(self._all, members)]

    def _can_be_cut(self, members: list[int]) -> bool:
        if len(members) < 4:
            return False
        return any(self._are_columns(self._sides(members, gutter)) for gutter in self._gutters(members, 0))
