"""The example lecture, whose every word is known: what its slides say must come back from PDF, PPTX and scan.

It stands for slide exports in general: a title bar, boxed definitions beside lists, native and ruled tables, vector
drawings with captions, a running footer. Tolerances are named; they are what may be lost, not what is aimed at.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import pytest

from smartnotes.bootstrap import build_reader
from smartnotes.core.events import ignore
from smartnotes.core.model import BBox, FigureKind, Page
from smartnotes.core.options import IngestOptions, Isolation
from smartnotes.core.pipeline import finish_pages

EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES))

from source.lecture import FOOTER, SLIDES  # noqa: E402
from source.slides import (  # noqa: E402
    SLIDE_HEIGHT,
    SLIDE_WIDTH,
    Arrow,
    Bullets,
    Code,
    Drawing,
    Picture,
    Table,
    Text,
)

SCANNED = {1: 3, 2: 7, 3: 9, 4: 11}
"""Page of the scan: slide."""

PARAGRAPHS_LOST_PDF = 0.03
WORDS_LOST_SCAN = 0.05
FIGURE_IOU = 0.5


@cache
def pages(name: str) -> dict[int, Page]:
    reader = build_reader(Isolation.SANDBOX)
    options = IngestOptions()
    path = EXAMPLES / name
    info = reader.inspect(path, options=options)
    found = reader.read(path, info, numbers=range(1, info.pages + 1), options=options, emit=ignore)
    read = sorted((one.page for one in found), key=lambda page: page.number)
    return {page.number: page for page in finish_pages(read)}


def plain(text: str) -> str:
    return " ".join(text.replace("**", "").split())


def paragraphs(number: int) -> list[str]:
    """Return every paragraph and list item of a slide."""
    found = [SLIDES[number - 1].title]
    for block in SLIDES[number - 1].blocks:
        if isinstance(block, Text):
            found += block.paragraphs
        elif isinstance(block, Bullets):
            found += block.items
    return [plain(one) for one in found]


def lost(name: str) -> list[str]:
    """Return the paragraphs that no line of the page holds as a whole."""
    return [
        paragraph
        for number in range(1, len(SLIDES) + 1)
        for paragraph in paragraphs(number)
        if not any(paragraph in plain(line) for line in pages(name)[number].text.split("\n"))
    ]


@pytest.mark.parametrize(("name", "tolerance"), [("lecture.pdf", PARAGRAPHS_LOST_PDF), ("lecture.pptx", 0.0)])
def test_every_paragraph_comes_back_as_one_line(name, tolerance):
    total = sum(len(paragraphs(number)) for number in range(1, len(SLIDES) + 1))
    missing = lost(name)
    assert len(missing) <= tolerance * total, missing


@pytest.mark.parametrize("name", ["lecture.pdf", "lecture.pptx"])
def test_every_slide_has_its_title(name):
    assert [pages(name)[number].title for number in range(1, 16)] == [slide.title for slide in SLIDES]


@pytest.mark.parametrize("name", ["lecture.pdf", "lecture.pptx"])
def test_code_keeps_its_lines(name):
    (code,) = [block.lines for block in SLIDES[12].blocks if isinstance(block, Code)]
    lines = [" ".join(line.split()) for line in pages(name)[13].text.split("\n")]
    assert [line for line in (" ".join(line.split()) for line in code.splitlines()) if line and line not in lines] == []


@pytest.mark.parametrize("name", ["lecture.pdf", "lecture.pptx"])
def test_a_row_of_a_table_stays_together(name):
    text = [plain(line) for line in pages(name)[3].text.split("\n")]
    (table,) = [block for block in SLIDES[2].blocks if isinstance(block, Table)]
    for row in table.rows[1:]:
        pattern = r".*".join(re.escape(cell) for cell in row)
        assert any(re.search(pattern, line) for line in text), row


def test_speaker_notes_come_with_the_deck():
    assert [plain(pages("lecture.pptx")[number].notes) for number in range(1, 16)] == [slide.notes for slide in SLIDES]


def test_the_scan_is_recognised():
    truth, got = [], []
    for page, slide in SCANNED.items():
        truth += re.findall(r"\w+", " ".join(paragraphs(slide)).lower())
        got += re.findall(r"\w+", pages("lecture-scan.pdf")[page].text.lower())
    missing = [word for word in truth if word not in got]
    assert len(missing) <= WORDS_LOST_SCAN * len(truth), missing


def test_the_scan_says_why_it_was_recognised_and_how_surely():
    for page in pages("lecture-scan.pdf").values():
        assert page.ocr_reason
        assert page.confidence is not None
        assert page.confidence > 0.7


def drawn(number: int) -> BBox:
    """Return the box around the drawing or picture of a slide."""
    (block,) = [one for one in SLIDES[number - 1].blocks if isinstance(one, Drawing | Picture)]
    if isinstance(block, Picture):
        x, y, width, height = block.place
        corners = [(x, y, x + width, y + height)]
    else:
        corners = [
            part if isinstance(part, Arrow) else (part.x, part.y, part.x + part.width, part.y + part.height)
            for part in block.parts
        ]
    left, top, right, bottom = zip(*corners, strict=True)
    return BBox.clipped(
        min(left) / SLIDE_WIDTH, min(top) / SLIDE_HEIGHT, max(right) / SLIDE_WIDTH, max(bottom) / SLIDE_HEIGHT
    )


@pytest.mark.parametrize("number", [4, 6, 8, 12])
def test_a_figure_is_found_with_its_caption(number):
    figures = [one for one in pages("lecture.pdf")[number].figures if one.kind is FigureKind.FIGURE]
    best = max(figures, key=lambda one: one.box.iou(drawn(number)))
    assert best.box.iou(drawn(number)) >= FIGURE_IOU
    assert best.caption.startswith("Figure")


def test_slides_of_text_have_no_figure():
    assert [number for number in (2, 5, 7, 9, 11, 14, 15) if pages("lecture.pdf")[number].figures] == []


def test_the_footer_and_page_numbers_are_left_out():
    assert [number for number, page in pages("lecture.pdf").items() if FOOTER in page.text] == []
    assert [number for number, page in pages("lecture.pdf").items() if page.text.split("\n")[-1] == str(number)] == []
