"""Where it is written down which generation of vectors a subject has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from smartnotes.core.indexing import Generation
from smartnotes.core.ports.engines import TokenVectors


class IndexStore(Protocol):
    """The generations of an owner's subjects, and what of their chunks an index needs."""

    def active(self, subject_ids: Sequence[str]) -> dict[str, Generation]:
        """Return the generation that is searched, for those subjects that have one."""
        ...

    def all(self, subject_id: str) -> list[Generation]:
        """Return the generations of a subject, the one that is searched first."""
        ...

    def first(self, subject_id: str, *, model: str, dimension: int, now: datetime) -> Generation:
        """Return the generation that is searched; where there is none, it is made of this model."""
        ...

    def begin(self, subject_id: str, *, model: str, made_for: str, now: datetime) -> Generation:
        """Return the generation of this model that is being made; where there is none, one is begun.

        One of another model is given up. Raises `NotFound` for an unknown subject.
        """
        ...

    def swap(self, generation: Generation, *, dimension: int, have: Collection[str]) -> list[str]:
        """Make a generation the one that is searched, if `have` holds all chunks of its subject; else change nothing.

        Returns the chunks that `have` lacks. No lecture is published meanwhile. Raises `Conflict` where the generation
        was given up.
        """
        ...

    def chunk_ids(self, subject_id: str) -> list[str]:
        """Return the ids of a subject's chunks."""
        ...

    def without_tokens(self, subject_id: str, *, encoder: str) -> list[str]:
        """Return the ids of the chunks that have no token vectors of this encoder."""
        ...

    def save_tokens(self, tokens: Mapping[str, TokenVectors], *, encoder: str) -> None:
        """Put token vectors in place of those that the chunks have; a chunk that is gone is fine."""
        ...
