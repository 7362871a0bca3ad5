"""Values of conversations: questions with their answers, one after another."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field

from smartnotes.core.model import Value
from smartnotes.core.options import Scope
from smartnotes.core.study import Answer

LONGEST_TITLE = 80
"""Characters of a title that is made from the first question."""

LONGEST_GIVEN_TITLE = 200
"""Characters of a title that somebody gives."""


class Turn(Value):
    """A question with its answer, in the scope it was asked in. `answer.question` is the question as it was asked."""

    id: str
    at: AwareDatetime
    scope: Scope = Scope()
    answer: Answer


class Conversation(Value):
    """A conversation; `updated_at` is when its last question was answered, or its title changed."""

    id: str
    title: str
    created_at: AwareDatetime
    updated_at: AwareDatetime
    turns: Annotated[int, Field(ge=0)] = 0

    @property
    def name(self) -> str:
        """What it is found by, beside its id."""
        return self.title


class Transcript(Value):
    """A conversation with its turns, in order."""

    conversation: Conversation
    turns: tuple[Turn, ...] = ()


class NewTitle(Value):
    """Another title for a conversation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Hashing, before the exam"}]})

    title: str


def new_conversation(question: str, *, conversation_id: str, now: datetime) -> Conversation:
    """Return a conversation without turns, named after its first question."""
    return Conversation(id=conversation_id, title=title_of(question), created_at=now, updated_at=now)


def title_of(question: str) -> str:
    """Return the question's first line as a title of at most `LONGEST_TITLE` characters, cut between words."""
    line = next((" ".join(line.split()) for line in question.splitlines() if line.strip()), "")
    line = "".join(char for char in line if char.isprintable()) or "Untitled"
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[: LONGEST_TITLE - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[LONGEST_TITLE // 2 :] else cut) + "\u2026"
