"""Bullets of lists on scans: dots before lines, which Tesseract leaves out or takes for letters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from smartnotes.core.ports import RecognisedWord
from smartnotes.core.scanning.pieces import pieces

BULLET = "\u2022"
_MISREAD = frozenset("eocaOCQ0*+@=>-.°¢©®»«¥§")
"""What a bullet is read as where it is not left out."""
_INK = 110  # grey levels; a bullet is as dark as its text
_FARTHEST, _NEAREST = 3.0, 0.2  # from the text, in heights of its letters
_SMALLEST, _LARGEST = 0.12, 0.7  # sides of a bullet, likewise
_LONGEST = 1.8  # times as wide as high, or the other way
_FILLED = 0.55  # share of its box that a dot, square or triangle fills; letters and circles fill less
_ALIGNED, _ALIKE = 0.4, 0.3  # bullets of one list: how far apart, and by which share they differ in size
_FEWEST = 2  # one alone may be a speck


class _Dot(NamedTuple):
    """What may be the bullet of line number `line`, whose letters are `em` pixels high; `read` says it is a word."""

    line: int
    box: tuple[int, int, int, int]
    em: float
    read: bool


def with_bullets(words: Sequence[RecognisedWord], image: Image.Image) -> list[RecognisedWord]:
    """Return the words of a page, dark on light (mode L), with a bullet before each line that begins with a dot.

    A dot counts where another line has one like it right above or below. The rest of a line stays as it is.
    """
    lines = [list(group) for _, group in itertools.groupby(words, key=lambda one: (one.block, one.paragraph, one.line))]
    values = np.asarray(image)
    taken = [word.box for word in words]
    dots = [dot for number, line in enumerate(lines) if (dot := _dot(number, line, values, taken)) is not None]
    for dot in dots:
        if sum(_is_like(dot, other) for other in dots) < _FEWEST:
            continue
        line = lines[dot.line]
        bullet = line[0]._replace(text=BULLET, box=dot.box)
        lines[dot.line] = [bullet, *line[dot.read :]]
    return [word for line in lines for word in line]


def _dot(
    number: int, line: Sequence[RecognisedWord], values: NDArray[np.uint8], taken: Sequence[tuple[int, int, int, int]]
) -> _Dot | None:
    """Return the one piece of ink before a line, if it is as small, round and full as a bullet."""
    read = len(line) > 1 and line[0].text in _MISREAD
    text = line[1] if read else line[0]
    if text.text == BULLET or not any(character.isalnum() for character in text.text):
        return None
    x0, y0, _, y1 = text.box
    em = float(y1 - y0)
    left, right = max(0, int(x0 - _FARTHEST * em)), int(x0 - _NEAREST * em)
    beside = [box for box in taken if box[1] < y1 and y0 < box[3] and box[0] < right and left < box[2]]
    left = max([left, *(box[2] for box in beside if not (read and box == line[0].box))])
    if right <= left:
        return None
    ink = values[y0:y1, left:right] < _INK
    found = pieces(ink)
    if len(found) != 1:
        return None
    a, b, c, d = found[0]
    wide, high = c - a, d - b
    if not (_SMALLEST * em <= min(wide, high) and max(wide, high) <= min(_LARGEST * em, _LONGEST * min(wide, high))):
        return None
    # what touches the strip's edge goes on beyond it
    if b == 0 or d == y1 - y0 or (a == 0 and left) or ink[b:d, a:c].mean() < _FILLED:
        return None
    return _Dot(number, (left + a, y0 + b, left + c, y0 + d), em, read)


def _is_like(dot: _Dot, other: _Dot) -> bool:
    """Say whether two dots are the bullets of one list; a dot is like itself."""
    (a0, b0, a1, b1), (x0, y0, x1, y1) = dot.box, other.box
    em = max(dot.em, other.em)
    size, theirs = max(a1 - a0, b1 - b0), max(x1 - x0, y1 - y0)
    return abs(a0 + a1 - x0 - x1) / 2 < _ALIGNED * em and abs(size - theirs) <= _ALIKE * max(size, theirs)
