"""What a job row asks for, as a value, and how it is done: by the process that made the row or by any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, TypeAdapter

from smartnotes.core.errors import InputError
from smartnotes.core.events import Emit
from smartnotes.core.ids import derive_id, new_id
from smartnotes.core.indexing import IndexRebuilt
from smartnotes.core.jobs import Queue
from smartnotes.core.llms import Task
from smartnotes.core.model import Value
from smartnotes.core.options import CardsOptions, CheatSheetOptions, IngestOptions, QuizOptions
from smartnotes.core.ports import Engines, Stores
from smartnotes.core.ports.models import LlmFor, no_llm
from smartnotes.core.study import CheatSheet, Deck, Ingested, Quiz
from smartnotes.core.usecases.indexing import rebuild_index
from smartnotes.core.usecases.library import delete_subject, find_subject
from smartnotes.core.usecases.publishing import LectureFile, ReadLecture, publish_lecture
from smartnotes.core.usecases.reading import Helpers, PagesRead, ingest_blob, read_blob, read_pages
from smartnotes.core.usecases.studying import generate_cards, generate_cheatsheet, generate_quiz


class IngestWork(Value):
    """Read the file kept under `blob`. Where reading fails, a subject that `is_new` and still empty goes again.

    The options' password is never written down: it is handed to `perform` beside the work.
    """

    kind: Literal["ingest"] = "ingest"
    subject_id: str
    subject_is_new: bool = False
    blob: str
    name: str
    source: str
    options: IngestOptions

    def job_id(self) -> str:
        """Return the id of the job: the same for the same work, so that asking twice is one job."""
        return derive_id("job", self.subject_id, self.blob, self.options.digest())


class PagesWork(Value):
    """Read some pages of the file of an ingest under way, beside those who read the others."""

    kind: Literal["pages"] = "pages"
    of: IngestWork
    numbers: Annotated[tuple[int, ...], Field(min_length=1)]

    def job_id(self, parent: str) -> str:
        """Return the id of the job: the same for the same pages of the same job."""
        return derive_id("job", parent, *map(str, self.numbers))


class QuizWork(Value):
    """Make a quiz under this id."""

    kind: Literal["quiz"] = "quiz"
    document_id: str
    options: QuizOptions


class CardsWork(Value):
    """Make flashcards under this id."""

    kind: Literal["cards"] = "cards"
    document_id: str
    options: CardsOptions


class CheatSheetWork(Value):
    """Make a cheat sheet under this id."""

    kind: Literal["cheatsheet"] = "cheatsheet"
    document_id: str
    options: CheatSheetOptions


class IndexWork(Value):
    """Bring the indexes of these subjects (none: all) to the model that is set; see `rebuild_index`.

    `request_id` tells one request from the next: with `force`, each makes the index anew, once.
    """

    kind: Literal["index"] = "index"
    subject_ids: tuple[str, ...] = ()
    force: bool = False
    request_id: str

    def job_id(self, owner: str) -> str:
        """Return the id of the job: the same for the same subjects, so that asking twice is one job."""
        return derive_id("job", owner, self.kind, str(self.force), *sorted(self.subject_ids))


Work = IngestWork | QuizWork | CardsWork | CheatSheetWork | IndexWork
"""What somebody asks for."""

AnyWork = Work | PagesWork
"""What a job row holds: parts of other work too."""

WORK: TypeAdapter[AnyWork] = TypeAdapter(Annotated[AnyWork, Field(discriminator="kind")])


class Onward(NamedTuple):
    """Work that goes on in another queue, and the JSON of what its next stage needs to know."""

    queue: Queue
    carried: str


def perform(
    work: Work,
    *,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
    password: str | None = None,
    llm_for: LlmFor = no_llm,
) -> Ingested | Quiz | Deck | CheatSheet | IndexRebuilt:
    """Do the work and return its value; it may be done again and then overwrites what it did."""
    if isinstance(work, IngestWork):
        file = _file(work, password=password, stores=stores)
        with _subject_kept(work, stores=stores):
            return ingest_blob(
                file.blob,
                name=file.name,
                source=file.source,
                subject=file.subject,
                options=file.options,
                engines=engines,
                stores=stores,
                emit=emit,
                clock=clock,
            )
    if isinstance(work, IndexWork):
        return _index(work, engines=engines, stores=stores, emit=emit, clock=clock)
    return _generate(work, engines=engines, stores=stores, emit=emit, clock=clock, llm_for=llm_for)


def perform_stage(
    work: AnyWork,
    *,
    carried: str | None,
    helpers: Helpers | None,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
    password: str | None = None,
    llm_for: LlmFor = no_llm,
) -> Ingested | PagesRead | Quiz | Deck | CheatSheet | IndexRebuilt | Onward:
    """Do one stage of the work: all of it but for an ingest, which is read, then embedded and published.

    `carried` is what the stage before gave, None for the first. A stage may be done again, too.
    """
    match work:
        case IngestWork() if carried is None:
            with _subject_kept(work, stores=stores):
                file = _file(work, password=password, stores=stores)
                found = read_blob(file, engines=engines, stores=stores, emit=emit, clock=clock, helpers=helpers)
            return found if isinstance(found, Ingested) else Onward(Queue.AI, found.model_dump_json())
        case IngestWork():
            file = _file(work, password=password, stores=stores)
            read = ReadLecture.model_validate_json(carried or "")
            return publish_lecture(read, file, engines=engines, stores=stores, emit=emit, clock=clock)
        case PagesWork():
            file = _file(work.of, password=password, stores=stores)
            return read_pages(file, numbers=work.numbers, engines=engines, stores=stores, emit=emit)
        case IndexWork():
            return _index(work, engines=engines, stores=stores, emit=emit, clock=clock)
        case _:
            return _generate(work, engines=engines, stores=stores, emit=emit, clock=clock, llm_for=llm_for)


def _generate(
    work: QuizWork | CardsWork | CheatSheetWork,
    *,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
    llm_for: LlmFor,
) -> Quiz | Deck | CheatSheet:
    llm = llm_for(Task(work.kind), work.options.model)
    match work:
        case QuizWork():
            return generate_quiz(
                work.options,
                document_id=work.document_id,
                engines=engines,
                stores=stores,
                emit=emit,
                now=clock(),
                llm=llm,
            )
        case CardsWork():
            return generate_cards(
                work.options,
                document_id=work.document_id,
                engines=engines,
                stores=stores,
                emit=emit,
                now=clock(),
                llm=llm,
            )
        case CheatSheetWork():
            return generate_cheatsheet(
                work.options,
                document_id=work.document_id,
                engines=engines,
                stores=stores,
                emit=emit,
                now=clock(),
                llm=llm,
            )


def _index(
    work: IndexWork, *, engines: Engines, stores: Stores, emit: Emit, clock: Callable[[], datetime]
) -> IndexRebuilt:
    return rebuild_index(
        work.subject_ids,
        force=work.force,
        request_id=work.request_id,
        engines=engines,
        stores=stores,
        emit=emit,
        clock=clock,
    )


def _file(work: IngestWork, *, password: str | None, stores: Stores) -> LectureFile:
    subject = find_subject(work.subject_id, stores=stores)
    options = work.options.model_copy(update={"password": password})
    return LectureFile(work.blob, work.name, work.source, subject, options)


@contextmanager
def _subject_kept(work: IngestWork, *, stores: Stores) -> Iterator[None]:
    """Delete a subject that was made for a file that cannot be read: it would be a puzzle to find later."""
    try:
        yield
    except InputError:
        if work.subject_is_new and not stores.lectures.all(work.subject_id):
            delete_subject(work.subject_id, stores=stores)
        raise


def index_work(*, subject: str | None, force: bool, stores: Stores) -> IndexWork:
    """Return what a rebuild of the index of this subject, or of all, asks for. Raises `NotFound`, `Conflict`."""
    chosen = [find_subject(subject, stores=stores)] if subject else stores.subjects.all()
    return IndexWork(subject_ids=tuple(one.id for one in chosen), force=force, request_id=new_id("req"))
