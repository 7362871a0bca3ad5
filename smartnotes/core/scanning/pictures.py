"""Where the image of a page shows pictures: detail that is no recognised word and no part of the page's design."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from smartnotes.core.pages.raw import RawLine
from smartnotes.core.scanning.pieces import PixelBox, pieces, runs
from smartnotes.core.scanning.skew import Mask

_PAPER_PX = 8
_DETAIL = 24  # levels of any channel between a thing and what it stands on, at least
_SHADE = 12  # levels of grey that are one shade of paper
_CELL_PX = 4
_INKED = 3  # of a cell's 16 pixels
_EDGE = 0.02  # share of the image along its edges that is the paper's edge, or a shadow
_LONG = 0.75  # share of a side that a straight run takes which is the edge of a band, of the paper or of the ground
_GAP_CELLS = 1  # around what stands together
_SURE_LINE = 0.55  # lines recognised with less may be none
_SURE_WORD = 0.75  # and so may single words
_TALL = 2.5  # times the usual height of a line: a piece of a drawing taken for letters
_ROWS = 2.4  # heights of a line: what is lower is a row of letters nobody recognised
_SIDE, _AREA = 0.05, 0.012
_FILLED = 0.16  # of its box that the cells of a picture take; frames and rules take less
_LABEL = 8  # words in one box of a diagram, at most
_NODES, _NODE_WORDS, _NODE = 3, 10, 0.1  # boxes of a diagram; words in one and share of the page of one, at most
_TEXT_WORDS, _TEXT = 24, 0.06  # words in a figure, and share of it under them, at most
_MANY, _MANY_SHARE = 16, 0.1  # and, where it has no boxes for them, of a drawing
_PLAIN = 0.5  # of a box that one or two such boxes fill: they are all there is
_WORDED, _LETTERED = 0.22, 0.3  # of its box that words take in a panel of text; of a whole drawing
_LARGEST = 0.8
_BAR, _BAR_LONG = 0.15, 0.6  # of the page's sides: narrower and longer is the edge of a ground
_SMALL = 0.05  # of the page: smaller pictures have to have a form
_PIECE, _PIECE_PX = 2.2, 24  # heights of a line; what is larger both ways is no letter
_OVER = 12  # pixels by which a picture may stick out of its ground
_ON_GROUND, _FEW_WORDS = 0.15, 0.1  # of a ground, pictures at least and words at most


def find_pictures(image: Image.Image, lines: Sequence[RawLine], *, tones: Sequence[PixelBox] = ()) -> list[PixelBox]:
    """Return the boxes (pixels) of the pictures and drawings on a straight image (mode RGB or L) of about 1000 pixels.

    Detail is what differs from the median around it, in any colour. Words and long straight edges are taken out; what
    is left and stands together is a picture where it is large and dense enough, and not a panel of words. `tones` are
    areas printed over in one tone: one with pictures on it, and few words, is a picture as a whole; one with few words
    alone is a box of a diagram.
    """
    mask = _detail(image)
    high, wide = mask.shape
    edge = max(4, round(_EDGE * min(wide, high)))
    mask[:edge] = mask[-edge:] = False
    mask[:, :edge] = mask[:, -edge:] = False
    words = _words(lines, size=(wide, high))
    for x0, y0, x1, y1 in words:
        mask[y0:y1, x0:x1] = False
    _erase_long(mask)
    _erase_long(mask.T)
    rows, columns = high // _CELL_PX, wide // _CELL_PX
    blocks = mask[: rows * _CELL_PX, : columns * _CELL_PX].reshape(rows, _CELL_PX, columns, _CELL_PX)
    cells: Mask = blocks.sum(axis=(1, 3)) >= _INKED
    usual = median(y1 - y0 for _, y0, _, y1 in words) if words else 0.0
    parts = [part for box in pieces(_grown(cells, _GAP_CELLS)) if (part := _tight(cells, box)) is not None]
    kept = np.zeros_like(cells)
    for x0, y0, x1, y1 in parts:
        if not _is_panel(_scaled((x0, y0, x1, y1)), words, share=_WORDED):
            kept[y0:y1, x0:x1] |= cells[y0:y1, x0:x1]
    nodes = [tone for tone in tones if _is_node(tone, words, space=wide * high)]
    for x0, y0, x1, y1 in nodes:
        kept[y0 // _CELL_PX : y1 // _CELL_PX, x0 // _CELL_PX : x1 // _CELL_PX] = True
    found = []
    for around in pieces(_grown(kept, _GAP_CELLS)):
        box = _tight(kept, around)
        if box is None or not _is_picture(box, kept, usual=usual):
            continue
        if _is_text(_scaled(box), words):
            continue
        held = [node for node in nodes if _common(_scaled(box), (node,))]
        if len(held) < _NODES and _is_ground(_scaled(box), held, words):
            continue
        small = (box[2] - box[0]) * (box[3] - box[1]) < _SMALL * cells.size
        if not small or _has_form(mask, _scaled(box), usual):
            found.append(_scaled(box))
    return _on_grounds(found, tones, words)


def _detail(image: Image.Image) -> Mask:
    """Return which pixels differ clearly from the median around them, and from the paper: its edges are no detail."""
    coarse = image.reduce(_PAPER_PX).filter(ImageFilter.MedianFilter(5))
    local = ImageChops.difference(image, coarse.resize(image.size, Image.Resampling.BILINEAR))
    paper = ImageChops.difference(image, Image.new(image.mode, image.size, _usual_colour(coarse)))
    return np.asarray(np.asarray(ImageChops.darker(_strongest(local), _strongest(paper))) > _DETAIL)


def _usual_colour(coarse: Image.Image) -> tuple[int, ...]:
    """Return the colour that most of an image has: that of its paper."""
    values = np.asarray(coarse).reshape(coarse.width * coarse.height, -1)
    shades = values.mean(axis=1).astype(np.intp) // _SHADE
    most = np.bincount(shades).argmax()
    return tuple(int(level) for level in np.median(values[shades == most], axis=0))


def _strongest(apart: Image.Image) -> Image.Image:
    """Return the largest difference of any channel."""
    first, *others = apart.split()
    for band in others:
        first = ImageChops.lighter(first, band)
    return first


def _words(lines: Sequence[RawLine], *, size: tuple[int, int]) -> list[PixelBox]:
    """Return where text stands, two pixels larger: sure words, and all of a line that was recognised well."""
    words = [word for line in lines for word in line.words]
    usual = median(word.box[3] - word.box[1] for word in words) if words else 0.0
    wide, high = size
    boxes = []
    for line in lines:
        sure = sum((1.0 if word.confidence is None else word.confidence) * len(word.text) for word in line.words)
        good = len(line.words) > 1 and sure > _SURE_LINE * sum(len(word.text) for word in line.words)
        for word in line.words:
            certain = word.confidence is None or word.confidence > _SURE_WORD
            plain = word.box[3] - word.box[1] < _TALL * usual or certain
            if plain and (good or certain) and any(map(str.isalnum, word.text)):
                x0, y0, x1, y1 = word.box
                boxes.append(
                    (
                        max(0, int(x0 * wide) - 2),
                        max(0, int(y0 * high) - 2),
                        int(x1 * wide) + 3,
                        int(y1 * high) + 3,
                    )
                )
    return boxes


def _erase_long(mask: Mask) -> None:
    """Take runs across most of the page out, in place, with the rows beside; those that lean by a pixel as well."""
    level = mask.copy()
    level[1:] |= mask[:-1]
    level[:-1] |= mask[1:]
    for row, first, end in runs(level, shortest=round(_LONG * mask.shape[1])):
        mask[max(0, row - 1) : row + 2, first:end] = False


def _grown(mask: Mask, by: int) -> Mask:
    wide = mask.copy()
    for step in range(1, by + 1):
        wide[:, step:] |= mask[:, :-step]
        wide[:, :-step] |= mask[:, step:]
    tall = wide.copy()
    for step in range(1, by + 1):
        tall[step:] |= wide[:-step]
        tall[:-step] |= wide[step:]
    return tall


def _tight(cells: Mask, box: PixelBox) -> PixelBox | None:
    """Return a box without the empty cells along its sides."""
    part = cells[box[1] : box[3], box[0] : box[2]]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not rows.size:
        return None
    return (
        box[0] + int(columns[0]),
        box[1] + int(rows[0]),
        box[0] + int(columns[-1]) + 1,
        box[1] + int(rows[-1]) + 1,
    )


def _scaled(box: PixelBox) -> PixelBox:
    return box[0] * _CELL_PX, box[1] * _CELL_PX, box[2] * _CELL_PX, box[3] * _CELL_PX


def _is_picture(box: PixelBox, cells: Mask, *, usual: float) -> bool:
    """Say whether what stands together (box in cells) is large and dense enough, and more than a row of letters."""
    x0, y0, x1, y1 = box
    high, wide = cells.shape
    share = (x1 - x0) * (y1 - y0) / cells.size
    if min((x1 - x0) / wide, (y1 - y0) / high) < _SIDE or not _AREA < share < _LARGEST:
        return False
    sides = sorted(((x1 - x0) / wide, (y1 - y0) / high))
    if sides[0] < _BAR and sides[1] > _BAR_LONG:
        return False
    return (y1 - y0) * _CELL_PX >= _ROWS * usual and bool(cells[y0:y1, x0:x1].mean() >= _FILLED)


def _is_panel(box: PixelBox, words: Sequence[PixelBox], *, share: float) -> bool:
    """Say whether words, more than a label has, take a share of a box: a text on a ground, or in a frame."""
    inside = [word for word in words if _common(box, (word,))]
    return len(inside) > _LABEL and _common(box, inside) > share * (box[2] - box[0]) * (box[3] - box[1])


def _is_text(box: PixelBox, words: Sequence[PixelBox]) -> bool:
    """Say whether a box holds as many words as a table or a text does, and hardly any figure."""
    held = sum(_common(box, (word,)) > 0 for word in words)
    return held > _TEXT_WORDS and _common(box, words) > _TEXT * (box[2] - box[0]) * (box[3] - box[1])


def _is_ground(box: PixelBox, nodes: Sequence[PixelBox], words: Sequence[PixelBox]) -> bool:
    """Say whether a box is no diagram but the ground of some words: of a text, or of one or two labels."""
    plain = _common(box, nodes) > _PLAIN * (box[2] - box[0]) * (box[3] - box[1])
    many = sum(_common(box, (word,)) > 0 for word in words) > _MANY and _is_panel(box, words, share=_MANY_SHARE)
    return plain or many or _is_panel(box, words, share=_LETTERED)


def _is_node(tone: PixelBox, words: Sequence[PixelBox], *, space: int) -> bool:
    held = sum(_common(tone, (word,)) > 0 for word in words)
    return 0 < held <= _NODE_WORDS and (tone[2] - tone[0]) * (tone[3] - tone[1]) < _NODE * space


def _common(box: PixelBox, words: Sequence[PixelBox]) -> int:
    return sum(
        max(0, min(box[2], word[2]) - max(box[0], word[0])) * max(0, min(box[3], word[3]) - max(box[1], word[1]))
        for word in words
    )


def _has_form(mask: Mask, box: PixelBox, usual: float) -> bool:
    """Say whether something in a box is larger than letters and signs are: a formula has no such piece."""
    x0, y0, x1, y1 = box
    least = max(_PIECE_PX, _PIECE * usual)
    return any(min(right - left, low - top) > least for left, top, right, low in pieces(mask[y0:y1, x0:x1]))


def _on_grounds(pictures: Sequence[PixelBox], grounds: Sequence[PixelBox], words: Sequence[PixelBox]) -> list[PixelBox]:
    """Return the pictures, those on one ground as that ground."""
    found = list(pictures)
    for ground in grounds:
        x0, y0, x1, y1 = ground
        space = (x1 - x0) * (y1 - y0)
        left, top, right, low = x0 - _OVER, y0 - _OVER, x1 + _OVER, y1 + _OVER
        held = [box for box in found if box[0] > left and box[1] > top and box[2] < right and box[3] < low]
        drawn = sum((box[2] - box[0]) * (box[3] - box[1]) for box in held)
        if drawn > _ON_GROUND * space and _common(ground, words) < _FEW_WORDS * space and not _is_text(ground, words):
            found = [box for box in found if box not in held] + [ground]
    return found
