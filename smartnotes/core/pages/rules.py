"""Rules: the thin lines that tables are made of. Boxes are points."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.pages.geometry import area, around, scaled
from smartnotes.core.pages.raw import Box, RawPage

TOUCH_PT = 2.5
"""Borders and cells of one table are at most this far apart."""

_THIN_PT = 6.5  # a drawing thinner than this and much longer is a rule
_SLENDER = 8.0
_SMALL_PT = 7.0  # lower than any row
_PANEL = 0.75  # a box larger than this share of the page is its ground, not a cell
_EDGE = 0.002  # share of the page's width and height
_BAND_PT = 60.0  # a fill lower than this may be a table's row, or the head of one


def is_row_rule(box: Box) -> bool:
    """Say whether a drawing is a line that runs across."""
    return box[3] - box[1] <= _THIN_PT and box[2] - box[0] > _SLENDER * (box[3] - box[1])


def is_column_rule(box: Box) -> bool:
    """Say whether a drawing is a line that runs down."""
    return box[2] - box[0] <= _THIN_PT and box[3] - box[1] > _SLENDER * (box[2] - box[0])


def is_rule(box: Box) -> bool:
    """Say whether a drawing is a line that runs across or down."""
    return is_row_rule(box) or is_column_rule(box)


def straight_boxes(raw: RawPage) -> list[Box]:
    """Return the drawings (in points) that can be borders or cells: rules, and boxes with four corners.

    Bands and bars that reach to the edge of the page are part of its design. Older programs (dvips) draw a rule as a
    picture of one point, made long and thin.
    """
    page = raw.width_pt * raw.height_pt
    boxes = [
        box
        for image in raw.images
        if min(image.width_px, image.height_px) == 1
        and is_rule(box := scaled(image.box, raw.width_pt, raw.height_pt))
        and max(box[2] - box[0], box[3] - box[1]) >= _SMALL_PT
    ]
    for path in raw.paths:
        box = scaled(path.box, raw.width_pt, raw.height_pt)
        small = max(box[2] - box[0], box[3] - box[1]) < _SMALL_PT
        straight = path.segments >= 4 or is_rule(box)
        bleeds = min(path.box[0], path.box[1]) < _EDGE or max(path.box[2], path.box[3]) > 1 - _EDGE
        if path.segments <= 6 and not small and area(box) < _PANEL * page and straight and not bleeds:
            boxes.append(box)
    return boxes


def long_rules(boxes: Sequence[Box]) -> list[Box]:
    """Return the rules across, from top to bottom, those drawn cell by cell in one piece; edges of bands count."""
    pieces: list[Box] = []
    for x0, y0, x1, y1 in boxes:
        if is_row_rule((x0, y0, x1, y1)):
            pieces.append((x0, (y0 + y1) / 2, x1, (y0 + y1) / 2))
        elif y1 - y0 < _BAND_PT:
            pieces += [(x0, y0, x1, y0), (x0, y1, x1, y1)]
    rules: list[Box] = []
    row: list[Box] = []
    for piece in [*sorted(pieces, key=lambda piece: piece[1]), None]:
        if row and (piece is None or piece[1] - row[0][1] > TOUCH_PT):
            rules += _in_one_piece(row)
            row = []
        if piece is not None:
            row.append(piece)
    return [rule for rule in rules if rule[2] - rule[0] > 40]


def _in_one_piece(row: Sequence[Box]) -> list[Box]:
    joined: list[Box] = []
    for piece in sorted(row):
        if joined and piece[0] - joined[-1][2] <= TOUCH_PT:
            joined[-1] = around((joined[-1], piece))
        else:
            joined.append(piece)
    return joined
