"""Displayed formulas, known by their signs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smartnotes.core.pages.lines import Line
from smartnotes.core.pages.paragraphs import find_mark

_MATHS = re.compile(
    r"[=≈≠≤≥<>±∓×÷∂∇∑∏∫√∞∝∈∉⊂⊆∪∩→←↔⇒⇔∀∃·∗⟨⟩∥†−^_|/+*()\[\]{}]|[\u0370-\u03ff\u2070-\u209f]"  # noqa: RUF001
    r"|[\U0001d400-\U0001d7ff]"
)
_RELATION = re.compile(r"[=≈≠≤≥<>∝≡∼→⇒∈∂∑∏∫√]|[\U0001d400-\U0001d7ff]")  # noqa: RUF001
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_EQUATION_NUMBER = re.compile(r"^\(\d+(\.\d+)*[a-z]?\)$")


def has_relation(text: str) -> bool:
    """Say whether a text holds a sign that only formulas have: a relation, a sum, an integral."""
    return _RELATION.search(text) is not None


def is_formula(row: Sequence[Line], rows: Sequence[Sequence[Line]]) -> bool:
    """Say whether a row looks like part of a displayed formula: signs and short names, set in from the left edge."""
    cells = [line for line in row if not _EQUATION_NUMBER.match(line.text)]
    if not cells:
        return len(row) == 1
    if any(line.mono >= 0.7 or not line.upright for line in cells):
        return False
    text = " ".join(line.text for line in cells)
    if len(_LONG_WORD.findall(text)) > 1 or find_mark(cells[0]) is not None:
        return False
    left = min(other[0].box[0] for other in rows)
    if cells[0].box[0] - left < 1.5 * cells[0].size:
        return False
    letters = sum(character.isalpha() for character in text)
    signs = len(_MATHS.findall(text)) + sum(character.isdigit() for character in text)
    return signs > 0.25 * len(text.replace(" ", "")) or letters <= 3
