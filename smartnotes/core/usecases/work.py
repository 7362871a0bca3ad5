"""What a job row asks for, as a value, and how it is done: by the process that made the row or by any other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from smartnotes.core.errors import InputError
from smartnotes.core.events import Emit
from smartnotes.core.ids import derive_id
from smartnotes.core.model import Value
from smartnotes.core.options import CardsOptions, CheatSheetOptions, IngestOptions, QuizOptions
from smartnotes.core.ports import Engines, Stores
from smartnotes.core.study import CheatSheet, Deck, Ingested, Quiz
from smartnotes.core.usecases.library import delete_subject, find_subject
from smartnotes.core.usecases.reading import ingest_blob
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


Work = IngestWork | QuizWork | CardsWork | CheatSheetWork
WORK: TypeAdapter[Work] = TypeAdapter(Annotated[Work, Field(discriminator="kind")])


def perform(
    work: Work,
    *,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
    password: str | None = None,
) -> Ingested | Quiz | Deck | CheatSheet:
    """Do the work and return its value; it may be done again and then overwrites what it did."""
    match work:
        case IngestWork():
            return _ingest(work, engines=engines, stores=stores, emit=emit, clock=clock, password=password)
        case QuizWork():
            return generate_quiz(
                work.options, document_id=work.document_id, engines=engines, stores=stores, emit=emit, now=clock()
            )
        case CardsWork():
            return generate_cards(
                work.options, document_id=work.document_id, engines=engines, stores=stores, emit=emit, now=clock()
            )
        case CheatSheetWork():
            return generate_cheatsheet(
                work.options, document_id=work.document_id, engines=engines, stores=stores, emit=emit, now=clock()
            )


def _ingest(
    work: IngestWork,
    *,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
    password: str | None,
) -> Ingested:
    subject = find_subject(work.subject_id, stores=stores)
    try:
        return ingest_blob(
            work.blob,
            name=work.name,
            source=work.source,
            subject=subject,
            options=work.options.model_copy(update={"password": password}),
            engines=engines,
            stores=stores,
            emit=emit,
            clock=clock,
        )
    except InputError:
        # A subject that was made for a file that cannot be read would be a puzzle to find later.
        if work.subject_is_new and not stores.lectures.all(subject.id):
            delete_subject(subject.id, stores=stores)
        raise
