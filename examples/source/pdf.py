"""Draws the slides as a born-digital PDF."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, VAlign
from fpdf.fonts import FontFace

from source.fonts import FAMILY, STYLES, font_file
from source.lecture import FOOTER, SLIDES, TITLE
from source.slides import (
    BLUE,
    GREY,
    INK,
    NAVY,
    PALE,
    SLIDE_HEIGHT,
    SLIDE_WIDTH,
    WHITE,
    Arrow,
    Block,
    Box,
    Bullets,
    Code,
    Drawing,
    Label,
    Picture,
    Place,
    Slide,
    Table,
    Text,
    nesting,
    runs,
)

MADE = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
INCH = 72.0
LEADING = 1.25


class SlideDeck(FPDF):
    """A landscape PDF whose unit is the inch."""

    def __init__(self, *, title: str) -> None:
        super().__init__(orientation="landscape", unit="in", format=(SLIDE_HEIGHT, SLIDE_WIDTH))
        for style in STYLES:
            self.add_font(FAMILY, style, font_file(style))
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.set_title(title)
        self.set_author("The smartnotes authors")
        self.set_creation_date(MADE)

    def ink(self, size: float, style: str = "", colour: tuple[int, int, int] = INK) -> None:
        """Choose face, size in points and colour."""
        self.set_font(FAMILY, style, size)
        self.set_text_color(*colour)

    def flow(self, place: Place, marked: str, size: float, *, top: float, indent: float = 0.0) -> float:
        """Set a paragraph with bold runs at `top`; return where the next one starts."""
        self.set_left_margin(place.x + indent)
        self.set_right_margin(SLIDE_WIDTH - place.x - place.width)
        self.set_xy(place.x + indent, top)
        for bold, words in runs(marked):
            self.ink(size, "B" if bold else "", NAVY if bold else INK)
            self.write(size * LEADING / INCH, words)
        return float(self.get_y()) + size * LEADING / INCH


def _text(deck: SlideDeck, block: Text) -> None:
    place = block.place
    top = place.y
    if block.boxed:
        deck.set_fill_color(*PALE)
        deck.rect(*place, style="F")
        deck.set_fill_color(*BLUE)
        deck.rect(place.x, place.y, 0.07, place.height, style="F")
        place, top = Place(place.x + 0.25, place.y, place.width - 0.4, place.height), place.y + 0.12
    for paragraph in block.paragraphs:
        top = deck.flow(place, paragraph, block.size, top=top) + 0.08


def _bullets(deck: SlideDeck, block: Bullets) -> None:
    top = block.place.y
    for index, item in enumerate(block.items, start=1):
        level, words = nesting(item)
        size = block.size - 2 * level
        left = block.place.x + 0.45 * level
        deck.ink(size, "", BLUE)
        mark = f"{index}." if block.numbered else "–" if level else "•"
        deck.text(left, top + size * 0.98 / INCH, mark)
        top = deck.flow(block.place, words, size, top=top, indent=0.45 * level + 0.35) + (0.09 if level else 0.13)


def _table(deck: SlideDeck, block: Table) -> None:
    place = block.place
    deck.set_left_margin(place.x)
    deck.set_right_margin(SLIDE_WIDTH - place.x - place.width)
    deck.set_y(place.y)
    deck.set_draw_color(*GREY)
    deck.set_line_width(0.008)
    deck.set_fill_color(*WHITE)
    deck.ink(block.size)
    with deck.table(
        width=place.width,
        col_widths=block.widths,
        line_height=block.size * 1.9 / INCH,
        text_align=(Align.L, *[Align.C] * (len(block.widths) - 1)),
        v_align=VAlign.M,
        padding=(0, 0.1),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=WHITE, fill_color=NAVY),
        align=Align.L,
    ) as table:
        for row in block.rows:
            table.row(row)


def _code(deck: SlideDeck, block: Code) -> None:
    place = block.place
    deck.set_fill_color(246, 247, 249)
    deck.set_draw_color(200, 206, 212)
    deck.set_line_width(0.01)
    deck.rect(*place, style="DF")
    deck.set_text_color(*INK)
    deck.set_font("Courier", "", block.size)
    for index, line in enumerate(block.lines.splitlines()):
        deck.text(place.x + 0.25, place.y + 0.3 + index * block.size * 1.14 / INCH, line)


def _caption(deck: SlideDeck, place: Place, words: str) -> None:
    deck.ink(14, "I", GREY)
    deck.set_left_margin(place.x)
    deck.set_xy(place.x, place.y)
    deck.multi_cell(place.width, 14 * LEADING / INCH, words, align=Align.L)


def _picture(deck: SlideDeck, block: Picture, folder: Path) -> None:
    place = block.place
    deck.image(folder / block.name, place.x, place.y, place.width)
    _caption(deck, Place(place.x, place.y + place.height, place.width, 0.5), block.caption)


def _arrow(deck: SlideDeck, part: Arrow) -> None:
    deck.set_draw_color(*GREY)
    deck.set_fill_color(*GREY)
    deck.set_line_width(0.02)
    deck.line(part.x0, part.y0, part.x1, part.y1)
    angle = math.atan2(part.y1 - part.y0, part.x1 - part.x0)
    tips = [(part.x1 - 0.14 * math.cos(angle + turn), part.y1 - 0.14 * math.sin(angle + turn)) for turn in (0.4, -0.4)]
    deck.polygon([(part.x1, part.y1), *tips], style="F")


def _centred(deck: SlideDeck, part: Box | Label, words: str, colour: tuple[int, int, int]) -> None:
    deck.ink(part.size, "", colour)
    height = part.size * 1.2 / INCH
    lines = deck.multi_cell(part.width, height, words, align=Align.C, dry_run=True, output="LINES")
    deck.set_xy(part.x, part.y + (part.height - len(lines) * height) / 2)
    deck.multi_cell(part.width, height, words, align=Align.C)


def _drawing(deck: SlideDeck, block: Drawing) -> None:
    for part in block.parts:
        if isinstance(part, Arrow):
            _arrow(deck, part)
        elif isinstance(part, Box):
            deck.set_draw_color(*NAVY)
            deck.set_line_width(0.016)
            deck.set_fill_color(*part.fill)
            deck.rect(part.x, part.y, part.width, part.height, style="DF")
            _centred(deck, part, part.label, WHITE if part.fill == BLUE else INK)
        else:
            _centred(deck, part, part.words, INK)
    _caption(deck, block.caption_place, block.caption)


def _block(deck: SlideDeck, block: Block, folder: Path) -> None:
    match block:
        case Text():
            _text(deck, block)
        case Bullets():
            _bullets(deck, block)
        case Table():
            _table(deck, block)
        case Code():
            _code(deck, block)
        case Picture():
            _picture(deck, block, folder)
        case Drawing():
            _drawing(deck, block)


def _slide(deck: SlideDeck, slide: Slide, number: int, folder: Path) -> None:
    deck.add_page()
    if number == 1:
        deck.set_fill_color(*NAVY)
        deck.rect(1.2, 3.2, 3.0, 0.06, style="F")
        deck.ink(54, "B", NAVY)
        deck.text(1.2, 2.9, slide.title)
    else:
        deck.set_fill_color(*PALE)
        deck.rect(0, 0, SLIDE_WIDTH, 1.05, style="F")
        deck.set_fill_color(*NAVY)
        deck.rect(0, 1.05, SLIDE_WIDTH, 0.04, style="F")
        deck.ink(32, "B", NAVY)
        deck.text(0.75, 0.7, slide.title)
        deck.ink(11, "", GREY)
        deck.text(0.75, 7.2, FOOTER)
        deck.text(12.3, 7.2, str(number))
    for block in slide.blocks:
        _block(deck, block, folder)


def write_pdf(path: Path) -> None:
    """Write the lecture; pictures are taken from the folder it goes to."""
    deck = SlideDeck(title=TITLE)
    for number, slide in enumerate(SLIDES, start=1):
        _slide(deck, slide, number, path.parent)
    deck.output(str(path))
