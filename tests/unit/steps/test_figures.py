"""Figures and tables from what is drawn."""

from __future__ import annotations

import pytest

from smartnotes.core.model import BBox, FigureKind, RegionKind, TextSource
from smartnotes.core.options import LayoutEngine
from smartnotes.core.pages.raw import Box
from smartnotes.core.pipeline import compose_page
from tests.raw_pages import PAGE, SLIDE, column, image, line, on_page, path, prose, raw, read


def _near(found: BBox, box: Box, on: tuple[float, float] = PAGE) -> bool:
    return found.iou(BBox.clipped(*on_page(box, on))) > 0.85


def test_a_picture_is_a_figure_with_its_caption() -> None:
    lines = [*column(prose("text", 6), 50, 100), line("Figure 3: A cell and its wall.", 50, 420)]
    page, crops = read(raw(lines, images=[image((60, 200, 400, 400))]))
    assert [(crop.kind, crop.caption) for crop in crops] == [(FigureKind.FIGURE, "Figure 3: A cell and its wall.")]
    assert _near(crops[0].box, (60, 200, 400, 400))
    assert [region.kind for region in page.regions] == [RegionKind.TEXT, RegionKind.FIGURE, RegionKind.CAPTION]


@pytest.mark.parametrize(
    "box",
    [(0, 0, 960, 540), (10, 10, 950, 530), (900, 500, 950, 530), (300, 200, 312, 212)],
    ids=["ground", "framed ground", "logo", "bullet"],
)
def test_grounds_logos_and_signs_are_no_figures(box: Box) -> None:
    lines = [line("A title", 50, 40, size=40, on=SLIDE), line("• words that are read", 50, 200, size=20, on=SLIDE)]
    assert read(raw(lines, on=SLIDE, images=[image(box, on=SLIDE)]))[1] == ()


def test_boxes_and_arrows_are_one_figure_with_their_labels_as_text() -> None:
    labels = ["Input", "Process", "Output"]
    lines = [line(label, 110 + 250 * n, 215, size=18, on=SLIDE) for n, label in enumerate(labels)]
    boxes = [path((100 + 250 * n, 200, 220 + 250 * n, 250), on=SLIDE) for n in range(3)]
    arrows = [path((225 + 250 * n, 210, 345 + 250 * n, 240), segments=8, on=SLIDE) for n in range(2)]
    page, crops = read(raw([line("A pipeline", 50, 40, size=40, on=SLIDE), *lines], on=SLIDE, paths=[*boxes, *arrows]))
    assert [crop.kind for crop in crops] == [FigureKind.FIGURE]
    assert _near(crops[0].box, (100, 200, 720, 250), SLIDE)
    assert page.slice(page.regions[-1]) == "Input\nProcess\nOutput"


def test_a_frame_around_text_or_code_is_no_figure() -> None:
    code = [line("x = [1, 2, 3]", 60, 210, mono=True), line("print(x[0] + 1)", 60, 224, mono=True)]
    text = column(prose("theorem", 4), 60, 310)
    frames = [path((50, 200, 400, 250)), path((50, 300, 400, 370), filled=False)]
    assert read(raw([*code, *text], paths=frames))[1] == ()


def test_rules_underlines_and_fraction_bars_are_no_figures() -> None:
    lines = [*column(prose("text", 5), 50, 100), line("a + b", 200, 200), line("c", 210, 214)]
    rules = [path((50, 110, 200, 111)), path((195, 211, 240, 212)), path((50, 60, 550, 61)), path((50, 700, 550, 701))]
    assert [crop.kind for crop in read(raw(lines, paths=rules))[1] if crop.kind is not FigureKind.FORMULA] == []


def test_a_grid_of_cells_is_a_table_whose_cells_may_hold_several_lines() -> None:
    paths = [path((50 + 150 * c, 200 + 40 * r, 200 + 150 * c, 240 + 40 * r)) for r in range(3) for c in range(2)]
    lines = [
        line("Kind", 60, 210), line("Use", 210, 210),
        line("list", 60, 250), line("keeps the order", 210, 245), line("of its items", 210, 258),
        line("set", 60, 290), line("knows no order", 210, 290),
    ]  # fmt: skip
    page, crops = read(raw(lines, paths=paths))
    assert [crop.kind for crop in crops] == [FigureKind.TABLE]
    assert _near(crops[0].box, (50, 200, 350, 320))
    assert page.text == "Kind\tUse\nlist\tkeeps the order of its items\nset\tknows no order"


def test_columns_of_text_between_rules_are_a_table() -> None:
    rows = [("Country", "Capital"), ("Austria", "Vienna"), ("Denmark", "Copenhagen"), ("Finland", "Helsinki")]
    lines = [line(cell, 100 + 150 * c, 205 + 14 * r) for r, row in enumerate(rows) for c, cell in enumerate(row)]
    rules = [path((90, y, 400, y + 1)) for y in (200, 217, 262)]
    page, crops = read(raw(lines, paths=rules))
    assert [crop.kind for crop in crops] == [FigureKind.TABLE]
    assert page.text.split("\n")[1] == "Austria\tVienna"


def test_prose_between_two_rules_is_no_table() -> None:
    rules = [path((50, 90, 400, 91)), path((50, 95, 400, 96)), path((50, 200, 400, 201))]
    assert read(raw(column(prose("text", 7), 50, 100), paths=rules))[1] == ()


def test_a_figure_keeps_the_ticks_of_its_axes_out_of_the_text() -> None:
    curve = [path((100, 210, 305, 290), filled=False, segments=200)]
    ticks = [line(str(n), 100 + 20 * n, 300, size=7) for n in range(10)]
    lines = [*column(prose("text", 5), 50, 100), *ticks, line("time", 180, 312, size=7)]
    page, crops = read(raw(lines, paths=curve))
    assert len(crops) == 1
    assert page.slice(page.regions[-1]) == "time"
    assert "9" in crops[0].text


def test_layout_none_looks_for_no_figures() -> None:
    page = raw(column(prose("text", 3), 50, 100), images=[image((60, 200, 400, 400))])
    made, crops = compose_page(page, page_id="p", source=TextSource.TEXT_LAYER, layout=LayoutEngine.NONE)
    assert crops == ()
    assert [region.kind for region in made.regions] == [RegionKind.TEXT]


def test_letters_drawn_as_outlines_are_no_figure() -> None:
    letters = [path((60 + 30 * n, 200, 82 + 30 * n, 230), segments=40, on=SLIDE) for n in range(8)]
    assert read(raw([line("Spring term", 60, 300, size=20, on=SLIDE)], on=SLIDE, paths=letters))[1] == ()


def test_the_wedges_of_a_pie_are_one_figure_with_their_numbers() -> None:
    wedges = [(400, 150, 500, 300), (300, 150, 400, 350), (320, 300, 500, 420)]
    lines = [line("Shares", 50, 40, size=40, on=SLIDE), *(line(str(n), 380 + 40 * n, 250, on=SLIDE) for n in range(3))]
    crops = read(raw(lines, on=SLIDE, paths=[path(wedge, segments=15, on=SLIDE) for wedge in wedges]))[1]
    assert len(crops) == 1
    assert _near(crops[0].box, (300, 150, 500, 420), SLIDE)
