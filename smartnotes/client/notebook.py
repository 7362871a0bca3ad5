"""The notebook as everybody sees it: one interface, local or remote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

from smartnotes.client.conversing import ConversingNotebook
from smartnotes.client.indexing import IndexingNotebook
from smartnotes.client.learning import LearningNotebook
from smartnotes.client.models import ModelsNotebook
from smartnotes.core.events import Emit, Progress, ignore
from smartnotes.core.jobs import JobInfo
from smartnotes.core.model import Figure, Lecture, Page, Subject
from smartnotes.core.options import (
    CardsOptions,
    CheatSheetOptions,
    IngestOptions,
    PageRange,
    QuizOptions,
    SearchOptions,
)
from smartnotes.core.sharing import NewShare, Share, SharedKind, ShareOptions
from smartnotes.core.study import CheatSheet, Deck, Document, DocumentKind, Hit, Ingested, Quiz

T_co = TypeVar("T_co", covariant=True)


class Job(Protocol[T_co]):
    """Work that was asked for."""

    @property
    def id(self) -> str:
        """The job's id."""
        ...

    def info(self) -> JobInfo:
        """Return where it stands."""
        ...

    def watch(self) -> Iterator[Progress]:
        """Yield progress until the job ends; its error is raised by `result`."""
        ...

    def result(self, *, emit: Emit = ignore) -> T_co:
        """Wait for the job and return its value; raise the error it ended with, `Cancelled` included."""
        ...

    def cancel(self) -> None:
        """Ask it to stop."""
        ...


class Notebook(ConversingNotebook, IndexingNotebook, LearningNotebook, ModelsNotebook, Protocol):
    """Subjects with their lectures, and all that can be made of them.

    Subjects, lectures and documents are named by id, name or an unambiguous beginning of either; `NotFound` and
    `Conflict` are raised where that fails. Close a notebook after use, or use it in a `with`.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def create_subject(self, name: str) -> Subject:
        """Make a subject. Raises `Conflict` where the name is taken."""
        ...

    def subjects(self) -> list[Subject]:
        """Return all subjects by name."""
        ...

    def subject(self, ref: str) -> Subject:
        """Return one subject."""
        ...

    def rename_subject(self, ref: str, *, name: str) -> Subject:
        """Give a subject another name."""
        ...

    def delete_subject(self, ref: str) -> Subject:
        """Delete a subject with its lectures and documents."""
        ...

    def ingest(
        self, path: Path, *, subject: str, name: str | None = None, options: IngestOptions | None = None
    ) -> Job[Ingested]:
        """Read a file into a subject, which is made where no subject has this id or name.

        `options` None means as configured. The result's errors are those of `InputError`.
        """
        ...

    def lectures(self, *, subject: str | None = None) -> list[Lecture]:
        """Return the lectures of a subject, or all."""
        ...

    def lecture(self, ref: str, *, subject: str | None = None) -> Lecture:
        """Return one lecture."""
        ...

    def pages(self, ref: str, *, subject: str | None = None, pages: PageRange | None = None) -> list[Page]:
        """Return a lecture's pages in order."""
        ...

    def figures(self, ref: str, *, subject: str | None = None) -> list[Figure]:
        """Return a lecture's figures in page order."""
        ...

    def blob(self, blob: str) -> bytes:
        """Return an image or original file by its blob id."""
        ...

    def rename_lecture(self, ref: str, *, name: str, subject: str | None = None) -> Lecture:
        """Give a lecture another name."""
        ...

    def delete_lecture(self, ref: str, *, subject: str | None = None) -> Lecture:
        """Delete a lecture."""
        ...

    def search(self, query: str, *, options: SearchOptions | None = None) -> list[Hit]:
        """Return what fits, best first."""
        ...

    def make_quiz(self, *, options: QuizOptions | None = None) -> Job[Quiz]:
        """Make a quiz and keep it."""
        ...

    def make_cards(self, *, options: CardsOptions | None = None) -> Job[Deck]:
        """Make flashcards and keep them."""
        ...

    def make_cheatsheet(self, *, options: CheatSheetOptions | None = None) -> Job[CheatSheet]:
        """Make a cheat sheet and keep it."""
        ...

    def documents(self, *, subject: str | None = None, kind: DocumentKind | None = None) -> list[Document]:
        """Return generated documents, newest first."""
        ...

    def render(self, document: str, *, format: str) -> bytes:  # noqa: A002 - the word users type
        """Return a document as a file of this format. Raises `OptionsError` for one its kind does not have."""
        ...

    def delete_document(self, ref: str) -> Document:
        """Delete a document, a deck with those of its cards that are in no other deck."""
        ...

    def formats(self, kind: DocumentKind) -> Sequence[str]:
        """Return the formats a kind of document can be rendered to, the usual one first."""
        ...

    def make_share(
        self, ref: str, *, kind: SharedKind, subject: str | None = None, options: ShareOptions | None = None
    ) -> NewShare:
        """Make a link with which people without an account read a lecture, a document or a subject.

        `subject` narrows down what a lecture's `ref` may mean. Raises `Conflict` for a notebook that is on this machine
        only: nobody else could open the link.
        """
        ...

    def shares(self) -> list[Share]:
        """Return the links, newest first. Raises `Conflict` as `make_share`."""
        ...

    def revoke_share(self, ref: str) -> Share:
        """Make a link void at once; `ref` is its id, its thing's name, or a beginning of either."""
        ...

    def jobs(self) -> list[JobInfo]:
        """Return recent jobs, newest first."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
