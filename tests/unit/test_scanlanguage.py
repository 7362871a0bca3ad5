from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from smartnotes.core.ports import RecognisedWord
from smartnotes.core.scanlanguage import as_read, recognise_in_any_language
from tests.builders import a_page

FRENCH = "la cellule est la plus petite unité de la vie et tous les êtres vivants sont faits de cellules"
ENGLISH = "the cell is the smallest unit of life and all living things are made of one or more cells"


class TongueOcr:
    """Reads given words, with the confidence given for each language."""

    name = "tongue 1"

    def __init__(self, text: str, **sure: float) -> None:
        self._words, self._sure = text.split(), sure
        self.asked: list[tuple[str, ...]] = []

    def languages(self) -> frozenset[str]:
        return frozenset(self._sure)

    def recognise(self, image: Image.Image, *, languages: Sequence[str], dpi: int) -> list[RecognisedWord]:
        self.asked.append(tuple(languages))
        sure = self._sure[languages[0]]
        return [
            RecognisedWord(word, (10 + 40 * at, 10, 45 + 40 * at, 24), sure, 1, 1, 1)
            for at, word in enumerate(self._words)
        ]


def picture() -> Image.Image:
    image = Image.new("L", (900, 400), 255)
    draw = ImageDraw.Draw(image)
    for row in range(20, 380, 30):
        for x in range(20, 860, 30):
            draw.rectangle((x, row, x + 18, row + 10), fill=0)
    return image


def test_an_english_page_is_read_once() -> None:
    engine = TongueOcr(ENGLISH, eng=0.9, fra=0.9)
    reading = recognise_in_any_language(picture(), engine=engine, languages=(), dpi=225)
    assert (reading.languages, reading.remark, engine.asked) == (("eng",), "", [("eng",)])


def test_a_page_in_another_language_is_read_again_in_it() -> None:
    engine = TongueOcr(FRENCH, eng=0.8, fra=0.9)
    reading = recognise_in_any_language(picture(), engine=engine, languages=(), dpi=225)
    assert (reading.languages, reading.remark, engine.asked) == (("fra",), "", [("eng",), ("fra",)])
    assert as_read(a_page(1), reading).languages == ("fra",)


def test_a_language_that_was_named_is_kept_to() -> None:
    engine = TongueOcr(FRENCH, eng=0.8, fra=0.9)
    reading = recognise_in_any_language(picture(), engine=engine, languages=("eng",), dpi=225)
    assert (reading.languages, engine.asked) == (("eng",), [("eng",)])


def test_a_language_without_data_is_said() -> None:
    reading = recognise_in_any_language(picture(), engine=TongueOcr(FRENCH, eng=0.8), languages=(), dpi=225)
    assert reading.languages == ("eng",)
    assert "French (fra)" in reading.remark
    assert "tesseract-ocr-fra" in reading.remark
    assert as_read(a_page(1), reading).unread == (reading.remark,)


def test_other_letters_are_tried_where_nothing_is_read_well() -> None:
    text = "клетка есть наименьшая единица жизни"
    reading = recognise_in_any_language(
        picture(), engine=TongueOcr(text, eng=0.3, rus=0.92, ell=0.4), languages=(), dpi=225
    )
    assert reading.languages == ("rus",)


def test_a_page_that_cannot_be_read_in_any_language_stays_as_it_was() -> None:
    engine = TongueOcr("xq zzw", eng=0.3, rus=0.35)
    assert recognise_in_any_language(picture(), engine=engine, languages=(), dpi=225).languages == ("eng",)
