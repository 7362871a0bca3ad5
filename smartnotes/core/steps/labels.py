"""What stands inside a figure: labels, one a line, without the ticks of axes and what is too small to read."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.geometry import shared_x, width
from smartnotes.core.pages.lines import Line, merged
from smartnotes.core.pages.shapes import is_tick

_READABLE_PT = 4.0
_TICKS = 0.5  # share of bare numbers from which they are the ticks of axes


def figure_labels(figure: Area, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the labels of a figure from top to bottom; a label of several lines is one line of the result."""
    inside = [lines[index] for index in figure.lines if lines[index].size >= _READABLE_PT]
    ticks = [line for line in inside if is_tick(line.text)]
    if len(ticks) > _TICKS * len(inside):
        inside = [line for line in inside if not is_tick(line.text)]
    labels: list[list[Line]] = []
    for line in sorted(inside, key=lambda line: (line.box[1], line.box[0])):
        home = next((label for label in reversed(labels) if _goes_on(label[-1], line)), None)
        if home is None:
            labels.append([line])
        else:
            home.append(line)
    labels.sort(key=lambda label: (round(label[0].box[1] / max(label[0].size, 1.0)), label[0].box[0]))
    return tuple(merged(label, box=figure.box) for label in labels)


def _goes_on(last: Line, line: Line) -> bool:
    """Say whether a line is the next one of the label that ends with `last`."""
    gap = line.box[1] - last.box[3]
    alike = abs(line.size - last.size) < 0.1 * line.size
    narrower = min(width(line.box), width(last.box))
    return alike and -0.2 * line.size < gap < 0.9 * line.size and shared_x(line.box, last.box) > 0.5 * narrower
