"""Reading without a sandbox, in this process: for files one trusts, and only where it is asked for."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Sequence
from pathlib import Path

from smartnotes.core.errors import EngineMissing, SmartNotesError
from smartnotes.core.events import Emit, Progress
from smartnotes.core.model import PageWarning
from smartnotes.core.options import IngestOptions, LocalModels
from smartnotes.core.ports import PageRead, SourceInfo
from smartnotes.engines.reading import SourceFile, all_fingerprints, late_ocr, open_source


class InlineReader:
    """Reads files in the calling process. A file that crashes PDFium takes the process with it."""

    def __init__(self, *, models: LocalModels | None = None) -> None:
        self.name = reader_name()
        self._models = models or LocalModels()

    def inspect(self, path: Path, *, options: IngestOptions) -> SourceInfo:
        """Say what the file is. Raises `InputError` where it cannot be read at all."""
        source = open_source(path, options=options, ocr=None)
        try:
            return source.info()
        finally:
            source.close()

    def fingerprints(self, path: Path, info: SourceInfo, *, options: IngestOptions) -> dict[int, str]:
        """Return the fingerprints of the pages that have one."""
        source = open_source(path, options=options, ocr=None)
        try:
            return all_fingerprints(source, info.pages)
        finally:
            source.close()

    def read(
        self, path: Path, info: SourceInfo, *, numbers: Sequence[int], options: IngestOptions, emit: Emit
    ) -> Iterator[PageRead | PageWarning]:
        """Yield each page of `numbers` in their order; a warning for one that is lost."""
        ocr = late_ocr(options, models=self._models)
        source = open_source(path, options=options, ocr=ocr, models=self._models)
        before = info.pages - len(numbers)
        try:
            for done, number in enumerate(numbers):
                emit(Progress(step="read", done=before + done, total=info.pages, unit="pages", page=number))
                yield read_or_warn(source, number)
        finally:
            source.close()


def read_or_warn(source: SourceFile, number: int) -> PageRead | PageWarning:
    """Read a page; what goes wrong with it becomes a warning. Raises `EngineMissing`: that would concern every page."""
    try:
        return source.read_page(number)
    except EngineMissing:
        raise
    except SmartNotesError as error:
        return PageWarning(page=number, code="page_failed", message=f"Page {number} could not be read: {error.message}")
    except MemoryError:
        return PageWarning(page=number, code="page_memory", message=f"Page {number} needs more memory than allowed.")
    except Exception as error:  # noqa: BLE001 - the guard around one page: whatever it does to a parser, the rest is kept
        kind = f"{type(error).__name__}: {error}".strip(": ")[:200]
        return PageWarning(page=number, code="page_failed", message=f"Page {number} could not be read ({kind}).")


def reader_name() -> str:
    """Return the name of the reading engine with its version."""
    return f"pypdfium2 {importlib.metadata.version('pypdfium2')}"
