"""Cheat sheets as Word files: two columns, Arial 9 pt, headings 11 pt, half-inch margins, figures 3.2 inches wide."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from PIL import Image

from smartnotes.core.study import CheatSheet, SheetItem
from smartnotes.writers import Images
from smartnotes.writers.fitting import (
    BODY_LINE,
    BODY_PT,
    CODE_LINE,
    CODE_PT,
    COLUMNS,
    FIGURE_GAP,
    FIGURE_WIDTH,
    GUTTER,
    HEADING_AFTER,
    HEADING_BEFORE,
    HEADING_LINE,
    HEADING_PT,
    INDENT,
    ITEM_AFTER,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    fit_sheet,
    page_mark,
    widening,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FONT, CODE_FONT = "Arial", "Courier New"
_ACCENT = RGBColor(0x1F, 0x3A, 0x5F)
_GREY = RGBColor(0x6B, 0x6B, 0x6B)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP can hold: the same sheet gives the same bytes."""


def cheatsheet_docx(sheet: CheatSheet, *, images: Images) -> bytes:
    """Return the part of the sheet that fits its page budget as a Word file; a last line counts what was left out."""
    fitted = fit_sheet(sheet, images=images)
    document = docx.Document()
    _page(document)
    _styles(document)
    _header(document, fitted)
    for section in fitted.sections:
        if section.heading:
            document.add_paragraph(section.heading, style="Heading 2" if section.items else "Heading 1")
        for item in section.items:
            _item(document, item, images=images)
    document.core_properties.title = fitted.title
    document.core_properties.author = "smartnotes"
    document.core_properties.comments = f"{fitted.left_out} items left out" if fitted.left_out else ""
    stamp = fitted.created_at.replace(tzinfo=None, microsecond=0)
    _stamp(document, stamp)
    out = io.BytesIO()
    document.save(out)
    return _timeless(out.getvalue())


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Pt(PAGE_WIDTH), Pt(PAGE_HEIGHT)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Pt(MARGIN)
    section.header_distance = section.footer_distance = Pt(MARGIN * 0.45)
    columns = section._sectPr.find(qn("w:cols"))
    if columns is None:
        columns = OxmlElement("w:cols")
        section._sectPr.append(columns)
    columns.set(qn("w:num"), str(COLUMNS))
    columns.set(qn("w:space"), str(round(GUTTER * 20)))  # twentieths of a point
    columns.set(qn("w:sep"), "1")


def _styles(document: Document) -> None:
    for name, size in (("Normal", BODY_PT), ("Heading 1", HEADING_PT), ("Heading 2", HEADING_PT), ("Header", BODY_PT)):
        style: Any = document.styles[name]
        style.font.name = FONT
        style.font.size = Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(key), FONT)
        for key in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(key), None)
        spacing = style.paragraph_format
        spacing.space_before = spacing.space_after = Pt(0)
        spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        spacing.line_spacing = Pt(HEADING_LINE if name.startswith("Heading") else BODY_LINE)
        spacing.widow_control = False
    for name in ("Heading 1", "Heading 2"):
        heading: Any = document.styles[name]
        heading.font.bold, heading.font.italic, heading.font.color.rgb = True, False, _ACCENT
        heading.paragraph_format.space_before = Pt(HEADING_BEFORE)
        heading.paragraph_format.space_after = Pt(HEADING_AFTER)
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.keep_together = True
    _rule_below(document.styles["Heading 1"])


def _rule_below(style: Any) -> None:
    """Draw a thin line below the paragraphs of a style: it tells the name of a lecture from the headings in it."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", str(_ACCENT))):
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _header(document: Document, sheet: CheatSheet) -> None:
    """Put the title on the left and "page / pages" on the right of the top margin, where it takes no room."""
    paragraph = document.sections[0].header.paragraphs[0]
    style: Any = document.styles["Header"]
    style.paragraph_format.tab_stops.clear_all()  # its own stops are those of a narrower page
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Pt(PAGE_WIDTH - 2 * MARGIN), WD_TAB_ALIGNMENT.RIGHT)
    title = sheet.title if len(sheet.title) <= 90 else f"{sheet.title[:88]}…"
    run = paragraph.add_run(title)
    run.bold, run.font.color.rgb = True, _ACCENT
    left_out = f"{sheet.left_out} more in the notes    " if sheet.left_out else ""
    paragraph.add_run(f"\t{left_out}").font.color.rgb = _GREY
    for code, text in (("PAGE", ""), ("", " / "), ("NUMPAGES", "")):
        run = paragraph.add_run(text)
        run.font.color.rgb = _GREY
        if code:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), code)
            run._r.addprevious(field)
            field.append(run._r)


def _item(document: Document, item: SheetItem, *, images: Images) -> None:
    if item.figure:
        picture = document.add_paragraph()
        picture.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE  # exact lines would cut the picture off
        picture.paragraph_format.space_after = Pt(FIGURE_GAP / 2)
        picture.paragraph_format.keep_with_next = True
        picture.paragraph_format.space_before = Pt(FIGURE_GAP / 2)
        picture.add_run().add_picture(io.BytesIO(_widened(item, images=images)), width=Pt(FIGURE_WIDTH))
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.keep_together = True
    form.space_after = Pt(ITEM_AFTER)
    form.left_indent = Pt(INDENT * (item.level + 1))
    form.first_line_indent = Pt(-INDENT)
    if item.code:
        _code(paragraph, item)
        return
    if item.term:
        paragraph.add_run(f"{item.term}: ").bold = True
    text = paragraph.add_run(f"{item.text} ")
    text.italic = item.figure is not None
    _mark(paragraph, item)


def _widened(item: SheetItem, *, images: Images) -> bytes:
    """Return the item's picture with white at its right, as wide as `widening` says."""
    data = images(item.figure or "")
    factor = widening(item)
    if factor <= 1.0:
        return data
    with Image.open(io.BytesIO(data)) as image:
        wide = Image.new("RGB", (round(image.width * factor), image.height), "white")
        wide.paste(image.convert("RGB"), (0, 0))
    out = io.BytesIO()
    wide.save(out, "PNG", optimize=True)
    return out.getvalue()


def _code(paragraph: Paragraph, item: SheetItem) -> None:
    paragraph.paragraph_format.line_spacing = Pt(CODE_LINE)
    paragraph.paragraph_format.first_line_indent = Pt(0)
    for number, line in enumerate(item.text.splitlines()):
        run = paragraph.add_run()
        if number:
            run.add_break()
        run.add_text(line.expandtabs(4))
        run.font.name, run.font.size = CODE_FONT, Pt(CODE_PT)
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:cs"), CODE_FONT)
    paragraph.add_run(" ")
    _mark(paragraph, item)


def _mark(paragraph: Paragraph, item: SheetItem) -> None:
    mark = page_mark(item).replace(" ", "\N{NO-BREAK SPACE}")
    paragraph.add_run(mark).font.color.rgb = _GREY


def _stamp(document: Document, time: datetime) -> None:
    properties = document.core_properties
    properties.created = properties.modified = time
    properties.last_modified_by = "smartnotes"
    properties.revision = 1


def _timeless(data: bytes) -> bytes:
    """Return the ZIP with every entry's time set to the same constant."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, date_time=_ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(entry))
    return out.getvalue()
