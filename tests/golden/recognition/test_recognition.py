"""Pages drawn here, spoilt in the ways scanners and phones spoil them, and read by the real engine.

Each case says why it exists and how many of a hundred characters may be wrong.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from smartnotes.core.model import Page, RegionKind
from smartnotes.core.options import LayoutEngine
from smartnotes.core.pages.raw import RawPage
from smartnotes.core.scans import compose_scan, drawn_on
from smartnotes.core.steps.ocr import recognise_page
from smartnotes.engines.ocr import TesserocrEngine

LEFT = (
    "Hash tables store pairs of keys and values. A hash function turns each key into a number, and the remainder of "
    "that number picks the slot. Two keys that share a slot collide. Chaining keeps a list in every slot."
)
RIGHT = (
    "Open addressing looks for another free slot instead. Linear probing tries the next one. Clusters grow when many "
    "slots are taken, so tables are made larger before the load factor passes three quarters."
)
SIZE = (1700, 1100)


@pytest.fixture(scope="module")
def engine() -> TesserocrEngine:
    return TesserocrEngine()


def wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def two_columns() -> Image.Image:
    """Return a page of two columns in 10 point type at 225 DPI."""
    image = Image.new("L", SIZE, 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(32)
    for x, text in ((120, LEFT), (920, RIGHT)):
        for row, line in enumerate(wrapped(text, 38)):
            draw.text((x, 120 + row * 46), line, fill=20, font=font)
    return image


def distance(truth: str, found: str) -> float:
    """Return the edit distance over the length of the truth, spaces alike."""
    a, b = " ".join(truth.split()), " ".join(found.split())
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1] / len(a)


def read(image: Image.Image, engine: TesserocrEngine) -> Page:
    found = recognise_page(image, engine=engine, dpi=225)
    raw = RawPage(1, image.width / 225 * 72, image.height / 225 * 72, ())
    strokes = drawn_on(image, found, layout=LayoutEngine.STRUCTURE)
    page, _ = compose_scan(
        found, raw, page_id="page_x", ocr_reason="no text", layout=LayoutEngine.STRUCTURE, strokes=strokes
    )
    return page


def noisy(image: Image.Image, *, spread: float) -> Image.Image:
    grain = np.random.default_rng(7).normal(0, spread, (image.height, image.width))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def leaning(image: Image.Image) -> Image.Image:
    return noisy(image.rotate(1.8, Image.Resampling.BICUBIC, fillcolor=255), spread=12)


def shaded(image: Image.Image) -> Image.Image:
    across = np.linspace(1.0, 0.4, image.width)[None, :] * np.linspace(1.0, 0.8, image.height)[:, None]
    return noisy(Image.fromarray((np.asarray(image) * across).astype(np.uint8)), spread=5)


def faxed(image: Image.Image) -> Image.Image:
    bits = noisy(image.filter(ImageFilter.GaussianBlur(0.8)), spread=40)
    return Image.fromarray(np.where(np.asarray(bits) > 128, 255, 0).astype(np.uint8))


def inverted(image: Image.Image) -> Image.Image:
    return Image.eval(image, lambda value: 45 + (255 - value) * 3 // 5)


def bent(image: Image.Image) -> Image.Image:
    """Return a sheet that bends down to its left and right edge, seen a little from above and from aside."""
    wide, high = image.size
    grey = np.pad(np.asarray(image), ((120, 120), (0, 0)), constant_values=255)
    x, y = np.arange(wide)[None, :], np.arange(high)[:, None]
    right, down = 2 * x / wide - 1, 2 * y / high - 1
    rows = y + 120 - 55 * (1 - right**2) * (1 - 0.3 * down) + 14 * right * down
    photo = Image.fromarray(grey[np.rint(rows).astype(np.intp), np.broadcast_to(x, rows.shape)])
    return noisy(photo.filter(ImageFilter.GaussianBlur(0.8)), spread=5)


def bent_on_its_side(image: Image.Image) -> Image.Image:
    return bent(image).transpose(Image.Transpose.ROTATE_270)


def out_of_focus(image: Image.Image) -> Image.Image:
    """Return a pale photo whose left side lies behind the plane of focus."""
    share = np.clip(1.6 - 2.4 * np.arange(image.width) / image.width, 0, 1)[None, :]
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(3.0)), dtype=float)
    sharp = np.asarray(image.filter(ImageFilter.GaussianBlur(1.0)), dtype=float)
    return noisy(Image.fromarray((60 + 0.5 * (share * soft + (1 - share) * sharp)).astype(np.uint8)), spread=2)


def small(image: Image.Image) -> Image.Image:
    return image.resize((image.width * 2 // 5, image.height * 2 // 5), Image.Resampling.LANCZOS)


CASES: list[tuple[str, Callable[[Image.Image], Image.Image], float]] = [
    ("as drawn", lambda image: image, 0.01),
    ("leaning: the gutter is no vertical strip any more", leaning, 0.01),
    ("a shadow over one side of a photo", shaded, 0.01),
    ("black and white only, with specks", faxed, 0.05),
    ("light letters on a dark slide", inverted, 0.01),
    ("90 DPI: letters have to be scaled up", small, 0.03),
    ("on its right side", lambda image: image.transpose(Image.Transpose.ROTATE_270), 0.01),
    ("on its left side", lambda image: image.transpose(Image.Transpose.ROTATE_90), 0.01),
    ("a photo of a sheet that does not lie flat", bent, 0.01),
    ("the same on its side: its lines are no lines for the whole of the page", bent_on_its_side, 0.01),
    ("upside down", lambda image: image.transpose(Image.Transpose.ROTATE_180), 0.01),
]


@pytest.mark.parametrize(("spoil", "tolerance"), [pytest.param(case[1], case[2], id=case[0]) for case in CASES])
def test_two_columns_are_read_one_after_the_other(
    engine: TesserocrEngine, spoil: Callable[[Image.Image], Image.Image], tolerance: float
) -> None:
    page = read(spoil(two_columns()), engine)
    assert distance(f"{LEFT} {RIGHT}", page.text) <= tolerance


def test_a_page_out_of_focus_on_one_side_gets_a_second_look(engine: TesserocrEngine) -> None:
    """Read once it has nine wrong characters in a hundred."""
    image = Image.new("L", SIZE, 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(32)
    for row, line in enumerate(wrapped(f"{LEFT} {RIGHT}", 84)):
        draw.text((120, 120 + row * 60), line, fill=20, font=font)
    assert distance(f"{LEFT} {RIGHT}", read(out_of_focus(image), engine).text) <= 0.06


@pytest.mark.parametrize("spoil", [leaning, bent, lambda image: image.transpose(Image.Transpose.ROTATE_270)])
def test_words_stand_where_they_are_on_the_page_as_shown(
    engine: TesserocrEngine, spoil: Callable[[Image.Image], Image.Image]
) -> None:
    image = spoil(two_columns())
    page = read(image, engine)
    ink = np.asarray(image.convert("L")) < 110
    for word in page.words:
        box = word.box
        part = ink[
            int(box.y0 * image.height) : int(box.y1 * image.height) + 1,
            int(box.x0 * image.width) : int(box.x1 * image.width) + 1,
        ]
        assert part.mean() > 0.05, page.slice(word)


@pytest.mark.parametrize("around", [pytest.param(0, id="scan"), pytest.param(90, id="photo: the desk is dark, too")])
def test_the_head_row_of_a_table_in_white_on_a_dark_band_is_read(engine: TesserocrEngine, around: int) -> None:
    image = Image.new("L", (1700, 700), 250)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(36)
    draw.rectangle((150, 100, 1500, 190), fill=90)
    rows = [("Operation", "Average", "Worst"), ("insert", "constant", "linear"), ("delete", "constant", "linear")]
    for row, cells in enumerate(rows):
        for x, cell in zip((180, 700, 1200), cells, strict=True):
            draw.text((x, 122 + row * 100), cell, fill=255 if row == 0 else 20, font=font)
    image = ImageOps.expand(image, around, fill=70)
    text = read(image, engine).text
    assert all(cell in text for cells in rows for cell in cells)


@pytest.mark.parametrize("spoil", [lambda image: image, leaning, shaded])
def test_two_lists_side_by_side_are_two_lists_and_no_table(
    engine: TesserocrEngine, spoil: Callable[[Image.Image], Image.Image]
) -> None:
    """Tesseract leaves the bullets out, and lines of the lists that happen to be level looked like a table's rows."""
    left = ["No nucleus", "Small ribosomes", "Single circular", " chromosome", "Divide by binary", " fission"]
    right = ["Nucleus with", " envelope", "Larger ribosomes", "Several linear", " chromosomes", "Divide by mitosis"]
    image = Image.new("L", SIZE, 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(48)
    for x, items in ((120, left), (900, right)):
        y = 200
        for item in items:
            y += 62 if item.startswith(" ") else 74
            draw.text((x + 50, y), item.strip(), fill=20, font=font)
            if not item.startswith(" "):
                draw.ellipse((x, y + 22, x + 16, y + 38), fill=20)
    page = read(spoil(image), engine)
    items = [page.slice(region) for region in page.regions if region.kind is RegionKind.LIST]
    assert page.figures == ()
    assert items == [
        *("No nucleus", "Small ribosomes", "Single circular chromosome", "Divide by binary fission"),
        *("Nucleus with envelope", "Larger ribosomes", "Several linear chromosomes", "Divide by mitosis"),
    ]
