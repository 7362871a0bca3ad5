"""Boxes as plain tuples (x0, y0, x1, y1), y downwards, in any one unit."""

from __future__ import annotations

from collections.abc import Iterable

from smartnotes.core.pages.raw import Box


def width(box: Box) -> float:
    """Return x1 - x0."""
    return box[2] - box[0]


def height(box: Box) -> float:
    """Return y1 - y0."""
    return box[3] - box[1]


def area(box: Box) -> float:
    """Return the area, 0 for a box turned inside out."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around one or more boxes."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return (min(x0), min(y0), max(x1), max(y1))


def grown(box: Box, by: float) -> Box:
    """Return the box moved outwards by `by` on all sides."""
    return (box[0] - by, box[1] - by, box[2] + by, box[3] + by)


def scaled(box: Box, x: float, y: float) -> Box:
    """Return the box with its x values times `x` and its y values times `y`."""
    return (box[0] * x, box[1] * y, box[2] * x, box[3] * y)


def touch(a: Box, b: Box) -> bool:
    """Say whether two boxes share at least a point."""
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def shared_x(a: Box, b: Box) -> float:
    """Return the length common to both on the x axis; negative: the gap between them."""
    return min(a[2], b[2]) - max(a[0], b[0])


def shared_y(a: Box, b: Box) -> float:
    """Return the length common to both on the y axis; negative: the gap between them."""
    return min(a[3], b[3]) - max(a[1], b[1])


def common(a: Box, b: Box) -> float:
    """Return the area common to both."""
    return max(0.0, shared_x(a, b)) * max(0.0, shared_y(a, b))


def inside(inner: Box, outer: Box) -> bool:
    """Say whether the middle of `inner` lies in `outer`."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def same_row(a: Box, b: Box) -> bool:
    """Say whether two boxes of text stand side by side: they share more than half of the smaller height."""
    if a[3] <= b[1] or b[3] <= a[1]:
        return False
    return shared_y(a, b) > 0.5 * min(a[3] - a[1], b[3] - b[1])


def clusters(boxes: list[Box], *, gap: float) -> list[list[int]]:
    """Return the indices of boxes grouped so that boxes less than `gap` apart are in one group.

    Sweeps over the boxes by their left edges; groups come in order of their first index.
    """
    parent = list(range(len(boxes)))

    def find(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    active: list[int] = []
    for index in sorted(range(len(boxes)), key=lambda one: boxes[one][0]):
        x0, y0, _, y1 = boxes[index]
        still = []
        for other in active:
            box = boxes[other]
            if box[2] + gap < x0:
                continue
            still.append(other)
            if box[1] - gap <= y1 and y0 - gap <= box[3]:
                parent[find(other)] = find(index)
        still.append(index)
        active = still
    groups: dict[int, list[int]] = {}
    for index in range(len(boxes)):
        groups.setdefault(find(index), []).append(index)
    return list(groups.values())
