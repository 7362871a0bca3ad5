"""What stands only inside a picture is read too, in every format that holds pictures, and belongs to its figure.

The pictures are drawn here and read by the real engine; the text around them is the file's own.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Inches as WordInches
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont
from pptx import Presentation
from pptx.util import Inches

from smartnotes.core.events import ignore
from smartnotes.core.model import Page, RegionKind, TextSource
from smartnotes.core.options import IngestOptions, OcrMode
from smartnotes.core.ports import PageRead
from smartnotes.engines.inline import InlineReader

LABELS = ("Glucose enters the cell", "Pyruvate is oxidised", "ATP synthase turns")
PROSE = "Cells release the energy of sugar step by step, and keep a part of it."


def drawing(*, dark: bool = False) -> io.BytesIO:
    """Return a PNG of three boxes with labels: a screenshot, light on dark where `dark`."""
    paper, ink = ((0, 0, 0), (240, 240, 240)) if dark else ((255, 255, 255), (20, 20, 20))
    image = Image.new("RGB", (900, 500), paper)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(34)
    for row, label in enumerate(LABELS):
        draw.rectangle((150, 40 + row * 150, 750, 140 + row * 150), outline=(90, 140, 220), width=4)
        draw.text((200, 70 + row * 150), label, fill=ink, font=font)
    data = io.BytesIO()
    image.save(data, "PNG")
    data.seek(0)
    return data


def make_pdf(path: Path, *, dark: bool = False) -> None:
    pdf = FPDF(format=(254, 190))
    for _ in range(2):
        pdf.add_page()
        pdf.set_font("helvetica", size=16)
        pdf.multi_cell(0, text=PROSE)
        pdf.image(drawing(dark=dark), x=40, y=50, w=150)
    pdf.output(str(path))


def make_pptx(path: Path, *, dark: bool = False) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = PROSE
    slide.shapes.add_picture(drawing(dark=dark), Inches(1), Inches(2), width=Inches(7))
    deck.save(str(path))


def make_docx(path: Path, *, dark: bool = False) -> None:
    document = Document()
    document.add_paragraph(PROSE)
    document.add_picture(drawing(dark=dark), width=WordInches(5))
    document.save(str(path))


def read(path: Path, options: IngestOptions) -> list[Page]:
    reader = InlineReader()
    info = reader.inspect(path, options=options)
    results = list(reader.read(path, info, numbers=range(1, info.pages + 1), options=options, emit=ignore))
    return [result.page for result in results if isinstance(result, PageRead)]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("make", "suffix"), [(make_pdf, ".pdf"), (make_pptx, ".pptx"), (make_docx, ".docx")])
def test_labels_inside_pictures_belong_to_their_figure(tmp_path: Path, make: object, suffix: str, dark: bool) -> None:
    assert callable(make)
    path = tmp_path / f"file{suffix}"
    make(path, dark=dark)
    for page in read(path, IngestOptions()):
        assert page.source is not TextSource.OCR
        assert page.figures[0].text.split("\n") == list(LABELS)
        figure = next(region for region in page.regions if region.kind is RegionKind.FIGURE)
        assert page.slice(figure).split("\n") == list(LABELS)
        assert page.text.startswith(PROSE)


def test_words_read_in_a_picture_have_places_and_confidences(tmp_path: Path) -> None:
    make_pdf(tmp_path / "file.pdf")
    page = read(tmp_path / "file.pdf", IngestOptions())[0]
    read_words = [word for word in page.words if word.confidence is not None]
    assert [page.slice(word) for word in read_words] == " ".join(LABELS).split()
    box = page.figures[0].box
    assert all(box.x0 <= word.box.x0 and word.box.y1 <= box.y1 for word in read_words)


def test_pictures_are_not_read_where_recognition_is_off(tmp_path: Path) -> None:
    make_pdf(tmp_path / "file.pdf")
    page = read(tmp_path / "file.pdf", IngestOptions(ocr=OcrMode.NEVER))[0]
    assert page.figures[0].text == ""
    assert page.text == PROSE


def test_a_language_without_data_costs_no_page_that_has_a_text(tmp_path: Path) -> None:
    """Labels are then read as English."""
    make_pdf(tmp_path / "file.pdf")
    pages = read(tmp_path / "file.pdf", IngestOptions(languages=("xxx",)))
    assert [page.figures[0].text.split("\n") for page in pages] == [list(LABELS)] * 2
