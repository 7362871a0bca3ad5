"""Font sizes where the file does not tell: fonts made of bitmaps (Type 3), as older TeX files have, know none."""

from __future__ import annotations

from collections import Counter

from smartnotes.core.pages.geometry import height
from smartnotes.core.pages.raw import RawLine, RawPage

_LEAST_PT = 2.0  # nobody can read less; turned lines, high for their size, are set larger
_TOLD = 0.35  # a size that is a smaller share of the height of what is written is none
_FULL = 0.95  # height of a line with letters that go up and down, in font sizes
_SHORT = 0.68  # ... and of one without any that go down, as a share of that


def with_sizes(raw: RawPage) -> RawPage:
    """Return a page with the sizes of its lines, by their height, where the file tells none that can be."""
    untold = [index for index, line in enumerate(raw.lines) if line.words and _is_untold(line, raw.height_pt)]
    if not untold:
        return raw
    sizes = {index: _by_height(raw.lines[index], raw.height_pt) for index in untold}
    common: Counter[float] = Counter()
    for index, size in sizes.items():
        common[round(2 * size) / 2] += sum(len(word.text) for word in raw.lines[index].words)
    usual = max(common, key=lambda size: (common[size], size))
    lines = list(raw.lines)
    for index, size in sizes.items():
        # A line that happens to have no letter that goes down is as large as those around it.
        own = usual if _SHORT * usual <= size <= usual / 0.9 else size
        words = tuple(word._replace(size_pt=round(own, 2)) for word in lines[index].words)
        lines[index] = lines[index]._replace(words=words)
    return raw._replace(lines=tuple(lines))


def _is_untold(line: RawLine, height_pt: float) -> bool:
    size = max(word.size_pt for word in line.words)
    return size < _LEAST_PT and size < _TOLD * _by_height(line, height_pt) * _FULL


def _by_height(line: RawLine, height_pt: float) -> float:
    return max(height(word.box) for word in line.words) * height_pt / _FULL
