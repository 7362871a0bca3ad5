"""Values of the reading side: what a lecture is once it has been read.

Boxes are fractions of page width and height (0-1, origin top-left, page as shown). Pages count from 1. Spans are
half-open character ranges into `Page.text`. Confidences and scores are 0-1, higher is better. Times are aware UTC.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from smartnotes.core.kinds import ChunkKind as ChunkKind

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
PageNumber = Annotated[int, Field(ge=1)]
Offset = Annotated[int, Field(ge=0)]


class Value(BaseModel):
    """A frozen value that may cross a process, a disk or a wire."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BBox(Value):
    """A box on a page; x grows to the right, y downwards, both as fractions of the page."""

    x0: Fraction
    y0: Fraction
    x1: Fraction
    y1: Fraction

    @classmethod
    def clipped(cls, x0: float, y0: float, x1: float, y1: float) -> Self:
        """Return the box with its corners sorted, cut off at the page's edges, to 5 digits (0.1 mm of a poster)."""
        left, right = sorted((round(min(max(x0, 0.0), 1.0), 5), round(min(max(x1, 0.0), 1.0), 5)))
        top, bottom = sorted((round(min(max(y0, 0.0), 1.0), 5), round(min(max(y1, 0.0), 1.0), 5)))
        return cls(x0=left, y0=top, x1=right, y1=bottom)

    @property
    def area(self) -> float:
        """Share of the page that the box covers."""
        return max(0.0, self.x1 - self.x0) * max(0.0, self.y1 - self.y0)

    def intersection(self, other: BBox) -> float:
        """Return the area common to both boxes, as a share of the page."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return width * height if width > 0 and height > 0 else 0.0

    def iou(self, other: BBox) -> float:
        """Return intersection over union: 1 for equal boxes, 0 for disjoint ones."""
        common = self.intersection(other)
        return common / (self.area + other.area - common) if common else 0.0

    def union(self, other: BBox) -> BBox:
        """Return the smallest box around both."""
        return BBox(
            x0=min(self.x0, other.x0),
            y0=min(self.y0, other.y0),
            x1=max(self.x1, other.x1),
            y1=max(self.y1, other.y1),
        )


class Span(Value):
    """A half-open character range ``[start, end)`` into `Page.text`."""

    start: Offset
    end: Offset

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise ValueError("a span ends before it starts")
        return self


class Word(Value):
    """A word as it stands on the page, with the OCR engine's confidence (None: not recognised but read)."""

    start: Offset
    end: Offset
    box: BBox
    confidence: Fraction | None = None


class RegionKind(StrEnum):
    """What a part of a page is."""

    TITLE = "title"
    TEXT = "text"
    LIST = "list"
    TABLE = "table"
    FIGURE = "figure"
    FORMULA = "formula"
    CODE = "code"
    CAPTION = "caption"
    HEADER = "header"
    FOOTER = "footer"
    NOTES = "notes"


class Region(Value):
    """A paragraph, heading, list item, table, ... in reading order, with its text as a span.

    `level` is 1 for a page's title and 2, 3, ... for headings below it (kind title); 0, 1, ... for the nesting of a
    list item (kind list); 0 otherwise. `box` is None where the source has no geometry (Markdown, speaker notes).
    Headers and footers stay known as regions but their text is left out of `Page.text` (their span is empty).
    """

    kind: RegionKind
    start: Offset
    end: Offset
    box: BBox | None = None
    level: Annotated[int, Field(ge=0)] = 0


class FigureKind(StrEnum):
    """What a crop shows."""

    FIGURE = "figure"
    TABLE = "table"
    FORMULA = "formula"


class Mention(Value):
    """A sentence that speaks of something: characters ``[start, end)`` of the text of a page."""

    page: PageNumber
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class Figure(Value):
    """A crop of a page: the image lives in the blob store under `blob` (its SHA-256), as PNG.

    `text` is what stands inside the picture (labels, recognised text), "" where nothing was read;
    that of a table is Markdown. `mentions` are the sentences of the lecture that name it by its caption's number.
    The same picture on several pages is a figure on each, with one blob.
    """

    id: str
    page: PageNumber
    box: BBox
    kind: FigureKind = FigureKind.FIGURE
    caption: str = ""
    text: str = ""
    blob: str
    width_px: Annotated[int, Field(ge=1)]
    height_px: Annotated[int, Field(ge=1)]
    mentions: tuple[Mention, ...] = ()


class TextSource(StrEnum):
    """Where a page's text came from."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    NATIVE = "native"
    NONE = "none"


class Page(Value):
    """One page or slide.

    `text` is in reading order, cleaned, with one paragraph, heading or list item per line; speaker notes follow at
    the end under a region of kind notes. `regions` are ordered and do not overlap. `emphasis` are the spans set in
    bold or italics. `width_pt` and `height_pt` are points (1/72 inch) of the page as shown. `ocr_reason` says why
    recognition was used, "" where it was not. `confidence` is the mean word confidence of a recognised page.
    `stands_for` are the earlier pages of a build-up that this page, the last of it, contains. `fingerprint` is equal
    for pages of which the file says the same ("" where that is not told): such a page need not be read again. `unread`
    says of parts of the page, each in a phrase, that they could not be read. `languages` are those that a recognised
    page was read in (ISO 639-3).
    """

    id: str
    number: PageNumber
    text: str = ""
    source: TextSource = TextSource.NATIVE
    width_pt: Annotated[float, Field(gt=0)] = 720.0
    height_pt: Annotated[float, Field(gt=0)] = 540.0
    words: tuple[Word, ...] = ()
    regions: tuple[Region, ...] = ()
    emphasis: tuple[Span, ...] = ()
    figures: tuple[Figure, ...] = ()
    ocr_reason: str = ""
    confidence: Fraction | None = None
    hidden: bool = False
    stands_for: tuple[PageNumber, ...] = ()
    fingerprint: str = ""
    unread: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The page's title, "" where it has none."""
        return next((self.slice(region) for region in self.regions if region.kind is RegionKind.TITLE), "")

    @property
    def notes(self) -> str:
        """The speaker notes, "" where there are none."""
        return "\n".join(self.slice(region) for region in self.regions if region.kind is RegionKind.NOTES)

    @property
    def body(self) -> str:
        """The text without the speaker notes."""
        first = next((region.start for region in self.regions if region.kind is RegionKind.NOTES), len(self.text))
        return self.text[:first].rstrip("\n")

    def slice(self, span: Span | Region | Word) -> str:
        """Return the characters of `text` that the span covers."""
        return self.text[span.start : span.end]


class PageWarning(Value):
    """Something a reader of the lecture should know about one page (None: about the file)."""

    page: PageNumber | None
    code: str
    message: str


class Provenance(Value):
    """What made a value: pipeline version, engines with their versions, digest of the options."""

    pipeline: str
    engines: tuple[str, ...] = ()
    options: str = ""


class Subject(Value):
    """A course."""

    id: str
    name: str
    created_at: AwareDatetime
    lectures: Annotated[int, Field(ge=0)] = 0


class LectureState(StrEnum):
    """Whether everything in the file could be read."""

    COMPLETE = "complete"
    PARTIAL = "partial"


class Lecture(Value):
    """One source file of a subject, read. `blob` is the SHA-256 of the original file; `name` is display text.

    `figures` counts figures and tables, the same picture on several pages once; formulas that were cut out are not
    among them.
    """

    id: str
    subject_id: str
    name: str
    title: str = ""
    media_type: str
    blob: str
    size_bytes: Annotated[int, Field(ge=0)]
    pages: Annotated[int, Field(ge=0)]
    figures: Annotated[int, Field(ge=0)] = 0
    words: Annotated[int, Field(ge=0)] = 0
    state: LectureState = LectureState.COMPLETE
    warnings: tuple[PageWarning, ...] = ()
    created_at: AwareDatetime
    provenance: Provenance


class Chunk(Value):
    """A piece of one page that is found as a whole: ``page.text[start:end] == text``.

    A chunk never crosses a page, so what is found is always page-exact. `context` is embedded in front of the text
    but never quoted: the line "subject > lecture > headings" and, beside a table on a page that would fit into one
    chunk, the words of the page's other chunks.
    """

    id: str
    subject_id: str
    lecture_id: str
    page: PageNumber
    start: Offset
    end: Offset
    kind: ChunkKind = ChunkKind.TEXT
    headings: tuple[str, ...] = ()
    context: str = ""
    text: str

    @property
    def indexed_text(self) -> str:
        """What is embedded: the context and the text."""
        return f"{self.context}\n{self.text}" if self.context else self.text
