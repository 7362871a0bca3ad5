"""Slides and handouts as programs make them, written operator by operator: what was once read wrongly, and why."""

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

SLIDE = "/MediaBox [0 0 720 405]"
SHEET = "/MediaBox [0 0 612 792]"
SENTENCE = "The model of a system shows how energy and matter move between its many parts over time."


def _text(x: float, y: float, text: str, *, size: float = 10.0, font: str = "F1") -> str:
    return f"BT /{font} {size:g} Tf {x:g} {y:g} Td ({text}) Tj ET\n"


def _lines(
    x: float, y: float, texts: Sequence[str], *, step: float = 12.0, size: float = 10.0, font: str = "F1"
) -> str:
    return "".join(_text(x, y - step * place, text, size=size, font=font) for place, text in enumerate(texts) if text)


def _fill(x: float, y: float, width: float, height: float, *, grey: float = 0.6) -> str:
    return f"{grey:g} g {x:g} {y:g} {width:g} {height:g} re f 0 g\n"


def _frame(x: float, y: float, width: float, height: float) -> str:
    return f"0.8 w {x:g} {y:g} {width:g} {height:g} re S\n"


def _rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"0.8 w {x0:g} {y0:g} m {x1:g} {y1:g} l S\n"


def _dot(x: float, y: float, width: float, height: float) -> str:
    """A picture of one point made as large as that: how dvips writes a rule."""
    return f"q {width:g} 0 0 {height:g} {x:g} {y:g} cm BI /W 1 /H 1 /IM true /BPC 1 ID \x00 EI Q\n"


def _read(tmp_path: Path, *contents: str, page: str = SHEET, signs: bool = False) -> tuple[Page, ...]:
    path = tmp_path / "drawn.pdf"
    data = make_pdf(*contents, page=page)
    if signs:  # the second font becomes one of signs; its name is as long as before
        data = data.replace(b"/Courier-Bold", b"/ABCDE+MSAM10")
    path.write_bytes(data)
    source = PdfFile(path, options=IngestOptions(ocr=OcrMode.NEVER), ocr=None)
    try:
        return finish_pages([source.read_page(number + 1).page for number in range(len(contents))])
    finally:
        source.close()


def _texts(page: Page, kind: RegionKind) -> list[str]:
    return [page.slice(region) for region in page.regions if region.kind is kind]


def _figures(page: Page, kind: FigureKind = FigureKind.FIGURE) -> list[tuple[float, ...]]:
    return [
        tuple(round(value, 2) for value in (one.box.x0, one.box.y0, one.box.x1, one.box.y1))
        for one in page.figures
        if one.kind is kind
    ]


def test_bullets_that_are_drawn_make_a_list(tmp_path: Path) -> None:
    """Beamer draws balls: without them the items ran together, or were taken for a title."""
    items = ["Membranes", "Proteins", "Nucleic acids"]
    body = _text(60, 350, "What a cell is made of", size=24) + _lines(80, 280, items, step=30, size=16)
    (page,) = _read(tmp_path, body + "".join(_fill(62, 281 - 30 * place, 8, 8) for place in range(3)), page=SLIDE)
    assert _texts(page, RegionKind.LIST) == items
    assert page.figures == ()


def test_numbers_in_balls_number_the_items(tmp_path: Path) -> None:
    body = _text(60, 350, "How to proceed", size=24)
    for place, item in enumerate(["Part the set into blocks", "Look for a tree of each", "Join the trees"]):
        y = 280 - 30 * place
        ball = f"0.3 g 60 {y + 5} m 60 {y + 13} 76 {y + 13} 76 {y + 5} c 76 {y - 3} 60 {y - 3} 60 {y + 5} c f 1 g\n"
        body += ball + _text(65, y + 1, str(place + 1), size=9) + "0 g " + _text(84, y, item, size=16)
    (page,) = _read(tmp_path, body, page=SLIDE)
    assert _texts(page, RegionKind.LIST) == [
        "1. Part the set into blocks",
        "2. Look for a tree of each",
        "3. Join the trees",
    ]


def test_the_bullets_of_a_list_are_no_part_of_the_figure_below_it(tmp_path: Path) -> None:
    """They stand closer to it than a line, and made the list a part of the drawing."""
    body = _text(40, 370, "How blocks help", size=24)
    for place, item in enumerate(
        ["Part the sites into blocks", "Compute a tree for each block", "Join the trees found"]
    ):
        body += _fill(62, 301 - 24 * place, 8, 8) + _text(80, 300 - 24 * place, item, size=16)
    for place in range(5):
        body += f"0.4 g {60 + 60 * place} 200 m {80 + 60 * place} 246 l {110 + 60 * place} 210 l f 0 g\n"
    (page,) = _read(tmp_path, body, page=SLIDE)
    assert _figures(page) == [(0.08, 0.39, 0.49, 0.51)]
    assert len(_texts(page, RegionKind.LIST)) == 3


def test_one_small_drawing_before_a_line_is_no_bullet(tmp_path: Path) -> None:
    body = _text(60, 350, "What a cell is made of", size=24) + _text(80, 280, "Membranes hold it together", size=16)
    (page,) = _read(tmp_path, body + _fill(62, 281, 8, 8), page=SLIDE)
    assert _texts(page, RegionKind.LIST) == []


def test_a_letter_of_a_font_of_signs_is_the_sign(tmp_path: Path) -> None:
    """The triangle of Beamer's lists has the code of the letter I in the font msam10."""
    items = ["Different options are passed", "The handout is in black and white"]
    marks = "".join(_text(60, 280 - 30 * place, "I", size=12, font="F2") for place in range(2))
    (page,) = _read(tmp_path, _lines(80, 280, items, step=30, size=16) + marks, page=SLIDE, signs=True)
    assert _texts(page, RegionKind.LIST) == items


def test_accents_that_are_drawn_before_their_letters_stand_on_them(tmp_path: Path) -> None:
    """Older TeX fonts have accents (here: the standard encoding's acute and dieresis), but no accented letters."""
    (page,) = _read(tmp_path, _text(60, 700, r"La recepci\302on, f\310ur na\310\365ve Leser, citt\301a."))
    assert page.text == "La recepción, für naïve Leser, città."


def test_numbered_lines_of_code_are_one_piece_of_code(tmp_path: Path) -> None:
    """Numbers in a smaller font stood for a column of a table; a number alone (an empty line) parted the code."""
    code = [
        "def mean(values):",
        "    total = sum(values)",
        "",
        "    return total / len(values)",
        "",
        "print(mean([1, 2]))",
    ]
    numbers = _lines(60, 700, [str(place + 9) for place in range(len(code))], size=7)
    (page,) = _read(
        tmp_path,
        _text(60, 730, SENTENCE) + numbers + _lines(80, 700, code, font="F2", size=9) + _text(60, 600, SENTENCE),
    )
    (listing,) = _texts(page, RegionKind.CODE)
    assert [line.split() for line in listing.splitlines()] == [
        [str(place + 9), *line.split()] for place, line in enumerate(code)
    ]
    assert _figures(page, FigureKind.TABLE) == []


def test_numbers_beside_the_lines_of_a_text_make_no_table(tmp_path: Path) -> None:
    """As in a paper for reviewers."""
    numbers = _lines(40, 700, [str(place + 1) for place in range(12)], size=7)
    (page,) = _read(tmp_path, numbers + _lines(60, 700, [SENTENCE] * 12))
    assert _figures(page, FigureKind.TABLE) == []


def test_rules_that_are_pictures_of_one_point_part_the_rows_of_a_table(tmp_path: Path) -> None:
    """So dvips writes them; each row holds cells of several lines."""
    rows = [
        (["first", "second"], ["what the first of them", "is good for in practice"]),
        (["third"], ["what the third of them", "is good for in practice"]),
        (["fourth", "fifth"], ["what the last of them", "are good for"]),
    ]
    body = _dot(50, 714, 300, 0.5)
    for place, (left, right) in enumerate(rows):
        y = 700 - 30 * place
        body += _lines(60, y, left) + _lines(160, y, right)
        body += _dot(50, y - 16, 300, 0.5) + _dot(150, y - 16, 0.5, 30)
    (page,) = _read(tmp_path, body)
    (table,) = [one for one in page.figures if one.kind is FigureKind.TABLE]
    assert table.text.startswith("| first second | what the first")
    assert page.text.splitlines() == ["\t".join(" ".join(cell) for cell in row) for row in rows]


def test_a_table_with_one_rule_down_has_the_columns_that_white_shows(tmp_path: Path) -> None:
    """A truth table: a rule below the head, one before the last column."""
    rows = [["p", "q", "r", "p and q"], ["t", "t", "f", "t"], ["t", "f", "t", "f"], ["f", "t", "t", "f"]]
    body = _rule(60, 694, 260, 694) + _rule(180, 640, 180, 712)
    for place, row in enumerate(rows):
        body += "".join(_text(x, 700 - 18 * place, cell) for x, cell in zip((65, 105, 145, 195), row, strict=True))
    (page,) = _read(tmp_path, body)
    assert page.text.splitlines() == ["\t".join(row) for row in rows]


@pytest.mark.parametrize("caption", ["Figure 7: How a box is measured", "Figure: How a box is measured", "Figura 7"])
def test_what_a_caption_calls_a_figure_is_one(tmp_path: Path, caption: str) -> None:
    """Two plain boxes and a line are no figure by themselves. Beamer does not number the captions of its slides."""
    drawing = _frame(200, 500, 160, 120) + _frame(220, 520, 120, 80) + _text(260, 555, "inner", size=9)
    (page,) = _read(tmp_path, _lines(60, 700, [SENTENCE] * 3) + drawing + _text(220, 482, caption))
    assert _figures(page) == [(0.33, 0.22, 0.59, 0.37)]
    assert page.figures[0].caption == caption


def test_a_caption_below_code_in_a_frame_makes_no_figure(tmp_path: Path) -> None:
    code = _lines(220, 590, ["for row in table:", "    print(row)", "    count += 1"], font="F2", size=9)
    body = _frame(200, 550, 260, 60) + _frame(202, 552, 256, 56) + code
    (page,) = _read(tmp_path, _lines(60, 700, [SENTENCE] * 3) + body + _text(220, 532, "Figure 3: A loop"))
    assert _figures(page) == []


def test_a_frame_around_a_letter_is_no_figure(tmp_path: Path) -> None:
    """A sample page set in a frame, with a small emblem: it is read as the text that it is."""
    emblem = "".join(f"0.3 g {300 + 8 * place} 660 m {306 + 8 * place} 672 l {312} 664 l f\n" for place in range(4))
    (page,) = _read(tmp_path, _frame(60, 300, 480, 400) + emblem + "0 g " + _lines(80, 600, [SENTENCE] * 14, step=16))
    assert _figures(page) == []
    assert page.text.count("energy and matter") == 14


def test_code_is_read_before_what_it_gives(tmp_path: Path) -> None:
    """Both stand side by side between paragraphs over the full width, with rows at the same heights."""
    code = ["theorem {", "  name = Euclid", "  number = 1", "  say(primes)", "  qed", "}"]
    result = ["Theorem 1 (Euclid). For", "every prime there is one", "that is larger."]
    body = _lines(60, 700, [SENTENCE] * 3) + _lines(60, 640, code, font="F2", size=9)
    body += _lines(330, 640, result) + _lines(60, 540, [SENTENCE] * 3)
    (page,) = _read(tmp_path, body)
    words = " ".join(page.text.split())
    assert "qed } Theorem 1 (Euclid). For every prime there is one that is larger." in words
    assert words.startswith(SENTENCE)
    assert words.endswith(SENTENCE)


def test_the_numbers_of_equations_are_no_column(tmp_path: Path) -> None:
    body = _lines(60, 700, [SENTENCE] * 2) + _text(200, 660, "a = b + c") + _text(540, 660, "\\(1\\)")
    body += _lines(60, 640, [SENTENCE] * 2) + _text(200, 600, "b = c + d") + _text(540, 600, "\\(2\\)")
    (page,) = _read(tmp_path, body + _lines(60, 580, [SENTENCE] * 2))
    words = " ".join(page.text.split())
    assert words.index("b + c") < words.index("(1)") < words.index("c + d") < words.index("(2)")


def test_the_shadow_of_a_block_is_no_figure(tmp_path: Path) -> None:
    """Beamer's blocks: a bar with the block's title, a ground below it, and pieces of shadow along two edges."""
    body = (
        _text(40, 360, "Results so far", size=24)
        + _fill(50, 280, 620, 34, grey=0.7)
        + _fill(50, 130, 620, 150, grey=0.9)
    )
    body += _text(60, 290, "Summary of the work", size=16) + _lines(
        80, 255, ["First", "Second", "Third"], step=36, size=16
    )
    for x, y, width, height in (
        (58, 122, 604, 8),
        (54, 122, 10, 8),
        (662, 122, 10, 10),
        (670, 130, 8, 170),
        (670, 296, 8, 10),
    ):
        body += f"0.5 g {x} {y} {width} {height} re f 0 g\n"
    body += "".join(_rule(669, 130 + 20 * place, 669, 145 + 20 * place) for place in range(6))
    (page,) = _read(tmp_path, body, page=SLIDE)
    assert _figures(page) == []
    assert "Second" in page.text


def test_the_lines_and_numbers_of_a_chart_hold_its_bars_together(tmp_path: Path) -> None:
    """Bars apart from each other, on lines that run over most of the slide, each with its number at the left."""
    body = _text(40, 360, "Energy by year", size=24)
    for place in range(6):
        body += _rule(100, 100 + 40 * place, 640, 100 + 40 * place) + _text(
            76, 96 + 40 * place, str(20 * place), size=12
        )
    for place in range(4):
        body += _fill(150 + 130 * place, 100, 40, 60 + 30 * place) + _text(
            156 + 130 * place, 80, str(2000 + place), size=12
        )
    (page,) = _read(
        tmp_path, body + _text(60, 40, "Wind has overtaken coal in the last year shown.", size=14), page=SLIDE
    )
    assert _figures(page) == [(0.11, 0.25, 0.89, 0.8)]
    assert page.text.endswith("Wind has overtaken coal in the last year shown.")


def test_a_diagram_whose_parts_stand_apart_is_one_figure(tmp_path: Path) -> None:
    """A cycle: boxes with a word each, arrows between them that touch nothing."""
    body = _text(40, 370, "The scientific method", size=24)
    for place, name in enumerate(["Question", "Test", "Result", "Report", "Review"]):
        angle = math.tau * place / 5
        x, y = 360 + 170 * math.sin(angle), 180 + 120 * math.cos(angle)
        body += (
            _fill(x - 45, y - 18, 90, 36, grey=0.8)
            + _frame(x - 45, y - 18, 90, 36)
            + _text(x - 25, y - 4, name, size=12)
        )
        x, y = 360 + 170 * math.sin(angle + 0.63), 180 + 120 * math.cos(angle + 0.63)
        body += f"0.4 g {x - 12:g} {y - 4:g} m {x + 6:g} {y - 4:g} l {x + 6:g} {y - 9:g} l {x + 14:g} {y:g} l f 0 g\n"
    (page,) = _read(tmp_path, body, page=SLIDE)
    assert len(_figures(page)) == 1
    assert page.title == "The scientific method"


def test_the_bar_with_a_talks_outline_leaves_the_text(tmp_path: Path) -> None:
    """Beside the slides of a talk; what stands there on a few slides only is a note, and stays."""
    slides = []
    for number in range(8):
        body = _text(40, 350, f"Slide about matter {number}", size=24) + _text(
            40, 250, f"{SENTENCE[:40]} {number}", size=14
        )
        body += _lines(610, 300, ["Introduction", "Methods"], step=40, size=9)
        slides.append(body + (_text(610, 120, "Ask me why", size=9) if number in (3, 4, 5) else ""))
    pages = _read(tmp_path, *slides, page=SLIDE)
    assert not any("Methods" in page.text for page in pages)
    assert ["Ask me why" in page.text for page in pages] == [number in (3, 4, 5) for number in range(8)]


def test_the_sectors_of_a_pie_are_no_cells(tmp_path: Path) -> None:
    """Each sector's box lies over those of its neighbours, with a number in it."""
    body = ""
    for place in range(8):
        start, end = math.tau * place / 8, math.tau * (place + 1) / 8
        x0, y0, x1, y1 = (
            f"{300 + 90 * one:g}" for one in (math.cos(start), math.sin(start), math.cos(end), math.sin(end))
        )
        body += f"0.{place + 2} g 300 300 m {x0} {y0} l {x0} {y1} {x1} {y1} {x1} {y1} c 300 300 l h B 0 g\n"
        middle = (start + end) / 2
        body += _text(292 + 55 * math.cos(middle), 297 + 55 * math.sin(middle), f"{place + 9}%", size=8)
    (page,) = _read(tmp_path, _lines(60, 700, [SENTENCE] * 3) + body)
    assert _figures(page, FigureKind.TABLE) == []
    assert len(_figures(page)) == 1
