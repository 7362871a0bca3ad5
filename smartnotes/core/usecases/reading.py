"""Reading a file: its pages one by one, each kept as soon as it is read, here or by several who share them."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from smartnotes.core.errors import DamagedFile, InputError, TooLarge
from smartnotes.core.events import Emit, Level, Progress
from smartnotes.core.model import LectureState, PageWarning, Subject, Value
from smartnotes.core.options import IngestOptions, Limits, how_to_raise
from smartnotes.core.ports import Engines, PageRead, SourceInfo, Stores
from smartnotes.core.study import Ingested
from smartnotes.core.usecases.publishing import LectureFile, ReadLecture, provenance, publish_lecture, published


class PagesRead(Value):
    """What reading some of a lecture's pages came to."""

    read: int = 0
    warnings: tuple[PageWarning, ...] = ()


class Helpers(Protocol):
    """Others who can read pages of the same lecture at the same time."""

    def begun(self) -> bool:
        """Say whether they are at it already, for an earlier run."""
        ...

    def pay(self, *, left: int, page_s: float) -> bool:
        """Say whether it pays to share this many pages, of which each takes so long here."""
        ...

    def read(self, numbers: Sequence[int], *, page_s: float | None, report: Callable[[int], None]) -> PagesRead:
        """Read the pages together and keep each in the store; calls `report` with how many are done, often."""
        ...


class _Reading(NamedTuple):
    """One run over `total` pages of a lecture."""

    lecture_id: str
    options: IngestOptions
    total: int
    stores: Stores
    emit: Emit

    def tell(self, done: int, *, page: int | None = None, warning: PageWarning | None = None) -> None:
        said: dict[str, object] = {"message": warning.message, "level": Level.WARNING} if warning else {}
        event = Progress(step="read", done=done, total=self.total, unit="pages", page=page)
        self.emit(event.model_copy(update=said))


class _Kept(NamedTuple):
    """What came of reading pages, and the numbers of those that are done with."""

    found: PagesRead
    numbers: frozenset[int]


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
            hint=how_to_raise("file_bytes", instead="Split the file"),
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
    """Read a kept file into a subject and put it in place in one step: `read_blob`, then `publish_lecture`."""
    file = LectureFile(blob, name, source, subject, options)
    found = read_blob(file, engines=engines, stores=stores, emit=emit, clock=clock)
    if isinstance(found, Ingested):
        return found
    return publish_lecture(found, file, engines=engines, stores=stores, emit=emit, clock=clock)


def read_blob(
    file: LectureFile,
    *,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
    helpers: Helpers | None = None,
) -> ReadLecture | Ingested:
    """Read the pages of a kept file, those that no earlier run has kept, and keep each as soon as it is read.

    The same bytes again, read with the same options, change nothing: then what is there is returned, unless the options
    say `force`. A page that
    cannot be read becomes a warning; raises `InputError` where none can, and then keeps nothing.
    """
    started, digest = clock(), file.options.digest()
    old = published(file, stores=stores)
    same = old is not None and old.provenance == provenance(engines, digest)
    again = file.options.force
    if old is not None and same and old.state is LectureState.COMPLETE and not again:
        return Ingested(lecture=old, unchanged=True, pages_reused=old.pages)
    try:
        with stores.blobs.open_path(file.blob, name=file.file_name) as path:
            size_bytes = path.stat().st_size
            emit(Progress(step="open", message="Opening"))
            info = engines.reader.inspect(path, options=file.options)
            run = _Reading(file.lecture_id, file.options, info.pages, stores, emit)
            # Read again means here: helpers leave out what is kept.
            if not again:
                _take_over(file, path, info, engines=engines, stores=stores)
            kept = frozenset(() if again else stores.lectures.saved_numbers(file.lecture_id, options=digest))
            helping = None if again else helpers
            found = _read_missing(run, path, info, kept=kept, engines=engines, helpers=helping)
            if not (kept or found.read):
                raise _no_page(found.warnings)
    except InputError:
        stores.blobs.delete(stores.lectures.unused([file.blob]))
        raise
    return ReadLecture(
        media_type=info.media_type,
        title=info.title,
        pages=info.pages,
        size_bytes=size_bytes,
        warnings=found.warnings,
        pages_read=found.read,
        pages_reused=len(kept),
        started_at=started,
    )


def _take_over(file: LectureFile, path: Path, info: SourceInfo, *, engines: Engines, stores: Stores) -> None:
    """Keep the pages that an earlier version of the file has as well, under their ids: they need not be read again."""
    digest = file.options.digest()
    if stores.lectures.saved_numbers(file.lecture_id, options=digest):
        return
    lectures = stores.lectures.all(file.subject.id)
    same = [one for one in lectures if one.name == file.name and one.id != file.lecture_id]
    earlier = [page for one in same for page in stores.lectures.saved_reads(one.id, options=digest) if page.fingerprint]
    if not earlier:
        return
    for number, fingerprint in engines.reader.fingerprints(path, info, options=file.options).items():
        page = next((one for one in earlier if one.fingerprint == fingerprint), None)
        if page is not None:
            earlier.remove(page)
            figures = tuple(figure.model_copy(update={"page": number}) for figure in page.figures)
            moved = page.model_copy(update={"number": number, "figures": figures})
            stores.lectures.save_read(file.lecture_id, options=digest, page=moved)


def read_pages(file: LectureFile, *, numbers: Sequence[int], engines: Engines, stores: Stores, emit: Emit) -> PagesRead:
    """Read some pages of a kept file beside others that read the rest; pages that are kept already are left out."""
    kept = frozenset(stores.lectures.saved_numbers(file.lecture_id, options=file.options.digest()))
    missing = [number for number in numbers if number not in kept]
    if not missing:
        return PagesRead()
    with stores.blobs.open_path(file.blob, name=file.file_name) as path:
        info = engines.reader.inspect(path, options=file.options)
        run = _Reading(file.lecture_id, file.options, len(numbers), stores, emit)
        results = engines.reader.read(path, info, numbers=missing, options=file.options, emit=emit)
        return _keep_all(run, results, done=len(numbers) - len(missing)).found


def _read_missing(
    run: _Reading, path: Path, info: SourceInfo, *, kept: frozenset[int], engines: Engines, helpers: Helpers | None
) -> PagesRead:
    """Read the pages that are not `kept`: here, and with the helpers where that pays."""
    missing = [number for number in range(1, run.total + 1) if number not in kept]
    run.tell(len(kept))
    if not missing:
        return PagesRead()
    if helpers is not None and helpers.begun():
        return _read_together(run, missing, helpers=helpers, page_s=None, done=len(kept))
    began = time.monotonic()

    def shared(seen: int) -> bool:
        page_s = (time.monotonic() - began) / seen
        return helpers is not None and helpers.pay(left=len(missing) - seen, page_s=page_s)

    results = engines.reader.read(path, info, numbers=missing, options=run.options, emit=run.emit)
    here = _keep_all(run, results, done=len(kept), until=shared)
    left = [number for number in missing if number not in here.numbers]
    if helpers is None or not left or not here.numbers:
        return here.found
    page_s = (time.monotonic() - began) / len(here.numbers)
    there = _read_together(run, left, helpers=helpers, page_s=page_s, done=len(kept) + len(here.numbers))
    warnings = _in_order((*here.found.warnings, *there.warnings))
    return PagesRead(read=here.found.read + there.read, warnings=warnings)


def _read_together(
    run: _Reading, numbers: Sequence[int], *, helpers: Helpers, page_s: float | None, done: int
) -> PagesRead:
    found = helpers.read(numbers, page_s=page_s, report=lambda count: run.tell(done + count))
    kept = frozenset(run.stores.lectures.saved_numbers(run.lecture_id, options=run.options.digest()))
    said = {warning.page: warning for warning in found.warnings}
    lost = [number for number in numbers if number not in kept]
    warnings = [said.get(number) or _lost(number) for number in lost]
    for warning in warnings:
        run.tell(done + len(numbers), page=warning.page, warning=warning)
    return PagesRead(read=len(numbers) - len(lost), warnings=_in_order(warnings))


def _lost(number: int) -> PageWarning:
    return PageWarning(page=number, code="page_lost", message="The page could not be read.")


def _keep_all(
    run: _Reading,
    results: Iterator[PageRead | PageWarning],
    *,
    done: int,
    until: Callable[[int], bool] = lambda _seen: False,
) -> _Kept:
    """Keep pages as they come, until they end or `until` (given how many came) says so."""
    numbers: set[int] = set()
    warnings: list[PageWarning] = []
    try:
        for result in results:
            if isinstance(result, PageRead):
                _keep(result, lecture_id=run.lecture_id, digest=run.options.digest(), stores=run.stores)
                numbers.add(result.page.number)
                run.tell(done + len(numbers), page=result.page.number)
            else:
                warnings.append(result)
                numbers |= {result.page} if result.page is not None else set()
                run.tell(done + len(numbers), page=result.page, warning=result)
            if numbers and until(len(numbers)):
                break
    finally:
        # Closed at once, not some time later: that ends the children that go on reading.
        if isinstance(results, Generator):
            results.close()
    lost = {warning.page for warning in warnings if warning.page is not None}
    return _Kept(PagesRead(read=len(numbers - lost), warnings=_in_order(warnings)), frozenset(numbers))


def _in_order(warnings: Iterable[PageWarning]) -> tuple[PageWarning, ...]:
    return tuple(sorted(warnings, key=lambda warning: warning.page or 0))


def _no_page(warnings: Sequence[PageWarning]) -> DamagedFile:
    reason = warnings[0].message if warnings else "It has no pages."
    return DamagedFile(f"No page could be read. {reason}", hint="Open the file and export it again as a new PDF.")


def _keep(result: PageRead, *, lecture_id: str, digest: str, stores: Stores) -> None:
    """Save crops, then the page that names them: a page that is kept is whole."""
    for data in result.crops.values():
        stores.blobs.put(data)
    stores.lectures.save_read(lecture_id, options=digest, page=result.page)
