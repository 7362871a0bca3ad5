"""Stores: blobs, subjects, lectures, documents, jobs; all of one owner's together.

Each is built for one owner, whose id is part of every query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from smartnotes.core.events import Progress
from smartnotes.core.jobs import Claim, JobError, JobInfo, JobState
from smartnotes.core.model import Chunk, Figure, Lecture, Page, Subject
from smartnotes.core.ports.chunks import ChunkStore, VectorIndex
from smartnotes.core.ports.conversations import AnswerCache, ConversationStore
from smartnotes.core.ports.engines import TokenVectors
from smartnotes.core.ports.index import IndexStore
from smartnotes.core.ports.learning import CardStore, ReviewStore, StudyStore
from smartnotes.core.study import Document


class BlobStore(Protocol):
    """Bytes under their SHA-256. Safe to call from several threads and processes."""

    def put(self, data: bytes) -> str:
        """Keep `data` and return its id; keeping the same bytes again does nothing."""
        ...

    def put_file(self, path: Path) -> str:
        """Keep a copy of the file, read in pieces, and return its id."""
        ...

    def get(self, blob: str) -> bytes:
        """Return the bytes. Raises `NotFound`."""
        ...

    def open_path(self, blob: str, *, name: str) -> AbstractContextManager[Path]:
        """Give the bytes as a readable file called `name` for the length of a `with`. Raises `NotFound`.

        The name is what error messages say and, for plain text, what tells Markdown; its folders are ignored.
        """
        ...

    def delete(self, blobs: Iterable[str]) -> None:
        """Forget these; unknown ids are fine."""
        ...

    def older(self, than: datetime) -> Iterator[str]:
        """Yield the blobs that were put before then."""
        ...

    def check(self) -> None:
        """Try whether the store can be used. Raises `Unavailable`."""
        ...


class SubjectStore(Protocol):
    """Subjects; names are unique for an owner, compared without case."""

    def add(self, subject: Subject) -> None:
        """Raises `Conflict` where the name is taken."""
        ...

    def all(self) -> list[Subject]:
        """Return every subject by name."""
        ...

    def rename(self, subject_id: str, name: str) -> Subject:
        """Raises `NotFound`, `Conflict`."""
        ...

    def delete(self, subject_id: str) -> list[str]:
        """Forget the subject with all it holds; return the blobs nobody needs any more. Raises `NotFound`."""
        ...


class LectureStore(Protocol):
    """Lectures with their pages, chunks, words and token vectors, and pages read ahead of publishing."""

    def publish(
        self,
        lecture: Lecture,
        *,
        pages: Sequence[Page],
        chunks: Sequence[Chunk],
        tokens: Sequence[TokenVectors],
        source: str,
        encoder: str = "",
    ) -> list[str]:
        """Put a lecture and all it consists of in place, in one transaction, over what had its id.

        `encoder` is what made the `tokens`. A lecture of the same subject that came from the same `source` (a path; ""
        for none) is replaced.
        Returns the ids of lectures that went away.
        """
        ...

    def all(self, subject_id: str | None = None) -> list[Lecture]:
        """Return the lectures of a subject (or all), by name."""
        ...

    def get(self, lecture_id: str) -> Lecture:
        """Raises `NotFound`."""
        ...

    def source(self, lecture_id: str) -> str:
        """Return the path that the lecture came from, "" where it has none. Raises `NotFound`."""
        ...

    def pages(self, lecture_id: str, *, first: int = 1, last: int | None = None) -> list[Page]:
        """Return pages in order. Raises `NotFound` for an unknown lecture."""
        ...

    def figures(self, lecture_id: str) -> list[Figure]:
        """Return the figures in page order."""
        ...

    def rename(self, lecture_id: str, name: str) -> Lecture:
        """Give the lecture another name; what is already chunked keeps the old one. Raises `NotFound`."""
        ...

    def delete(self, lecture_id: str) -> list[str]:
        """Forget the lecture; return the blobs nobody needs any more. Raises `NotFound`."""
        ...

    def unused(self, blobs: Sequence[str]) -> list[str]:
        """Return those blobs that no lecture and no document needs."""
        ...

    def save_read(self, lecture_id: str, *, options: str, page: Page) -> None:
        """Keep a page that was read with these options (their digest) at once and for good, before publishing."""
        ...

    def saved_numbers(self, lecture_id: str, *, options: str) -> list[int]:
        """Return the numbers of the pages kept for these options, in order."""
        ...

    def saved_reads(self, lecture_id: str, *, options: str) -> list[Page]:
        """Return the pages kept for these options, in order, as they were read."""
        ...


class DocumentStore(Protocol):
    """Generated documents."""

    def add(self, document: Document) -> None:
        """Keep it."""
        ...

    def all(self, subject_id: str | None = None) -> list[Document]:
        """Return documents, newest first."""
        ...

    def get(self, document_id: str) -> Document:
        """Raises `NotFound`."""
        ...

    def delete(self, document_id: str) -> list[str]:
        """Forget a document, and a deck's cards that are in no other; return the blobs nobody needs any more.

        Raises `NotFound`.
        """
        ...


class JobStore(Protocol):
    """Job rows (see `smartnotes.core.jobs`). Safe to call from several threads and processes."""

    def add(self, job: JobInfo) -> JobInfo:
        """Keep a queued job; where an unfinished one has its id, return that one instead (same work, asked twice)."""
        ...

    def get(self, job_id: str) -> JobInfo:
        """Raises `NotFound`."""
        ...

    def all(self, *, limit: int = 100) -> list[JobInfo]:
        """Return jobs, newest first."""
        ...

    def claim(self, job_id: str, *, now: datetime, lease_s: float) -> Claim | None:
        """Take a queued job, or a running one whose lease has ended or whose holder is known to be dead.

        None where another holds it or it is final. A job claimed too often becomes dead.
        """
        ...

    def renew(self, claim: Claim, *, now: datetime, lease_s: float, progress: Progress | None = None) -> bool:
        """Prolong the lease and note the progress; False where the claim was lost or the job cancelled."""
        ...

    def finish(
        self, claim: Claim, state: JobState, *, result: str | None = None, error: JobError | None = None
    ) -> bool:
        """End the job; False (and nothing written) where the claim was lost."""
        ...

    def cancel(self, job_id: str) -> JobInfo:
        """Cancel a job; a running one stops at its next heartbeat. Raises `NotFound`."""
        ...


class Stores(NamedTuple):
    """Every store of one owner. `close` lets go of files and connections."""

    subjects: SubjectStore
    lectures: LectureStore
    chunks: ChunkStore
    vectors: VectorIndex
    documents: DocumentStore
    jobs: JobStore
    blobs: BlobStore
    cards: CardStore
    reviews: ReviewStore
    study: StudyStore
    conversations: ConversationStore
    answers: AnswerCache
    indexes: IndexStore
    close: Callable[[], None]
