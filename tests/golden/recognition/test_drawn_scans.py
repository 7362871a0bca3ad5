"""Figures and tables of pages that are images: drawn here, spoilt as scanners spoil them, read by the real engine.

Where a figure stands is known from the drawing; a page of text has none, however bad the scan.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from smartnotes.core.model import BBox, FigureKind
from smartnotes.core.options import LayoutEngine
from smartnotes.core.pages.raw import Crop, RawPage
from smartnotes.core.scans import compose_scan, drawn_on
from smartnotes.core.steps.ocr import recognise_page
from smartnotes.engines.ocr import TesserocrEngine
from tests.golden.recognition.test_recognition import faxed, inverted, leaning, shaded, two_columns

Spoil = Callable[[Image.Image], Image.Image]
CHART = BBox(x0=0.28, y0=0.38, x1=0.78, y1=0.9)
TABLE = BBox(x0=0.08, y0=0.33, x1=0.92, y1=0.85)


@pytest.fixture(scope="module")
def engine() -> TesserocrEngine:
    return TesserocrEngine()


def crops(image: Image.Image, engine: TesserocrEngine, *, layout: LayoutEngine = LayoutEngine.STRUCTURE) -> list[Crop]:
    found = recognise_page(image, engine=engine, dpi=225)
    raw = RawPage(1, image.width / 225 * 72, image.height / 225 * 72, ())
    strokes = drawn_on(image, found, layout=layout)
    _, cut = compose_scan(found, raw, page_id="page_x", ocr_reason="no text", layout=layout, strokes=strokes)
    return [crop for crop in cut if crop.kind is not FigureKind.FORMULA]


def slide() -> Image.Image:
    image = Image.new("L", (1700, 1100), 252)
    ImageDraw.Draw(image).text((120, 90), "How tables fill", fill=20, font=ImageFont.load_default(64))
    for row, text in enumerate(("Every slot holds one pair of a key and a value", "A table grows before it is full")):
        ImageDraw.Draw(image).text((120, 220 + 70 * row), text, fill=20, font=ImageFont.load_default(40))
    return image


def with_picture() -> Image.Image:
    """Return a slide with a photo: a rough surface with soft spots."""
    image = slide()
    rough = np.random.default_rng(3).integers(20, 215, (24, 36)).astype(np.uint8)
    size = round(0.5 * image.width), round(0.52 * image.height)
    photo = Image.fromarray(rough).resize(size, Image.Resampling.BILINEAR)
    image.paste(photo, (round(0.28 * image.width), round(0.38 * image.height)))
    return image


def with_table() -> Image.Image:
    image = slide()
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(36)
    left, top, right, low = (round(v) for v in (0.08 * 1700, 0.33 * 1100, 0.92 * 1700, 0.85 * 1100))
    cells = [("Name", "Average", "Worst"), ("search", "constant", "linear"), ("insert", "constant", "linear")]
    cells += [("delete", "constant", "linear"), ("resize", "linear", "linear")]
    tall, wide = (low - top) / len(cells), (right - left) / 3
    for row, texts in enumerate(cells):
        for column, text in enumerate(texts):
            draw.text((left + column * wide + 30, top + row * tall + 34), text, fill=20, font=font)
    for row in range(len(cells) + 1):
        draw.line((left, top + row * tall, right, top + row * tall), fill=30, width=4)
    for column in range(4):
        draw.line((left + column * wide, top, left + column * wide, low), fill=30, width=4)
    return image


SPOILT: list[object] = [
    pytest.param(lambda image: image, id="as drawn"),
    pytest.param(leaning, id="leaning and grainy: rules are steps of pixels"),
    pytest.param(shaded, id="a shadow over one side is no tone"),
]


@pytest.mark.parametrize(
    "spoil", [*SPOILT, pytest.param(faxed, id="specks are no drawing"), pytest.param(inverted, id="dark paper")]
)
def test_a_page_of_text_stays_without_figures(engine: TesserocrEngine, spoil: Spoil) -> None:
    assert crops(spoil(two_columns()), engine) == []


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_picture_is_cut_out_where_it_stands(engine: TesserocrEngine, spoil: Spoil) -> None:
    (crop,) = crops(spoil(with_picture()), engine)
    assert crop.kind is FigureKind.FIGURE
    assert crop.box.iou(CHART) > 0.8


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_ruled_table_is_found_with_its_cells(engine: TesserocrEngine, spoil: Spoil) -> None:
    (crop,) = crops(spoil(with_table()), engine)
    assert crop.kind is FigureKind.TABLE
    assert crop.box.iou(TABLE) > 0.8
    assert "| insert | constant | linear |" in crop.text


def test_no_layout_means_no_figures(engine: TesserocrEngine) -> None:
    assert crops(with_picture(), engine, layout=LayoutEngine.NONE) == []
