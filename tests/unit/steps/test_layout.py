"""Reading order."""

from __future__ import annotations

from smartnotes.core.model import RegionKind
from tests.raw_pages import PAGE, SLIDE, column, composed, line, path, prose, raw


def _positions(text: str, *parts: str) -> list[int]:
    return [text.index(part) for part in parts]


def test_two_columns_are_read_one_after_the_other_whatever_order_the_file_draws_them_in() -> None:
    lines = column(prose("left", 12), 50, 100) + column(prose("right", 12), 320, 100)
    mixed = lines[::5] + lines[1::5] + lines[3::5] + lines[4::5] + lines[2::5]
    text = composed(raw(mixed)).text
    places = _positions(text, *(f"left {n} " for n in range(12)), *(f"right {n} " for n in range(12)))
    assert places == sorted(places)


def test_a_title_over_both_columns_comes_first_with_its_second_line() -> None:
    title = [line("A title that is long enough to cross", 90, 40, size=20), line("both columns", 90, 64, size=20)]
    lines = column(prose("left", 8), 50, 110) + column(prose("right", 8), 320, 110) + title
    page = composed(raw(lines))
    assert page.title == "A title that is long enough to cross both columns"
    assert page.text.startswith(page.title)


def test_a_page_number_in_the_gutter_does_not_close_it() -> None:
    lines = column(prose("left", 20), 50, 100) + column(prose("right", 20), 320, 100) + [line("7", 305, 700)]
    text = composed(raw(lines)).text
    places = _positions(text, "left 0", "left 19", "right 0", "right 19")
    assert places == sorted(places)


def test_a_note_in_the_margin_stands_after_the_paragraph_it_stands_beside() -> None:
    body = column(prose("first", 5), 50, 100) + column(prose("second", 5), 50, 180)
    note = column(["Mind the", "gap here"], 380, 100)
    text = composed(raw([*note, *body])).text
    places = _positions(text, "first 4", "Mind the", "second 0")
    assert places == sorted(places)


def test_rows_of_cells_are_read_row_by_row() -> None:
    cells = [["Austria", "8.9", "Vienna"], ["Belgium", "11.5", "Brussels"], ["Denmark", "5.8", "Copenhagen"]]
    lines = [
        line(cell, 60 + 120 * place, 100 + 14 * row)
        for row, words in enumerate(cells)
        for place, cell in enumerate(words)
    ]
    page = composed(raw(lines))
    assert page.text == "Austria\t8.9\tVienna\nBelgium\t11.5\tBrussels\nDenmark\t5.8\tCopenhagen"
    assert page.regions[0].kind is RegionKind.TABLE


def test_two_lists_side_by_side_are_columns() -> None:
    left = [line(f"• pro {n}", 80, 150 + 40 * n, size=24, on=SLIDE) for n in range(3)]
    right = [line(f"• con {n}", 520, 150 + 40 * n, size=24, on=SLIDE) for n in range(3)]
    mixed = [one for pair in zip(left, right, strict=True) for one in pair]
    assert composed(raw(mixed, on=SLIDE)).text.split("\n") == ["pro 0", "pro 1", "pro 2", "con 0", "con 1", "con 2"]


def test_the_lines_of_a_text_box_stay_together_though_others_stand_beside_them() -> None:
    code = [
        line(text, 80, 200 + 30 * n, size=20, on=SLIDE, mono=True) for n, text in enumerate(["x = 1", "if x:", "y = 2"])
    ]
    note = [line("Mind the indent", 400, 215, size=20, on=SLIDE), line("of the block", 400, 240, size=20, on=SLIDE)]
    boxes = [path((70, 190, 700, 300), on=SLIDE), path((390, 205, 600, 270), on=SLIDE)]
    page = composed(raw([code[0], note[0], code[1], note[1], code[2]], on=SLIDE, paths=boxes))
    assert "x = 1\nif x:\ny = 2" in page.text
    assert "Mind the indent of the block" in page.text


def test_recognised_lines_keep_their_order() -> None:
    lines = [line("second", 50, 300), line("first", 50, 100)]
    assert composed(raw(lines, ordered=True)).text == "second\nfirst"


def test_heads_and_feet_beside_columns_come_first_and_last() -> None:
    lines = column(prose("left", 20), 50, 100) + column(prose("right", 20), 320, 100)
    lines += [line("Journal of things", 50, 30), line("Vol. 3", 500, 30), line("Published by us", 50, 770)]
    text = composed(raw(lines)).text
    assert text.startswith("Journal of things")
    assert text.endswith("Published by us")


def test_a_page_without_words_gives_an_empty_page() -> None:
    page = composed(raw([], on=PAGE))
    assert page.text == ""
    assert page.regions == ()


def test_words_hidden_behind_a_box_with_other_words_are_dropped() -> None:
    lines = [line("an old draft of this line", 100, 100), line("numbers = [1, 2, 3]", 100, 101, mono=True)]
    page = composed(raw(lines, paths=[path((90, 95, 300, 115))]))
    assert page.text == "numbers = [1, 2, 3]"
