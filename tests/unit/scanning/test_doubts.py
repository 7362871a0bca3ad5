"""What recognised words are worth, and pages out of focus."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from smartnotes.core.ports import RecognisedWord
from smartnotes.core.scanning.doubts import confidence, is_doubtful, right_letters, sharpened, worth


def word(text: str, *, sure: float = 0.9, box: tuple[int, int, int, int] = (0, 0, 100, 20)) -> RecognisedWord:
    return RecognisedWord(text, box, sure, 1, 1, 1)


def test_confidence_is_by_letters() -> None:
    assert confidence([word("ab", sure=1.0), word("abcdefgh", sure=0.5)]) == 0.6
    assert confidence([]) == 0.0


def test_words_that_run_up_or_down_are_not_trusted() -> None:
    on_end = (0, 0, 20, 100)
    assert confidence([word("sideways", box=on_end)]) == 0.0
    assert worth([word("sideways", box=on_end)]) < 0


def test_short_words_and_those_of_east_asia_may_stand() -> None:
    on_end = (0, 0, 20, 100)
    assert confidence([word("I.", box=on_end)]) == 0.9
    assert confidence([word("\u7e26\u66f8\u304d", box=on_end)]) == 0.9


def test_a_page_is_doubtful_where_more_than_a_few_words_are() -> None:
    assert not is_doubtful([])
    assert not is_doubtful([word("certain")] * 30 + [word("unsure", sure=0.3)])
    assert is_doubtful([word("certain")] * 9 + [word("unsure", sure=0.3)])
    assert not is_doubtful([word("certain")] * 9 + [word("ad", sure=0.3), word("hoc", sure=0.3), word("+", sure=0.3)])


def test_more_letters_with_confidence_are_more_right_letters() -> None:
    assert right_letters([word("recognised")]) > right_letters([word("rec", sure=0.9), word("ed", sure=0.2)])


def test_blurred_letters_come_out_darker_and_smaller() -> None:
    image = Image.new("L", (400, 200), 255)
    for x in range(40, 360, 24):
        ImageDraw.Draw(image).rectangle((x, 80, x + 6, 110), fill=60)
    soft = image.filter(ImageFilter.GaussianBlur(6))
    sharp = sharpened(soft, stem_px=30.0)
    assert sharp.width < soft.width
    assert np.asarray(sharp).min() < np.asarray(soft).min() - 40


def test_small_letters_and_images_without_letters_keep_their_size() -> None:
    image = Image.new("L", (400, 200), 255)
    assert sharpened(image, stem_px=6.0).size == image.size
    assert sharpened(image, stem_px=0.0).size == image.size
