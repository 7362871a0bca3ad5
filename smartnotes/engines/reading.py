"""One open file, whatever its format: what readers of the formats have in common."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PIL import Image

from smartnotes.core.options import IngestOptions, LayoutEngine, LocalModels, OcrMode
from smartnotes.core.ports import LayoutDetector, OcrEngine, PageRead, RecognisedWord, SourceInfo
from smartnotes.engines import load
from smartnotes.engines.formats import JPEG, PDF, PNG, TIFF, WEBP, detect

_DRAWN = (PDF, PNG, JPEG, TIFF, WEBP)  # formats whose pages are drawn, so that a layout model can look at them

_MOST_ENGINES = 3  # each keeps its language data: to look what there is, English, and the language of the file


class SourceFile(Protocol):
    """A file of one format, open for reading; one thread at a time.

    Made as ``Class(path, options=..., ocr=...)``, which raises `InputError` where the file cannot be read at all. `ocr`
    is None where recognition is not wanted.
    """

    def info(self) -> SourceInfo:
        """Return what the file is."""
        ...

    def read_page(self, number: int) -> PageRead:
        """Return page `number` (1-based). Raises one of our errors where this page cannot be read."""
        ...

    def fingerprint(self, number: int) -> str:
        """Return what `Page.fingerprint` of page `number` would be, "" where the format does not tell."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...


def open_source(
    path: Path, *, options: IngestOptions, ocr: OcrEngine | None, models: LocalModels | None = None
) -> SourceFile:
    """Return the open file, by what its bytes say it is. Raises `InputError`, `NotFound`, `EngineMissing`."""
    media_type = detect(path, limits=options.limits)
    engines: dict[str, object] = {"ocr": ocr}
    if media_type in _DRAWN:
        engines["detector"] = make_detector(options.layout, models=models or LocalModels())
    source: SourceFile = load("source", media_type)(path, options=options, **engines)
    return source


def all_fingerprints(source: SourceFile, pages: int) -> dict[int, str]:
    """Return the fingerprints of the pages that have one; what goes wrong with a page is for reading it to say."""
    found: dict[int, str] = {}
    for number in range(1, pages + 1):
        with contextlib.suppress(Exception):
            found[number] = source.fingerprint(number)
    return {number: value for number, value in found.items() if value}


def make_detector(layout: LayoutEngine, *, models: LocalModels) -> LayoutDetector | None:
    """Return the detector of an option, None where layout goes by what is drawn; it loads at the first page."""
    match layout:
        case LayoutEngine.LEARNED:
            detector: LayoutDetector = load("layout", layout.value)()
        case LayoutEngine.DETECTRON2:
            detector = load("layout", layout.value)(
                config=models.layout_config, weights=models.layout_weights, labels=models.layout_labels
            )
        case _:
            return None
    return detector


def blob_id(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class LateOcr:
    """The default OCR engine for some languages, made when the first page needs it; one for each set of languages."""

    def __init__(self, languages: Sequence[str], *, folders: Sequence[Path] = ()) -> None:
        self.name = "ocr"
        self._folders = tuple(folders)
        self._wanted = tuple(languages)
        self._engines: dict[tuple[str, ...], OcrEngine] = {}

    def languages(self) -> frozenset[str]:
        """Return the ISO 639-3 codes that can be read here."""
        return self._ready(self._wanted).languages()

    def recognise(self, image: Image.Image, *, languages: Sequence[str], dpi: int) -> list[RecognisedWord]:
        """Return the words of an upright image. Raises `EngineMissing`, `EngineError`."""
        return self._ready(tuple(languages)).recognise(image, languages=languages, dpi=dpi)

    def _ready(self, languages: tuple[str, ...]) -> OcrEngine:
        if languages not in self._engines:
            from smartnotes.engines.ocr import default_engine  # noqa: PLC0415 - most files never need it

            while len(self._engines) >= _MOST_ENGINES:
                del self._engines[next(iter(self._engines))]
            self._engines[languages] = default_engine(languages, folders=self._folders)
        return self._engines[languages]


def late_ocr(options: IngestOptions, *, models: LocalModels) -> LateOcr | None:
    """Return the recognition that options ask for, None where they ask for none."""
    if options.ocr is OcrMode.NEVER:
        return None
    return LateOcr(options.languages, folders=[Path(models.tessdata)] if models.tessdata else [])
