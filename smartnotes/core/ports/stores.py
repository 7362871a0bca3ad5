"""Stores: blobs, subjects, lectures, chunks, vectors, documents, jobs.

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
from smartnotes.core.ports.conversations import AnswerCache, ConversationStore
from smartnotes.core.ports.engines import TokenVectors, Vectors
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


class ChunkFilter(NamedTuple):
    """Which chunks may be found; None and () mean all."""

    subject_ids: tuple[str, ...] = ()
    lecture_ids: tuple[str, ...] = ()
    first_page: int | None = None
    last_page: int | None = None
    kinds: tuple[str, ...] = ()


class ChunkStore(Protocol):
    """Chunks as rows and as words (full text)."""

    def get(self, chunk_ids: Sequence[str]) -> list[Chunk]:
        """Return the chunks that exist, in the order asked for."""
        ...

    def where(self, chosen: ChunkFilter) -> list[Chunk]:
        """Return all chunks that fit, by lecture, page and start."""
        ...

    def search_words(self, query: str, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        """Return (chunk id, BM25 score, higher is better), best first. Any text is a valid query."""
        ...

    def tokens(self, chunk_ids: Sequence[str], *, encoder: str = "") -> dict[str, TokenVectors]:
        """Return the token vectors of those chunks that have some, made by this encoder where one is named."""
        ...


class VectorSearch(Protocol):
    """What finding needs of the vectors."""

    def search(self, vector: Vectors, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        """Return (chunk id, cosine similarity), best first, from the subjects of `chosen`."""
        ...


class VectorIndex(VectorSearch, Protocol):
    """Vectors of chunks, a collection for each generation of a subject, named by its key (see `Generation.key`).

    One process at a time owns an embedded index.
    Its `search` takes keys as the subjects that are chosen.
    """

    def upsert(self, key: str, *, chunks: Sequence[Chunk], vectors: Vectors, model: str) -> None:
        """Put vectors in place. Raises `Conflict` where the collection was made with another model."""
        ...

    def keep_only(self, subject_id: str, *, lecture_id: str, chunk_ids: Sequence[str]) -> None:
        """Forget the vectors of a lecture's chunks that are not in `chunk_ids`, in every generation."""
        ...

    def ids(self, key: str, *, lecture_id: str | None = None) -> list[str]:
        """Return the ids of the chunks that have a vector, of one lecture or of all."""
        ...

    def forget(self, key: str, *, chunk_ids: Sequence[str]) -> None:
        """Forget vectors; unknown ids are fine."""
        ...

    def keys(self, subject_id: str) -> list[str]:
        """Return the keys of a subject's generations that are there, in use or left over."""
        ...

    def drop(self, key: str) -> None:
        """Forget a whole generation; one that is not there is fine."""
        ...

    def delete_subject(self, subject_id: str) -> None:
        """Forget every generation of a subject."""
        ...

    def delete_owner(self) -> None:
        """Forget everything of this owner."""
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
