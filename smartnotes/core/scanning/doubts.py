"""How far what was recognised can be trusted, and a page out of focus made readable for a second look."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageFilter

from smartnotes.core.ports import RecognisedWord

_SHORT = 2  # letters that are taller together than wide
_EAST_ASIAN = "\u2e80"  # and what comes after it
_DOUBTFUL = 0.6  # confidence of a word that is wrong or none, as often as not
_LONG = 4  # letters; shorter ones are labels and signs of a drawing as often as words
_MANY = 0.08  # of all letters
_STEM_PX = 8.0  # the height of letters at which little is left of their soft edges
_RADIUS, _PERCENT = 0.8, 300  # in heights of a letter: all of a blurred one is set against the paper around it


def confidence(words: Sequence[RecognisedWord]) -> float:
    """Return the mean confidence by letters, none in words that stand on end; 0 where there are no words."""
    letters = sum(len(word.text) for word in words)
    return sum(_trust(word) * len(word.text) for word in words) / letters if letters else 0.0


def worth(words: Sequence[RecognisedWord]) -> float:
    """Return how much was read: letters, the doubtful ones counting against it."""
    return sum(len(word.text) * (_trust(word) - 0.4) for word in words)


def _trust(word: RecognisedWord) -> float:
    """Return the confidence of a word; 0 of one that runs up or down.

    Tesseract finds and reads columns of sideways text as well, but in no useful order. Only scripts of East Asia are
    written downwards.
    """
    x0, y0, x1, y1 = word.box
    on_end = y1 - y0 > x1 - x0 and len(word.text) > _SHORT and max(word.text) < _EAST_ASIAN
    return 0.0 if on_end else word.confidence


def right_letters(words: Sequence[RecognisedWord]) -> float:
    """Return how many letters are right, as far as their confidence tells."""
    return sum(_trust(word) * len(word.text) for word in words)


def is_doubtful(words: Sequence[RecognisedWord]) -> bool:
    """Say whether many words of some length were read with so little confidence that another way may do better."""
    doubtful = sum(len(word.text) for word in words if word.confidence < _DOUBTFUL and len(word.text) >= _LONG)
    return doubtful > _MANY * sum(len(word.text) for word in words)


def sharpened(gray: Image.Image, *, stem_px: float) -> Image.Image:
    """Return an evened out image smaller and with more contrast: pale, blurred letters come out dark.

    `stem_px` is the height of a typical letter in it (`stem_height`).
    """
    scale = min(1.0, _STEM_PX / stem_px) if stem_px else 1.0
    size = max(1, round(gray.width * scale)), max(1, round(gray.height * scale))
    small = gray.resize(size, Image.Resampling.LANCZOS)
    return small.filter(ImageFilter.UnsharpMask(radius=_RADIUS * stem_px * scale, percent=_PERCENT, threshold=0))
