from __future__ import annotations

from smartnotes.core.model import FigureKind, RegionKind, TextSource
from smartnotes.core.pages.detection import DetectedRegion
from smartnotes.core.pages.raw import Box, Crop, RawPage
from smartnotes.core.pipeline import compose_page
from tests.raw_pages import column, image, line, on_page, prose, raw


def crops(page: RawPage, *seen: tuple[RegionKind, Box, float]) -> tuple[Crop, ...]:
    detected = [DetectedRegion(kind, on_page(box), score) for kind, box, score in seen]
    return compose_page(page, page_id="p", source=TextSource.TEXT_LAYER, detected=detected)[1]


def test_a_detected_figure_takes_the_edges_of_what_is_drawn_there() -> None:
    page = raw(column(prose("Text", 10), 60, 60), images=[image((100, 300, 400, 500))])
    (crop,) = crops(page, (RegionKind.FIGURE, (80, 290, 420, 520), 0.9))
    assert (crop.kind, round(crop.box.x0 * 600), round(crop.box.y1 * 800)) == (FigureKind.FIGURE, 100, 500)


def test_what_no_detector_sees_is_no_figure() -> None:
    page = raw(column(prose("Text", 10), 60, 60), images=[image((100, 300, 400, 500))])
    assert crops(page) == ()


def test_a_figure_on_a_scan_is_where_it_is_detected_with_its_labels() -> None:
    page = raw([*column(prose("Text", 10), 60, 60), line("anode", 120, 400)])
    (crop,) = crops(page, (RegionKind.FIGURE, (100, 300, 400, 500), 0.9))
    assert crop.text == "anode"


def test_a_detected_figure_that_is_full_of_text_is_none() -> None:
    assert crops(raw(column(prose("Text", 20), 60, 60)), (RegionKind.FIGURE, (50, 50, 500, 320), 0.9)) == ()


def test_doubtful_tiny_and_overlapping_boxes_do_not_count() -> None:
    page = raw(column(prose("Text", 3), 60, 60))
    found = crops(
        page,
        (RegionKind.FIGURE, (100, 300, 400, 500), 0.9),
        (RegionKind.FIGURE, (110, 310, 400, 500), 0.6),
        (RegionKind.FIGURE, (100, 600, 400, 700), 0.2),
        (RegionKind.FIGURE, (10, 10, 20, 20), 0.9),
    )
    assert len(found) == 1


def test_a_detected_table_keeps_its_rows() -> None:
    cells = [line(text, x, y) for y in (300, 330) for x, text in ((100, "left"), (300, "right"))]
    (crop,) = crops(raw([*column(prose("Text", 3), 60, 60), *cells]), (RegionKind.TABLE, (90, 290, 400, 350), 0.9))
    assert crop.kind is FigureKind.TABLE
    assert crop.text.splitlines()[0] == "| left | right |"
