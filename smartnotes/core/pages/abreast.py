"""Blocks that stand side by side somewhere on a page: two boxes, code beside what it gives, a picture beside a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smartnotes.core.pages.elements import Element

_APART_EM = 1.0  # what stands on one side only, further below than this, does not go on with the block
_WHITE_EM = 0.2  # less white between two lines parts no bands

Span = tuple[float, float]


class Abreast(NamedTuple):
    """Elements (indices) of a page: those above a block of columns, the block, and those below it."""

    above: list[int]
    block: list[int]
    below: list[int]


def find_abreast(elements: Sequence[Element], members: Sequence[int], *, gutter: float) -> Iterator[Abreast]:
    """Yield the parts of a page, from top to bottom, that a strip of white runs through, `gutter` points wide or more.

    Each starts where two things stand side by side, and is as long as white goes on.
    """
    bands = _bands(elements, members)
    start = 0
    while start < len(bands):
        end = _end(elements, bands, start, gutter=gutter) if len(bands[start]) > 1 else start
        if end > start:
            yield Abreast(
                [index for band in bands[:start] for index in band],
                [index for band in bands[start:end] for index in band],
                [index for band in bands[end:] for index in band],
            )
        start = max(end, start + 1)


def _bands(elements: Sequence[Element], members: Sequence[int]) -> list[list[int]]:
    """Cut elements along all white from left to right."""
    bands: list[list[int]] = []
    bottom = float("-inf")
    for index in sorted(members, key=lambda index: elements[index].box[1]):
        box = elements[index].box
        if box[1] - bottom > _WHITE_EM * elements[index].em or not bands:
            bands.append([])
        bands[-1].append(index)
        bottom = max(bottom, box[3])
    return bands


def _end(elements: Sequence[Element], bands: Sequence[list[int]], start: int, *, gutter: float) -> int:
    """Return the band that a block from `start` on ends before."""
    white: list[Span] = [(float("-inf"), float("inf"))]
    bottom = 0.0
    for place in range(start, len(bands)):
        boxes = [elements[index].box for index in bands[place]]
        white = _left(white, [(box[0], box[2]) for box in boxes], gutter=gutter, inner=place == start)
        left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
        beside = any(left < x0 and x1 < right for x0, x1 in white)
        apart = min(box[1] for box in boxes) - bottom > _APART_EM * elements[bands[place][0]].em
        if not white or (apart and not beside):
            return place
        bottom = max(bottom, *(box[3] for box in boxes))
    return len(bands)


def _left(white: Sequence[Span], spans: Sequence[Span], *, gutter: float, inner: bool) -> list[Span]:
    """Return what spans leave of white strips, `gutter` wide at least; `inner`: only what lies between two of them."""
    edges = [(float("-inf"), float("-inf")), *sorted(spans), (float("inf"), float("inf"))]
    found = []
    for x0, x1 in white:
        reached = x0
        for left, right in edges:
            if min(left, x1) - reached >= gutter:
                found.append((reached, min(left, x1)))
            reached = max(reached, right)
    return [one for one in found if not inner or (one[0] > float("-inf") and one[1] < float("inf"))]
