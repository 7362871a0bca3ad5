"""Relevance: how well a passage fits a question, from token vectors and similarities."""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

from smartnotes.core.ports import TokenVectors, Vectors

DENSE_WEIGHT = 0.2
"""Of the dense similarity beside the mean MaxSim: .1-.5 do the same on two sets of student questions."""

_MIDDLE = 0.95
_SLOPE = 30.0

OPTION = re.compile(r"(?:[A-Ha-h][.)]|\([A-Ha-h]\))\s")
"""The start of a line that offers a choice: "A. ", "b) ", "(c) "."""

_SURVEY = re.compile(
    r"^\W*(?:(?:lecture|chapter|course) )?(?:outline|agenda|overview|contents|table of contents|today\w*|plan|"
    r"learning (?:goals|objectives|outcomes)|summary|recap(?:itulation)?|wrap.?up|key (?:points|takeaways|messages)|"
    r"take.?(?:home|aways?)(?: messages?| points?)?|conclusions?|in (?:this|today'?s) lecture|"
    r"what (?:we|you) (?:have )?learn\w*)\W*$",
    re.IGNORECASE,
)


def surveys(heading: str) -> bool:
    """Return whether a slide of this title tells what the lecture is going to say or has said: an agenda, a recap."""
    return _SURVEY.search(heading) is not None


def maxsim(asked: Vectors, passage: TokenVectors) -> NDArray[np.float32]:
    """Return, for each of the (n) query tokens, its best dot product with a token of the passage (at least one)."""
    products = asked @ passage.astype(np.float32).T
    best: NDArray[np.float32] = products.max(axis=1) / np.float32(127)
    return best


def relevance(*, late: float, dense: float) -> float:
    """Return 0-1: how likely a passage with this mean MaxSim and this cosine is about the question."""
    return 1.0 / (1.0 + math.exp(-_SLOPE * (late + DENSE_WEIGHT * dense - _MIDDLE)))


def asks(text: str) -> float:
    """Return the share (0-1) of a passage's lines that ask or offer options to choose from: a quiz, an exam."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    asking = sum(line.endswith("?") or OPTION.match(line) is not None for line in lines)
    return asking / len(lines) if lines else 0.0
