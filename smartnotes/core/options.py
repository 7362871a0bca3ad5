"""Options of each use case: keyword argument, request body and provenance digest in one.

Defaults here are the product's defaults; the CLI and the server add none of their own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator
from typing_extensions import override

from smartnotes.core.ids import sha256_hex
from smartnotes.core.kinds import LayoutEngine as LayoutEngine
from smartnotes.core.kinds import OcrMode as OcrMode
from smartnotes.core.kinds import SearchMode as SearchMode
from smartnotes.core.model import ChunkKind, PageNumber, Value
from smartnotes.core.study import QuestionKind


class Options(Value):
    """Base of all options."""

    def digest(self) -> str:
        """Return a short digest of the options, for `Provenance` and for keys of saved work."""
        return sha256_hex(self.model_dump_json().encode())[:16]


class Limits(Options):
    """Budgets for untrusted input; a breach is a `TooLarge` that names the limit and what was found.

    A page is drawn with at most `page_pixels`; a larger one is drawn smaller. `page_s` is wall-clock time for one
    page, after which the page becomes a warning; `file_s` for opening a file. `memory_bytes` bounds each child's
    address space growth; with what Python itself takes a child stays below 1 GB.
    """

    file_bytes: int = 512 * 1024**2
    pages: int = 3_000
    image_pixels: int = 120_000_000
    page_pixels: int = 40_000_000
    page_characters: int = 500_000
    zip_bytes: int = 1024**3
    zip_ratio: int = 200
    zip_entries: int = 20_000
    xml_depth: Annotated[int, Field(le=256)] = 256
    """Elements inside one another; libxml2 goes no deeper than 256."""
    page_s: float = 45.0
    file_s: float = 45.0
    memory_bytes: int = 880 * 1024**2


def how_to_raise(limit: str, *, instead: str) -> str:
    """Return the hint of an error about one of the `Limits`: what can be done `instead`, and how it is raised."""
    return f"{instead}, or, if you trust it, raise the limit: smartnotes --set limits.{limit}=NUMBER ingest ..."


class LocalModels(Options):
    """Files on this machine that reading may use, from the settings: never part of a request.

    `tessdata` is a folder of ``*.traineddata``; `layout_config`, `layout_weights` and `layout_labels` (the kinds of the
    model's classes, in order) describe a Detectron2 model. "" and () where there are none.
    """

    tessdata: str = ""
    layout_config: str = ""
    layout_weights: str = ""
    layout_labels: tuple[str, ...] = ("text", "title", "list", "table", "figure")


class Isolation(StrEnum):
    """Where untrusted files are parsed: in a sandboxed child process, or (asked for) in this process."""

    SANDBOX = "sandbox"
    NONE = "none"


class IngestOptions(Options):
    """How a file is read. `dpi` is what pages are drawn at for recognition.

    `languages` are ISO 639-3 codes; with none a page that is recognised is read as English first, and again in another
    language where its words tell that it is in that one.

    `force` reads a file again that was read before; it is no part of the digest, for it changes nothing in the result.
    """

    ocr: OcrMode = OcrMode.AUTO
    languages: tuple[str, ...] = ()
    layout: LayoutEngine = LayoutEngine.STRUCTURE
    dpi: Annotated[int, Field(ge=72, le=600)] = 225
    isolation: Isolation = Isolation.SANDBOX
    limits: Limits = Limits()
    force: bool = False
    password: Annotated[str | None, Field(repr=False, exclude=True)] = None

    @override
    def digest(self) -> str:
        return sha256_hex(self.model_dump_json(exclude={"force"}).encode())[:16]


class PageRange(Value):
    """Pages `first` to `last`, both included."""

    first: PageNumber
    last: PageNumber

    @model_validator(mode="after")
    def _ordered(self) -> PageRange:
        if self.last < self.first:
            raise ValueError("a page range ends before it starts")
        return self


class Scope(Options):
    """What part of the notebook a call is about; every field narrows it. References are ids, names or prefixes."""

    subject: str | None = None
    lectures: tuple[str, ...] = ()
    pages: PageRange | None = None
    kinds: tuple[ChunkKind, ...] = ()


class SearchOptions(Options):
    """A search. `rerank` is the second stage for questions; None decides from the query (a question or keywords)."""

    scope: Scope = Scope()
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    mode: SearchMode = SearchMode.HYBRID
    rerank: bool | None = None


class ChatOptions(Options):
    """A question to the notes. `model` None takes the configured one, "none" answers extractively.

    `max_characters` bounds an extractive answer. With `web` the question is also sent to a search engine, and what the
    pages found say is told apart from the notes.
    The question and its answer are added to the conversation `conversation_id` (None: a new one) unless `keep` is off;
    a follow-up is understood from what was asked there before. What is sent twice under one `turn_id` is added once.
    `fresh` asks for an answer that is written anew.
    """

    scope: Scope = Scope()
    evidence: Annotated[int, Field(ge=1, le=50)] = 8
    model: str | None = None
    web: bool = False
    max_characters: Annotated[int, Field(ge=80, le=4_000)] = 300
    conversation_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    keep: bool = True
    turn_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")] | None = None
    fresh: bool = False


class QuizOptions(Options):
    """A quiz. `topic` keeps to what the notes say on it; the same `seed` and notes give the same quiz.

    `model` None takes the configured language model, "none" goes by rules alone.
    """

    scope: Scope = Scope()
    topic: str = ""
    count: Annotated[int, Field(ge=1, le=200)] = 10
    kinds: tuple[QuestionKind, ...] = tuple(QuestionKind)
    seed: int = 0
    model: str | None = None


class CardsOptions(Options):
    """Flashcards. `count` is the largest number of cards; `model` as in `QuizOptions`."""

    scope: Scope = Scope()
    topic: str = ""
    count: Annotated[int, Field(ge=1, le=1_000)] = 40
    model: str | None = None


class CheatSheetOptions(Options):
    """A cheat sheet of at most `max_pages` pages; `model` as in `QuizOptions`."""

    scope: Scope = Scope()
    topic: str = ""
    max_pages: Annotated[int, Field(ge=1, le=20)] = 2
    figures: bool = True
    model: str | None = None


UtcOffset = Annotated[int, Field(ge=-14 * 60, le=14 * 60)]
"""Minutes that the student's clock is ahead of UTC: days of study begin at their midnight."""


class DueOptions(Options):
    """What to review today: at most `new_per_day` cards seen for the first time and `reviews_per_day` others a day.

    What was reviewed earlier today counts. `limit` bounds how many cards are returned.
    """

    subject: str | None = None
    new_per_day: Annotated[int, Field(ge=0, le=10_000)] = 20
    reviews_per_day: Annotated[int, Field(ge=0, le=10_000)] = 200
    limit: Annotated[int, Field(ge=1, le=1_000)] = 1_000
    utc_offset_min: UtcOffset = 0


class StatisticsOptions(Options):
    """Statistics of the last `days` days and the next `ahead` ones, with the `topics` weakest pages."""

    subject: str | None = None
    days: Annotated[int, Field(ge=1, le=366)] = 30
    ahead: Annotated[int, Field(ge=1, le=60)] = 7
    topics: Annotated[int, Field(ge=0, le=50)] = 5
    utc_offset_min: UtcOffset = 0
