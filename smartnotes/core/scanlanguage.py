"""Recognition where nobody said in what language: English first, then the language the words tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

from smartnotes.core.language.languages import NAMES, guess_language
from smartnotes.core.model import Page
from smartnotes.core.ports import OcrEngine
from smartnotes.core.scanning.skew import densest_part, ink_mask
from smartnotes.core.steps.ocr import RecognisedPage, recognise_page

_FIRST = "eng"
_OTHER_LETTERS = ("rus", "chi_sim", "ara", "jpn", "kor", "ell", "hin", "heb", "ukr", "tha", "fas", "bul", "srp", "ben")
"""Languages in other letters, commoner ones first: tried where nothing can be read as English."""
_MOST_TRIES = 6
_LITTLE, _GOOD = 0.6, 0.75  # text in other letters is read as English with 0.3 to 0.5
_PART_PX = 900  # side of the part of a page by which other letters are tried


class LanguageReading(NamedTuple):
    """A recognised page, the languages it was read in, and "" or why these may be the wrong ones."""

    found: RecognisedPage
    languages: tuple[str, ...]
    remark: str = ""


def recognise_in_any_language(
    image: Image.Image, *, engine: OcrEngine, languages: Sequence[str], dpi: int
) -> LanguageReading:
    """Read a page in the `languages`; where there are none, in the one that it seems to be in.

    An English page costs no more than when it is said to be English; another one is read twice. What comes out depends
    on the page alone. Raises `EngineMissing` for a language without data.
    """
    if languages:
        chosen = tuple(languages)
        return LanguageReading(recognise_page(image, engine=engine, languages=chosen, dpi=dpi), chosen)
    available = engine.languages()
    first = _FIRST if _FIRST in available else next(iter(sorted(available)), _FIRST)
    found = recognise_page(image, engine=engine, languages=(first,), dpi=dpi)
    guess = guess_language("\n".join(line.text for line in found.lines))
    code = guess.code if guess is not None else first
    if guess is None and found.lines and found.confidence < _LITTLE:
        code = _other_letters(image, engine=engine, available=available, dpi=dpi) or first
    if code == first:
        return LanguageReading(found, (first,))
    if code not in available:
        return LanguageReading(found, (first,), _missing(code, first))
    again = recognise_page(image, engine=engine, languages=(code,), dpi=dpi)
    if again.confidence < found.confidence - 0.05:  # English words among them, or a bad page
        return LanguageReading(found, (first,))
    return LanguageReading(again, (code,))


def as_read(page: Page, reading: LanguageReading) -> Page:
    """Return a recognised page that says in which languages it was read, and what is wrong with that."""
    unread = (*page.unread, reading.remark) if reading.remark else page.unread
    return page.model_copy(update={"languages": reading.languages, "unread": unread})


def _other_letters(image: Image.Image, *, engine: OcrEngine, available: frozenset[str], dpi: int) -> str | None:
    """Return the language in other letters in which a part of the page is read well."""
    codes = [code for code in _OTHER_LETTERS if code in available][:_MOST_TRIES]
    if not codes:
        return None
    box = densest_part(ink_mask(image.convert("L")), width=_PART_PX / image.width, height=_PART_PX / image.height)
    edges = tuple(round(at * side) for at, side in zip(box, image.size * 2, strict=True))
    part = image.crop((edges[0], edges[1], max(edges[2], edges[0] + 1), max(edges[3], edges[1] + 1)))
    read = {code: recognise_page(part, engine=engine, languages=(code,), dpi=dpi).confidence for code in codes}
    best = max(codes, key=lambda code: read[code])
    return best if read[best] >= _GOOD else None


def _missing(code: str, first: str) -> str:
    name, package = NAMES.get(code, code), f"tesseract-ocr-{code.replace('_', '-')}"
    return (
        f"it seems to be in {name} ({code}), for which there is no OCR data, and was read as "
        f"{NAMES.get(first, first)}. Install the language pack (on Debian or Ubuntu: apt-get install {package}) "
        "and read the file again."
    )
