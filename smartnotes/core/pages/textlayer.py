"""Whether the text that a page carries can be used."""

from __future__ import annotations

import unicodedata
from collections import Counter

from smartnotes.core.pages.raw import Box, RawPage

_COVERED = 0.5  # share of the page under pictures from which it may be a scan
_SPARSE = 20  # fewer characters than this beside a picture of the whole page are a stamp, not its text
_ODD = 0.2  # share of characters without a meaning; a few ligatures in private use are normal
_JUDGED = 200  # letters from which statistics say something
_LATIN_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿāēīōūąęőűůěŷ")


def text_problem(raw: RawPage) -> str:
    """Return why the page's own text cannot be used, "" where it can.

    A page with nothing on it is just blank, and one whose only drawings are tiny has no text to be found either.
    """
    text = "".join(word.text for line in raw.lines for word in line.words)
    covered = min(1.0, sum(_area(image.box) for image in raw.images))
    if not text:
        return "no text" if covered > 0.01 or len(raw.paths) > 2 else ""
    odd = sum(map(_is_odd, text))
    if odd > _ODD * len(text):
        return "private-use characters"
    if len(text) - odd < _SPARSE and covered > _COVERED:
        return "one letter over a scan" if len(text) - odd < 4 else "a few letters over a scan"
    if _is_gibberish(text):
        return "a wrong encoding"
    return ""


def _is_odd(character: str) -> bool:
    """Whether a character has no meaning outside its font: private use, unassigned, replacement, control."""
    if character < "\x7f":
        return character < " " and character not in "\t\n\r"
    return character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn", "Cs", "Cc")


def _is_gibberish(text: str) -> bool:
    """Whether Latin letters stand for others, as fonts with a broken encoding leave them.

    Every language written in Latin letters has 30 to 50 % vowels, and every text more than a dozen letters. Code and
    formulas have fewer vowels, so only what is far outside, over many letters, counts.
    """
    letters = [c for c in text.lower() if c.isalpha() and (c < "\u0250")]
    if len(letters) < _JUDGED or len(letters) < 0.5 * len(text):
        return False
    share = sum(c in _LATIN_VOWELS for c in letters) / len(letters)
    common = sum(count for _, count in Counter(letters).most_common(3)) / len(letters)
    return share < 0.1 or share > 0.85 or common > 0.75


def _area(box: Box) -> float:
    x0, y0, x1, y1 = (min(1.0, max(0.0, value)) for value in box)
    return max(0.0, x1 - x0) * max(0.0, y1 - y0)
