"""Values about language models: what there is, what is used for what."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from smartnotes.core.model import Value

Count = Annotated[int, Field(ge=0)]


class Task(StrEnum):
    """What a language model is used for; each may have one of its own (settings `llm.tasks`).

    `rewrite` puts a follow-up question, or other phrasings of one, into words to search for. `chat` summarises too.
    """

    CHAT = "chat"
    REWRITE = "rewrite"
    QUIZ = "quiz"
    CARDS = "cards"
    CHEATSHEET = "cheatsheet"


class ModelInfo(Value):
    """A model that an engine has. Sizes are bytes, contexts tokens; None where the engine does not say.

    `loaded` says whether it is in memory. `details` are its parameters and quantisation in the engine's words.
    """

    engine: str
    name: str
    size_bytes: Count | None = None
    context_tokens: Count | None = None
    loaded: bool | None = None
    details: str = ""


class ModelEngine(Value):
    """An engine that is set up, with its models by name.

    `address` is a server's address or a file's path. `problem` says why its models cannot be had, "" where they can.
    """

    engine: str
    address: str
    problem: str = ""
    hint: str = ""
    models: tuple[ModelInfo, ...] = ()


class TaskModel(Value):
    """The model that a task uses: `engine` "none" where it goes by rules and quotes alone.

    `problem` says why that model cannot be used, "" where nothing is known against it.
    """

    task: Task
    engine: str
    model: str = ""
    problem: str = ""
    hint: str = ""


class ModelOverview(Value):
    """The engines that are set up, and which model each task uses."""

    engines: tuple[ModelEngine, ...] = ()
    tasks: tuple[TaskModel, ...] = ()


def same_model(left: str, right: str) -> bool:
    """Return whether two names mean the same model; without a tag Ollama means the tag latest."""
    return right in (left, f"{left}:latest") or left == f"{right}:latest"
