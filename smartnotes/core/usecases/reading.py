"""Reading a lecture: file -> pages -> chunks -> vectors and words -> in place, at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from smartnotes.core.errors import DamagedFile, InputError, TooLarge
from smartnotes.core.events import Emit, Level, Progress
from smartnotes.core.ids import PIPELINE_VERSION, derive_id
from smartnotes.core.model import Lecture, LectureState, Page, PageWarning, Provenance, Subject
from smartnotes.core.options import IngestOptions, Limits
from smartnotes.core.pipeline import finish_pages
from smartnotes.core.ports import Engines, PageRead, SourceInfo, Stores
from smartnotes.core.steps.chunk import chunk_pages
from smartnotes.core.steps.embed import embed_chunks
from smartnotes.core.study import Ingested

_NO_TITLE = re.compile(
    r"\.\w{2,5}$|^microsoft \w+ - |^(untitled|slide|document|presentation|powerpoint)\b", re.IGNORECASE
)


class _ReadPages(NamedTuple):
    pages: list[Page]
    warnings: list[PageWarning]
    read: int
    reused: int


def check_file(path: Path, *, limits: Limits | None) -> None:
    """Raise `InputError` for what is no file, `TooLarge` for one above the limits."""
    if not path.exists():
        raise InputError(f"There is no file {path}.", hint="Check the path for typing mistakes.")
    if not path.is_file():
        raise InputError(f"{path} is not a file.", hint=f"To read a folder's files: smartnotes ingest {path}/*")
    size = path.stat().st_size
    if limits is not None and size > limits.file_bytes:
        raise TooLarge(
            f"The file has {size:,} bytes; the limit file_bytes is {limits.file_bytes:,}.",
            hint="Split the file, or raise limits.file_bytes in the settings.",
        )


def keep_file(path: Path, *, options: IngestOptions, stores: Stores) -> str:
    """Return the blob id of a copy of the file. Raises `InputError` for what is no file, `TooLarge`."""
    check_file(path, limits=options.limits)
    return stores.blobs.put_file(path)


def ingest_blob(
    blob: str,
    *,
    name: str,
    source: str,
    subject: Subject,
    options: IngestOptions,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
) -> Ingested:
    """Read a kept file into a subject and put it in place in one step.

    `name` is what the lecture is called, `source` where it came from: a later file from the same place replaces this
    one. The same bytes again, read with the same options, change nothing. Pages are kept as they are read, so a run
    that was killed is continued by the next. A page that cannot be read becomes a warning; raises `InputError` where
    none can, and then keeps nothing.
    """
    started = clock()
    lecture_id = derive_id("lec", subject.id, blob)
    digest = options.digest()
    old = next((lecture for lecture in stores.lectures.all(subject.id) if lecture.id == lecture_id), None)
    if old is not None and old.state is LectureState.COMPLETE and old.provenance == _provenance(engines, digest):
        return Ingested(lecture=old, unchanged=True, pages_reused=old.pages)
    try:
        with stores.blobs.open_path(blob, name=Path(source).name or name) as copy:
            size_bytes = copy.stat().st_size
            info, found = _read_pages(
                copy, lecture_id=lecture_id, options=options, engines=engines, stores=stores, emit=emit
            )
    except InputError:
        stores.blobs.delete(stores.lectures.unused([blob]))
        raise
    pages = finish_pages(found.pages)
    lecture = Lecture(
        id=lecture_id,
        subject_id=subject.id,
        name=name,
        title=lecture_title(info.title, pages),
        media_type=info.media_type,
        blob=blob,
        size_bytes=size_bytes,
        pages=info.pages,
        figures=sum(len(page.figures) for page in pages),
        words=sum(len(page.text.split()) for page in pages),
        state=LectureState.PARTIAL if len(pages) < info.pages else LectureState.COMPLETE,
        warnings=tuple(found.warnings),
        created_at=old.created_at if old else started,
        provenance=_provenance(engines, digest),
    )
    index_lecture(lecture, pages=pages, subject=subject, source=source, engines=engines, stores=stores, emit=emit)
    duration_s = max(0.0, (clock() - started).total_seconds())
    return Ingested(lecture=lecture, pages_read=found.read, pages_reused=found.reused, duration_s=duration_s)


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
    subject: Subject,
    source: str,
    engines: Engines,
    stores: Stores,
    emit: Emit,
) -> None:
    """Chunk, embed and publish pages; vectors first, then everything else in one transaction, then the clearing up."""
    chunks = chunk_pages(
        pages,
        subject_id=subject.id,
        subject_name=subject.name,
        lecture_id=lecture.id,
        lecture_name=lecture.title or lecture.name,
    )
    embedded = embed_chunks(chunks, embedder=engines.embedder, encoder=engines.encoder, emit=emit)
    emit(Progress(step="save", message="Saving"))
    stores.vectors.upsert(subject.id, chunks=chunks, vectors=embedded.vectors, model=engines.embedder.name)
    replaced = stores.lectures.publish(lecture, pages=pages, chunks=chunks, tokens=embedded.tokens, source=source)
    for gone in replaced:
        stores.vectors.keep_only(subject.id, lecture_id=gone, chunk_ids=())
        emit(Progress(step="save", message=f"Replaces the earlier version of {lecture.name}."))
    stores.vectors.keep_only(subject.id, lecture_id=lecture.id, chunk_ids=[chunk.id for chunk in chunks])


def _read_pages(
    path: Path, *, lecture_id: str, options: IngestOptions, engines: Engines, stores: Stores, emit: Emit
) -> tuple[SourceInfo, _ReadPages]:
    emit(Progress(step="open", message="Opening"))
    info = engines.reader.inspect(path, options=options)
    digest = options.digest()
    saved = {page.number: page for page in stores.lectures.saved_reads(lecture_id, options=digest)}
    warnings: list[PageWarning] = []
    missing = [number for number in range(1, info.pages + 1) if number not in saved]
    reused = len(saved)
    done = reused
    emit(Progress(step="read", done=done, total=info.pages, unit="pages"))
    for result in engines.reader.read(path, info, numbers=missing, options=options, emit=emit):
        done += 1
        if isinstance(result, PageRead):
            _keep(result, lecture_id=lecture_id, digest=digest, stores=stores)
            saved[result.page.number] = result.page
            emit(Progress(step="read", done=done, total=info.pages, unit="pages", page=result.page.number))
        else:
            warnings.append(result)
            message, number = result.message, result.page
            warned = Progress(
                step="read",
                done=done,
                total=info.pages,
                unit="pages",
                message=message,
                level=Level.WARNING,
                page=number,
            )
            emit(warned)
    if not saved:
        reason = warnings[0].message if warnings else "It has no pages."
        raise DamagedFile(f"No page could be read. {reason}", hint="Open the file and export it again as a new PDF.")
    pages = [saved[number] for number in sorted(saved)]
    return info, _ReadPages(pages=pages, warnings=warnings, read=len(pages) - reused, reused=reused)


def _keep(result: PageRead, *, lecture_id: str, digest: str, stores: Stores) -> None:
    """Save crops, then the page that names them: a page that is kept is whole."""
    for data in result.crops.values():
        stores.blobs.put(data)
    stores.lectures.save_read(lecture_id, options=digest, page=result.page)


def _provenance(engines: Engines, digest: str) -> Provenance:
    names = (engines.reader.name, engines.embedder.name, engines.encoder.name)
    return Provenance(pipeline=PIPELINE_VERSION, engines=names, options=digest)
