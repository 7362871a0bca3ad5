"""Text boxes: fills and frames around several lines. What stands in one is read together."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.pages.geometry import area, common, scaled
from smartnotes.core.pages.lines import Line
from smartnotes.core.pages.raw import Box, RawPage

_LARGEST = 0.6  # a larger fill is the page's ground
_INSIDE = 0.85  # of a line's area; text that hangs over an edge still belongs to its box
_THIN_PT = 6.5
_MOST = 200


def find_text_boxes(raw: RawPage, lines: Sequence[Line]) -> list[tuple[Box, tuple[int, ...]]]:
    """Return boxes (points) with the lines that each holds, two or more, by index; a line is in its smallest box."""
    page = raw.width_pt * raw.height_pt
    boxes: list[Box] = []
    for path in raw.paths:
        if path.segments > 24 or len(boxes) >= _MOST:
            continue
        box = scaled(path.box, raw.width_pt, raw.height_pt)
        if min(box[2] - box[0], box[3] - box[1]) > _THIN_PT and area(box) < _LARGEST * page:
            boxes.append((round(box[0]), round(box[1]), round(box[2]), round(box[3])))
    held: dict[Box, list[int]] = {}
    smallest = sorted(set(boxes), key=area)
    for index, line in enumerate(lines):
        home = next((box for box in smallest if _holds(box, line.box)), None)
        if home is not None:
            held.setdefault(home, []).append(index)
    return [(box, tuple(members)) for box, members in held.items() if len(members) > 1]


def _holds(box: Box, line: Box) -> bool:
    if line[0] >= box[2] or line[2] <= box[0] or line[1] >= box[3] or line[3] <= box[1]:
        return False
    return common(box, line) >= _INSIDE * area(line)
