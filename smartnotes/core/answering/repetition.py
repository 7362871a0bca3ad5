"""Replies that go round in circles, as those of small models do."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]+")
_SHORTEST = 16  # characters: "Yes." may be said often
_OFTEN = 3


def circles_from(text: str) -> int | None:
    """Return where a text begins to repeat itself, None where it does not: its last sentence is there three times."""
    sentences = [(found.start(), found.group().strip()) for found in _SENTENCE.finditer(text)]
    if not sentences or len(sentences[-1][1]) < _SHORTEST:
        return None
    places = [start for start, sentence in sentences if sentence == sentences[-1][1]]
    return places[1] if len(places) >= _OFTEN else None
