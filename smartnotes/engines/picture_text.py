"""Text inside pictures: read where it is likely and affordable, and kept only where it was read with confidence."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from PIL import Image

from smartnotes.core.errors import EngineError, EngineMissing
from smartnotes.core.options import IngestOptions, OcrMode
from smartnotes.core.pages.raw import RawLine, RawWord
from smartnotes.core.ports import OcrEngine
from smartnotes.core.steps.ocr import recognise_page

_SURE = 0.6
"""Words recognised in a picture with less confidence are texture more often than text."""
_SIGNS = frozenset("|@&©®™~_‘’'\"`^•°%#.,:;¢€")  # noqa: RUF001 - what is read into icons and borders
_SMALLEST_PX = (80, 24)
_LARGEST_PX = 4_000_000  # of one picture; a larger one is read smaller
_KEPT = 256  # pictures whose text is remembered
_FALLBACK = ("eng",)

_log = logging.getLogger(__name__)


class PictureReader:
    """Reads pictures of one file; the same picture twice is read once.

    Where there is no data for the languages asked for, labels are read as English: the file's own text does not need
    recognition, so it must not fail for lack of it.
    """

    def __init__(self, *, options: IngestOptions, ocr: OcrEngine | None) -> None:
        self._ocr = ocr if options.ocr is not OcrMode.NEVER else None
        self._languages = options.languages
        self._read: dict[object, tuple[RawLine, ...]] = {}

    @property
    def reads(self) -> bool:
        """Whether pictures are read at all."""
        return self._ocr is not None

    def lines(self, image: Image.Image, *, dpi: int = 150, key: object = None) -> tuple[RawLine, ...]:
        """Return the lines in a picture, boxes as fractions of it; none where nothing was read with confidence.

        `key` is equal for equal pictures, None where that is not known.
        """
        if self._ocr is None or image.width < _SMALLEST_PX[0] or image.height < _SMALLEST_PX[1]:
            return ()
        if key is not None and key in self._read:
            return self._read[key]
        lines = _sure(self._recognised(image, dpi))
        if key is not None and len(self._read) < _KEPT:
            self._read[key] = lines
        return lines

    def text(self, image: Image.Image, *, dpi: int = 150, key: object = None) -> str:
        """Return the text in a picture, a line for each of its lines."""
        return "\n".join(line.text for line in self.lines(image, dpi=dpi, key=key))

    def _recognised(self, image: Image.Image, dpi: int) -> tuple[RawLine, ...]:
        pixels = image.width * image.height
        if pixels > _LARGEST_PX:
            scale = (_LARGEST_PX / pixels) ** 0.5
            size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
            image, dpi = image.convert("L").resize(size, Image.Resampling.LANCZOS), max(1, round(dpi * scale))
        assert self._ocr is not None  # noqa: S101 - the caller asks
        try:
            return recognise_page(image, engine=self._ocr, languages=self._languages, dpi=dpi, upright=True).lines
        except EngineMissing:
            if self._languages == _FALLBACK:
                self._ocr = None  # there is no recognition here
                return ()
            _log.warning("there is no recognition for %s: pictures are read as English", ", ".join(self._languages))
            self._languages = _FALLBACK
            return self._recognised(image, dpi)
        except EngineError as error:
            _log.warning("a picture could not be read: %s", error)
            return ()


def _sure(lines: Sequence[RawLine]) -> tuple[RawLine, ...]:
    """Return the words that were read with confidence, as lines; none where they are no more than a stray letter."""
    kept = []
    for line in lines:
        words = [word for word in line.words if (word.confidence or 0.0) >= _SURE]
        while words and _SIGNS.issuperset(words[0].text):
            del words[0]
        while words and _SIGNS.issuperset(words[-1].text):
            del words[-1]
        if any(_is_word(word) for word in words):
            kept.append(RawLine(tuple(words), _around(words)))
    letters = sum(character.isalnum() for line in kept for character in line.text)
    return tuple(kept) if letters >= 3 else ()


def _is_word(word: RawWord) -> bool:
    """Say whether it holds letters or digits; a single letter may be anything that is round or straight."""
    characters = [character for character in word.text if character.isalnum()]
    return len(characters) > 1 or any(character.isdigit() for character in characters)


def _around(words: Sequence[RawWord]) -> tuple[float, float, float, float]:
    boxes = [word.box for word in words]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
