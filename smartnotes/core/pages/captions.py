"""Captions of figures and tables, known by how they start."""

from __future__ import annotations

import re

_CAPTION = re.compile(
    r"(?:fig(?:ur[ae]s?|\.)?|tab(?:le|el+[ae]|la|leau|\.)|abb(?:ildung|\.)|listing|algorithm|scheme|chart|exhibit|plate)\s*"
    r"(?:[A-Z]?\d+(?:[.\-]\d+)*[a-z]?|[IVX]+)\s*(?:[:.|)\-–—]|\s|$)",  # noqa: RUF001
    re.I,
)
_UNNUMBERED = re.compile(r"(?:figur[ae]|fig\.|abbildung|abb\.|tab(?:le|el+[ae]|la|leau|\.))\s*:\s*\S", re.I)
_MENTION = re.compile(
    r"^\S+\s*\S+\s+(?:shows?|illustrates?|is|are|gives?|presents?|depicts?|lists?|and|in|we|can)\b", re.I
)
_FIGURE = re.compile(r"fig|abb|chart|plate", re.I)
_TABLE = re.compile(r"tab", re.I)


def is_caption(text: str) -> bool:
    """Say whether a paragraph captions a figure or table ("Figure 3: ..."), rather than speaking about one."""
    found = _CAPTION.match(text)
    if found is None:
        return _UNNUMBERED.match(text) is not None  # as slides made with Beamer have them
    return found.group().rstrip()[-1:] in tuple(":.|)-–—") or (len(text) < 200 and not _MENTION.match(text))  # noqa: RUF001


def is_figure_caption(text: str) -> bool:
    """Say whether a paragraph is the caption of a drawing or picture: not of a table, of code or of an algorithm."""
    return _FIGURE.match(text) is not None and is_caption(text)


def is_table_caption(text: str) -> bool:
    """Say whether a caption belongs to a table."""
    return _TABLE.match(text) is not None
