"""Making a lecture of the pages that were read: pages -> chunks -> vectors and words -> in place, at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AwareDatetime, Field

from smartnotes.core.errors import Conflict
from smartnotes.core.events import Emit, Progress
from smartnotes.core.ids import PIPELINE_VERSION, derive_id
from smartnotes.core.language.languages import NAMES
from smartnotes.core.model import FigureKind, Lecture, LectureState, Page, PageWarning, Provenance, Subject, Value
from smartnotes.core.options import IngestOptions
from smartnotes.core.pipeline import finish_pages
from smartnotes.core.ports import Engines, Stores
from smartnotes.core.steps.chunk import chunk_pages
from smartnotes.core.study import Ingested
from smartnotes.core.usecases.filling import index_chunks, see_to_vectors
from smartnotes.core.usecases.learning import follow_words

_SURE = 0.6  # mean confidence of the words of a page; clean print has 0.9
_NO_TITLE = re.compile(
    r"\.\w{2,5}$|^microsoft \w+ - |^(untitled|slide|document|presentation|powerpoint)\b", re.IGNORECASE
)


class LectureFile(NamedTuple):
    """A kept file that is to become a lecture.

    `name` is what the lecture is called, `source` where it came from: a later file from the same place replaces this
    one ("" replaces nothing).
    """

    blob: str
    name: str
    source: str
    subject: Subject
    options: IngestOptions

    @property
    def lecture_id(self) -> str:
        """The id of the lecture: the same for the same bytes in the same subject."""
        return derive_id("lec", self.subject.id, self.blob)

    @property
    def file_name(self) -> str:
        """What the file itself is called."""
        return Path(self.source).name or self.name


class ReadLecture(Value):
    """What reading a file came to, but for its pages: those are kept in the store, as they were read."""

    media_type: str
    title: str
    pages: Annotated[int, Field(ge=1)]
    size_bytes: int
    warnings: tuple[PageWarning, ...] = ()
    pages_read: int = 0
    pages_reused: int = 0
    started_at: AwareDatetime


def publish_lecture(
    found: ReadLecture,
    file: LectureFile,
    *,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
) -> Ingested:
    """Make a lecture of the pages that were read and kept, and put it in place. Raises `Conflict` where none are."""
    digest = file.options.digest()
    read = stores.lectures.saved_reads(file.lecture_id, options=digest)
    if not read:
        raise Conflict("The pages that were read are gone.", hint="Ingest the file again.")
    old = published(file, stores=stores)
    pages = finish_pages(read)
    lecture = Lecture(
        id=file.lecture_id,
        subject_id=file.subject.id,
        name=file.name,
        title=lecture_title(found.title, pages),
        media_type=found.media_type,
        blob=file.blob,
        size_bytes=found.size_bytes,
        pages=found.pages,
        figures=len({one.blob for page in pages for one in page.figures if one.kind is not FigureKind.FORMULA}),
        words=sum(len(page.text.split()) for page in pages),
        state=LectureState.PARTIAL if len(pages) < found.pages else LectureState.COMPLETE,
        warnings=(*found.warnings, *unread_parts(pages), *guessed_languages(pages, file.options), *unsure_pages(pages)),
        created_at=old.created_at if old else found.started_at,
        provenance=provenance(engines, digest),
    )
    index_lecture(lecture, pages=pages, file=file, engines=engines, stores=stores, emit=emit, clock=clock)
    duration_s = max(0.0, (clock() - found.started_at).total_seconds())
    return Ingested(
        lecture=lecture, pages_read=found.pages_read, pages_reused=found.pages_reused, duration_s=duration_s
    )


def unsure_pages(pages: Sequence[Page]) -> tuple[PageWarning, ...]:
    """Return a warning for each page whose recognition is not to be relied on: handwriting, a bad scan, a language."""
    return tuple(
        PageWarning(
            page=page.number,
            code="low_confidence",
            message=f"Page {page.number} was recognised with little confidence ({page.confidence:.0%}): "
            "look at the page itself.",
        )
        for page in pages
        if page.confidence is not None and page.ocr_reason and page.confidence < _SURE and page.text
    )


def unread_parts(pages: Sequence[Page]) -> tuple[PageWarning, ...]:
    """Return a warning for each part of a page that could not be read; the rest of the page was."""
    return tuple(
        PageWarning(page=page.number, code="part_unread", message=f"Page {page.number}: {what}")
        for page in pages
        for what in page.unread
    )


def guessed_languages(pages: Sequence[Page], options: IngestOptions) -> tuple[PageWarning, ...]:
    """Return a warning for each language but English that pages were read in because their words are in it."""
    if options.languages:
        return ()
    found: dict[str, list[int]] = {}
    for page in pages:
        for code in page.languages:
            found.setdefault(code, []).append(page.number)
    found.pop("eng", None)
    return tuple(
        PageWarning(
            page=None,
            code="language_guessed",
            message=f"{'1 page was' if len(numbers) == 1 else f'{len(numbers):,} pages were'} read as "
            f"{NAMES.get(code, code)}, for that is what the words seem to be. Naming the language ({code}) is faster.",
        )
        for code, numbers in found.items()
    )


def published(file: LectureFile, *, stores: Stores) -> Lecture | None:
    """Return the lecture where the subject has it already."""
    return next((one for one in stores.lectures.all(file.subject.id) if one.id == file.lecture_id), None)


def lecture_title(said: str, pages: Sequence[Page]) -> str:
    """Return the title the file gives itself where that is one, else the first page title; "" where there is none.

    Programs leave a file's name ("week3.key"), "Microsoft PowerPoint - week3" or "untitled" there.
    """
    if said and not _NO_TITLE.search(said):
        return said
    return next((page.title for page in pages if page.title), "")


def index_lecture(
    lecture: Lecture,
    *,
    pages: tuple[Page, ...],
    file: LectureFile,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
) -> None:
    """Chunk, embed and publish pages; vectors first, then everything else in one transaction, then the clearing up."""
    chunks = chunk_pages(
        pages,
        subject_id=file.subject.id,
        subject_name=file.subject.name,
        lecture_id=lecture.id,
        lecture_name=lecture.title or lecture.name,
    )
    tokens = index_chunks(file.subject.id, chunks, engines=engines, stores=stores, emit=emit, clock=clock)
    emit(Progress(step="save", message="Saving"))
    replaced = stores.lectures.publish(
        lecture, pages=pages, chunks=chunks, tokens=tokens, source=file.source, encoder=engines.encoder.name
    )
    follow_words(lecture, list(pages), stores=stores)
    for gone in replaced:
        stores.vectors.keep_only(file.subject.id, lecture_id=gone, chunk_ids=())
        emit(Progress(step="save", message=f"Replaces the earlier version of {lecture.name}."))
    stores.vectors.keep_only(file.subject.id, lecture_id=lecture.id, chunk_ids=[chunk.id for chunk in chunks])
    see_to_vectors(lecture, chunks, engines=engines, stores=stores)


def provenance(engines: Engines, digest: str) -> Provenance:
    """Return what a lecture is made with by these engines."""
    names = (engines.reader.name, engines.embedder.name, engines.encoder.name)
    return Provenance(pipeline=PIPELINE_VERSION, engines=names, options=digest)
