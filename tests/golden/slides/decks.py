"""Decks made by script: what each slide holds is known, so what is read of it can be judged."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree
from PIL import Image, ImageDraw
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.slide import Slide
from pptx.util import Inches, Pt

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
Place = tuple[float, float, float, float]
"""Left, top, width, height in inches."""


class Expected(NamedTuple):
    """The text of a slide, its notes, and the boxes (inches: left, top, right, bottom) of its figures and tables."""

    text: str
    boxes: tuple[Place, ...] = ()
    notes: str = ""


class DeckSize(NamedTuple):
    """Width and height of the slides in inches."""

    width: float
    height: float


WIDE, OLD = DeckSize(13.333, 7.5), DeckSize(10.0, 7.5)


def make_deck(path: Path, *, size: DeckSize) -> list[Expected]:
    """Write a deck of that size; return what its slides hold."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(size.width), Inches(size.height)
    makers = (_bullets, _flow_chart, _cycle, _annotated, _cards, _tree, _chart, _table, _pictures, _text_and_drawing)
    found = []
    for number, maker in enumerate(makers):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        title = maker.__name__.strip("_").replace("_", " ").capitalize()
        slide.shapes.title.text = title
        expected = maker(slide)
        mark = _shape(slide, MSO_SHAPE.OVAL, (size.width - 0.7, 0.1, 0.5, 0.5))  # a logo on each slide
        mark.name = f"mark {number}"
        slide.notes_slide.notes_text_frame.text = f"Say something about slide {number + 1}."
        notes = f"Say something about slide {number + 1}."
        found.append(expected._replace(text=f"{title}\n{expected.text}", notes=notes))
    deck.save(str(path))
    return found


def _shape(slide: Slide, kind: MSO_SHAPE, place: Place, text: str = "") -> Any:
    made = slide.shapes.add_shape(kind, *(Inches(value) for value in place))
    made.text_frame.text = text
    made.text_frame.word_wrap = True
    return made


def _text(slide: Slide, place: Place, lines: Sequence[str], *, size: int = 18) -> None:
    frame = slide.shapes.add_textbox(*(Inches(value) for value in place)).text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.runs[0].font.size = Pt(size)


def _arrow(slide: Slide, x0: float, y0: float, x1: float, y1: float) -> None:
    line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, Inches(x0), Inches(y0), Inches(x1), Inches(y1))
    etree.SubElement(line.line._get_or_add_ln(), f"{A}tailEnd", type="triangle")


def _picture() -> io.BytesIO:
    image = Image.new("RGB", (600, 400), (230, 230, 210))
    draw = ImageDraw.Draw(image)
    for x in range(0, 600, 30):
        draw.line((x, 0, 600 - x, 400), fill=(x % 255, 90, 160), width=4)
    data = io.BytesIO()
    image.save(data, "PNG")
    data.seek(0)
    return data


def _bullets(slide: Slide) -> Expected:
    lines = ["Enzymes speed up reactions", "They are not used up", "Most of them are proteins"]
    _text(slide, (0.7, 2, 8, 3), lines)
    return Expected("\n".join(lines))


def _flow_chart(slide: Slide) -> Expected:
    for text, kind, y in (
        ("Start", MSO_SHAPE.FLOWCHART_TERMINATOR, 1.7),
        ("Done?", MSO_SHAPE.FLOWCHART_DECISION, 3.2),
        ("Stop", MSO_SHAPE.FLOWCHART_TERMINATOR, 5.0),
    ):
        _shape(slide, kind, (5, y, 2.4, 1.0), text)
    _arrow(slide, 6.2, 2.7, 6.2, 3.2)
    _arrow(slide, 6.2, 4.2, 6.2, 5.0)
    _text(slide, (0.5, 2.5, 3.5, 2), ["A loop ends when its condition holds for the first time."])
    text = "A loop ends when its condition holds for the first time.\nStart\nDone?\nStop"
    return Expected(text, ((5, 1.7, 7.4, 6.0),))


def _cycle(slide: Slide) -> Expected:
    group = slide.shapes.add_group_shape()
    for text, x, y in (("Spring", 3, 2), ("Summer", 6, 2), ("Autumn", 6, 4.5), ("Winter", 3, 4.5)):
        made = group.shapes.add_shape(MSO_SHAPE.OVAL, Inches(x), Inches(y), Inches(1.8), Inches(1.2))
        made.text_frame.text = text
    for x, y, turn in ((5.1, 2.4, 0), (6.6, 3.65, 90), (5.1, 4.9, 180), (3.6, 3.65, 270)):
        made = group.shapes.add_shape(MSO_SHAPE.RIGHT_ARROW, Inches(x), Inches(y), Inches(0.6), Inches(0.4))
        made.rotation = turn
    _text(slide, (3, 6.2, 5, 0.4), ["Figure 1: The year"], size=12)
    return Expected("Spring\nSummer\nWinter\nAutumn\nFigure 1: The year", ((3, 2, 7.8, 5.7),))


def _annotated(slide: Slide) -> Expected:
    slide.shapes.add_picture(_picture(), Inches(1), Inches(1.8), Inches(6), Inches(4))
    _shape(slide, MSO_SHAPE.OVAL, (2, 2.5, 1, 1)).fill.background()
    _arrow(slide, 7.6, 3, 3.05, 3)
    _text(slide, (7.6, 2.8, 1.6, 0.4), ["Nucleus"], size=14)
    return Expected("Nucleus", ((1, 1.8, 9.2, 5.8),))


def _cards(slide: Slide) -> Expected:
    lines = [
        "Encapsulation hides the state of an object behind methods, so that nobody depends on how it is kept",
        "Inheritance lets a class take over what another one does, and change only what differs from it there",
    ]
    for number, line in enumerate(lines):
        _shape(slide, MSO_SHAPE.ROUNDED_RECTANGLE, (0.5 + 4.6 * number, 2, 4.2, 3), line)
    return Expected("\n".join(lines))


def _tree(slide: Slide) -> Expected:
    for text, x, y in (("Animal", 4, 1.8), ("Mammal", 2, 3.6), ("Bird", 6, 3.6), ("Dog", 1, 5.4), ("Cat", 3, 5.4)):
        _shape(slide, MSO_SHAPE.RECTANGLE, (x, y, 1.6, 0.8), text)
    for ends in ((4.8, 2.6, 2.8, 3.6), (4.8, 2.6, 6.8, 3.6), (2.8, 4.4, 1.8, 5.4), (2.8, 4.4, 3.8, 5.4)):
        slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *(Inches(value) for value in ends))
    return Expected("Animal\nMammal\nBird\nDog\nCat", ((1, 1.8, 7.6, 6.2),))


def _chart(slide: Slide) -> Expected:
    data = CategoryChartData()
    data.categories = ["pH 5", "pH 7"]
    data.add_series("Rate", (1.2, 3.4))
    place = (Inches(1), Inches(2), Inches(6), Inches(4))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data)
    return Expected("Rate\npH 5 1.2\npH 7 3.4", ((1, 2, 7, 6),))


def _table(slide: Slide) -> Expected:
    cells = [("Enzyme", "pH"), ("pepsin", "2"), ("trypsin", "8")]
    table = slide.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(5), Inches(2)).table
    for row, texts in enumerate(cells):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    return Expected("\n".join(" ".join(row) for row in cells), ((1, 2, 6, 4),))


def _pictures(slide: Slide) -> Expected:
    for number, caption in enumerate(("Before the treatment", "After the treatment")):
        slide.shapes.add_picture(_picture(), Inches(0.5 + 4.6 * number), Inches(2), Inches(4), Inches(3))
        _text(slide, (0.5 + 4.6 * number, 5.05, 4, 0.4), [caption], size=12)
    return Expected("Before the treatment\nAfter the treatment", ((0.5, 2, 4.5, 5), (5.1, 2, 9.1, 5)))


def _text_and_drawing(slide: Slide) -> Expected:
    code = ["def area(r):", "    return 3.14 * r * r"]
    box = _shape(slide, MSO_SHAPE.RECTANGLE, (0.5, 2, 4, 1.5), "\n".join(code))
    for paragraph in box.text_frame.paragraphs:
        paragraph.runs[0].font.name = "Consolas"
    for text, x in (("r", 5.2), ("area", 8.0)):
        _shape(slide, MSO_SHAPE.OVAL, (x, 4.5, 1.4, 1.0), text)
    _arrow(slide, 6.6, 5, 8.0, 5)
    return Expected("\n".join([*code, "r", "area"]), ((5.2, 4.5, 9.4, 5.5),))
