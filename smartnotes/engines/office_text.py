"""Paragraphs and tables of Word files: text, headings, list items, emphasis (WordprocessingML, ISO/IEC 29500-1, 17)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.blocks import Block
from smartnotes.core.pages.tables import table_text
from smartnotes.engines.numbering import numeral
from smartnotes.engines.omml import M, can_raise, math_text, raised
from smartnotes.engines.symbols import readable

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_MONO = ("courier", "consolas", "mono", "menlo", "monaco", "lucida console", "source code", "inconsolata")
_TITLE = 0  # above heading 1
_STYLE_LEVEL = re.compile(r"list(?: bullet| number| continue)? ([2-9])$")
_CODE_STYLES = ("code", "html preformatted", "source", "verbatim", "macro text")
_SKIPPED = frozenset(
    {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}txbxContent", f"{W}pPr", f"{W}rPr"}
)


class WordParagraph(NamedTuple):
    """A paragraph of a Word file as a block.

    `breaks_before` says that a page starts with it, `breaks_after` that one starts after it.
    """

    block: Block
    breaks_before: bool
    breaks_after: bool


class _Style(NamedTuple):
    name: str
    heading: int | None
    numbering: tuple[str, int] | None
    page_break: bool
    mono: bool


class _Run(NamedTuple):
    text: str
    emphasised: bool
    mono: bool


class WordText:
    """Turns paragraphs into blocks; knows the file's styles and keeps count of its numbered lists."""

    def __init__(self, *, styles: _Element | None, numbering: _Element | None) -> None:
        self._elements = {s.get(f"{W}styleId", ""): s for s in styles.iter(f"{W}style")} if styles is not None else {}
        self._styles: dict[str, _Style] = {}
        self._formats = _list_formats(numbering)
        self._counts: dict[tuple[str, int], int] = {}

    def paragraph(self, element: _Element) -> WordParagraph:
        """Return a paragraph (``w:p``) as a block; its text is "" where it has none."""
        properties = element.find(f"{W}pPr")
        style = self._style(_value(properties, "pStyle"))
        runs = list(_runs(element, mono=style.mono))
        text, emphasis = _flat(runs)
        heading = _heading(properties, style)
        before = _flag(properties, "pageBreakBefore", default=style.page_break) or _leading_break(element)
        after = _trailing_break(element) or _section_break(properties)
        number = _numbering(properties) or style.numbering
        deeper = _STYLE_LEVEL.match(style.name)
        if number is not None and number[1] == 0 and deeper:  # "List Bullet 2" is a list of its own for Word
            number = number[0], int(deeper.group(1)) - 1
        letters = sum(len(run.text.strip()) for run in runs)
        if heading is not None:
            block = Block(RegionKind.TITLE, text, level=heading)
        elif style.name == "caption":
            block = Block(RegionKind.CAPTION, text, emphasis=emphasis)
        elif letters and sum(len(run.text.strip()) for run in runs if run.mono) > 0.8 * letters and number is None:
            block = Block(RegionKind.CODE, "".join(run.text for run in runs).rstrip())
        elif number is not None and text:
            block = self._item(text, emphasis, number)
        else:
            block = Block(RegionKind.TEXT, text, emphasis=emphasis)
        return WordParagraph(block, before, after)

    def table(self, element: _Element) -> Block:
        """Return a table (``w:tbl``); cells swallowed by the one above or beside them are empty."""
        rows: list[list[str]] = []
        for row in _through(element, f"{W}tr"):
            rows.append([])
            for cell in _through(row, f"{W}tc"):
                rows[-1].append("" if _swallowed(cell) else self._cell(cell))
                rows[-1] += [""] * (_span(cell) - 1)
        return Block(RegionKind.TABLE, table_text(rows))

    def _cell(self, cell: _Element) -> str:
        shown = (one for one in cell.iter(f"{W}p") if next(one.iterancestors(f"{MC}Fallback"), None) is None)
        texts = (_flat(list(_runs(paragraph, mono=False)))[0] for paragraph in shown)
        return " ".join(text for text in texts if text)

    def _item(self, text: str, emphasis: tuple[tuple[int, int], ...], number: tuple[str, int]) -> Block:
        identity, level = number
        marker = self._marker(identity, level)
        spans = tuple((start + len(marker), end + len(marker)) for start, end in emphasis)
        return Block(RegionKind.LIST, marker + text, level=level, emphasis=spans)

    def _marker(self, identity: str, level: int) -> str:
        """Return the number of the next item of a list ("" for bullets), as in "2.", "b)"."""
        level = level if (identity, level) in self._formats else 0
        kind, pattern, start = self._formats.get((identity, level), ("bullet", "", 1))
        if kind in ("bullet", "none") or not pattern:
            return ""
        self._counts[identity, level] = self._counts.get((identity, level), start - 1) + 1
        for deeper in range(level + 1, 9):
            self._counts.pop((identity, deeper), None)
        for place in range(level + 1):
            kind, _, start = self._formats.get((identity, place), ("decimal", "", 1))
            pattern = pattern.replace(f"%{place + 1}", numeral(self._counts.get((identity, place), start), kind=kind))
        return f"{pattern} "

    def _style(self, identity: str) -> _Style:
        """Return a style with what it inherits."""
        if identity in self._styles:
            return self._styles[identity]
        plain = _Style("", None, None, False, False)
        element = self._elements.get(identity)
        if element is None:
            return plain
        self._styles[identity] = plain  # a damaged file may hold a circle
        base = self._style(_value(element, "basedOn"))
        name = _value(element, "name").lower()
        properties, characters = element.find(f"{W}pPr"), element.find(f"{W}rPr")
        outline = _value(properties, "outlineLvl")
        heading = int(outline) + 1 if outline.isdigit() and int(outline) < 9 else base.heading
        if name.startswith("heading ") and name[8:].isdigit():
            heading = int(name[8:])
        found = _Style(
            name=name,
            heading=_TITLE if name == "title" else heading,
            numbering=_numbering(properties) or base.numbering,
            page_break=_flag(properties, "pageBreakBefore", default=base.page_break),
            mono=_is_mono(characters) or name.startswith(_CODE_STYLES) or base.mono,
        )
        self._styles[identity] = found
        return found


def _runs(element: _Element, *, mono: bool) -> Iterator[_Run]:
    """Yield the runs of a paragraph: also inserted ones, links, fields' results, formulas; not what was deleted."""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _SKIPPED:
            continue
        if child.tag == f"{W}r":
            yield _run(child, mono=mono)
        elif child.tag in (f"{M}oMath", f"{M}oMathPara"):
            yield _Run(math_text(child), False, False)
        elif child.tag == f"{MC}AlternateContent":
            chosen = child.find(f"{MC}Choice")
            if chosen is not None:
                yield from _runs(chosen, mono=mono)
        else:
            yield from _runs(child, mono=mono)


def _run(run: _Element, *, mono: bool) -> _Run:
    text = ""
    for child in run:
        if child.tag == f"{W}t":
            text += child.text or ""
        elif child.tag == f"{W}tab":
            text += "\t"
        elif child.tag in (f"{W}br", f"{W}cr") and child.get(f"{W}type", "textWrapping") == "textWrapping":
            text += "\n"
        elif child.tag == f"{W}noBreakHyphen":
            text += "-"
        elif child.tag == f"{W}sym" and len(code := child.get(f"{W}char", "")) == 4:
            text += readable(chr(int(code, 16)), font=child.get(f"{W}font", ""))
    properties = run.find(f"{W}rPr")
    if _flag(properties, "vanish"):
        return _Run("", False, False)
    if _value(properties, "vertAlign") == "superscript" and can_raise(text.strip()):
        text = raised(text.strip())
    emphasised = (
        _flag(properties, "b") or _flag(properties, "i") or _value(properties, "rStyle") in ("Strong", "Emphasis")
    )
    return _Run(text, emphasised, mono or _is_mono(properties))


def _flat(runs: Sequence[_Run]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the runs as one line, with single spaces, and the ranges in bold or italics."""
    text = ""
    emphasis: list[tuple[int, int]] = []
    for run in runs:
        words = " ".join(run.text.split())
        if run.text[:1].isspace() and text and not text.endswith(" "):
            text += " "
        start = len(text)
        text += words
        if run.emphasised and words:
            joined = emphasis and emphasis[-1][1] >= start - 1
            emphasis = [*emphasis[:-1], (emphasis[-1][0], len(text))] if joined else [*emphasis, (start, len(text))]
        if words and run.text[-1:].isspace():
            text += " "
    clean = text.rstrip()
    return clean, tuple((start, min(end, len(clean))) for start, end in emphasis)


def _heading(properties: _Element | None, style: _Style) -> int | None:
    outline = _value(properties, "outlineLvl")
    return int(outline) + 1 if outline.isdigit() and int(outline) < 9 else style.heading


def _numbering(properties: _Element | None) -> tuple[str, int] | None:
    holder = properties.find(f"{W}numPr") if properties is not None else None
    identity = _value(holder, "numId")
    if not identity or identity == "0":
        return None
    level = _value(holder, "ilvl")
    return identity, min(8, int(level)) if level.isdigit() else 0


def _list_formats(numbering: _Element | None) -> dict[tuple[str, int], tuple[str, str, int]]:
    """Return (kind, pattern such as "%1.", first number) by list and level."""
    if numbering is None:
        return {}
    abstract = {element.get(f"{W}abstractNumId"): element for element in numbering.iter(f"{W}abstractNum")}
    formats = {}
    for number in numbering.iter(f"{W}num"):
        base = abstract.get(_value(number, "abstractNumId"))
        for level in base.iter(f"{W}lvl") if base is not None else ():
            start = _value(level, "start")
            place = number.get(f"{W}numId", ""), int(level.get(f"{W}ilvl", "0"))
            formats[place] = _value(level, "numFmt"), _value(level, "lvlText"), int(start) if start.isdigit() else 1
    return formats


def _leading_break(paragraph: _Element) -> bool:
    """Whether a page starts before the paragraph's first text."""
    for element in paragraph.iter(f"{W}t", f"{W}br", f"{W}lastRenderedPageBreak"):
        if element.tag == f"{W}t" and (element.text or "").strip():
            return False
        if element.tag == f"{W}lastRenderedPageBreak" or element.get(f"{W}type") == "page":
            return True
    return False


def _trailing_break(paragraph: _Element) -> bool:
    """Whether a page starts inside the paragraph or after it: what follows stands on the next page."""
    text = False
    for element in paragraph.iter(f"{W}t", f"{W}br", f"{W}lastRenderedPageBreak"):
        if element.tag == f"{W}t":
            text = text or bool((element.text or "").strip())
        elif text and (element.tag == f"{W}lastRenderedPageBreak" or element.get(f"{W}type") == "page"):
            return True
    return False


def _section_break(properties: _Element | None) -> bool:
    section = properties.find(f"{W}sectPr") if properties is not None else None
    return section is not None and _value(section, "type") in ("", "nextPage", "oddPage", "evenPage")


def _through(element: _Element, tag: str) -> Iterator[_Element]:
    """Yield the children with that tag, also those inside content controls."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
            yield from _through(child, tag)


def _swallowed(cell: _Element) -> bool:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _span(cell: _Element) -> int:
    """Return over how many columns a cell reaches; Word allows 63."""
    span = _value(cell.find(f"{W}tcPr"), "gridSpan")
    return min(63, max(1, int(span))) if span.isdigit() else 1


def _value(element: _Element | None, tag: str) -> str:
    found = element.find(f"{W}{tag}") if element is not None else None
    return str(found.get(f"{W}val", "")) if found is not None else ""


def _flag(element: _Element | None, tag: str, *, default: bool = False) -> bool:
    found = element.find(f"{W}{tag}") if element is not None else None
    return found.get(f"{W}val", "1") not in ("0", "false", "off") if found is not None else default


def _is_mono(properties: _Element | None) -> bool:
    fonts = properties.find(f"{W}rFonts") if properties is not None else None
    name = (fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "").lower() if fonts is not None else ""
    return any(part in name for part in _MONO)
