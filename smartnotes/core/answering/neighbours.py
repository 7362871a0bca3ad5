"""Slides that go on on the next one: what stands before and after a chunk under the same heading."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smartnotes.core.kinds import ChunkKind
from smartnotes.core.language.wording import fold
from smartnotes.core.model import Chunk

REACH = 3
"""Pages away that a neighbour may be: the steps of a build-up between them have no chunks."""

_APART = (ChunkKind.NOTES, ChunkKind.FIGURE)
_COUNTED = re.compile(
    r"[\s,:;\-\u2013\u2014]*(?:[(\[]?(?:cont(?:inued|'d|d)?\.?|\d+\s*(?:/|of)\s*\d+|part\s+(?:\d+|[ivx]+))[)\]]?|"
    r"[(\[](?:\d+|[ivx]+)[)\]]|\s(?:\d|i{1,3}|iv|v))\s*$",
    re.IGNORECASE,
)
"""What a title of a slide that goes on ends with: "(cont.)", "2/3", "(2)", "II", "part 2"."""


def continues(first: Chunk, second: Chunk) -> bool:
    """Return whether the page of `second` goes on where that of `first`, a few pages before it, ends."""
    if first.lecture_id != second.lecture_id or not 0 < second.page - first.page <= REACH:
        return False
    above, below = _titles(first), _titles(second)
    return bool(above) and above == below


def neighbours(best: Chunk, around: Sequence[Chunk]) -> list[Chunk]:
    """Return the chunk before `best`, where that goes on with it, and the one that goes on with `best`.

    `around` are chunks of the lecture by page and start. Speaker notes and captions are no neighbours, and chunks of
    the page itself are left to the search.
    """
    words = [chunk for chunk in around if chunk.kind not in _APART]
    before = [chunk for chunk in words if chunk.page < best.page][-1:]
    after = [chunk for chunk in words if chunk.page > best.page][:1]
    here = [chunk for chunk in words if chunk.page == best.page]
    found = [chunk for chunk in before if here[:1] == [best] and continues(chunk, best)]
    return found + [chunk for chunk in after if here[-1:] == [best] and continues(best, chunk)]


def _titles(chunk: Chunk) -> tuple[str, ...]:
    """Return the headings of a chunk, without what only counts the slides under one."""
    return tuple(fold(_COUNTED.sub("", heading)).strip() for heading in chunk.headings)
