"""Cheat sheets as Word files: the exact format, and the page budget."""

from __future__ import annotations

import io

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Inches, Pt
from PIL import Image

from smartnotes.core.model import Provenance
from smartnotes.core.study import CheatSheet, Citation, SheetItem, SheetSection
from smartnotes.writers.cheatsheet_docx import cheatsheet_docx
from smartnotes.writers.fitting import BODY_LINE, COLUMN_WIDTH, fit_sheet, item_height, lines_needed, text_width
from tests.builders import NOON


def an_item(text: str = "a small memory", **fields: object) -> SheetItem:
    source = Citation(lecture_id="lec_1", lecture_name="caches.pdf", page=3, start=0, end=1, quote="x")
    return SheetItem.model_validate({"text": text, "source": source} | fields)


def a_sheet(*items: SheetItem, heading: str = "Caches", max_pages: int = 1) -> CheatSheet:
    return CheatSheet(
        id="sheet_1",
        title="Computer architecture",
        max_pages=max_pages,
        sections=(SheetSection(heading=heading, items=items),),
        created_at=NOON,
        provenance=Provenance(pipeline="1"),
    )


def a_png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


def written(sheet: CheatSheet, png: bytes = b"") -> Document:
    return docx.Document(io.BytesIO(cheatsheet_docx(sheet, images=lambda blob: png)))


def test_the_page_has_two_columns_and_half_inch_margins() -> None:
    section = written(a_sheet(an_item())).sections[0]
    margins = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert margins == (Inches(0.5),) * 4
    assert section._sectPr.find(qn("w:cols")).get(qn("w:num")) == "2"


def test_body_is_arial_9_and_headings_are_arial_11() -> None:
    document = written(a_sheet(an_item()))
    fonts = {name: document.styles[name].font for name in ("Normal", "Heading 2")}
    assert [(font.name, font.size) for font in fonts.values()] == [("Arial", Pt(9)), ("Arial", Pt(11))]
    heading, item = document.paragraphs
    assert heading.style.name == "Heading 2"
    assert item.style.name == "Normal"
    assert all(run.font.size is None and run.font.name is None for run in item.runs)


def test_every_item_names_its_page_and_a_term_is_bold() -> None:
    item = written(a_sheet(an_item(term="cache"))).paragraphs[1]
    assert item.text == "cache: a small memory (p.\N{NO-BREAK SPACE}3)"
    assert item.runs[0].bold


def test_code_is_set_in_a_monospaced_font_line_by_line() -> None:
    item = written(a_sheet(an_item("for x in y:\n\tprint(x)", code=True))).paragraphs[1]
    assert {run.font.name for run in item.runs[:2]} == {"Courier New"}
    assert item.text.startswith("for x in y:\n    print(x)")


@pytest.mark.parametrize(("natural", "factor"), [(None, 1.0), (115.2, 2.0), (500.0, 1.0)])
def test_figures_are_3_2_inches_wide_and_a_small_one_is_not_blown_up(natural: float | None, factor: float) -> None:
    sheet = a_sheet(an_item("a cache", figure="b" * 64, figure_width_pt=natural))
    document = written(sheet, a_png(400, 100))
    (shape,) = document.inline_shapes
    assert shape.width == Inches(3.2)
    assert shape.height == pytest.approx(Inches(0.8 / factor), abs=Inches(0.01))
    picture = document.paragraphs[1]
    assert picture.paragraph_format.line_spacing_rule == WD_LINE_SPACING.SINGLE


def test_text_breaks_where_it_would_in_arial() -> None:
    assert text_width("Hello", size=1000) == pytest.approx(2278)
    words = [(word, False) for word in ("cache " * 60).split()]
    assert lines_needed(words, size=9, width=COLUMN_WIDTH) == pytest.approx(7, abs=1)
    assert lines_needed([("x" * 400, False)], size=9, width=COLUMN_WIDTH) > 6


def test_what_does_not_fit_is_left_out_from_the_lightest_up_and_counted() -> None:
    items = [an_item(f"item {number} " + "word " * 40, weight=0.9 if number % 2 else 0.1) for number in range(80)]
    fitted = fit_sheet(a_sheet(*items), images=lambda blob: b"")
    kept = fitted.sections[0].items
    assert fitted.left_out == 80 - len(kept) > 0
    assert len([item for item in kept if item.weight == 0.9]) >= len([item for item in kept if item.weight == 0.1])
    assert [int(item.text.split()[1]) for item in kept] == sorted(int(item.text.split()[1]) for item in kept)
    assert sum(item_height(item, images=lambda blob: b"") for item in kept) <= 2 * 720


def test_fitting_what_fits_changes_nothing() -> None:
    items = [an_item(f"item {number} " + "word " * 40, weight=number / 100) for number in range(80)]
    fitted = fit_sheet(a_sheet(*items), images=lambda blob: b"")
    assert fit_sheet(fitted, images=lambda blob: b"") == fitted


def test_a_figure_that_would_fill_the_column_is_left_out() -> None:
    sheet = a_sheet(an_item("tower", figure="b" * 64), an_item())
    fitted = fit_sheet(sheet, images=lambda blob: a_png(100, 900))
    assert [item.text for item in fitted.sections[0].items] == ["a small memory"]
    assert fitted.left_out == 1


def test_an_empty_sheet_can_be_written() -> None:
    assert written(a_sheet()).paragraphs == []


def test_a_longer_budget_keeps_more() -> None:
    items = [an_item(f"item {number} " + "word " * 40) for number in range(200)]
    kept = [
        len(fit_sheet(a_sheet(*items, max_pages=pages), images=lambda blob: b"").sections[0].items)
        for pages in (1, 2, 3)
    ]
    assert kept[0] < kept[1] < kept[2]
    assert BODY_LINE > 9


def test_a_lecture_that_keeps_nothing_loses_its_name_too() -> None:
    heavy = SheetSection(heading="Caches", items=tuple(an_item("word " * 60, weight=0.9) for _ in range(60)))
    light = SheetSection(heading="Buses", items=(an_item("word " * 60, weight=0.1),))
    names = [SheetSection(heading=name, items=()) for name in ("memory", "devices")]
    sheet = a_sheet().model_copy(update={"sections": (names[0], heavy, names[1], light)})
    fitted = fit_sheet(sheet, images=lambda blob: b"")
    assert [section.heading for section in fitted.sections] == ["memory", "Caches"]
    first = written(sheet).paragraphs[0]
    assert (first.text, first.style.name) == ("memory", "Heading 1")
