"""Bullets before lines of a scan: found where two lines have one alike, and nowhere else."""

from __future__ import annotations

from PIL import Image, ImageDraw

from smartnotes.core.ports import RecognisedWord
from smartnotes.core.scanning.bullets import BULLET, with_bullets

EM = 40


def word(text: str, x: int, line: int, *, wide: int = 200) -> RecognisedWord:
    return RecognisedWord(text, (x, 100 * line, x + wide, 100 * line + EM), 0.9, 1, 1, line)


def page(*dots: tuple[int, int], side: int = 14) -> Image.Image:
    """A white page with dots in the middle of lines: (x, line)."""
    image = Image.new("L", (800, 600), 255)
    for x, line in dots:
        y = 100 * line + EM // 2 - side // 2
        ImageDraw.Draw(image).ellipse((x, y, x + side, y + side), fill=20)
    return image


def texts(words: list[RecognisedWord]) -> list[str]:
    return [one.text for one in words]


LINES = [word("First", 120, 1), word("Second", 120, 2), word("third", 120, 3)]


def test_dots_below_each_other_are_bullets() -> None:
    found = with_bullets(LINES, page((80, 1), (80, 2)))
    assert texts(found) == [BULLET, "First", BULLET, "Second", "third"]
    assert (found[0].line, found[2].line) == (1, 2)
    x0, y0, x1, y1 = found[0].box
    assert 79 <= x0 < x1 <= 96
    assert 110 <= y0 < y1 <= 130


def test_a_dot_alone_is_a_speck() -> None:
    assert texts(with_bullets(LINES, page((80, 1)))) == ["First", "Second", "third"]


def test_dots_that_do_not_stand_below_each_other_are_specks() -> None:
    assert texts(with_bullets(LINES, page((80, 1), (30, 2)))) == ["First", "Second", "third"]


def test_what_is_as_large_as_a_letter_is_no_bullet() -> None:
    assert texts(with_bullets(LINES, page((70, 1), (70, 2), side=34))) == ["First", "Second", "third"]


def test_two_pieces_before_a_line_are_no_bullet() -> None:
    dots = page((60, 1), (85, 1), (60, 2), (85, 2))
    assert texts(with_bullets(LINES, dots)) == ["First", "Second", "third"]


def test_a_bullet_that_was_read_as_a_letter_is_a_bullet() -> None:
    misread = [word("e", 80, 1, wide=14), word("First", 120, 1), word("Second", 120, 2)]
    assert texts(with_bullets(misread, page((80, 1), (80, 2)))) == [BULLET, "First", BULLET, "Second"]


def test_the_letters_of_another_column_are_no_bullet() -> None:
    columns = [word("left", 20, 1, wide=80), word("left", 20, 2, wide=80), *LINES[:2]]
    assert with_bullets(columns, page((40, 1), (40, 2))) == columns


def test_a_page_without_words_stays_so() -> None:
    assert with_bullets([], page()) == []
