"""The reading steps composed."""

from __future__ import annotations

from smartnotes.core.model import TextSource
from smartnotes.core.pipeline import compose_page, finish_pages
from tests.raw_pages import column, composed, image, line, path, prose, raw, read


def test_a_page_says_where_its_text_came_from_and_how_large_it_is() -> None:
    page, _ = compose_page(
        raw([line("words", 50, 100, confidence=0.9)], number=7, ordered=True),
        page_id="page_x",
        source=TextSource.OCR,
        ocr_reason="the page is a picture",
    )
    assert (page.id, page.number, page.source, page.ocr_reason) == (
        "page_x", 7, TextSource.OCR, "the page is a picture",
    )  # fmt: skip
    assert (page.width_pt, page.height_pt, page.confidence) == (600.0, 800.0, 0.9)


def test_a_recognised_page_is_not_searched_for_figures() -> None:
    """Its one picture is the page itself; what is on it is for a detector of pictures to say."""
    assert read(raw([line("words", 50, 100)], images=[image((60, 200, 400, 400))], ordered=True))[1] == ()


def test_a_recognised_paragraph_is_whole_though_its_last_line_was_taken_for_another() -> None:
    lines = [
        line("A sentence that goes on and on over the whole of the line and", 50, 100, block=1),
        line("ends here.", 50, 112, block=2),
    ]
    assert "\n" not in composed(raw(lines, ordered=True)).text


def test_every_line_is_read_once_though_figures_tables_and_boxes_lie_over_each_other() -> None:
    lines = [*column(prose("text", 6), 50, 100), line("one", 210, 310), line("two", 310, 310)]
    paths = [path((200, 300, 300, 340)), path((300, 300, 400, 340)), path((190, 290, 420, 350), filled=False)]
    page, _ = read(raw(lines, paths=paths, images=[image((180, 280, 500, 400))]))
    words = page.text.split()
    assert words.count("one") == 1
    assert words.count("two") == 1


def test_a_lecture_without_pages_stays_empty() -> None:
    assert finish_pages([]) == ()
