"""Turns lecture material into study material.

    import smartnotes

    with smartnotes.connect() as notebook:
        notebook.ingest(Path("lecture.pdf"), subject="Biology").result()
        print(notebook.ask("What is osmosis?").text)

Names load on first use, so importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from smartnotes.client import connect as connect
    from smartnotes.client.notebook import Job as Job
    from smartnotes.client.notebook import Notebook as Notebook

_MODULES = {
    "smartnotes.client": ("connect",),
    "smartnotes.client.notebook": ("Job", "Notebook"),
    "smartnotes.core.model": (
        "BBox", "Chunk", "ChunkKind", "Figure", "FigureKind", "Lecture", "LectureState", "Page", "PageWarning",
        "Provenance", "Region", "RegionKind", "Span", "Subject", "TextSource", "Word",
    ),
    "smartnotes.core.study": (
        "Answer", "AnswerSentence", "CardKind", "CheatSheet", "Citation", "Deck", "Document", "DocumentKind",
        "Evidence", "Flashcard", "Hit", "Ingested", "Question", "QuestionKind", "Quiz", "Rating", "Rejection",
        "ReviewState", "SheetItem", "SheetSection",
    ),
    "smartnotes.core.conversations": ("Conversation", "Transcript", "Turn"),
    "smartnotes.core.learning": (
        "CardCounts", "CardText", "DueDay", "DueList", "GivenAnswer", "Grade", "QuizAttempt", "QuizScore", "Review",
        "Statistics", "StudyDay", "StudyKind", "StudySession", "SubjectCards", "WeakTopic",
    ),
    "smartnotes.core.options": (
        "CardsOptions", "ChatOptions", "CheatSheetOptions", "DueOptions", "IngestOptions", "Isolation", "LayoutEngine",
        "Limits", "OcrMode", "PageRange", "QuizOptions", "Scope", "SearchMode", "SearchOptions", "StatisticsOptions",
    ),
    "smartnotes.core.sharing": ("NewShare", "Share", "Shared", "SharedKind", "ShareOptions"),
    "smartnotes.core.events": ("Emit", "Level", "Progress"),
    "smartnotes.core.jobs": ("JobInfo", "JobState"),
    "smartnotes.core.errors": (
        "AccessDenied", "BadModelOutput", "Cancelled", "Conflict", "DamagedFile", "EmptyFile", "EncryptedFile",
        "EngineError", "EngineMissing", "EngineTimeout", "InputError", "NotFound", "NotSignedIn", "OptionsError",
        "RateLimited", "SettingsError", "SmartNotesError", "TooLarge", "Unavailable", "UnsupportedFormat",
    ),
}  # fmt: skip
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME)]  # noqa: PLE0604 - made of the strings above


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
