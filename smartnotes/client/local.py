"""The notebook on this machine: a folder, no service, no account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from smartnotes.bootstrap import build_reader, build_web, llms_of
from smartnotes.client.localconversing import LocalConversing
from smartnotes.client.localindexing import LocalIndexing, log_warnings
from smartnotes.client.localjob import LocalJob, now
from smartnotes.client.locallearning import LocalLearning
from smartnotes.client.localmodels import LocalModels
from smartnotes.core.errors import Conflict, NotFound, OptionsError
from smartnotes.core.events import Emit
from smartnotes.core.ids import new_id
from smartnotes.core.jobs import JobInfo, JobState
from smartnotes.core.model import Figure, Lecture, Page, Subject, Value
from smartnotes.core.options import (
    CardsOptions,
    CheatSheetOptions,
    IngestOptions,
    PageRange,
    QuizOptions,
    SearchOptions,
)
from smartnotes.core.ports import Engines, Stores
from smartnotes.core.ports.web import WebSearch
from smartnotes.core.refs import resolve
from smartnotes.core.sharing import NewShare, Share, SharedKind, ShareOptions
from smartnotes.core.study import CheatSheet, Deck, Document, DocumentKind, Hit, Ingested, Quiz
from smartnotes.core.usecases import finding, library, reading
from smartnotes.core.usecases.learning import current_deck
from smartnotes.core.usecases.work import CardsWork, CheatSheetWork, IngestWork, QuizWork, Work, perform
from smartnotes.settings import Settings

T = TypeVar("T", bound=Value)

VALUES: dict[DocumentKind, type[Quiz] | type[Deck] | type[CheatSheet]] = {
    DocumentKind.QUIZ: Quiz,
    DocumentKind.CARDS: Deck,
    DocumentKind.CHEATSHEET: CheatSheet,
}


class LocalNotebook(LocalConversing, LocalIndexing, LocalLearning, LocalModels):
    """`Notebook` on the stores of one owner. Several processes may use the same stores at a time."""

    def __init__(
        self,
        *,
        stores: Stores,
        engines: Engines,
        settings: Settings,
        web: Callable[[Settings], WebSearch] = build_web,
    ) -> None:
        self._stores = stores
        self._web = web
        self._engines = engines
        self._settings = settings

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and connections."""
        self._stores.close()

    # Subjects

    def create_subject(self, name: str) -> Subject:
        """Make a subject."""
        return library.create_subject(name, stores=self._stores, subject_id=new_id("sub"), now=now())

    def subjects(self) -> list[Subject]:
        """Return all subjects by name."""
        return self._stores.subjects.all()

    def subject(self, ref: str) -> Subject:
        """Return one subject."""
        return library.find_subject(ref, stores=self._stores)

    def rename_subject(self, ref: str, *, name: str) -> Subject:
        """Give a subject another name."""
        return library.rename_subject(ref, name, stores=self._stores)

    def delete_subject(self, ref: str) -> Subject:
        """Delete a subject with its lectures and documents."""
        return library.delete_subject(ref, stores=self._stores)

    # Lectures

    def ingest(
        self, path: Path, *, subject: str, name: str | None = None, options: IngestOptions | None = None
    ) -> LocalJob[Ingested]:
        """Read a file into a subject."""
        options = options or self._settings.ingest_options()
        source = path.expanduser().absolute()
        blob = reading.keep_file(source, options=options, stores=self._stores)
        target, made = self._subject_for(subject)
        work = IngestWork(
            subject_id=target.id,
            subject_is_new=made,
            blob=blob,
            name=name or source.name,
            source=str(source),
            options=options,
        )
        return self._job(work, Ingested, job_id=work.job_id(), password=options.password)

    def lectures(self, *, subject: str | None = None) -> list[Lecture]:
        """Return the lectures of a subject, or all."""
        return self._stores.lectures.all(self.subject(subject).id if subject else None)

    def lecture(self, ref: str, *, subject: str | None = None) -> Lecture:
        """Return one lecture."""
        return library.find_lecture(ref, stores=self._stores, subject=subject)

    def pages(self, ref: str, *, subject: str | None = None, pages: PageRange | None = None) -> list[Page]:
        """Return a lecture's pages in order."""
        first, last = (pages.first, pages.last) if pages else (1, None)
        return self._stores.lectures.pages(self.lecture(ref, subject=subject).id, first=first, last=last)

    def figures(self, ref: str, *, subject: str | None = None) -> list[Figure]:
        """Return a lecture's figures in page order."""
        return self._stores.lectures.figures(self.lecture(ref, subject=subject).id)

    def blob(self, blob: str) -> bytes:
        """Return an image or original file by its blob id."""
        return self._stores.blobs.get(blob)

    def rename_lecture(self, ref: str, *, name: str, subject: str | None = None) -> Lecture:
        """Give a lecture another name."""
        return library.rename_lecture(ref, name, stores=self._stores, subject=subject)

    def delete_lecture(self, ref: str, *, subject: str | None = None) -> Lecture:
        """Delete a lecture."""
        return library.delete_lecture(ref, stores=self._stores, subject=subject)

    # Finding

    def search(self, query: str, *, options: SearchOptions | None = None) -> list[Hit]:
        """Return what fits, best first."""
        wanted = options or SearchOptions()
        return finding.search_notes(
            query, options=wanted, engines=self._engines, stores=self._stores, emit=log_warnings
        )

    # Study material

    def make_quiz(self, *, options: QuizOptions | None = None) -> LocalJob[Quiz]:
        """Make a quiz and keep it."""
        return self._job(QuizWork(document_id=new_id("quiz"), options=options or QuizOptions()), Quiz)

    def make_cards(self, *, options: CardsOptions | None = None) -> LocalJob[Deck]:
        """Make flashcards and keep them."""
        return self._job(CardsWork(document_id=new_id("deck"), options=options or CardsOptions()), Deck)

    def make_cheatsheet(self, *, options: CheatSheetOptions | None = None) -> LocalJob[CheatSheet]:
        """Make a cheat sheet and keep it."""
        work = CheatSheetWork(document_id=new_id("sheet"), options=options or CheatSheetOptions())
        return self._job(work, CheatSheet)

    def documents(self, *, subject: str | None = None, kind: DocumentKind | None = None) -> list[Document]:
        """Return generated documents, newest first."""
        found = self._stores.documents.all(self.subject(subject).id if subject else None)
        return [document for document in found if kind in (None, document.kind)]

    def render(self, document: str, *, format: str) -> bytes:  # noqa: A002 - the word users type
        """Return a document as a file of this format."""
        from smartnotes.writers import write  # noqa: PLC0415 - loads with the first document

        named = {found.id: found for found in self._stores.documents.all()}
        matching = [found for key, found in named.items() if key.startswith(document)]
        if len(matching) != 1:
            raise NotFound(f"There is no document {document!r}.", hint="See: smartnotes quiz list, cards list")
        kind = matching[0].kind
        if format not in self.formats(kind):
            raise OptionsError(f"A {kind} has no format {format!r}.", hint=f"It has: {', '.join(self.formats(kind))}.")
        value = VALUES[kind].model_validate_json(self.blob(matching[0].blob))
        if isinstance(value, Deck):
            value = current_deck(value, stores=self._stores)
        return write(value, format=format, images=self.blob)

    def delete_document(self, ref: str) -> Document:
        """Delete a document, a deck with those of its cards that are in no other deck."""
        return library.delete_document(ref, stores=self._stores)

    def formats(self, kind: DocumentKind) -> Sequence[str]:
        """Return the formats a kind of document can be rendered to, the usual one first."""
        from smartnotes.writers import formats_of  # noqa: PLC0415

        return formats_of(kind)

    def make_share(
        self,
        ref: str,  # noqa: ARG002 - nothing here can be shared
        *,
        kind: SharedKind,  # noqa: ARG002
        subject: str | None = None,  # noqa: ARG002
        options: ShareOptions | None = None,  # noqa: ARG002
    ) -> NewShare:
        """Say that nobody could open a link."""
        raise _not_shared()

    def shares(self) -> list[Share]:
        """Say that there are no links."""
        raise _not_shared()

    def revoke_share(self, ref: str) -> Share:  # noqa: ARG002 - there is none
        """Say that there are no links."""
        raise _not_shared()

    def jobs(self) -> list[JobInfo]:
        """Return recent jobs, newest first."""
        return self._stores.jobs.all()

    def _subject_for(self, ref: str) -> tuple[Subject, bool]:
        """Return the subject with this id or whole name, made where there is none, and whether it was made."""
        subjects = self.subjects()
        exact = [known for known in subjects if ref == known.id or ref.strip().casefold() == known.name.casefold()]
        if exact:
            return resolve(ref, exact, what="subject"), False
        return self.create_subject(ref), True

    def _job(
        self, work: Work, value: type[T], *, job_id: str | None = None, password: str | None = None
    ) -> LocalJob[T]:
        info = JobInfo(
            id=job_id or new_id("job"),
            kind=work.kind,
            state=JobState.QUEUED,
            request=work.model_dump_json(),
            created_at=now(),
        )

        def do(emit: Emit) -> T:
            engines = self._engines
            if isinstance(work, IngestWork):
                engines = engines._replace(reader=build_reader(work.options.isolation))
            done = perform(
                work,
                engines=engines,
                stores=self._stores,
                emit=emit,
                clock=now,
                password=password,
                llm_for=llms_of(self._settings),
            )
            assert isinstance(done, value)  # noqa: S101 - each kind of work has one kind of value
            return done

        return LocalJob(self._stores.jobs.add(info), store=self._stores.jobs, work=do, value=value)


def _not_shared() -> Conflict:
    return Conflict(
        "This notebook is on this machine only: there is nothing to share, for nobody else can reach it.",
        hint="Log in to a server and keep it there: smartnotes login URL",
    )
