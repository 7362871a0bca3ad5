"""Rules that hold for any page, image, list or text."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.blocks import Block
from smartnotes.core.pages.raw import RawLine, RawPage, RawWord
from smartnotes.core.pages.textlayer import text_problem
from smartnotes.core.ports import RecognisedWord
from smartnotes.core.scanning.bending import find_bend, is_bent
from smartnotes.core.scanning.noise import without_noise
from smartnotes.core.scanning.paper import even_out
from smartnotes.core.scanning.skew import densest_part, ink_mask, sideways_ratio, stem_height, text_angle
from smartnotes.core.scanning.straightening import Straightened
from smartnotes.engines.flow import FlowItem, split_pages
from smartnotes.engines.numbering import letters, roman
from smartnotes.engines.ocr import parse_tsv
from smartnotes.engines.text import decode
from smartnotes.engines.text_markdown import markdown_flow
from smartnotes.engines.text_plain import plain_flow

pixels = arrays.arrays(np.uint8, st.tuples(st.integers(1, 120), st.integers(1, 120)))
fraction = st.floats(0, 1)


@given(pixels)
def test_evening_out_keeps_the_size_of_any_image(values: np.ndarray) -> None:
    image = Image.fromarray(values)
    assert even_out(image).size == image.size
    assert even_out(image).mode == "L"


@given(pixels)
def test_any_image_can_be_measured(values: np.ndarray) -> None:
    image = Image.fromarray(values)
    mask = ink_mask(image)
    assert -15 <= text_angle(mask) <= 15
    assert sideways_ratio(mask) >= 0
    assert is_bent(mask, angle_deg=text_angle(mask)) in (True, False)
    assert find_bend(mask) is None  # there are no lines of text on so few pixels
    assert stem_height(image) >= 0
    x0, y0, x1, y1 = densest_part(mask, width=0.5, height=0.5)
    assert 0 <= x0 < x1 <= 1.0001
    assert 0 <= y0 < y1 <= 1.0001


@given(x=fraction, y=fraction, angle=st.floats(-15, 15), turned=st.sampled_from([0, 90, 180, 270]))
def test_boxes_keep_their_area_on_the_way_back(x: float, y: float, angle: float, turned: int) -> None:
    frame = Straightened((1200, 1200), (1200, 1200), 3.0, angle, turned)
    box = frame.back((x, y, x + 0.1, y + 0.02))
    assert abs((box[2] - box[0]) * (box[3] - box[1]) - 0.002) < 1e-9


words = st.builds(
    RecognisedWord,
    text=st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zs"]), min_size=1, max_size=12),
    box=st.just((0, 0, 10, 10)),
    confidence=fraction,
    block=st.integers(1, 3),
    paragraph=st.integers(1, 2),
    line=st.integers(1, 4),
)


@given(st.lists(words, max_size=30))
def test_noise_is_only_ever_left_out(found: list[RecognisedWord]) -> None:
    kept = without_noise(found)
    rest = iter(found)
    assert all(any(word is other for other in rest) for word in kept)
    assert without_noise(kept) == without_noise(without_noise(kept))


@given(st.lists(st.builds(lambda w: w._replace(confidence=0.95), words), min_size=1, max_size=20))
def test_sure_words_are_never_noise(found: list[RecognisedWord]) -> None:
    assert without_noise(found) == found


@given(st.text(max_size=400))
def test_any_text_layer_can_be_judged(text: str) -> None:
    line = RawLine((RawWord(text, (0, 0, 1, 0.1), 10),), (0, 0, 1, 0.1))
    assert isinstance(text_problem(RawPage(1, 612, 792, (line,))), str)


@given(st.text(max_size=300))
def test_any_table_of_words_can_be_parsed(text: str) -> None:
    level = "5\t1\t1\t1\t1\t1\t0\t0\t10\t10\t90\t"
    assert len(parse_tsv(level + text)) <= 1 + text.count("\n")


@given(st.lists(st.tuples(st.integers(0, 800), st.booleans(), st.booleans()), max_size=60))
def test_parting_into_pages_loses_nothing_and_leaves_no_heading_behind(spec: list[tuple[int, bool, bool]]) -> None:
    items = [
        FlowItem(
            Block(RegionKind.TITLE if title else RegionKind.TEXT, "x" * size, level=int(title)), starts_page=starts
        )
        for size, title, starts in spec
    ]
    pages = split_pages(items, characters=1000)
    assert [item for page in pages for item in page] == items
    assert all(pages)
    for page, following in itertools.pairwise(pages):
        full = page[-1].block.kind is RegionKind.TITLE
        assert not full or following[0].starts_page


@given(st.text(max_size=500))
def test_plain_text_keeps_every_word(text: str) -> None:
    found = "".join(item.block.text for item in plain_flow(text))
    letters_in = [c for c in text if c.isalnum()]
    assert sorted(c for c in found if c.isalnum()) == sorted(letters_in)


@settings(max_examples=200)
@given(st.text(max_size=500))
def test_any_text_is_markdown(text: str) -> None:
    assert all(item.block.text.strip() for item in markdown_flow(text))


@given(st.binary(max_size=200))
def test_any_bytes_become_text(data: bytes) -> None:
    assert isinstance(decode(data), str)


@given(st.integers(1, 3999))
def test_roman_numerals_count(number: int) -> None:
    value = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
    signs = [value[sign] for sign in roman(number)]
    pairs = zip(signs, [*signs[1:], 0], strict=True)
    assert sum(-sign if sign < following else sign for sign, following in pairs) == number


@given(st.integers(1, 180))
def test_letters_count_as_word_processors_do(number: int) -> None:
    assert len(letters(number)) == (number - 1) // 26 + 1
