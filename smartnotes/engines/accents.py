"""Accents that a file draws as characters of their own: older TeX fonts have no accented letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from smartnotes.core.pages.raw import Box, RawWord

_COMBINING = {
    "`": "\u0300", "\u00b4": "\u0301", "\u02c6": "\u0302", "\u02dc": "\u0303", "\u00af": "\u0304",
    "\u02d8": "\u0306", "\u02d9": "\u0307", "\u00a8": "\u0308", "\u02da": "\u030a", "\u02dd": "\u030b",
    "\u02c7": "\u030c", "\u00b8": "\u0327",
}  # fmt: skip
_DOTLESS = {"\u0131": "i", "\u0237": "j"}
_ACCENTED = re.compile(
    # A grave accent may be an opening quote, unless a letter stands before it or nothing but one vowel after it.
    "(?:[\u00b4\u02c6\u00a8\u02da\u02dd\u02c7\u00b8\u02d8]|(?<=[^\\W\\d_])[\u02dc\u02d9`]|^`(?=[aeAE]\\W?$))[^\\W\\d_]"
)


ACCENTS = frozenset(_COMBINING)


def with_accents(text: str) -> str:
    """Return a word with accents that stand before their letters (as TeX draws them) put on these."""
    return _ACCENTED.sub(_composed, text) if "`" in text or not text.isascii() else text


def _composed(match: re.Match[str]) -> str:
    accent, letter = match.group()[0], match.group()[1]
    return _on(letter, accent) or match.group()


def _on(letter: str, accent: str) -> str:
    """Return the accented letter where Unicode has one as one character, else ""."""
    made = unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + _COMBINING[accent])
    return made if len(made) == 1 else ""


def lay_accents(line: Sequence[RawWord]) -> list[RawWord]:
    """Return a line's words with accents that stand alone put on the words that they are drawn over.

    That is where a reader of the file takes an accent for a line of its own, as over capitals, and hands it over last.
    """
    words = list(line)
    for accent in [word for word in words if word.text in _COMBINING]:
        x = (accent.box[0] + accent.box[2]) / 2
        for place, word in enumerate(words):
            if word is not accent and word.box[0] <= x <= word.box[2]:
                letter = _letter_at((x - word.box[0]) / max(word.box[2] - word.box[0], 1e-9), word.text, accent.text)
                if letter is not None:
                    text = word.text[:letter] + _on(word.text[letter], accent.text) + word.text[letter + 1 :]
                    words[place] = word._replace(text=text, box=_around(word.box, accent.box))
                    words.remove(accent)
                break
    return words


def _letter_at(share: float, text: str, accent: str) -> int | None:
    """Return the place in a word of the letter that takes an accent, nearest to a share of the word's width."""
    letters = [index for index, letter in enumerate(text) if _on(letter, accent)]
    near = min(letters, key=lambda index: abs((index + 0.5) / len(text) - share), default=None)
    return near if near is not None and abs((near + 0.5) / len(text) - share) < 1.6 / len(text) else None


def _around(one: Box, two: Box) -> Box:
    return min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3])
