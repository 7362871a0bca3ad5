"""Cheat sheets: what is worth copying out, and where it goes."""

from __future__ import annotations

from smartnotes.core.model import BBox, Figure, FigureKind, Page
from smartnotes.core.options import CheatSheetOptions
from smartnotes.core.steps.cheatsheet import make_cheatsheet
from smartnotes.core.study import CheatSheet, SheetItem
from tests.builders import NOON, a_deck_of_slides, a_lecture, a_slide


def sheet_of(*pages: Page, figures: bool = True) -> CheatSheet:
    options = CheatSheetOptions(figures=figures)
    return make_cheatsheet([(a_lecture(), list(pages))], options=options, sheet_id="sheet_1", title="t", now=NOON)


def items_of(*pages: Page) -> list[SheetItem]:
    return [item for section in sheet_of(*pages).sections for item in section.items]


def test_sections_are_the_headings_of_the_lecture_in_its_order() -> None:
    headings = [section.heading for section in sheet_of(*a_deck_of_slides()).sections]
    assert headings == ["cache", "Kinds of misses", "Memory hierarchy", "Write policies"]


def test_every_item_cites_its_page() -> None:
    pages = {page.number: page for page in a_deck_of_slides()}
    for item in items_of(*pages.values()):
        page = pages[item.source.page]
        assert page.text[item.source.start : item.source.end] == item.source.quote


def test_definitions_weigh_more_than_code_and_sentences() -> None:
    items = items_of(*a_deck_of_slides())
    terms = [item.weight for item in items if item.term == "cache"]
    code = [item.weight for item in items if item.code]
    assert terms
    assert code
    assert min(terms) > max(code)


def test_a_row_is_one_line() -> None:
    rows = {item.term: item.text for item in items_of(*a_deck_of_slides()) if item.term == "Main memory"}
    assert rows == {"Main memory": "Size: 16 GB; Latency: 80 ns"}


def test_long_listings_and_plain_values_are_left_out() -> None:
    long = "\n".join(f"> line_{number}(x)" for number in range(20)).split("\n")
    assert items_of(a_slide(1, "Code", *long)) == []
    assert items_of(a_slide(1, "Code", "> x = 5")) == []


def a_page_with(figure: Figure) -> Page:
    page = a_slide(1, "Caches", "- A cache is a small memory that keeps copies of data.")
    return page.model_copy(update={"figures": (figure,)})


def a_figure(**fields: object) -> Figure:
    box = BBox(x0=0.1, y0=0.4, x1=0.8, y1=0.9)
    base = {"id": "fig_1", "page": 1, "box": box, "blob": "b" * 64, "width_px": 800, "height_px": 400}
    return Figure.model_validate(base | fields)


def test_figures_with_a_caption_and_drawings_with_words_are_printed_and_tables_are_not() -> None:
    def printed(figure: Figure) -> list[str]:
        return [item.text for item in items_of(a_page_with(figure)) if item.figure]

    assert printed(a_figure(caption="Figure 3. A cache with four lines.")) == ["A cache with four lines"]
    assert printed(a_figure(text="processor\ncache\nmain memory\nbus")) == ["Caches"]
    assert printed(a_figure()) == []
    assert printed(a_figure(kind=FigureKind.TABLE, caption="Table 1: sizes of caches")) == []


def test_figures_can_be_left_out() -> None:
    page = a_page_with(a_figure(caption="Figure 3. A cache with four lines."))
    assert not [item for section in sheet_of(page, figures=False).sections for item in section.items if item.figure]


def test_a_list_whose_items_are_all_defined_is_not_printed_twice() -> None:
    page = a_slide(
        1, "Sets", "- There are two operations on sets:", "-- Union: joins them", "-- Cut: keeps what is common"
    )
    assert [item.term for item in items_of(page)] == ["Union", "Cut"]


def test_notes_without_facts_say_so() -> None:
    sheet = sheet_of(a_slide(1, "Thank you"))
    assert sheet.sections == ()
    assert sheet.notices
