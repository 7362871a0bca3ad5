"""The index of a subject: which model made its vectors, and whether every chunk has its own.

A subject has one generation of vectors that is searched. Another model is indexed beside it, as the next generation,
and takes its place when every chunk has a vector.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from smartnotes.core.model import Value

Count = Annotated[int, Field(ge=0)]


class GenerationState(StrEnum):
    """Whether a generation of vectors is searched, or made beside the one that is."""

    ACTIVE = "active"
    BUILDING = "building"


class Generation(Value):
    """The vectors that one model made of a subject. `dimension` is 0 until the first was made.

    `made_for` is the rebuild that asked for it, "" where none did.
    """

    subject_id: str
    number: Count
    model: str
    dimension: Count = 0
    state: GenerationState
    made_for: str = ""
    created_at: AwareDatetime

    @property
    def key(self) -> str:
        """What the vector index calls it; the first is called as its subject."""
        return f"{self.subject_id}-{self.number}" if self.number else self.subject_id


class IndexState(StrEnum):
    """How a subject's index stands.

    `outdated`: another model is set now. `building`: one of it is being made. `incomplete`: vectors are missing or too
    many, or token vectors are those of another version. `empty`: there is nothing to index.
    """

    CURRENT = "current"
    OUTDATED = "outdated"
    BUILDING = "building"
    INCOMPLETE = "incomplete"
    EMPTY = "empty"


class SubjectIndex(Value):
    """The index of one subject.

    `model` made the `vectors` that are searched, of which `missing` are not there and `extra` belong to no chunk;
    `tokens_missing` chunks lack the token vectors of the second stage. `building` of `chunks` vectors are ready for the
    next generation, None where none is being made. `old_lectures` were read by an older smartnotes: to have them
    chunked as this one does, ingest them again.
    """

    subject_id: str
    subject: str
    state: IndexState
    model: str
    dimension: Count = 0
    generation: Count = 0
    chunks: Count = 0
    vectors: Count = 0
    missing: Count = 0
    extra: Count = 0
    tokens_missing: Count = 0
    building: Count | None = None
    old_lectures: Count = 0


class IndexStatus(Value):
    """What indexes are to be made with (as the settings say), and those that are there, by subject."""

    model: str
    encoder: str
    pipeline: str
    subjects: tuple[SubjectIndex, ...] = ()


class RebuiltSubject(Value):
    """What was done to a subject's index: vectors made and taken away, token vectors made.

    `swapped` says that a new generation took the place of the old one.
    """

    subject_id: str
    subject: str
    model: str
    embedded: Count = 0
    removed: Count = 0
    encoded: Count = 0
    swapped: bool = False


class IndexRebuilt(Value):
    """What a rebuild came to."""

    subjects: tuple[RebuiltSubject, ...] = ()
