"""Names a command line offers as choices: enumerations only, so that `--help` loads nothing else of the core."""

from __future__ import annotations

from enum import StrEnum


class ChunkKind(StrEnum):
    """What a chunk holds."""

    TEXT = "text"
    TABLE = "table"
    FIGURE = "figure"
    CODE = "code"
    NOTES = "notes"


class QuestionKind(StrEnum):
    """The forms a quiz question takes."""

    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    CLOZE = "cloze"
    SHORT_ANSWER = "short_answer"


class OcrMode(StrEnum):
    """When pages are recognised: where the text layer is unusable, on every page, or never."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class SearchMode(StrEnum):
    """How chunks are found: meaning and words fused, meaning only, words only."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


class Rating(StrEnum):
    """How well a card was remembered."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


class StudyKind(StrEnum):
    """What was done in a study session."""

    CHAT = "chat"
    QUIZ = "quiz"
    REVIEW = "review"


class LayoutEngine(StrEnum):
    """Which detector finds figures and tables.

    `structure` goes by what the file draws; `learned` by an embedded model, snapped to what is drawn; `detectron2` does
    so with a model of one's own. Models also see what is on scans.
    """

    STRUCTURE = "structure"
    LEARNED = "learned"
    DETECTRON2 = "detectron2"
    NONE = "none"
