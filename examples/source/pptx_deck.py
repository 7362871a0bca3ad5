"""Writes the slides as a PowerPoint file: placeholders, native shapes, tables, notes."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from source.lecture import COURSE, FOOTER, SLIDES, TITLE
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
    Colour,
    Drawing,
    Picture,
    Place,
    Slide,
    Table,
    Text,
    nesting,
    runs,
)

MADE = datetime(2026, 9, 1, 8, 0)  # python-pptx takes UTC without saying so
TITLE_ONLY, TITLE_AND_CONTENT, OPENING = 5, 1, 0


def _place(shape: Any, place: Place) -> None:
    shape.left, shape.top, shape.width, shape.height = (Inches(value) for value in place)


def _frame(frame: Any, *, margin: float = 0.0) -> None:
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = Inches(margin)
    frame.margin_top = frame.margin_bottom = Inches(margin / 2)


def _say(paragraph: Any, marked: str, size: float, colour: Colour = INK) -> None:
    for bold, words in runs(marked):
        run = paragraph.add_run()
        run.text = words
        run.font.size = Pt(size)
        run.font.bold = bold or None
        run.font.color.rgb = RGBColor(*(NAVY if bold else colour))


def _fill(shape: Any, fill: Colour, line: Colour | None = None) -> None:
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor(*fill)
    if line is None:
        shape.line.fill.background()
    else:
        shape.line.color.rgb = RGBColor(*line)
        shape.line.width = Pt(1.25)


def _rectangle(slide: Any, place: Place, fill: Colour, line: Colour | None = None) -> Any:
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Inches(value) for value in place))
    _fill(shape, fill, line)
    style = shape._element.find(qn("p:style"))  # the theme's style brings a shadow
    shape._element.remove(style)
    return shape


def _textbox(slide: Any, place: Place, *, margin: float = 0.0) -> Any:
    frame = slide.shapes.add_textbox(*(Inches(value) for value in place)).text_frame
    _frame(frame, margin=margin)
    return frame


def _text(slide: Any, block: Text) -> None:
    if block.boxed:
        shape = _rectangle(slide, block.place, PALE)
        frame = shape.text_frame
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        _frame(frame, margin=0.18)
    else:
        frame = _textbox(slide, block.place)
    for index, words in enumerate(block.paragraphs):
        paragraph = frame.add_paragraph() if index else frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        _say(paragraph, words, block.size)


def _bullets(body: Any, block: Bullets) -> None:
    _place(body, block.place)
    frame = body.text_frame
    _frame(frame)
    for index, item in enumerate(block.items):
        level, words = nesting(item)
        paragraph = frame.add_paragraph() if index else frame.paragraphs[0]
        paragraph.level = level
        paragraph.space_after = Pt(6)
        if block.numbered:
            properties = paragraph._p.get_or_add_pPr()  # python-pptx has no call for numbering
            properties.append(properties.makeelement(qn("a:buAutoNum"), {"type": "arabicPeriod"}))
        _say(paragraph, words, block.size - 2 * level)


def _table(slide: Any, block: Table) -> None:
    place = block.place
    rows, columns = len(block.rows), len(block.widths)
    table = slide.shapes.add_table(rows, columns, *(Inches(value) for value in place)).table
    for column, share in zip(table.columns, block.widths, strict=True):
        column.width = Inches(place.width * share)
    for number, row in enumerate(block.rows):
        table.rows[number].height = Inches(place.height / rows)
        for index, words in enumerate(row):
            cell = table.cell(number, index)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor(*(WHITE if number else NAVY))
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.CENTER if index else PP_ALIGN.LEFT
            _say(paragraph, words, block.size, INK if number else WHITE)


def _code(slide: Any, block: Code) -> None:
    shape = _rectangle(slide, block.place, (246, 247, 249), (200, 206, 212))
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    _frame(shape.text_frame, margin=0.2)
    for index, line in enumerate(block.lines.splitlines()):
        paragraph = shape.text_frame.add_paragraph() if index else shape.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = line
        run.font.name = "Courier New"
        run.font.size = Pt(block.size)
        run.font.color.rgb = RGBColor(*INK)


def _caption(slide: Any, place: Place, words: str) -> None:
    paragraph = _textbox(slide, place).paragraphs[0]
    _say(paragraph, words, 14, GREY)
    paragraph.runs[0].font.italic = True


def _picture(slide: Any, block: Picture, folder: Path) -> None:
    place = block.place
    shape = slide.shapes.add_picture(str(folder / block.name), Inches(place.x), Inches(place.y), Inches(place.width))
    shape.name = "Bar charts"
    shape._element.nvPicPr.cNvPr.set("descr", block.caption)  # the alternative text
    _caption(slide, Place(place.x, place.y + place.height, place.width, 0.5), block.caption)


def _drawing(slide: Any, block: Drawing) -> None:
    for part in block.parts:
        if isinstance(part, Arrow):
            ends = (Inches(value) for value in part)
            line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends).line
            line.color.rgb = RGBColor(*GREY)
            line.width = Pt(1.5)
            properties = line._get_or_add_ln()  # python-pptx has no call for arrow heads
            properties.append(properties.makeelement(qn("a:tailEnd"), {"type": "triangle"}))
            continue
        place = Place(part.x, part.y, part.width, part.height)
        if isinstance(part, Box):
            frame, words = _rectangle(slide, place, part.fill, NAVY).text_frame, part.label
        else:
            frame, words = _textbox(slide, place), part.words
        _frame(frame)
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        for index, line in enumerate(words.split("\n")):
            paragraph = frame.add_paragraph() if index else frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.CENTER
            dark = isinstance(part, Box) and part.fill == BLUE
            _say(paragraph, line, part.size, WHITE if dark else INK)
    _caption(slide, block.caption_place, block.caption)


def _block(slide: Any, block: Block, folder: Path) -> None:
    match block:
        case Text():
            _text(slide, block)
        case Bullets():
            _bullets(slide.placeholders[1], block)
        case Table():
            _table(slide, block)
        case Code():
            _code(slide, block)
        case Picture():
            _picture(slide, block, folder)
        case Drawing():
            _drawing(slide, block)


def _opening(slide: Any, content: Slide) -> None:
    _place(slide.shapes.title, Place(1.2, 2.0, 11.0, 1.1))
    _rectangle(slide, Place(1.2, 3.2, 3.0, 0.06), NAVY)
    _place(slide.placeholders[1], Place(1.2, 3.6, 11.0, 1.6))
    lines = [words for block in content.blocks if isinstance(block, Text) for words in block.paragraphs]
    frame = slide.placeholders[1].text_frame
    for index, words in enumerate(lines):
        paragraph = frame.add_paragraph() if index else frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        _say(paragraph, words, 24)


def _footer(slide: Any, number: int) -> None:
    """Copy the layout's footer and slide number placeholders, as PowerPoint does."""
    for shape in slide.slide_layout.placeholders:
        if shape.placeholder_format.type in (13, 15):  # slide number, footer
            slide.shapes.clone_placeholder(shape)
            made = slide.placeholders[shape.placeholder_format.idx]
            is_number = shape.placeholder_format.type == 13
            _place(made, Place(11.3, 6.95, 1.3, 0.35) if is_number else Place(0.75, 6.95, 8.0, 0.35))
            _frame(made.text_frame)
            paragraph = made.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
            _say(paragraph, str(number) if is_number else FOOTER, 11, GREY)


def _slide(deck: Any, content: Slide, number: int, folder: Path) -> None:
    lists = any(isinstance(block, Bullets) for block in content.blocks)
    layout = OPENING if number == 1 else TITLE_AND_CONTENT if lists else TITLE_ONLY
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    band = None if number == 1 else _rectangle(slide, Place(0, 0, SLIDE_WIDTH, 1.05), PALE)
    if band is not None:  # behind the title
        slide.shapes._spTree.insert(2, band._element)  # python-pptx has no call for stacking
        _place(slide.shapes.title, Place(0.75, 0.1, 11.8, 0.85))
    title = slide.shapes.title.text_frame
    title.vertical_anchor = MSO_ANCHOR.MIDDLE
    _frame(title)
    title.paragraphs[0].alignment = PP_ALIGN.LEFT
    _say(title.paragraphs[0], f"**{content.title}**", 54 if number == 1 else 32)
    if number == 1:
        _opening(slide, content)
    else:
        for block in content.blocks:
            _block(slide, block, folder)
        _footer(slide, number)
    slide.notes_slide.notes_text_frame.text = content.notes


def write_pptx(path: Path) -> None:
    """Write the lecture; pictures are taken from the folder it goes to."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(SLIDE_WIDTH), Inches(SLIDE_HEIGHT)
    about = deck.core_properties
    about.title, about.subject, about.author = TITLE, COURSE, "The smartnotes authors"
    about.last_modified_by = about.author
    about.created = about.modified = MADE
    for number, content in enumerate(SLIDES, start=1):
        _slide(deck, content, number, path.parent)
    unsorted = io.BytesIO()
    deck.save(unsorted)
    with zipfile.ZipFile(unsorted) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, (2026, 9, 1, 8, 0, 0)), old.read(entry), zipfile.ZIP_DEFLATED)
