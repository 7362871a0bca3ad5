from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Inches, Pt

from smartnotes.core.model import BBox, FigureKind, Page, RegionKind
from smartnotes.core.options import IngestOptions
from smartnotes.core.ports import PageRead
from smartnotes.engines.slides.deck import SlideDeck

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TITLE_ONLY, BLANK, CONTENT = 5, 6, 1
LONG = "A hash function maps every possible key to an integer that says in which of the buckets it is kept from then on"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deck.pptx"


def read(path: Path, deck: Deck, *, number: int = 1) -> PageRead:
    deck.save(str(path))
    return SlideDeck(path, options=IngestOptions()).read_page(number)


def titled(deck: Deck, title: str, *, layout: int = TITLE_ONLY) -> Slide:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    slide.shapes.title.text = title
    return slide


def shape(  # noqa: PLR0917 - a place and a size
    shapes: Any, kind: MSO_SHAPE, x: float, y: float, width: float, height: float, text: str = ""
) -> Any:
    made = shapes.add_shape(kind, Inches(x), Inches(y), Inches(width), Inches(height))
    if text:
        made.text_frame.text = text
    return made


def label(shapes: Any, x: float, y: float, width: float, text: str) -> None:
    box = shapes.add_textbox(Inches(x), Inches(y), Inches(width), Inches(0.4))
    box.text_frame.text = text


def arrow(slide: Slide, x0: float, y0: float, x1: float, y1: float) -> None:
    line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, Inches(x0), Inches(y0), Inches(x1), Inches(y1))
    etree.SubElement(line.line._get_or_add_ln(), f"{A}tailEnd", type="triangle")


def png(colour: str = "red") -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(data, "PNG")
    data.seek(0)
    return data


def kinds(page: Page) -> list[tuple[RegionKind, str]]:
    return [(region.kind, page.slice(region)) for region in page.regions]


def colour_at(found: PageRead, index: int, x: float, y: float) -> tuple[int, ...]:
    """Return the colour of a figure's picture at a place, in fractions of the slide."""
    figure = found.page.figures[index]
    image = Image.open(io.BytesIO(found.crops[figure.blob])).convert("RGB")
    across = (x - figure.box.x0) / (figure.box.x1 - figure.box.x0)
    down = (y - figure.box.y0) / (figure.box.y1 - figure.box.y0)
    pixel = image.getpixel((int(across * image.width), int(down * image.height)))
    assert isinstance(pixel, tuple)
    return pixel


def flow(slide: Slide, texts: Sequence[str] = ("Input", "CPU", "Output")) -> None:
    for number, text in enumerate(texts):
        shape(slide.shapes, MSO_SHAPE.RECTANGLE, 1 + 3 * number, 3, 2, 1, text)
        if number:
            arrow(slide, 3 * number, 3.5, 1 + 3 * number, 3.5)


def test_boxes_joined_by_arrows_are_one_figure_with_their_labels(path: Path) -> None:
    deck = Presentation()
    flow(titled(deck, "A computer"))
    page = read(path, deck).page
    (figure,) = page.figures
    assert figure.box.iou(BBox(x0=0.1, y0=0.4, x1=0.9, y1=4 / 7.5)) > 0.85
    assert figure.kind is FigureKind.FIGURE
    assert figure.text == "Input\nCPU\nOutput"
    assert kinds(page) == [(RegionKind.TITLE, "A computer"), (RegionKind.FIGURE, "Input\nCPU\nOutput")]


def test_a_group_is_one_figure_and_a_line_that_says_so_its_caption(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "The cell cycle")
    group = slide.shapes.add_group_shape()
    for text, x, y in (("G1", 2, 2), ("S", 6, 2), ("G2", 6, 5), ("M", 2, 5)):
        shape(group.shapes, MSO_SHAPE.OVAL, x, y, 1.5, 1, text)
    label(slide.shapes, 2, 6.2, 5, "Figure 2: Phases of the cell cycle")
    page = read(path, deck).page
    (figure,) = page.figures
    assert figure.caption == "Figure 2: Phases of the cell cycle"
    assert figure.box.iou(BBox(x0=0.2, y0=2 / 7.5, x1=0.75, y1=6 / 7.5)) > 0.85
    assert (RegionKind.CAPTION, figure.caption) in kinds(page)


def test_marks_on_a_picture_make_one_figure_with_it(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "A window")
    slide.shapes.add_picture(png(), Inches(1), Inches(2), Inches(6), Inches(4))
    mark = shape(slide.shapes, MSO_SHAPE.RECTANGLE, 2, 3, 1, 1)
    mark.fill.background()
    mark.line.color.rgb, mark.line.width = RGBColor(0, 0, 255), Pt(6)
    label(slide.shapes, 4, 4, 1.5, "menu")
    found = read(path, deck)
    (figure,) = found.page.figures
    assert figure.text == "menu"
    assert colour_at(found, 0, 0.25, 3 / 7.5) == (0, 0, 255)
    assert colour_at(found, 0, 0.25, 0.45) == (255, 0, 0)


def test_shapes_are_drawn_where_they_stand_with_their_colours(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Colours")
    for number, (kind, colour) in enumerate(
        ((MSO_SHAPE.OVAL, (200, 0, 0)), (MSO_SHAPE.DIAMOND, (0, 150, 0)), (MSO_SHAPE.RIGHT_ARROW, (0, 0, 200)))
    ):
        made = shape(slide.shapes, kind, 1 + 2.2 * number, 3, 2, 2)
        made.fill.solid()
        made.fill.fore_color.rgb = RGBColor(*colour)
        made.line.fill.background()
    found = read(path, deck)
    assert [colour_at(found, 0, x, 4 / 7.5) for x in (0.2, 0.42, 0.64)] == [(200, 0, 0), (0, 150, 0), (0, 0, 200)]
    assert colour_at(found, 0, 0.11, 3.1 / 7.5) == (255, 255, 255)  # the corner beside the ellipse


def test_turned_mirrored_and_scaled_groups_are_drawn_where_they_are_shown(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Groups")
    outer = slide.shapes.add_group_shape()
    inner = outer.shapes.add_group_shape()
    left = shape(inner.shapes, MSO_SHAPE.RECTANGLE, 1, 1, 1, 1)
    left.fill.solid()
    left.fill.fore_color.rgb = RGBColor(255, 0, 0)
    shape(inner.shapes, MSO_SHAPE.OVAL, 3, 1, 1, 1)
    inner.rotation = 90
    outer.left, outer.top, outer.width, outer.height = Inches(2), Inches(3), Inches(6), Inches(2)
    outer._element.grpSpPr.find(f"{A}xfrm").set("flipH", "1")
    found = read(path, deck)
    (figure,) = found.page.figures
    # The inner group stands upright now, the red square on top: turned by 90 degrees, then mirrored.
    assert figure.box.iou(BBox(x0=0.4, y0=1 / 7.5, x1=0.6, y1=7 / 7.5)) > 0.8
    assert colour_at(found, 0, 0.5, 2 / 7.5)[:2] == (255, 0)


@pytest.mark.parametrize("words", [LONG, f"{LONG} {LONG}"])
def test_boxes_of_text_are_text(path: Path, words: str) -> None:
    deck = Presentation()
    slide = titled(deck, "Cards")
    for number in range(3):
        shape(slide.shapes, MSO_SHAPE.ROUNDED_RECTANGLE, 0.3 + 3.2 * number, 2, 3, 4, words)
    page = read(path, deck).page
    assert page.figures == ()
    assert [kind for kind, _ in kinds(page)] == [RegionKind.TITLE, *[RegionKind.TEXT] * 3]


def test_panels_rules_and_highlights_of_text_are_decoration(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Points", layout=CONTENT)
    slide.placeholders[1].text_frame.text = "First point of the list"
    shape(slide.shapes, MSO_SHAPE.RECTANGLE, 0.4, 1.6, 9.2, 5.2)
    slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, Inches(0.4), Inches(1.4), Inches(9.6), Inches(1.4))
    page = read(path, deck).page
    assert page.figures == ()
    assert page.text == "Points\nFirst point of the list"


def test_numbers_in_circles_beside_a_list_are_no_figure(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Agenda")
    for number, text in enumerate(("Introduction", "Methods", "Results")):
        shape(slide.shapes, MSO_SHAPE.OVAL, 1, 2 + 1.2 * number, 0.7, 0.7, str(number + 1))
        label(slide.shapes, 1.8, 2.1 + 1.2 * number, 6, text)
    page = read(path, deck).page
    assert page.figures == ()
    assert "Methods" in page.text


def test_two_drawings_on_a_slide_are_two_figures(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Two")
    for x in (0.5, 5.8):
        shape(slide.shapes, MSO_SHAPE.OVAL, x, 2, 1.5, 1, "one")
        arrow(slide, x + 1.5, 2.5, x + 2.2, 2.5)
        shape(slide.shapes, MSO_SHAPE.OVAL, x + 2.2, 2, 1.5, 1, "two")
    assert len(read(path, deck).page.figures) == 2


def test_shapes_on_most_slides_at_their_edge_are_furniture(path: Path) -> None:
    deck = Presentation()
    for number in range(4):
        slide = titled(deck, f"Slide {number}")
        shape(slide.shapes, MSO_SHAPE.OVAL, 9.2, 0.1, 0.6, 0.6, "U")
        shape(slide.shapes, MSO_SHAPE.RIGHT_ARROW, 8.5, 0.2, 0.6, 0.3)
        shape(slide.shapes, MSO_SHAPE.RECTANGLE, 8, 0.1, 0.4, 0.4)
    page = read(path, deck, number=2).page
    assert page.figures == ()
    assert page.text == "Slide 1"


def test_a_drawing_that_is_built_up_over_slides_is_a_figure_on_each(path: Path) -> None:
    deck = Presentation()
    for count in (2, 3, 3):
        flow(titled(deck, "A computer"), ("Input", "CPU", "Output")[:count])
    deck.save(str(path))
    source = SlideDeck(path, options=IngestOptions())
    assert [len(source.read_page(number).page.figures) for number in (1, 2, 3)] == [1, 1, 1]


def test_labels_at_the_ends_of_lines_belong_to_the_drawing(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "A curve")
    builder = slide.shapes.build_freeform(Inches(3), Inches(6))
    builder.add_line_segments([(Inches(4), Inches(3)), (Inches(6), Inches(5)), (Inches(8), Inches(2.5))], close=False)
    builder.convert_to_shape().fill.background()
    arrow(slide, 3, 6.2, 8.5, 6.2)
    arrow(slide, 3, 6.2, 3, 2)
    label(slide.shapes, 8.4, 6.2, 1, "time")
    label(slide.shapes, 2.2, 1.8, 0.8, "U(t)")
    (figure,) = read(path, deck).page.figures
    assert figure.text == "U(t)\ntime"


def test_a_drawing_on_a_dark_slide_is_drawn_on_its_background(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Dark")
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = RGBColor(20, 20, 60)
    flow(slide)
    assert colour_at(read(path, deck), 0, 0.31, 3.1 / 7.5) == (20, 20, 60)


def test_tables_are_kept_as_pictures_with_their_cells(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Enzymes")
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(2)).table
    for row, texts in enumerate([("Enzyme", "pH"), ("pepsin", "2")]):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    page = read(path, deck).page
    (figure,) = page.figures
    assert figure.kind is FigureKind.TABLE
    assert figure.text.splitlines()[0] == "| Enzyme | pH |"
    assert [kind for kind, _ in kinds(page)] == [RegionKind.TITLE, RegionKind.TABLE]


def test_a_missing_picture_is_said(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Missing")
    picture = slide.shapes.add_picture(png(), Inches(1), Inches(2), Inches(4), Inches(3))
    picture._element.blipFill.find(f"{A}blip").set(f"{R}embed", "rId77")
    page = read(path, deck).page
    assert page.unread == ("a picture is linked to or missing, not in the file",)
    assert page.text == "Missing"


def test_odd_numbers_in_a_shape_cost_no_more_than_the_shape(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Odd")
    flow(slide)
    for element, value in zip(slide.element.iter(f"{A}off"), ("nan", "1e400", "x"), strict=False):
        element.set("x", value)
    for element in slide.element.iter(f"{A}tailEnd"):
        element.getparent().set("w", "99999999999999")
    assert "CPU" in read(path, deck).page.text


def test_formulas_and_raised_digits_are_written_as_a_line(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Units", layout=CONTENT)
    paragraph = slide.placeholders[1].text_frame.paragraphs[0]
    paragraph.text = "10"
    run = paragraph.add_run()
    run.text = "-9"
    run.font._element.set("baseline", "30000")
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    paragraph._p.append(
        etree.fromstring(
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            '<mc:Choice xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" Requires="a14"><a14:m>'
            f'<m:oMath xmlns:m="{math}"><m:r><m:t> = </m:t></m:r><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num>'
            "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></a14:m></mc:Choice></mc:AlternateContent>"
        )
    )
    assert read(path, deck).page.body == "Units\n10⁻⁹= (a+b)/2"


def emf(*words: str) -> bytes:
    """Return a metafile that writes words and shows no bitmap."""
    data = struct.pack("<II", 1, 88) + b"\0" * 32 + b" EMF" + b"\0" * 44
    for word in words:
        text = word.encode("utf-16-le")
        text += b"\0" * (-len(text) % 4)
        body = b"\0" * 28 + struct.pack("<iiII", 0, 0, len(word), 76) + b"\0" * 24 + text
        data += struct.pack("<II", 84, 8 + len(body)) + body
    return data


def test_a_metafile_that_cannot_be_shown_is_said_and_its_words_are_kept(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Plot")
    picture = slide.shapes.add_picture(png(), Inches(1), Inches(2), Inches(4), Inches(3))
    part = slide.part.related_part(picture._element.blipFill.find(f"{A}blip").get(f"{R}embed"))
    part._blob = emf("Voltage", "time")
    page = read(path, deck).page
    assert page.figures == ()
    assert kinds(page) == [(RegionKind.TITLE, "Plot"), (RegionKind.FIGURE, "Voltage\ntime")]
    assert "EMF" in page.unread[0]


def test_an_embedded_object_is_shown_by_its_preview(path: Path) -> None:
    deck = Presentation()
    slide = titled(deck, "Sheet")
    place = (Inches(1), Inches(2), Inches(4), Inches(3))
    slide.shapes.add_ole_object(io.BytesIO(b"PK"), "Excel.Sheet.12", *place, icon_file=png("blue"))
    found = read(path, deck)
    (figure,) = found.page.figures
    assert colour_at(found, 0, 0.3, 0.5) == (0, 0, 255)
    assert figure.box.x0 == pytest.approx(0.1)
