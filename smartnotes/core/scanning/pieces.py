"""Runs and connected pieces of a mask (a boolean array, height by width). Boxes are pixels, ends are exclusive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from smartnotes.core.scanning.skew import Mask

PixelBox = tuple[int, int, int, int]


def runs(mask: Mask, *, shortest: int = 1) -> Iterator[tuple[int, int, int]]:
    """Yield (row, first column, column behind the last) of the runs of at least `shortest` true values, row by row."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = mask
    steps = np.diff(padded, axis=1)
    rows, firsts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    long = ends - firsts >= shortest
    yield from zip(rows[long].tolist(), firsts[long].tolist(), ends[long].tolist(), strict=True)


def pieces(mask: Mask) -> list[PixelBox]:
    """Return the boxes of what hangs together, side to side: runs of neighbouring rows joined (union-find)."""
    parents: list[int] = []
    boxes: list[list[int]] = []

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    above: list[tuple[int, int, int]] = []
    current: list[tuple[int, int, int]] = []
    last = -1
    for row, first, end in runs(mask):
        if row != last:
            above, current = (current if row == last + 1 else []), []
            last = row
        own = len(parents)
        parents.append(own)
        boxes.append([first, row, end, row + 1])
        for start, stop, index in above:
            if start < end and first < stop:
                other = root(index)
                if other != own:
                    parents[own] = other
                    _join(boxes[other], boxes[own])
                    own = other
        current.append((first, end, own))
    return [
        (x0, y0, x1, y1)
        for index, (parent, (x0, y0, x1, y1)) in enumerate(zip(parents, boxes, strict=True))
        if index == parent
    ]


def _join(box: list[int], other: Sequence[int]) -> None:
    box[0], box[1] = min(box[0], other[0]), min(box[1], other[1])
    box[2], box[3] = max(box[2], other[2]), max(box[3], other[3])
