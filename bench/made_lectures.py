"""The benchmark's own lectures: slides in Markdown, made into the kinds of files that students have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fpdf import FPDF
from pptx import Presentation
from pptx.slide import Slide
from pptx.util import Inches

LECTURES = Path(__file__).parent / "lectures"
_LATIN = str.maketrans({"\u2013": "-", "\u2019": "'"})


class MadeSlide(NamedTuple):
    """A slide: its title, its lines as they stand in the Markdown, its table (the head first) and its notes."""

    title: str
    lines: list[str]
    rows: list[list[str]]
    notes: str


def make_lectures(folder: Path) -> list[Path]:
    """Write the lectures into `folder`, each as the kind of file that suits it, and return their paths."""
    made = []
    for source in sorted(set(LECTURES.glob("*.md")) - {LECTURES / "README.md"}):
        text = source.read_text(encoding="utf-8")
        if text.startswith("---\n"):  # slides already, for those who write them in Markdown
            path = folder / source.name
            path.write_text(text, encoding="utf-8")
        elif "\nNotes:" in text:
            path = folder / f"{source.stem}.pptx"
            _write_deck(list(_slides(text)), path)
        else:
            path = folder / f"{source.stem}.pdf"
            _write_pdf(list(_slides(text)), path)
        made.append(path)
    return made


def _slides(text: str) -> Iterator[MadeSlide]:
    for part in re.split(r"^---\n", text, flags=re.MULTILINE):
        found = [line for line in part.splitlines() if line.strip()]
        table = [line for line in found if line.startswith("|")]
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table if "---" not in line]
        notes = " ".join(line.removeprefix("Notes: ") for line in found if line.startswith("Notes: "))
        lines = [line for line in found[1:] if line not in table and not line.startswith("Notes: ")]
        yield MadeSlide(found[0].removeprefix("# "), lines, rows, notes)


def _write_deck(slides: list[MadeSlide], path: Path) -> None:
    deck = Presentation()
    for made in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1 if made.lines and not made.rows else 5])
        slide.shapes.title.text = made.title
        if made.rows:
            _add_table(slide, made)
        elif made.lines:
            body = slide.placeholders[1].text_frame
            body.text = re.sub(r"^- ", "", "\n".join(made.lines), flags=re.MULTILINE)
        if made.notes:
            slide.notes_slide.notes_text_frame.text = made.notes
    deck.save(str(path))


def _add_table(slide: Slide, made: MadeSlide) -> None:
    width = Inches(8.5)
    table = slide.shapes.add_table(
        len(made.rows), len(made.rows[0]), Inches(0.7), Inches(1.8), width, Inches(0.4 * len(made.rows))
    ).table
    for row, cells in enumerate(made.rows):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    if made.lines:
        box = slide.shapes.add_textbox(Inches(0.7), Inches(2.2 + 0.4 * len(made.rows)), width, Inches(0.6))
        box.text_frame.text = "\n".join(made.lines)


def _write_pdf(slides: list[MadeSlide], path: Path) -> None:
    pdf = FPDF(orientation="landscape", format=(150, 200))
    for made in slides:
        pdf.add_page()
        pdf.set_font("Helvetica", style="B", size=22)
        pdf.multi_cell(0, 12, made.title.translate(_LATIN), new_x="LMARGIN", new_y="NEXT")
        pdf.ln(6)
        pdf.set_font("Helvetica", size=14)
        if made.rows:
            with pdf.table(width=160) as table:
                for cells in made.rows:
                    row = table.row()
                    for cell in cells:
                        row.cell(cell.translate(_LATIN))
            pdf.ln(4)
        for line in made.lines:
            told = re.sub(r"^- ", "\x95 ", line.translate(_LATIN))
            pdf.multi_cell(0, 9, told, new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(path))
