"""What the core needs from outside, as small Protocols.

Engines are light to construct, load on first use, start no threads of their own, carry `name` (with a version, kept in
`Provenance`) and raise our errors only. Arrays are numpy, images PIL; neither is ever stored in a value.
Unless a docstring says otherwise an engine may be called from one thread at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from smartnotes.core.events import Emit, Progress
from smartnotes.core.jobs import Claim, JobError, JobInfo, JobState
from smartnotes.core.model import Chunk, Figure, Lecture, Page, PageWarning, Subject, Value
from smartnotes.core.options import IngestOptions
from smartnotes.core.study import Document

Vectors = NDArray[np.float32]
"""(n, dimension), each row of length 1."""

TokenVectors = NDArray[np.int8]
"""(tokens, dimension) of one chunk; the vector is the row divided by 127."""


# Reading


class SourceInfo(Value):
    """What a file is, decided from its bytes: media type, number of pages and title ("" where it has none)."""

    media_type: str
    pages: int
    title: str = ""


class PageRead(NamedTuple):
    """A page that was read, with the PNG of each of its figures by blob id."""

    page: Page
    crops: Mapping[str, bytes]


class PageReader(Protocol):
    """Reads files of every supported type."""

    name: str

    def inspect(self, path: Path, *, options: IngestOptions) -> SourceInfo:
        """Say what the file is. Raises `InputError` where it cannot be read at all."""
        ...

    def read(
        self, path: Path, info: SourceInfo, *, numbers: Sequence[int], options: IngestOptions, emit: Emit
    ) -> Iterator[PageRead | PageWarning]:
        """Yield each page of `numbers` (1-based) as soon as it is done, in any order; a warning for one that is lost.

        Closing the iterator early stops all work and leaves no process behind.
        """
        ...


class RecognisedWord(NamedTuple):
    """A word found in an image; the box is in pixels (x0, y0, x1, y1), confidence 0-1.

    `block`, `paragraph` and `line` number the word's place in the image's reading order.
    """

    text: str
    box: tuple[int, int, int, int]
    confidence: float
    block: int
    paragraph: int
    line: int


class OcrEngine(Protocol):
    """Reads words from images."""

    name: str

    def languages(self) -> frozenset[str]:
        """Return the ISO 639-3 codes that can be read here."""
        ...

    def recognise(self, image: Image.Image, *, languages: Sequence[str], dpi: int) -> list[RecognisedWord]:
        """Return the words of an upright image in reading order. Raises `EngineMissing` for a language without data."""
        ...


# Retrieval


class Embedder(Protocol):
    """Turns texts into vectors whose dot product says how near their meanings are."""

    name: str
    dimension: int

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text; any number of texts, batched inside."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return a vector of shape (dimension,) for a question or keywords."""
        ...


class TokenEncoder(Protocol):
    """Late interaction: one vector a token; a passage scores the sum, over query tokens, of its best dot product."""

    name: str
    dimension: int

    def encode_passages(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the token vectors of each text, in order."""
        ...

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Return the characters of the text that each row of `encode_passages` stands for, (0, 0) for none."""
        ...

    def encode_query(self, text: str) -> Vectors:
        """Return (query tokens, dimension)."""
        ...


class Llm(Protocol):
    """A language model."""

    name: str

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield pieces of the reply as they are written; JSON that fits `schema` where one is given.

        Raises `Unavailable` (not reachable), `NotFound` (no such model), `EngineError`.
        """
        ...


class WebResult(NamedTuple):
    """A page of the web."""

    title: str
    url: str
    snippet: str


class WebSearch(Protocol):
    """Finds pages of the web."""

    name: str

    def search(self, query: str, *, limit: int) -> list[WebResult]:
        """Return the best pages first. Raises `Unavailable` or `RateLimited`."""
        ...


# Stores. Each is built for one owner, whose id is part of every query.


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
    ) -> list[str]:
        """Put a lecture and all it consists of in place, in one transaction, over what had its id.

        A lecture of the same subject that came from the same `source` (a path; "" for none) is replaced.
        Returns the ids of lectures that went away.
        """
        ...

    def all(self, subject_id: str | None = None) -> list[Lecture]:
        """Return the lectures of a subject (or all), by name."""
        ...

    def get(self, lecture_id: str) -> Lecture:
        """Raises `NotFound`."""
        ...

    def pages(self, lecture_id: str, *, first: int = 1, last: int | None = None) -> list[Page]:
        """Return pages in order. Raises `NotFound` for an unknown lecture."""
        ...

    def figures(self, lecture_id: str) -> list[Figure]:
        """Return the figures in page order."""
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

    def tokens(self, chunk_ids: Sequence[str]) -> dict[str, TokenVectors]:
        """Return the token vectors of those chunks that have some."""
        ...


class VectorIndex(Protocol):
    """Vectors of chunks, a collection for each subject. One process at a time owns an embedded index."""

    def upsert(self, subject_id: str, *, chunks: Sequence[Chunk], vectors: Vectors, model: str) -> None:
        """Put vectors in place. Raises `Conflict` where the collection was made with another model."""
        ...

    def search(self, vector: Vectors, *, chosen: ChunkFilter, limit: int) -> list[tuple[str, float]]:
        """Return (chunk id, cosine similarity), best first, from the subjects of `chosen`."""
        ...

    def keep_only(self, subject_id: str, *, lecture_id: str, chunk_ids: Sequence[str]) -> None:
        """Forget the vectors of a lecture's chunks that are not in `chunk_ids`."""
        ...

    def delete_subject(self, subject_id: str) -> None:
        """Forget the whole collection."""
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
    close: Callable[[], None]


class Engines(NamedTuple):
    """The engines that every notebook has; a language model is chosen for each call."""

    reader: PageReader
    embedder: Embedder
    encoder: TokenEncoder
