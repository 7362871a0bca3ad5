"""What stands on slides made by script is found: every word, every drawing with its box; damage costs what is damaged.

Why: drawings of native shapes were no figures once, and their labels stood among the text.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from smartnotes.core.errors import SmartNotesError
from smartnotes.core.model import BBox, Page
from smartnotes.core.options import IngestOptions, OcrMode
from smartnotes.engines.slides.deck import SlideDeck
from tests.golden.slides.decks import OLD, WIDE, DeckSize, Expected, make_deck

OPTIONS = IngestOptions(ocr=OcrMode.NEVER)
TOLERANCE = 0.75  # intersection over union of a figure's box and the one drawn


def read(path: Path) -> list[Page]:
    source = SlideDeck(path, options=OPTIONS)
    return [source.read_page(number).page for number in range(1, source.info().pages + 1)]


def boxes(expected: Expected, size: DeckSize) -> list[BBox]:
    return [
        BBox(x0=x0 / size.width, y0=y0 / size.height, x1=x1 / size.width, y1=y1 / size.height)
        for x0, y0, x1, y1 in expected.boxes
    ]


@pytest.mark.parametrize("size", [WIDE, OLD])
def test_every_word_is_read_once_and_every_figure_is_found(tmp_path: Path, size: DeckSize) -> None:
    path = tmp_path / "deck.pptx"
    for expected, page in zip(make_deck(path, size=size), read(path), strict=True):
        assert Counter(re.findall(r"\w+", page.body)) == Counter(re.findall(r"\w+", expected.text)), page.title
        assert page.notes == expected.notes
        assert page.unread == ()
        wanted = boxes(expected, size)
        assert len(page.figures) == len(wanted), page.title
        for box in wanted:
            assert max(figure.box.iou(box) for figure in page.figures) >= TOLERANCE, page.title


@pytest.mark.parametrize("seed", range(6))
def test_damage_to_some_shapes_costs_no_slide(tmp_path: Path, seed: int) -> None:
    whole, broken = tmp_path / "deck.pptx", tmp_path / "broken.pptx"
    make_deck(whole, size=WIDE)
    chance = random.Random(seed)  # noqa: S311 - a fixed seed
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if re.fullmatch(r"ppt/(slides/slide|charts/chart)\d+\.xml", name):
                data = damaged(data, chance)
            target.writestr(name, data)
    source_deck = SlideDeck(broken, options=OPTIONS)
    kept = 0
    for number in range(1, source_deck.info().pages + 1):
        try:
            kept += bool(source_deck.read_page(number).page.text)
        except SmartNotesError:
            continue
    assert kept >= 9


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return a part with some elements gone and some attributes wrong, below the level of the slide itself."""
    root = etree.fromstring(data)
    inner = [
        element for element in root.iter() if isinstance(element.tag, str) and len(list(element.iterancestors())) > 3
    ]
    for element in chance.sample(inner, min(6, len(inner))):
        parent = element.getparent()
        if chance.random() < 0.4 and parent is not None:
            parent.remove(element)
        elif element.attrib:
            name = chance.choice(sorted(element.attrib))
            element.set(name, chance.choice(["", "-1", "99999999999999", "nan", "1e400", "x"]))
    return etree.tostring(root)
