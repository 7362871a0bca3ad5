"""What is drawn on the image of a page besides its words: ruling lines and pictures, as a file would name them.

A scan is one picture. Here the lines of its tables and its figures are told apart again, so that both are found on it
as they are on a page that a program has drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from PIL import Image

from smartnotes.core.pages.raw import Box, RawImage, RawLine, RawPath
from smartnotes.core.scanning.pictures import find_pictures
from smartnotes.core.scanning.pieces import PixelBox, runs
from smartnotes.core.scanning.skew import Mask, ink_mask
from smartnotes.core.scanning.tones import Tone, find_tones

_LONGEST_PX = 1000
_EDGE_PX = 4  # ink along the image's edge is the paper's edge, or a shadow
_RULE_PX = 28  # a shorter straight run of ink is a part of a letter or of a curve
_THICK_PX = 5
_ALONG = 0.06  # of a side
_TABLE_WORDS, _TABLE_SHARE = 6, 0.05  # at least so many words in a table, and of its area under them
_SMALLEST_PX = 64  # a smaller image shows nothing


class Strokes(NamedTuple):
    """What is drawn, boxes as fractions of the image: `paths` are thin rules only, `images` pictures and drawings."""

    paths: tuple[RawPath, ...] = ()
    images: tuple[RawImage, ...] = ()


def shrunk(image: Image.Image) -> Image.Image:
    """Return an image as small as drawings are looked for on, in mode L or RGB."""
    small = image if image.mode in ("L", "RGB") else image.convert("RGB")
    factor = max(small.size) // _LONGEST_PX
    small = small.reduce(factor) if factor > 1 else small.copy()
    small.thumbnail((_LONGEST_PX, _LONGEST_PX), Image.Resampling.BOX)
    return small


def find_strokes(image: Image.Image, lines: Sequence[RawLine]) -> Strokes:
    """Return what is drawn on the straight image of a page besides its recognised words, `lines`."""
    small = shrunk(image)
    wide, high = small.size
    if min(wide, high) < _SMALLEST_PX:
        return Strokes()
    words = [
        (int(x0 * wide) - 1, int(y0 * high) - 1, int(x1 * wide) + 2, int(y1 * high) + 2)
        for line in lines
        for word in line.words
        for x0, y0, x1, y1 in (word.box,)
    ]
    tones = find_tones(small)
    worded = [tone for tone in tones if tone.bands and _is_worded(tone.box, words)]
    tables = [_with_rows(tone, words) for tone in worded]
    pictures = find_pictures(small, lines, tones=[tone.box for tone in tones if tone not in worded])
    pictures = [box for box in pictures if not any(_within(box, tone.box) for tone in worded)]
    rules = [box for box in _all_rules(small.convert("L")) if not any(_contains(word, box) for word in words)]
    rules = [rule for rule in rules if not _is_design(rule, size=small.size)] + _band_edges(tables)
    dark = [tone.box for tone in tones if tone.dark]
    rules = [rule for rule in rules if not any(_within(rule, picture) for picture in (*pictures, *dark))]

    def fraction(box: PixelBox) -> Box:
        return box[0] / wide, box[1] / high, box[2] / wide, box[3] / high

    paths = [RawPath(fraction(_thin(box)), filled=False, stroked=True, segments=1) for box in rules]
    return Strokes(tuple(paths), tuple(RawImage(fraction(box)) for box in pictures))


def _all_rules(gray: Image.Image) -> list[PixelBox]:
    mask = ink_mask(gray, longest_px=_LONGEST_PX)
    mask[:_EDGE_PX] = mask[-_EDGE_PX:] = False
    mask[:, :_EDGE_PX] = mask[:, -_EDGE_PX:] = False
    return _rules(mask) + [(y0, x0, y1, x1) for x0, y0, x1, y1 in _rules(mask.T)]


def _rules(mask: Mask) -> list[PixelBox]:
    """Return the thin horizontal runs of ink, those of neighbouring rows in one piece."""
    found: list[list[int]] = []
    open_: list[list[int]] = []
    for row, first, end in runs(mask, shortest=_RULE_PX):
        open_ = [box for box in open_ if box[3] >= row]
        near = [box for box in open_ if box[0] <= end + 2 and first <= box[2] + 2]
        if near:
            box = near[0]
            box[0], box[2], box[3] = min(box[0], first), max(box[2], end), row + 1
        else:
            open_.append([first, row, end, row + 1])
            found.append(open_[-1])
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in found if y1 - y0 <= _THICK_PX]


def _thin(rule: PixelBox) -> PixelBox:
    """Return a rule one pixel thick: scanned ink spreads."""
    x0, y0, x1, y1 = rule
    if x1 - x0 >= y1 - y0:
        return x0, (y0 + y1) // 2, x1, (y0 + y1) // 2 + 1
    return (x0 + x1) // 2, y0, (x0 + x1) // 2 + 1, y1


def _band_edges(tables: Sequence[Tone]) -> list[PixelBox]:
    """Return the edges between the rows of tables that are told by their tone, as rules."""
    return [(table.box[0], edge - 1, table.box[2], edge + 1) for table in tables for edge in table.bands]


def _is_design(rule: PixelBox, *, size: tuple[int, int]) -> bool:
    """Say whether a rule runs along an edge of the page: the edge of a slide's ground, or of the paper."""
    across = rule[2] - rule[0] >= rule[3] - rule[1]
    side = size[1] if across else size[0]
    middle = (rule[1] + rule[3]) / 2 if across else (rule[0] + rule[2]) / 2
    return min(middle, side - middle) < _ALONG * side


def _is_worded(box: PixelBox, words: Sequence[PixelBox]) -> bool:
    """Say whether an area holds as many words as a table does."""
    held = [word for word in words if _within(word, box)]
    covered = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in held)
    return len(held) >= _TABLE_WORDS and covered > _TABLE_SHARE * (box[2] - box[0]) * (box[3] - box[1])


def _with_rows(tone: Tone, words: Sequence[PixelBox]) -> Tone:
    """Return a table with an edge between all its rows of words: edges seen in part would run cells into each other."""
    inner = [word for word in words if _within(word, tone.box)]
    middles = sorted((y0 + y1) / 2 for _, y0, _, y1 in inner)
    tall = median(y1 - y0 for _, y0, _, y1 in inner)
    edges = [round((above + below) / 2) for above, below in pairwise(middles) if below - above > tall / 2]
    return tone._replace(bands=(tone.bands[0], *edges, tone.bands[-1]))


def _within(inner: PixelBox, outer: PixelBox) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _contains(outer: PixelBox, inner: PixelBox) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
