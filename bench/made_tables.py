"""Tables made for the benchmark in every style that fpdf2 draws, and how many are found, how many cells right."""

from __future__ import annotations

import itertools
import random
import tempfile
from pathlib import Path
from typing import NamedTuple

from fpdf import FPDF
from fpdf.enums import TableCellFillMode

from smartnotes.core.model import BBox, Figure, FigureKind
from smartnotes.core.options import IngestOptions, OcrMode
from smartnotes.engines.pdf import PdfFile

_TEXT = "energy membrane signal matrix demand stress voltage enzyme polymer sample gradient kernel policy carbon neuron"
_WORDS = tuple(_TEXT.split())
_STYLES = ("ALL", "INTERNAL", "MINIMAL", "HORIZONTAL_LINES", "NO_HORIZONTAL_LINES", "SINGLE_TOP_LINE", "NONE")
_FOUND = 0.5  # intersection over union


class MadeTable(NamedTuple):
    """A table with what its cells hold, the head first."""

    page: int
    box: BBox
    rows: list[list[str]]


def score_tables(seed: int = 1) -> tuple[float, float]:
    """Return the share of tables found and the share of their cells that are right, both of all that were made."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.pdf"
        made = make_tables(path, rng=random.Random(seed))  # noqa: S311 - not for secrets
        source = PdfFile(path, options=IngestOptions(ocr=OcrMode.NEVER), ocr=None)
        try:
            figures = {number: source.read_page(number).page.figures for number in {table.page for table in made}}
        finally:
            source.close()
    found = cells = right = 0
    for table in made:
        cells += sum(map(len, table.rows))
        match = next((one for one in figures[table.page] if _is(one, table)), None)
        if match is not None:
            found += 1
            right += sum(one == two for one, two in zip(_cells(match.text), itertools.chain(*table.rows), strict=False))
    return found / len(made), right / cells


def make_tables(path: Path, *, rng: random.Random) -> list[MadeTable]:
    """Write a page for each style of borders, with and without filled rows: text, a table of numbers, one of words."""
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(auto=False)
    made = []
    for layout in _STYLES:
        for filled in (False, True):
            pdf.add_page()
            pdf.set_font("Helvetica", size=11)
            for content in (_numbers(rng, 7, 4), _phrases(rng, 4)):
                pdf.multi_cell(0, 6, " ".join(_prose(rng) for _ in range(4)), new_x="LMARGIN", new_y="NEXT")
                pdf.ln(6)
                made.append(_table(pdf, content, layout=layout, filled=filled))
                pdf.ln(8)
    pdf.output(str(path))
    return made


def _table(pdf: FPDF, rows: list[list[str]], *, layout: str, filled: bool) -> MadeTable:
    top = pdf.get_y()
    fill = TableCellFillMode.ROWS if filled else TableCellFillMode.NONE
    with pdf.table(rows, borders_layout=layout, cell_fill_mode=fill, cell_fill_color=225, line_height=8):
        pass
    box = BBox.clipped(pdf.l_margin / pdf.w, top / pdf.h, 1 - pdf.r_margin / pdf.w, pdf.get_y() / pdf.h)
    return MadeTable(pdf.page_no(), box, rows)


def _numbers(rng: random.Random, rows: int, columns: int) -> list[list[str]]:
    head = [rng.choice(_WORDS).capitalize() for _ in range(columns)]
    return [head, *([_name(rng), *(f"{rng.uniform(0, 99):.2f}" for _ in head[1:])] for _ in range(rows))]


def _phrases(rng: random.Random, rows: int) -> list[list[str]]:
    """Return a table whose middle column holds cells of several lines."""
    head = [rng.choice(_WORDS).capitalize() for _ in range(3)]
    return [head, *([_name(rng), _prose(rng), f"{rng.uniform(0, 99):.2f}"] for _ in range(rows))]


def _name(rng: random.Random) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(rng.randint(1, 2)))


def _prose(rng: random.Random) -> str:
    return f"The {rng.choice(_WORDS)} of a {rng.choice(_WORDS)} depends on the {rng.choice(_WORDS)} that it meets."


def _is(figure: Figure, table: MadeTable) -> bool:
    return figure.kind is FigureKind.TABLE and figure.box.iou(table.box) >= _FOUND


def _cells(markdown: str) -> list[str]:
    head, _, *body = markdown.split("\n")
    return [cell.strip() for line in (head, *body) for cell in line.strip()[1:-1].split("|")]
