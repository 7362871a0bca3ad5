"""Whether a page's own text can be used, and the text of an image where it cannot."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from smartnotes.core.pages.raw import Box, RawLine, RawWord
from smartnotes.core.pages.textlayer import text_problem
from smartnotes.core.ports import OcrEngine, RecognisedWord
from smartnotes.core.scanning.bending import find_bend, is_bent
from smartnotes.core.scanning.bullets import with_bullets
from smartnotes.core.scanning.doubts import confidence, is_doubtful, right_letters, sharpened, worth
from smartnotes.core.scanning.noise import without_noise
from smartnotes.core.scanning.paper import even_out, is_bilevel
from smartnotes.core.scanning.skew import (
    Mask,
    densest_part,
    ink_mask,
    sideways_ratio,
    stem_height,
    text_angle,
)
from smartnotes.core.scanning.straightening import Straightened, made_level, paper_colour, upright_image

__all__ = ["RecognisedPage", "recognise_page", "text_problem"]

_SAMPLE_PX = 1000  # side of the part by which size and orientation are judged
_SIDEWAYS = 1.2  # upright pages stay under 0.5, pages that lie on their side over 2; pictures are in between
_UNSURE = 0.6  # upright text is recognised with 0.8 and more, upside down with 0.2 to 0.4
_SMALL_PX, _LARGE_PX = 10.5, 34.0  # stems outside this range are brought to the wanted height
_WANTED_PX = 14.0  # that of 10 pt at 225 DPI
_MIN_SCALE, _MAX_SCALE = 0.45, 3.0  # a slide in large type has smaller type as well
_MAX_PIXELS = 40_000_000
_STRAIGHT_DEG = 0.12  # a line that rises by less over its length is read as well as a straight one


class RecognisedPage(NamedTuple):
    """The text of an image.

    Boxes are fractions of the image made straight and upright; `frame` knows where they stand on the one that was
    handed in. Lines stand from top to bottom, parted at columns: their reading order is for the layout step to find.
    `confidence` is the mean over the words, by their length; 0 where there are none.
    """

    lines: tuple[RawLine, ...]
    frame: Straightened
    confidence: float = 0.0


class _Reading(NamedTuple):
    words: list[RecognisedWord]
    frame: Straightened

    @property
    def confidence(self) -> float:
        return confidence(self.words)


def recognise_page(
    image: Image.Image,
    *,
    engine: OcrEngine,
    languages: Sequence[str] = ("eng",),
    dpi: int = 225,
    upright: bool = False,
) -> RecognisedPage:
    """Read an image of a page: grey, upright, straight, evenly lit, at a size the engine reads well.

    `dpi` says how many pixels an inch of the page has. An upright page is recognised once; one whose text may run
    sideways or upside down is tried the other ways on a part of it first. An image known to be `upright` and straight
    (a picture on a drawn page) is taken as it is. Raises `EngineMissing` for a language without data.
    """
    gray = image.convert("L")
    mask = ink_mask(gray)
    if not mask.any():
        return RecognisedPage((), Straightened(gray.size, gray.size, dpi / 72))
    part = _sample(gray, densest_part(mask, width=_SAMPLE_PX / gray.width, height=_SAMPLE_PX / gray.height))
    if upright:
        reading = _read(gray, 0, mask=mask, part=part, engine=engine, languages=languages, dpi=dpi, straight=True)
        return RecognisedPage(_lines(reading), reading.frame, reading.confidence)
    sideways = sideways_ratio(mask) > _SIDEWAYS
    turns = (90, 270, 0, 180) if sideways else (0, 180, 90, 270)
    turn = _best_turn(part, turns, engine=engine, languages=languages, dpi=dpi) if sideways else 0
    reading = _read(gray, turn, mask=mask, part=part, engine=engine, languages=languages, dpi=dpi)
    if reading.confidence < _UNSURE:
        other = _best_turn(part, turns, engine=engine, languages=languages, dpi=dpi)
        if other != turn:
            again = _read(gray, other, mask=mask, part=part, engine=engine, languages=languages, dpi=dpi)
            reading = max(reading, again, key=lambda one: worth(one.words))
    return RecognisedPage(_lines(reading), reading.frame, reading.confidence)


def _sample(gray: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    edges = (int(box[0] * gray.width), int(box[1] * gray.height), int(box[2] * gray.width), int(box[3] * gray.height))
    part = gray.crop(edges) if edges[0] < edges[2] and edges[1] < edges[3] else gray
    return even_out(part, soften=False)


def _best_turn(
    part: Image.Image, turns: Sequence[int], *, engine: OcrEngine, languages: Sequence[str], dpi: int
) -> int:
    """Return by how far the text is turned clockwise: the first way in which a part of the page is read well.

    The likelier ways come first. Where no way is read well it is the one in which most is.
    """
    tried: dict[int, float] = {}
    for turn in turns:
        upright = upright_image(part, turn)
        words = engine.recognise(_resized(upright, _scale(upright)), languages=languages, dpi=dpi)
        if confidence(words) >= _UNSURE:
            return turn
        tried[turn] = worth(words)
    return max(tried, key=lambda turn: tried[turn])


def _scale(sample: Image.Image) -> float:
    """Return the factor that brings letters to a height that is read well; 1 where they have one."""
    stem = stem_height(sample)
    if stem == 0 or _SMALL_PX <= stem <= _LARGE_PX:
        return 1.0
    if stem < _SMALL_PX:
        return min(_MAX_SCALE, _WANTED_PX / stem)
    return max(_MIN_SCALE, 1.5 * _WANTED_PX / stem)


def _resized(image: Image.Image, scale: float) -> Image.Image:
    scale = min(scale, math.sqrt(_MAX_PIXELS / (image.width * image.height)))
    if abs(scale - 1) < 0.01:
        return image
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS)


def _turned(mask: Mask, turned_deg: int) -> Mask:
    """Undo a clockwise turn of a mask."""
    return np.asarray(np.rot90(mask, turned_deg // 90), dtype=np.bool_)


def _read(
    gray: Image.Image,
    turn: int,
    *,
    mask: Mask,
    part: Image.Image,
    engine: OcrEngine,
    languages: Sequence[str],
    dpi: int,
    straight: bool = False,
) -> _Reading:
    """Recognise the whole page, its text being turned by `turn` degrees clockwise; `straight`: known not to lean.

    `mask` is where the page as handed in has ink.
    """
    sample = upright_image(part, turn)
    scale = _scale(sample)
    upright = _resized(upright_image(gray, turn), scale)
    angle, bend, level = 0.0, None, upright
    if not straight:
        ink = _turned(mask, turn)
        lean = text_angle(ink)
        angle = lean if abs(lean) > _STRAIGHT_DEG else 0.0
        level = made_level(upright, angle)
        if is_bent(ink, angle_deg=lean):
            bend = find_bend(ink_mask(level))
            level = level if bend is None else bend.flattened(level, fill=paper_colour(level))
    even = even_out(level, drawn=straight)
    words = engine.recognise(even, languages=languages, dpi=_stated(dpi * scale))
    if not straight and is_doubtful(words) and not is_bilevel(level):
        sharp = sharpened(even, stem_px=scale * stem_height(sample))
        again = engine.recognise(sharp, languages=languages, dpi=_stated(dpi * scale * sharp.width / even.width))
        words = max(words, _enlarged(again, even.width / sharp.width), key=right_letters)
    frame = Straightened(level.size, upright.size, dpi * scale / 72, angle, turn, bend)
    return _Reading(with_bullets(without_noise(words), even), frame)


def _stated(dpi: float) -> int:
    """Return a resolution that Tesseract believes."""
    return max(70, round(dpi))


def _enlarged(words: Sequence[RecognisedWord], factor: float) -> list[RecognisedWord]:
    """Return words that were read on an image that is `factor` times smaller, where they stand on the larger one."""
    boxes = [tuple(round(factor * side) for side in word.box) for word in words]
    return [word._replace(box=(x0, y0, x1, y1)) for word, (x0, y0, x1, y1) in zip(words, boxes, strict=True)]


def _lines(reading: _Reading) -> tuple[RawLine, ...]:
    """Return the words as lines, sorted by rows of about a line's height and from left to right."""
    grouped = itertools.groupby(reading.words, key=lambda word: (word.block, word.paragraph, word.line))
    groups = [list(group) for _, group in grouped]
    width, height = reading.frame.size
    lines = []
    for group in groups:
        size = _font_size(group) / reading.frame.px_per_pt
        boxes = [(w.box[0] / width, w.box[1] / height, w.box[2] / width, w.box[3] / height) for w in group]
        words = tuple(
            RawWord(word.text, box, size, confidence=word.confidence) for word, box in zip(group, boxes, strict=True)
        )
        lines.append(RawLine(words, _around(words)))
    return tuple(sorted(lines, key=lambda line: (round(line.box[1], 2), line.box[0])))


def _font_size(words: Sequence[RecognisedWord]) -> float:
    """Return the size of a line's type in pixels, from how tall words with and without ascenders and descenders are.

    Heights in ems are those of common text faces: x 0.48, capitals, digits and ascenders 0.72, descenders 0.21.
    """
    sizes = []
    for word in words:
        letters = [character for character in word.text if character.isalnum()]
        if letters:
            up = any(c.isupper() or c.isdigit() or c in "bdfhijklt" for c in letters)
            down = any(c in "gjpqy" for c in letters)
            sizes.append((word.box[3] - word.box[1]) / ((0.72 if up else 0.48) + (0.21 if down else 0.0)))
    return statistics.median(sizes) if sizes else float(max(word.box[3] - word.box[1] for word in words))


def _around(words: Sequence[RawWord]) -> Box:
    boxes = [word.box for word in words]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
