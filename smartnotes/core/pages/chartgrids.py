"""The grids of charts: lines of one length, evenly apart, each with its number beside it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from smartnotes.core.pages.geometry import around, height, width
from smartnotes.core.pages.raw import Box

_FEWEST = 4  # lines of a grid
_NUMBERED = 3  # of them that have a number beside them
_SAME_PT = 2.5
_REACH_EM = 3.0  # from a line's end to its number
_EVEN = 0.15  # steps differ by this share at most


def chart_grids(rules: Sequence[Box], ticks: Sequence[Box]) -> list[Box]:
    """Return the boxes of the grids among thin lines; `ticks` are the boxes of the bare numbers on the page (points).

    A chart of an office program has such lines across its plot, and its bars may touch nothing else.
    """
    across = [rule for rule in rules if width(rule) > 4 * height(rule)]
    down = [_turned(rule) for rule in rules if height(rule) > 4 * width(rule)]
    grids = _grids(across, ticks)
    return grids + [_turned(box) for box in _grids(down, [_turned(tick) for tick in ticks])]


def _turned(box: Box) -> Box:
    return box[1], box[0], box[3], box[2]


def _grids(rules: Sequence[Box], ticks: Sequence[Box]) -> list[Box]:
    """Return the grids of lines across with numbers at their left or right end."""
    found: list[Box] = []
    ordered = sorted(rules)
    used: set[int] = set()
    for start, first in enumerate(ordered):
        if start in used:
            continue
        same = []
        for place in range(start, len(ordered)):
            rule = ordered[place]
            if rule[0] - first[0] >= _SAME_PT:
                break
            if place not in used and abs(rule[2] - first[2]) < _SAME_PT:
                same.append(rule)
                used.add(place)
        levels = _levels(same)
        if len(levels) >= _FEWEST and _is_even(levels) and _count_numbered(levels, first, ticks) >= _NUMBERED:
            found.append(around(same))
    return found


def _levels(rules: Sequence[Box]) -> list[float]:
    """Return the heights that lines stand at, those drawn twice once."""
    levels: list[float] = []
    for y in sorted((rule[1] + rule[3]) / 2 for rule in rules):
        if not levels or y - levels[-1] > _SAME_PT:
            levels.append(y)
    return levels


def _is_even(levels: Sequence[float]) -> bool:
    steps = [after - before for before, after in itertools.pairwise(levels)]
    return max(steps) - min(steps) <= _EVEN * max(steps) + 1.0


def _count_numbered(levels: Sequence[float], rule: Box, ticks: Sequence[Box]) -> int:
    count = 0
    for y in levels:
        for tick in ticks:
            size = min(height(tick), width(tick)) or 1.0
            beside = 0 <= rule[0] - tick[2] < _REACH_EM * size or 0 <= tick[0] - rule[2] < _REACH_EM * size
            if beside and abs((tick[1] + tick[3]) / 2 - y) < 0.6 * height(tick):
                count += 1
                break
    return count
