"""Lines of text on a page, in points: what a reader's raw lines become once stray pieces are back where they belong."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from smartnotes.core.pages.geometry import area, around, common, inside, scaled
from smartnotes.core.pages.raw import Box, RawPage, RawWord
from smartnotes.core.pages.sizes import with_sizes

CELL_GAP_EM = 1.5
"""A wider gap inside a line parts two cells or columns, unless the line is justified that loosely."""

_JOIN_EM = 0.5  # pieces of one line stand closer than this; the narrowest gutters are 1 em
_CELL_EM = 0.4  # words of two cells of a known table stand further apart; a heading over two cells does not part
_GLUE_EM = 0.1  # closer still: no space between them (an exponent, a numerator)


class Line(NamedTuple):
    """Words on one baseline. Boxes are points from the page's top-left corner.

    `glued[i]` says that no space stands before word i. `size` is the font size of most characters, `bold`, `italic` and
    `mono` the shares of characters set that way. `order` is the line's place in the order in which the file draws.
    """

    words: tuple[RawWord, ...]
    glued: tuple[bool, ...]
    text: str
    box: Box
    size: float
    bold: float
    italic: float
    mono: float
    order: int
    block: int

    @property
    def upright(self) -> bool:
        """Whether the text runs from left to right rather than up or down."""
        x0, y0, x1, y1 = self.box
        return not (len(self.text) > 2 and y1 - y0 > 1.8 * (x1 - x0) and y1 - y0 > 1.8 * self.size)


class _Piece(NamedTuple):
    words: tuple[RawWord, ...]
    box: Box
    size: float
    order: int
    block: int


def make_line(words: Sequence[RawWord], *, box: Box, order: int, block: int = -1, glued: Sequence[bool] = ()) -> Line:
    """Return the line of these words, standing at `box` (points)."""
    sizes: Counter[float] = Counter()
    total = bold = italic = mono = 0
    for word in words:
        length = len(word.text)
        total += length
        sizes[word.size_pt] += length
        bold += length * word.bold
        italic += length * word.italic
        mono += length * word.mono
    glue = tuple(glued) or (False,) * len(words)
    text = "".join(
        word.text if tight or not index else " " + word.text
        for index, (word, tight) in enumerate(zip(words, glue, strict=True))
    )
    size = max(sizes, key=lambda one: (sizes[one], one))
    if size <= 0:
        size = max(1.0, box[3] - box[1])
    total = max(1, total)
    return Line(tuple(words), glue, text, box, size, bold / total, italic / total, mono / total, order, block)


def group_lines(raw: RawPage) -> list[Line]:
    """Return the lines of a page in the order of `raw.lines`.

    Lines are parted at gaps as wide as those between columns, pieces that the file draws apart (exponents, fractions,
    changes of font) are put back together, and text drawn twice in one place (shadows, bold by overprinting) is kept
    once. Recognised pages come in order and whole; they are taken as they are.
    """
    if raw.ordered:
        return [
            make_line(line.words, box=scaled(line.box, raw.width_pt, raw.height_pt), order=order, block=line.block)
            for order, line in enumerate(raw.lines)
            if line.words
        ]
    raw = with_sizes(raw)
    pieces = _uncovered(_once(_pieces(raw)), raw)
    rows = _rows(pieces)
    lines = [_joined([pieces[index] for index in row]) for row in rows]
    return sorted(lines, key=lambda line: line.order)


def _pieces(raw: RawPage) -> Iterable[_Piece]:
    """Yield the raw lines, parted at wide gaps."""
    order = 0
    for line in raw.lines:
        if not line.words:
            continue
        start = 0
        for index in [*_cuts(line.words, raw.width_pt), len(line.words)]:
            words = line.words[start:index]
            start = index
            box = around(word.box for word in words) if len(words) > 1 else words[0].box
            size = max(word.size_pt for word in words)
            yield _Piece(words, scaled(box, raw.width_pt, raw.height_pt), size, order, line.block)
            order += 1


def _cuts(words: Sequence[RawWord], width_pt: float) -> list[int]:
    """Return the indices of words that a wide gap stands before."""
    gaps = [(b.box[0] - a.box[2]) * width_pt for a, b in itertools.pairwise(words)]
    wide = [index for index, gap in enumerate(gaps, 1) if gap > CELL_GAP_EM * max(words[index].size_pt, 1.0)]
    if not wide:
        return []
    narrow = sorted(gap for index, gap in enumerate(gaps, 1) if index not in wide)
    usual = narrow[len(narrow) // 2] if narrow else 0.0
    return [index for index in wide if gaps[index - 1] > 2.2 * usual]


def _once(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Drop pieces that repeat another one in the same place."""
    kept: list[_Piece] = []
    seen: dict[str, list[Box]] = {}
    for piece in pieces:
        places = seen.setdefault(" ".join(word.text for word in piece.words), [])
        if any(common(piece.box, box) > 0.7 * area(box) for box in places if area(box) > 0):
            continue
        places.append(piece.box)
        kept.append(piece)
    return kept


def _uncovered(pieces: list[_Piece], raw: RawPage) -> list[_Piece]:
    """Drop words that cannot be seen: a filled box hides them, as other words drawn later in their place tell."""
    fills = [scaled(path.box, raw.width_pt, raw.height_pt) for path in raw.paths if path.filled and path.segments <= 6]
    hidden: dict[int, set[int]] = {}
    by_top = sorted(range(len(pieces)), key=lambda index: pieces[index].box[1]) if fills else []
    for place, one in enumerate(by_top):
        for two in by_top[place + 1 :]:
            if pieces[two].box[1] >= pieces[one].box[3]:
                break
            below, above = sorted((one, two), key=lambda index: pieces[index].order)
            if _collide(pieces[below], pieces[above]):
                fill = next((fill for fill in fills if inside(pieces[above].box, fill)), None)
                if fill is not None:
                    hidden.setdefault(below, set()).update(_under(fill, pieces[below], raw))
    if not hidden:
        return pieces
    seen = []
    for index, piece in enumerate(pieces):
        words = tuple(word for place, word in enumerate(piece.words) if place not in hidden.get(index, ()))
        if len(words) == len(piece.words):
            seen.append(piece)
        elif words:
            box = scaled(around(word.box for word in words), raw.width_pt, raw.height_pt)
            seen.append(piece._replace(words=words, box=box))
    return seen


def _collide(below: _Piece, above: _Piece) -> bool:
    """Say whether a word of one piece has most of its area behind words of the other; signs may stand on each other."""
    if common(below.box, above.box) <= 0.1 * min(area(below.box), area(above.box)):
        return False
    return any(
        len(word.text) > 1 and sum(common(word.box, other.box) for other in above.words) > 0.5 * area(word.box) > 0
        for word in below.words
    )


def _under(fill: Box, piece: _Piece, raw: RawPage) -> set[int]:
    """Return which words of a piece lie inside a filled box."""
    return {
        place for place, word in enumerate(piece.words) if inside(scaled(word.box, raw.width_pt, raw.height_pt), fill)
    }


def _rows(pieces: Sequence[_Piece]) -> list[list[int]]:
    """Group pieces that touch on one baseline; each group's indices come from left to right."""
    follower: dict[int, int] = {}
    by_top = sorted(range(len(pieces)), key=lambda index: pieces[index].box[1])
    candidates = []
    for place, first in enumerate(by_top):
        for second in by_top[place + 1 :]:
            if pieces[second].box[1] >= pieces[first].box[3]:
                break
            left, right = sorted((first, second), key=lambda index: pieces[index].box[0])
            gap = _gap(pieces[left], pieces[right])
            if gap is not None:
                candidates.append((abs(gap), left, right))
    taken = set()
    for _, left, right in sorted(candidates):
        if left not in follower and right not in taken:
            follower[left] = right
            taken.add(right)
    rows = []
    for index in range(len(pieces)):
        if index not in taken:
            row = [index]
            while row[-1] in follower:
                row.append(follower[row[-1]])
            rows.append(row)
    return rows


def _gap(left: _Piece, right: _Piece) -> float | None:
    """Return the gap in em where the pieces are neighbours on one line, None where they are not."""
    a, b = left.box, right.box
    em = max(left.size, right.size, 1.0)
    gap = (b[0] - a[2]) / em
    if not -_JOIN_EM < gap < _JOIN_EM:
        return None
    lower = min(a[3] - a[1], b[3] - b[1])
    if min(a[3], b[3]) - max(a[1], b[1]) <= 0.5 * lower or lower > 2.5 * em:
        return None
    # Side by side, not one on top of the other: a numerator stands over its denominator.
    return gap if b[0] > a[0] + 0.3 * (a[2] - a[0]) else None


def _joined(row: Sequence[_Piece]) -> Line:
    first = row[0]
    if len(row) == 1:
        return make_line(first.words, box=first.box, order=first.order, block=first.block)
    words = list(first.words)
    glued = [False] * len(words)
    for before, piece in itertools.pairwise(row):
        tight = piece.box[0] - before.box[2] < _GLUE_EM * max(before.size, piece.size, 1.0)
        glued += [tight, *[False] * (len(piece.words) - 1)]
        words += piece.words
    box = around(piece.box for piece in row)
    return make_line(words, box=box, order=min(piece.order for piece in row), block=first.block, glued=glued)


def parted(line: Line, places: Sequence[float]) -> list[Line]:
    """Return a line cut between words at x values in points (the borders of a table's columns)."""
    if not any(line.box[0] < x < line.box[2] for x in places):
        return [line]
    boxes = word_boxes(line)
    columns = [sum(x < (box[0] + box[2]) / 2 for x in places) for box in boxes]
    groups = [[0]]
    for index in range(1, len(boxes)):
        wide = boxes[index][0] - boxes[index - 1][2] > _CELL_EM * line.size
        if wide and columns[index] != columns[index - 1]:
            groups.append([])
        groups[-1].append(index)
    if len(groups) == 1:
        return [line]
    parts = []
    for members in groups:
        words = [line.words[index] for index in members]
        glued = [False, *(line.glued[index] for index in members[1:])]
        box = around(boxes[index] for index in members)
        parts.append(make_line(words, box=box, order=line.order, block=line.block, glued=glued))
    return parts


def segments(line: Line, *, apart_em: float = _CELL_EM) -> list[tuple[float, float]]:
    """Return (left, right) of a line's parts in points, cut where words stand as far apart as cells of a table may."""
    boxes = word_boxes(line)
    parts = [[boxes[0][0], boxes[0][2]]]
    for box in boxes[1:]:
        if box[0] - parts[-1][1] > apart_em * line.size:
            parts.append([box[0], box[2]])
        else:
            parts[-1][1] = max(parts[-1][1], box[2])
    return [(part[0], part[1]) for part in parts]


def word_boxes(line: Line) -> list[Box]:
    """Return the boxes of a line's words in points, by what the line measures in points and in fractions."""
    whole = around(word.box for word in line.words)
    left, top = line.box[0], line.box[1]
    x = (line.box[2] - left) / max(whole[2] - whole[0], 1e-9)
    y = (line.box[3] - top) / max(whole[3] - whole[1], 1e-9)
    return [
        (
            left + (x0 - whole[0]) * x,
            top + (y0 - whole[1]) * y,
            left + (x1 - whole[0]) * x,
            top + (y1 - whole[1]) * y,
        )
        for x0, y0, x1, y1 in (word.box for word in line.words)
    ]


def merged(lines: Sequence[Line], *, box: Box) -> Line:
    """Return lines as one, their words in the given order: what a table's cell holds. An empty cell has no words."""
    if not lines:
        return Line((), (), "", box, 10.0, 0.0, 0.0, 0.0, -1, -1)
    if len(lines) == 1:
        return lines[0]
    words: list[RawWord] = []
    glued: list[bool] = []
    for line in lines:
        broken = bool(words) and len(words[-1].text) > 1 and words[-1].text[-1] in "-\u2010" and line.text[:1].isalpha()
        if broken and line.text[0].islower():
            words[-1] = words[-1]._replace(text=words[-1].text[:-1])
        words += line.words
        glued += [broken, *line.glued[1:]]
    first = lines[0]
    return make_line(words, box=around(line.box for line in lines), order=first.order, block=first.block, glued=glued)
