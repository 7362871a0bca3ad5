"""Pages written operator by operator, one for each way in which layouts have gone wrong: what is read is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from smartnotes.core.model import FigureKind, Page, RegionKind
from smartnotes.core.options import IngestOptions, OcrMode
from smartnotes.core.pipeline import finish_pages
from smartnotes.engines.pdf import PdfFile
from tests.pdf_making import make_pdf

TEXT = "the model of a system shows how energy and matter move between its parts over time"


def _text(x: float, y: float, text: str, *, size: float = 10.0) -> str:
    return f"BT /F1 {size:g} Tf {x:g} {y:g} Td ({text}) Tj ET\n"


def _box(x: float, y: float, width: float, height: float, *, grey: float = 0.4) -> str:
    return f"{grey:g} g {x:g} {y:g} {width:g} {height:g} re f 0 g\n"


def _rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"0.8 w {x0:g} {y0:g} m {x1:g} {y1:g} l S\n"


def _prose(start: int, count: int) -> list[str]:
    """Return lines of seven words, each told from the others by its number."""
    words = TEXT.split()
    numbers = range(start, start + count)
    return [" ".join([str(one), *(words[(one + place) % len(words)] for place in range(7))]) for one in numbers]


def _column(x: float, y: float, lines: Sequence[str], *, step: float = 12.0) -> str:
    return "".join(_text(x, y - step * index, line) for index, line in enumerate(lines))


def _rows(x: Sequence[float], y: float, rows: Sequence[Sequence[str]], *, step: float = 15.0) -> str:
    return "".join(
        _text(left, y - step * index, cell, size=9)
        for index, row in enumerate(rows)
        for left, cell in zip(x, row, strict=True)
        if cell
    )


def _read(tmp_path: Path, *contents: str, page: str = "/MediaBox [0 0 612 792]") -> tuple[Page, ...]:
    path = tmp_path / "drawn.pdf"
    path.write_bytes(make_pdf(*contents, page=page))
    source = PdfFile(path, options=IngestOptions(ocr=OcrMode.NEVER), ocr=None)
    try:
        return finish_pages([source.read_page(number + 1).page for number in range(len(contents))])
    finally:
        source.close()


def _words(page: Page) -> str:
    return " ".join(page.text.split())


@pytest.mark.parametrize(("turn", "first"), [(90, (0.0, 1.0)), (180, (1.0, 1.0)), (270, (1.0, 0.0))])
def test_a_page_of_turned_text_is_read_upright_and_told_as_shown(
    tmp_path: Path, turn: int, first: tuple[float, float]
) -> None:
    """Landscape pages bound into a portrait file: the text runs up, down, or upside down."""
    left, right = _prose(1, 20), _prose(21, 20)
    wide, high = (792, 612) if turn != 180 else (612, 792)
    cosine, sine = round(math.cos(math.radians(turn))), round(math.sin(math.radians(turn)))
    shift = {90: (612, 0), 180: (612, 792), 270: (0, 792)}[turn]
    body = _column(40, high - 60, left) + _column(wide / 2 + 20, high - 60, right)
    (page,) = _read(tmp_path, f"q {cosine} {sine} {-sine} {cosine} {shift[0]} {shift[1]} cm {body} Q")
    assert _words(page) == " ".join([*left, *right])
    assert (page.width_pt, page.height_pt) == (612, 792)
    box = page.words[0].box
    assert (round(box.x0), round(box.y0)) == first  # the corner where a reader begins


def test_a_stamp_in_the_margin_follows_the_text(tmp_path: Path) -> None:
    lines = _prose(1, 12)
    stamp = "q 0 1 -1 0 30 250 cm " + _text(0, 0, "arXiv:2401.01234v1 [cs.XY] 1 Jan 2024", size=16) + "Q "
    (page,) = _read(tmp_path, stamp + _column(72, 600, lines))
    assert _words(page).startswith(" ".join(lines))


def test_columns_are_found_where_a_title_reaches_over_some_of_them(tmp_path: Path) -> None:
    """Lines of one column that end early make wider white than the gutter does; what fewest lines cross counts."""
    columns = [_prose(1 + 20 * place, 20) for place in range(3)]
    ragged = [line if index % 2 else " ".join(line.split()[:6]) for index, line in enumerate(columns[0])]
    content = _text(40, 560, "A title over two of three columns", size=30)
    content += _column(40, 520, ragged) + _column(310, 520, columns[1]) + _column(580, 515, columns[2])
    (page,) = _read(tmp_path, content, page="/MediaBox [0 0 842 595]")
    assert _words(page).endswith(" ".join([*ragged, *columns[1], *columns[2]]))


def test_four_blocks_drawn_row_by_row_are_read_row_by_row(tmp_path: Path) -> None:
    blocks = [[f"{name} heading", *(f"{name} point {number}" for number in "123")] for name in "ABCD"]
    places = [(40, 400), (380, 400), (40, 200), (380, 200)]
    content = _text(40, 490, "Four ways", size=28)
    content += "".join(_column(x, y, lines, step=22) for (x, y), lines in zip(places, blocks, strict=True))
    (page,) = _read(tmp_path, content, page="/MediaBox [0 0 720 540]")
    assert _words(page) == " ".join(["Four ways", *(line for lines in blocks for line in lines)])


TABLE = [["Policy", "Carbon", "Steel"], ["first", "58.01", "83.44"], ["second", "15.73", "53.94"], ["third", "7", "8"]]


def test_bars_along_the_edges_are_neither_table_nor_figure(tmp_path: Path) -> None:
    """A Beamer theme: bars above and below, a logo in the corner, a table with rules between them."""
    design = _box(0, 258, 363, 14) + _box(0, 232, 363, 26, grey=0.3)
    design += "".join(_box(121 * place, 0, 121, 10, grey=0.2 + place / 10) for place in range(3)) + _box(
        335, 14, 16, 16
    )
    slide = design + "1 g " + _text(10, 240, "A table", size=14) + "0 g " + _text(20, 3, "A. Muster", size=5)
    rules = _rule(40, 200, 300, 200) + _rule(40, 185, 300, 185) + _rule(40, 140, 300, 140)
    plain, tabled = _read(
        tmp_path,
        slide + _text(20, 180, "Nothing but a line of text"),
        slide + rules + _rows((44, 150, 240), 189, TABLE),
        page="/MediaBox [0 0 363 272]",
    )
    assert plain.figures == ()
    (table,) = tabled.figures
    assert table.kind is FigureKind.TABLE
    assert [line.split(" | ")[0].strip("| ") for line in table.text.split("\n")[2:]] == ["first", "second", "third"]


def test_a_heading_over_two_columns_stands_in_the_first_of_them(tmp_path: Path) -> None:
    head = [["", "", "", "", ""], ["Method", "Loss", "Hits", "Loss", "Hits"]]
    body = [[name, *(f"{row}.{column}" for column in range(4))] for row, name in enumerate(["one", "two", "three"])]
    content = _column(60, 740, _prose(1, 6))
    content += _rows((70, 180, 260, 340, 420), 600, [*head, *body])
    content += _text(212, 600, "Training", size=9) + _text(379, 600, "Test", size=9)
    content += _rule(66, 612, 470, 612) + _rule(66, 582, 470, 582) + _rule(66, 536, 470, 536)
    (page,) = _read(tmp_path, content)
    (table,) = page.figures
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in table.text.split("\n")]
    del cells[1]
    assert cells == [["", "Training", "", "Test", ""], head[1], *body]


def test_a_table_beside_a_ruled_one_is_found(tmp_path: Path) -> None:
    other = [["Growth", "Area"], ["alpha", "60.65"], ["beta", "55.37"], ["gamma", "89.93"], ["delta", "77.45"]]
    content = _column(50, 740, _prose(1, 10)) + _column(330, 740, _prose(11, 10))
    content += "".join(_rule(50, y, 290, y) for y in (600, 585, 570, 555, 540))
    content += "".join(_rule(x, 540, x, 600) for x in (50, 130, 210, 290))
    content += _rows((54, 134, 214), 589, TABLE) + _rows((334, 480), 589, other)
    (page,) = _read(tmp_path, content)
    assert [figure.text.count("\n") for figure in page.figures] == [4, 5]


def _chart(x: float, y: float, width: float, height: float) -> str:
    """Draw a bar chart: a frame of four rules, bars, numbers up the side, names below, the name of the axis turned."""
    frame = _rule(x, y, x + width, y) + _rule(x, y + height, x + width, y + height)
    frame += _rule(x, y, x, y + height) + _rule(x + width, y, x + width, y + height)
    bars = "".join(
        _box(x + width * (0.1 + 0.2 * place), y, 0.1 * width, height * (0.3 + 0.15 * place)) for place in range(4)
    )
    numbers = "".join(_text(x - 18, y + height * place / 4 - 3, str(10 * place)) for place in range(5))
    names = "".join(_text(x + width * (0.1 + 0.2 * place), y - 14, f"Q{place + 1}", size=14) for place in range(4))
    return frame + bars + numbers + names + f"q 0 1 -1 0 {x - 32:g} {y + height / 3:g} cm {_text(0, 0, 'income')} Q "


def test_a_chart_that_fills_its_slide_is_whole(tmp_path: Path) -> None:
    content = _text(40, 500, "Income by quarter", size=28) + _chart(70, 50, 600, 420)
    (page,) = _read(tmp_path, content, page="/MediaBox [0 0 720 540]")
    (figure,) = page.figures
    assert figure.kind is FigureKind.FIGURE
    assert {"income", "0", "40", "Q1", "Q4"} <= set(figure.text.split())
    assert figure.box.x0 < 0.06
    assert figure.box.x1 > 0.92
    kinds = [region.kind for region in page.regions if region.end > region.start]
    assert kinds == [RegionKind.TITLE, RegionKind.FIGURE]
