"""Whether a page's own text can be used, and the text of an image where it cannot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

from smartnotes.core.ports import OcrEngine, RecognisedWord
from smartnotes.core.raw import Box, RawLine, RawPage, RawWord
from smartnotes.core.skew import ink_mask, text_angle


class RecognisedPage(NamedTuple):
    """The text of an image, in reading order.

    Boxes are fractions of the image that was handed in, also where its text runs sideways. `turned_deg` (0, 90, 180,
    270) is how far the text was turned counter-clockwise and `angle_deg` the small rest, positive where lines rise
    towards the right; both were undone before reading. `confidence` is the mean over the words, by their length; 0
    where there are none.
    """

    lines: tuple[RawLine, ...]
    angle_deg: float = 0.0
    turned_deg: int = 0
    confidence: float = 0.0


def text_problem(raw: RawPage) -> str:
    """Return why the page's own text cannot be used, "" where it can. A page with nothing on it is just blank."""
    text = "".join(word.text for line in raw.lines for word in line.words)
    pictured = min(1.0, sum(_area(image.box) for image in raw.images))
    if not text:
        return "no text" if raw.images or raw.paths else ""
    odd = sum(_is_odd(character) for character in text)
    if odd > 0.2 * len(text):
        return "private-use characters"
    if len(text) - odd <= 3 and pictured > 0.5:
        return "one letter over a scan"
    return ""


def _is_odd(character: str) -> bool:
    code = ord(character)
    return 0xE000 <= code <= 0xF8FF or code == 0xFFFD or code >= 0xF0000 or (code < 32 and character not in "\t\n\r")


def _area(box: Box) -> float:
    x0, y0, x1, y1 = (min(1.0, max(0.0, value)) for value in box)
    return max(0.0, x1 - x0) * max(0.0, y1 - y0)


def recognise_page(
    image: Image.Image, *, engine: OcrEngine, languages: Sequence[str] = ("eng",), dpi: int = 225
) -> RecognisedPage:
    """Read an image of a page: grey, upright, straight, at a size the engine reads well.

    `dpi` says how many pixels an inch of the page has. Raises `EngineMissing` for a language without data.
    """
    gray = image.convert("L")
    angle, _ = text_angle(ink_mask(gray))
    straight = gray.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=255) if abs(angle) > 0.05 else gray
    words = engine.recognise(straight, languages=languages, dpi=dpi)
    back = _Back(gray.size, angle)
    lines = _lines(words, back=back, dpi=dpi)
    letters = sum(len(word.text) for word in words)
    confidence = sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0
    return RecognisedPage(lines, angle, 0, confidence)


class _Back(NamedTuple):
    """The way from the straightened image back to fractions of the original."""

    size: tuple[int, int]
    angle_deg: float

    def box(self, pixels: tuple[int, int, int, int]) -> Box:
        width, height = self.size
        sine, cosine = math.sin(math.radians(self.angle_deg)), math.cos(math.radians(self.angle_deg))
        middle_x, middle_y = width / 2, height / 2
        x = (pixels[0] + pixels[2]) / 2 - middle_x
        y = (pixels[1] + pixels[3]) / 2 - middle_y
        at_x, at_y = x * cosine + y * sine + middle_x, -x * sine + y * cosine + middle_y
        half_w, half_h = (pixels[2] - pixels[0]) / 2, (pixels[3] - pixels[1]) / 2
        return ((at_x - half_w) / width, (at_y - half_h) / height, (at_x + half_w) / width, (at_y + half_h) / height)


def _lines(words: Sequence[RecognisedWord], *, back: _Back, dpi: int) -> tuple[RawLine, ...]:
    groups: dict[tuple[int, int, int], list[RecognisedWord]] = {}
    for word in words:
        groups.setdefault((word.block, word.paragraph, word.line), []).append(word)
    paragraphs: dict[tuple[int, int], int] = {}
    lines = []
    for (block, paragraph, _), members in groups.items():
        number = paragraphs.setdefault((block, paragraph), len(paragraphs))
        size = max(word.box[3] - word.box[1] for word in members) / dpi * 72
        raw = tuple(RawWord(word.text, back.box(word.box), size, confidence=word.confidence) for word in members)
        lines.append(RawLine(raw, _around(raw), number))
    return tuple(lines)


def _around(words: Sequence[RawWord]) -> Box:
    boxes = [word.box for word in words]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
