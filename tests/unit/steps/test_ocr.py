from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from smartnotes.core.pages.raw import RawImage, RawLine, RawPage, RawPath, RawWord
from smartnotes.core.ports import RecognisedWord
from smartnotes.core.scanning.skew import ink_mask, levelled, text_angle
from smartnotes.core.scanning.straightening import Straightened
from smartnotes.core.steps.ocr import recognise_page, text_problem

WHOLE = (0.0, 0.0, 1.0, 1.0)


def raw(text: str, *, images: Sequence[RawImage] = (), paths: Sequence[RawPath] = ()) -> RawPage:
    words = tuple(RawWord(word, (0.1, 0.1, 0.2, 0.12), 12.0) for word in text.split())
    lines = (RawLine(words, (0.1, 0.1, 0.9, 0.12)),) if words else ()
    return RawPage(1, 612, 792, lines, tuple(images), tuple(paths))


class CornerOcr:
    """Reads well what has its dark corner at the top left, and badly everything else: an upright page, or not."""

    name = "corner 1"

    def __init__(self) -> None:
        self.seen: list[Image.Image] = []

    def languages(self) -> frozenset[str]:
        return frozenset({"eng"})

    def recognise(self, image: Image.Image, *, languages: Sequence[str], dpi: int) -> list[RecognisedWord]:
        self.seen.append(image)
        rows, columns = np.nonzero(np.asarray(image) < 100)
        upright = rows.size > 0 and rows.mean() < image.height / 2 and columns.mean() < image.width / 2
        return [RecognisedWord("photosynthesis", (10, 10, 110, 30), 0.95 if upright else 0.25, 1, 1, 1)]


def page_of_lines(width: int = 900, height: int = 1200) -> Image.Image:
    """Return lines of black dashes, the first ones longer and thicker: text with its weight at the top left."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    for row in range(12):
        for column in range(14 if row < 6 else 6):
            x, y = 60 + column * 34, 80 + row * 50
            draw.rectangle((x, y, x + 20, y + (14 if row < 6 else 6)), fill=0)
    return image


def test_a_page_with_words_keeps_its_text_layer() -> None:
    assert text_problem(raw("The mitochondrion is the powerhouse of the cell.")) == ""


def test_an_empty_page_is_blank_rather_than_in_need_of_recognition() -> None:
    assert text_problem(raw("")) == ""


def test_a_page_that_is_only_a_picture_has_no_text() -> None:
    assert text_problem(raw("", images=[RawImage(WHOLE)])) == "no text"


def test_text_drawn_as_outlines_has_no_text() -> None:
    paths = [RawPath((0.1, 0.1, 0.9, 0.2), True, False, 40)] * 10
    assert text_problem(raw("", paths=paths)) == "no text"


@pytest.mark.parametrize(
    ("text", "reason"), [("x", "one letter over a scan"), ("Scan 0001", "a few letters over a scan")]
)
def test_a_stamp_over_a_scan_is_not_its_text(text: str, reason: str) -> None:
    assert text_problem(raw(text, images=[RawImage(WHOLE)])) == reason


def test_a_short_title_on_a_slide_with_a_small_picture_is_its_text() -> None:
    assert text_problem(raw("Questions?", images=[RawImage((0.3, 0.3, 0.7, 0.7))])) == ""


def test_private_use_characters_cannot_be_used() -> None:
    assert text_problem(raw("".join(chr(0xE000 + n) for n in range(60)))) == "private-use characters"


def test_a_few_private_use_ligatures_do_no_harm() -> None:
    assert text_problem(raw("\ue001e force on a particle is given by the so\ue002 potential " * 5)) == ""


def test_shifted_letters_are_a_wrong_encoding() -> None:
    plain = "the force on a particle in a central potential is always directed to the centre " * 6
    shifted = "".join("bcdfghjklmnpqrstvwxz"[ord(c) % 20] if c.isalpha() else c for c in plain)
    assert text_problem(raw(shifted)) == "a wrong encoding"


@pytest.mark.parametrize(
    "text",
    [
        "Strč prst skrz krk, prchl vlk, zmrzl hrb, smrk mrkl, vrch mlčky zčernal a tma byla " * 5,
        "Кошка сидит на окне и смотрит на птиц " * 10,
        "細胞は生命の基本単位である " * 20,
        "for i in range(10): print(x[i] + y[i]) # sum " * 10,
    ],
)
def test_other_languages_and_code_are_no_wrong_encoding(text: str) -> None:
    assert text_problem(raw(text)) == ""


def test_an_upright_page_is_recognised_once() -> None:
    engine = CornerOcr()
    found = recognise_page(page_of_lines(), engine=engine)
    assert len(engine.seen) == 1
    assert found.frame.unchanged
    assert found.confidence == pytest.approx(0.95)


def test_a_blank_page_is_not_recognised_at_all() -> None:
    engine = CornerOcr()
    assert recognise_page(Image.new("L", (800, 1000), 250), engine=engine).lines == ()
    assert engine.seen == []


@pytest.mark.parametrize(
    ("turned_deg", "turn"),
    [
        (90, Image.Transpose.ROTATE_270),  # Pillow turns counter-clockwise
        (180, Image.Transpose.ROTATE_180),
        (270, Image.Transpose.ROTATE_90),
    ],
)
def test_a_turned_page_is_read_upright(turned_deg: int, turn: Image.Transpose) -> None:
    image = page_of_lines()
    found = recognise_page(image.transpose(turn), engine=CornerOcr())
    assert found.frame.turned_deg == turned_deg
    assert found.confidence == pytest.approx(0.95)


@pytest.mark.parametrize("angle", [-4.0, -1.3, 0.7, 3.0])
def test_the_angle_of_the_lines_is_found(angle: float) -> None:
    image = page_of_lines().rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    found = recognise_page(image, engine=CornerOcr())
    assert found.frame.angle_deg == pytest.approx(angle, abs=0.2)


def test_small_letters_are_scaled_up() -> None:
    engine = CornerOcr()
    image = Image.new("L", (500, 400), 255)
    draw = ImageDraw.Draw(image)
    for row in range(20):
        for column in range(60):
            x, y = 10 + column * 8, 10 + row * 18
            draw.rectangle((x, y, x + 1, y + 6), fill=0)
            draw.rectangle((x, y + 5, x + 4, y + 6), fill=0)
    recognise_page(image, engine=engine)
    assert engine.seen[0].width >= 800


def test_light_letters_on_dark_are_read_as_dark_on_light() -> None:
    engine = CornerOcr()
    recognise_page(Image.eval(page_of_lines(), lambda value: 40 + (255 - value) // 2), engine=engine)
    assert np.median(np.asarray(engine.seen[0])) > 200


def test_a_shadow_does_not_reach_the_engine() -> None:
    engine = CornerOcr()
    page = np.asarray(page_of_lines(), dtype=np.float32)
    shade = np.linspace(1.0, 0.45, page.shape[1], dtype=np.float32)[None, :]
    recognise_page(Image.fromarray((page * shade).astype(np.uint8)), engine=engine)
    paper = np.asarray(engine.seen[0].resize((30, 40), Image.Resampling.NEAREST))
    assert np.percentile(paper, 30) > 225


class WordsOcr(CornerOcr):
    """Returns the words it was given."""

    def __init__(self, words: Sequence[RecognisedWord]) -> None:
        super().__init__()
        self.words = list(words)

    def recognise(self, image: Image.Image, *, languages: Sequence[str], dpi: int) -> list[RecognisedWord]:
        return self.words


def word(text: str, line: int, *, confidence: float = 0.95, x: int = 100) -> RecognisedWord:
    return RecognisedWord(text, (x, 100 + 50 * line, x + 40, 120 + 50 * line), confidence, 1, 1, line)


def test_marks_of_borders_and_specks_are_left_out() -> None:
    words = [
        word("|", 1, confidence=0.3, x=10),
        word("Energy", 1),
        word("~", 2, confidence=0.5),
        word("ae", 3, confidence=0.3),
        *(word(text, 4, confidence=0.35, x=100 + 50 * n) for n, text in enumerate(["Ve", "re", "a", "TD", "CN"])),
        word("is", 5),
        word("conserved", 5, confidence=0.1, x=200),
    ]
    found = recognise_page(page_of_lines(), engine=WordsOcr(words))
    assert [line.text for line in found.lines] == ["Energy", "is conserved"]


def test_a_certain_operator_at_the_start_of_a_line_is_kept() -> None:
    found = recognise_page(page_of_lines(), engine=WordsOcr([word("-", 1, confidence=0.9), word("5", 1, x=150)]))
    assert [line.text for line in found.lines] == ["- 5"]


def test_lines_stand_from_top_to_bottom_and_from_left_to_right() -> None:
    words = [
        RecognisedWord("right", (500, 100, 580, 120), 0.9, 2, 1, 1),
        RecognisedWord("left", (50, 101, 120, 121), 0.9, 3, 1, 1),
        RecognisedWord("top", (50, 30, 120, 50), 0.9, 9, 1, 1),
    ]
    found = recognise_page(page_of_lines(), engine=WordsOcr(words))
    assert [line.text for line in found.lines] == ["top", "left", "right"]


def test_the_size_of_type_does_not_depend_on_which_letters_a_line_has() -> None:
    tall = RecognisedWord("Hall", (50, 100, 150, 123), 0.9, 1, 1, 1)
    flat = RecognisedWord("moon", (50, 200, 150, 215), 0.9, 1, 1, 2)
    found = recognise_page(page_of_lines(), engine=WordsOcr([tall, flat]), dpi=225)
    sizes = [line.words[0].size_pt for line in found.lines]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.05)
    assert 9 < sizes[0] < 11.5


@pytest.mark.parametrize(
    ("turned_deg", "expected"),
    [
        (0, (0.1, 0.2, 0.3, 0.25)),
        (90, (0.75, 0.1, 0.8, 0.3)),
        (180, (0.7, 0.75, 0.9, 0.8)),
        (270, (0.2, 0.7, 0.25, 0.9)),
    ],
)
def test_boxes_get_back_to_the_page_as_shown(turned_deg: int, expected: tuple[float, ...]) -> None:
    frame = Straightened((1000, 2000), (1000, 2000), 3.0, 0.0, turned_deg)
    assert frame.back((0.1, 0.2, 0.3, 0.25)) == pytest.approx(expected)


def test_a_box_in_the_middle_stays_where_it_is_when_the_page_leans() -> None:
    frame = Straightened((1000, 2000), (1000, 2000), 3.0, 5.0, 0)
    assert frame.back((0.45, 0.49, 0.55, 0.51)) == pytest.approx((0.45, 0.49, 0.55, 0.51))


def test_boxes_follow_lines_that_rise_to_the_right() -> None:
    frame = Straightened((1000, 1000), (1000, 1000), 3.0, 5.0, 0)
    left, right = frame.back((0.0, 0.5, 0.1, 0.52)), frame.back((0.9, 0.5, 1.0, 0.52))
    assert left[1] > 0.53
    assert right[1] < 0.47


def test_levelling_is_turning_by_a_small_angle() -> None:
    page = page_of_lines().filter(ImageFilter.GaussianBlur(2))
    level = np.asarray(levelled(page, 1.5, fill=255), dtype=float)
    turned = np.asarray(page.rotate(-1.5, Image.Resampling.BILINEAR, fillcolor=255), dtype=float)
    unturned = np.asarray(page, dtype=float)
    assert np.abs(level - turned).mean() < 0.1 * np.abs(unturned - turned).mean()
    assert text_angle(ink_mask(Image.fromarray(level.astype(np.uint8)))) == pytest.approx(-1.5, abs=0.2)


def test_levelling_by_nothing_changes_nothing() -> None:
    page = page_of_lines(width=301, height=199)
    assert np.array_equal(np.asarray(levelled(page, 0.0, fill=255)), np.asarray(page))
