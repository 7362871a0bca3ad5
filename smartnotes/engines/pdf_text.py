"""Words and lines of a page's text layer, with boxes and fonts, through as few PDFium calls as possible.

One call fetches the page's characters; each word then costs three (count its rectangles, get one, get its text object).
Fonts and sizes are looked up once for each text object.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2.raw as pdfium

from smartnotes.core.errors import TooLarge
from smartnotes.core.pages.raw import Box, RawLine, RawWord
from smartnotes.engines import pdf_api as api
from smartnotes.engines.accents import ACCENTS, lay_accents, with_accents
from smartnotes.engines.pdf_api import Frame
from smartnotes.engines.symbols import holds_signs, sign

# PDFium puts U+FFFE (older builds U+0002) for a hyphen at the end of a line, in place of the line break.
_WORD = re.compile(r"[^\s\ufffe\x02]*[\ufffe\x02]|[^\s\ufffe\x02]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_PRESENTATION = re.compile(r"[\ufb00-\ufdff\ufe70-\ufefc]+")
_BREAK = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_BOLD = re.compile(r"bold|black|heavy|demi|semibd|medi(?!um)|cmbx|cmssbx|sfbx|-bd|bdcn", re.I)
_ITALIC = re.compile(r"italic|oblique|slant|cmti|cmsl|sfti|-it\b|kursiv", re.I)
_MATHS = re.compile(r"cmmi|cmsy|cmex|msam|msbm|math|symbol", re.I)
_MONO = re.compile(
    r"mono|courier|consol|code(?:\b|pro)|typewriter|cm(?:sl|i)?tt|sf[ts]t|[tp]xb?tt|menlo|monaco|fixed|terminal", re.I
)


class _Face(NamedTuple):
    """What a font looks like; `signs` is its name where it holds no letters."""

    bold: bool = False
    italic: bool = False
    mono: bool = False
    signs: str = ""


class _Style(NamedTuple):
    size_pt: float
    bold: bool
    italic: bool
    mono: bool
    signs: str = ""


class PageText(NamedTuple):
    """The lines of a page's text layer in drawing order.

    `turns` are the quarter turns counter-clockwise, on the page without its /Rotate, that most of its letters are drawn
    with.
    """

    lines: tuple[RawLine, ...]
    turns: int


class _Fonts:
    """Style of each text object, asked for once."""

    def __init__(self, textpage: int) -> None:
        self._textpage = textpage
        self._turns: Counter[int] = Counter()
        self._turned: dict[int, int] = {}
        self._styles: dict[int, _Style] = {}
        self._faces: dict[int, _Face] = {}
        self._matrix = (ctypes.c_float * 6)()
        self._name = ctypes.create_string_buffer(256)

    def style(self, index: int, *, length: int) -> _Style:
        """Return the style of `length` characters from `index` on."""
        target = api.get_text_object(self._textpage, index) or 0
        known = self._styles.get(target)
        if known is None:
            known = self._styles[target] = self._look_up(target, index)
        self._turns[self._turned.get(target, 0)] += length
        return known

    @property
    def turns(self) -> int:
        """The quarter turns (counter-clockwise) that most characters so far are drawn with."""
        return max(self._turns, key=lambda turns: (self._turns[turns], -turns), default=0)

    def _look_up(self, target: int, index: int) -> _Style:
        size = api.get_font_size(self._textpage, index)
        if api.get_char_matrix(self._textpage, index, ctypes.addressof(self._matrix)):
            size *= math.hypot(self._matrix[2], self._matrix[3])  # the matrix's vertical stretch
            along = math.atan2(self._matrix[1], self._matrix[0])  # the direction of the line
            self._turned[target] = round(along / (math.pi / 2)) % 4 if math.isfinite(along) else 0
        if not math.isfinite(size):
            size = 0.0
        if not target:
            return _Style(size, False, False, False)
        font = api.get_font(target) or 0
        face = self._faces.get(font)
        if face is None:
            face = self._faces[font] = self._face(font)
        # Mode 2 fills and strokes: how programs without a bold face draw bold.
        bold = face.bold or api.get_render_mode(target) == 2
        return _Style(round(abs(size), 2), bold, face.italic, face.mono, face.signs)

    def _face(self, font: int) -> _Face:
        """Return what a font looks like, by its name and flags (PDF 32000-1, 9.8.2)."""
        if not font:
            return _Face()
        length = api.get_font_name(font, ctypes.addressof(self._name), 256)
        name = self._name.raw[: max(min(length, 256) - 1, 0)].decode("latin-1").split("+")[-1]
        flags = max(api.get_font_flags(font), 0)
        maths = bool(_MATHS.search(name))  # letters of formulas are slanted without being stressed
        bold = bool(_BOLD.search(name)) or bool(flags & 1 << 18)
        italic = not maths and (bool(_ITALIC.search(name)) or bool(flags & 1 << 6))
        mono = not maths and (bool(_MONO.search(name)) or bool(flags & 1))
        return _Face(bold, italic, mono, name if holds_signs(name) else "")


def read_text(raw_page: int, *, frame: Frame, max_characters: int) -> PageText:
    """Return a page's text layer. Raises `TooLarge` beyond `max_characters`."""
    textpage = ctypes.cast(pdfium.FPDFText_LoadPage(ctypes.cast(raw_page, pdfium.FPDF_PAGE)), ctypes.c_void_p).value
    if not textpage:
        return PageText((), frame.turns)
    handle = ctypes.cast(textpage, pdfium.FPDF_TEXTPAGE)
    try:
        count = pdfium.FPDFText_CountChars(handle)
        if count > max_characters:
            raise TooLarge(
                f"A page has {count:,} characters; the limit page_characters is {max_characters:,} "
                "(--set limits.page_characters=NUMBER raises it)."
            )
        fonts = _Fonts(textpage)
        lines = tuple(_lines(textpage, _characters(textpage, count), frame, fonts)) if count > 0 else ()
        return PageText(lines, fonts.turns if lines else frame.turns)
    finally:
        pdfium.FPDFText_ClosePage(handle)


def _characters(textpage: int, count: int) -> str:
    """Return the page's characters, one for each index that PDFium's functions take."""
    buffer = ctypes.create_string_buffer(2 * (count + 1))
    written = api.get_text(textpage, 0, count, ctypes.addressof(buffer))
    text = buffer.raw[: 2 * max(written - 1, 0)].decode("utf-16-le", "surrogatepass")
    if len(text) == count and not _SURROGATE.search(text):
        return text
    # PDFium leaves out characters without a code, and pairs surrogates: indices and text no longer match.
    codes = (api.get_unicode(textpage, index) for index in range(count))
    return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\x01" for code in codes)


def _clean(text: str) -> str:
    """Return a word without control and soft-hyphen characters, ligatures and presentation forms written out."""
    if text.isascii() and text.isprintable() and "`" not in text:
        return text
    hyphenated = text.endswith(("\ufffe", "\x02", "\u00ad"))
    plain = _CONTROL.sub("", text).replace("\u00ad", "")
    plain = _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match.group()), plain)
    plain = with_accents(plain)
    return plain + "-" if hyphenated and plain else plain


def _lines(textpage: int, text: str, frame: Frame, fonts: _Fonts) -> Iterator[RawLine]:
    boxes = _WordBoxes(textpage, frame)
    line: list[RawWord] = []
    end = 0
    broken = False
    for match in _WORD.finditer(text):
        start, previous_end = match.start(), end
        token, end = match.group(), match.end()
        if line and (broken or _BREAK.search(text, previous_end, start)):
            yield _line(line)
            line = []
        broken = token.endswith(("\ufffe", "\x02"))
        word = _clean(token)
        box = boxes.box(start, len(token)) if word else None
        if box is None:
            continue
        if line and _is_apart(line[-1].box, box):
            yield _line(line)
            line = []
        style = fonts.style(start, length=len(word))
        if style.signs and len(word) == 1:
            word = sign(word, font=style.signs)
        line.append(RawWord(word, box, *style[:4]))
    if line:
        yield _line(line)


def _line(words: list[RawWord]) -> RawLine:
    if any(word.text in ACCENTS for word in words):
        words = lay_accents(words)
    return RawLine(tuple(words), _around(words))


def _is_apart(first: Box, second: Box) -> bool:
    """Say whether two neighbouring words are too far apart in height to be on one line."""
    apart = max(first[1], second[1]) - min(first[3], second[3])
    return apart > 0 and apart > max(first[3] - first[1], second[3] - second[1])


def _around(words: list[RawWord]) -> Box:
    if len(words) == 1:
        return words[0].box
    boxes = [word.box for word in words]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


class _WordBoxes:
    """Boxes of character runs."""

    def __init__(self, textpage: int, frame: Frame) -> None:
        self._textpage = textpage
        self._frame = frame
        self._rect = (ctypes.c_double * 4)()
        base = ctypes.addressof(self._rect)
        self._out = (base, base + 8, base + 16, base + 24)  # left, top, right, bottom
        self._loose = pdfium.FS_RECTF()

    def box(self, start: int, length: int) -> Box | None:
        """Return the box as fractions, or None where the run is not on the page as shown."""
        found = api.count_rects(self._textpage, start, length)
        if found == 1:
            api.get_rect(self._textpage, 0, *self._out)
            left, top, right, bottom = self._rect
        elif found > 1:
            left, bottom, right, top = self._union(found)
        else:
            if not api.get_loose_box(self._textpage, start, ctypes.addressof(self._loose)):
                return None
            left, bottom, right, top = self._loose.left, self._loose.bottom, self._loose.right, self._loose.top
        shown = self._frame.box(left, bottom, right, top)
        x, y = (shown[0] + shown[2]) / 2, (shown[1] + shown[3]) / 2
        return shown if -0.01 <= x <= 1.01 and -0.01 <= y <= 1.01 else None

    def _union(self, found: int) -> Box:
        left = bottom = math.inf
        right = top = -math.inf
        for index in range(found):
            api.get_rect(self._textpage, index, *self._out)
            x0, y1, x1, y0 = self._rect
            left, bottom, right, top = min(left, x0), min(bottom, y0), max(right, x1), max(top, y1)
        return left, bottom, right, top
