"""What a recogniser reads into borders, specks and pictures: words that are none."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from smartnotes.core.ports import RecognisedWord

_MARKS = frozenset("|~_—–-=.,'`‘’\":;[]{}\\/*«»°·•^!¢©®™")  # noqa: RUF001 - what rules and specks look like
_DOUBTFUL, _WRONG = 0.6, 0.2


def without_noise(words: Sequence[RecognisedWord]) -> list[RecognisedWord]:
    """Return the words of a page without those that are no text, in the same order.

    Doubtful marks at the ends of a line are leftovers of rules and borders. A line goes where nothing in it was
    recognised with any confidence, where it is one or two doubtful characters, or fragments of two or three letters.
    Doubtful words inside a good line stay: a wrong letter is better than a missing word.
    """
    kept: list[RecognisedWord] = []
    for _, group in itertools.groupby(words, key=lambda word: (word.block, word.paragraph, word.line)):
        line = list(group)
        while line and _is_doubtful_mark(line[0]):
            del line[0]
        while line and _is_doubtful_mark(line[-1]):
            del line[-1]
        if line and not _is_noise(line):
            kept += line
    return kept


def _is_doubtful_mark(word: RecognisedWord) -> bool:
    return word.confidence < _DOUBTFUL and _MARKS.issuperset(word.text)


def _is_noise(line: Sequence[RecognisedWord]) -> bool:
    letters = sum(len(word.text) for word in line)
    confidence = sum(word.confidence * len(word.text) for word in line) / letters
    if confidence < _WRONG or (letters <= 2 and confidence < _DOUBTFUL):
        return True
    if not any(character.isalnum() for word in line for character in word.text):
        return confidence < _DOUBTFUL
    return confidence < 0.4 and letters < 3.5 * len(line)
