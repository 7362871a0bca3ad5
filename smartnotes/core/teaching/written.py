"""What a model wrote and code has checked, before it becomes part of a quiz, a deck or a sheet."""

from __future__ import annotations

from collections import Counter
from typing import Generic, NamedTuple, TypeVar

from smartnotes.core.study import Citation
from smartnotes.core.teaching.questions import Draft

AnyItem = TypeVar("AnyItem", Draft, "Piece")


class Piece(NamedTuple):
    """Two texts on one place of the notes: front and back of a card, term and text of a line."""

    first: str
    second: str
    source: Citation
    headings: tuple[str, ...]


class Written(NamedTuple, Generic[AnyItem]):
    """The items that stand in the notes, those that do not by reason, and remarks for the reader.

    `pages` (lecture id, page) are those of which the model has read everything: the rules need not be asked about them.
    """

    model: str
    items: tuple[AnyItem, ...]
    rejected: Counter[str]
    notices: tuple[str, ...] = ()
    pages: frozenset[tuple[str, int]] = frozenset()
