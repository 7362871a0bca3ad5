"""Text that exists only inside the pictures of a page, put where each picture stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from smartnotes.core.model import BBox, FigureKind, Page, RegionKind
from smartnotes.core.pages.blocks import Block, BlockWord, disassemble, to_bbox, to_box, with_blocks
from smartnotes.core.pages.geometry import area, common
from smartnotes.core.pages.raw import Box, Crop, RawImage, RawLine, RawPage, RawWord

_BACKGROUND = 0.8  # a picture larger than this share of the page is what the page is printed on
_PICTURED = 0.15  # share of a figure that pictures must fill
_KNOWN = 0.3  # a word of which this share is covered by the page's own words is one of them
_FIGURES = 6  # of one page, the largest


def pictures_to_read(raw: RawPage, crops: Sequence[Crop]) -> dict[int, tuple[RawImage, ...]]:
    """Return which crops of a page show pictures, with these: the figures whose text the page may not have."""
    whole = [image for image in raw.images if area(image.box) <= _BACKGROUND and image.width_px > 0]
    found: dict[int, tuple[RawImage, ...]] = {}
    for index, crop in enumerate(crops):
        if crop.kind is not FigureKind.FIGURE:
            continue
        box = to_box(crop.box)
        inside = tuple(image for image in whole if common(image.box, box) > 0.5 * area(image.box))
        if sum(common(image.box, box) for image in inside) >= _PICTURED * area(box) > 0:
            found[index] = inside
    largest = sorted(found, key=lambda index: -crops[index].box.area)[:_FIGURES]
    return {index: found[index] for index in sorted(largest)}


def unknown_lines(lines: Sequence[RawLine], *, area_of: BBox, raw: RawPage) -> tuple[RawLine, ...]:
    """Return lines read in an image of a part of the page, with boxes on the page, less the words it has as text."""
    own = [word.box for line in raw.lines for word in line.words]
    wide, tall = area_of.x1 - area_of.x0, area_of.y1 - area_of.y0

    def placed(box: Box) -> Box:
        return (
            area_of.x0 + box[0] * wide,
            area_of.y0 + box[1] * tall,
            area_of.x0 + box[2] * wide,
            area_of.y0 + box[3] * tall,
        )

    found = []
    for line in lines:
        words = [word._replace(box=placed(word.box)) for word in line.words]
        new = tuple(word for word in words if not _is_known(word, own))
        if any(character.isalnum() for word in new for character in word.text):
            found.append(RawLine(new, placed(line.box)))
    return tuple(found)


def _is_known(word: RawWord, own: Iterable[Box]) -> bool:
    size = area(word.box)
    return sum(common(word.box, box) for box in own) > _KNOWN * size


def with_picture_text(
    page: Page, crops: Sequence[Crop], found: Mapping[int, Sequence[RawLine]]
) -> tuple[Page, tuple[Crop, ...]]:
    """Return a page and its crops with the lines that were read inside some of these (by their index).

    They follow the figure's own labels, in the page's text and in the crop's, with their words and confidences.
    """
    if not any(found.values()):
        return page, tuple(crops)
    blocks = disassemble(page)
    done = list(crops)
    for index, lines in found.items():
        if not lines:
            continue
        crop = crops[index]
        done[index] = crop._replace(text="\n".join(part for part in (crop.text, *(one.text for one in lines)) if part))
        place = next((at for at, block in enumerate(blocks) if _shows(block, crop.box)), None)
        if place is not None:
            blocks[place] = _longer(blocks[place], lines)
    return with_blocks(page, blocks), tuple(done)


def _shows(block: Block, box: BBox) -> bool:
    return block.kind is RegionKind.FIGURE and block.box is not None and to_bbox(block.box).iou(box) > 0.8


def _longer(block: Block, lines: Sequence[RawLine]) -> Block:
    text, words = block.text, list(block.words)
    for line in lines:
        text += "\n" if text else ""
        for place, word in enumerate(line.words):
            text += " " if place else ""
            words.append(BlockWord(len(text), len(text) + len(word.text), word.box, word.confidence))
            text += word.text
    return block._replace(text=text, words=tuple(words))
