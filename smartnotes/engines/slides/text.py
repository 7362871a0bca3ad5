"""Text of slides: paragraphs with their nesting, bullets and emphasis, resolved through layout and master.

DrawingML (ISO/IEC 29500-1, 21.1.2): a paragraph's properties come from itself, then from the list styles of its shape,
of the placeholder's counterpart on the layout and on the master, then from the master's text styles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.blocks import Block
from smartnotes.core.pages.raw import Box
from smartnotes.engines.numbering import presentation_number
from smartnotes.engines.omml import M, can_raise, math_text, raised
from smartnotes.engines.symbols import readable

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"

_MONO = ("courier", "consolas", "mono", "menlo", "monaco", "lucida console", "source code", "fira code", "inconsolata")
_BULLETS = (f"{A}buChar", f"{A}buAutoNum", f"{A}buBlip")


class Paragraph(NamedTuple):
    """A paragraph as shown. `emphasis` are ranges of `text` in bold or italics; `size_pt` is 0 where unknown.

    `numbering` is the kind of automatic number it has and the first one, None where it has none.
    """

    text: str
    level: int
    bullet: bool
    mono: bool
    size_pt: float
    emphasis: tuple[tuple[int, int], ...] = ()
    numbering: tuple[str, int] | None = None


def paragraphs(body: _Element, styles: Sequence[_Element]) -> Iterator[Paragraph]:
    """Yield the paragraphs of a text body (``p:txBody`` or ``a:txBody``) that hold text.

    `styles` are the list styles (``a:lstStyle`` and the like) that apply, nearest first.
    """
    for element in body.iterchildren(f"{A}p"):
        sources = style_chain(body, element, styles)
        level = _level(element)
        lines = (_paragraph(runs, level=level, sources=sources) for runs in soft_lines(element))
        yield from _continued([line for line in lines if line.text])


def style_chain(body: _Element, paragraph: _Element, styles: Sequence[_Element]) -> list[_Element]:
    """Return the paragraph properties that apply to a paragraph (``a:p``) of a body, nearest first."""
    own, properties = body.find(f"{A}lstStyle"), paragraph.find(f"{A}pPr")
    chain = [own, *styles] if own is not None else list(styles)
    tag = f"{A}lvl{_level(paragraph) + 1}pPr"
    inherited = [level_style for style in chain if (level_style := style.find(tag)) is not None]
    return [properties, *inherited] if properties is not None else inherited


def _level(paragraph: _Element) -> int:
    properties = paragraph.find(f"{A}pPr")
    return _integer(properties.get("lvl") if properties is not None else None)


class Run(NamedTuple):
    """Letters with the properties (``a:rPr``) they have of their own."""

    text: str
    properties: _Element | None


def soft_lines(element: _Element) -> Iterator[list[Run]]:
    """Split a paragraph's runs at its line breaks (``a:br``, and the vertical tab some programs leave)."""
    line: list[Run] = []
    for child in element:
        if child.tag == f"{A}br":
            yield line
            line = []
        elif child.tag in (f"{A}r", f"{A}fld"):
            pieces = (child.findtext(f"{A}t") or "").replace("_x000B_", "\v").split("\v")
            for number, piece in enumerate(pieces):
                if number:
                    yield line
                    line = []
                properties = child.find(f"{A}rPr")
                line.append(Run(_shown(piece, properties), properties))
        elif isinstance(child.tag, str) and child.tag not in (f"{A}pPr", f"{A}endParaRPr"):
            formula = next(child.iter(f"{M}oMathPara", f"{M}oMath"), None)  # in a14:m, alone or in an alternate
            if formula is not None and (math := math_text(formula).strip()):
                line.append(Run(math, None))
    yield line


def _shown(text: str, properties: _Element | None) -> str:
    """Return the text of a run with the letters of symbol fonts, and raised digits, as Unicode has them."""
    if (
        properties is not None
        and not properties.get("baseline", "0").startswith(("0", "-"))
        and can_raise(text.strip())
    ):
        return raised(text.strip())
    return readable(text, font=_symbol_font(properties))


def _symbol_font(properties: _Element | None) -> str:
    font = properties.find(f"{A}sym") if properties is not None else None
    return str(font.get("typeface", "")) if font is not None else ""


def _paragraph(runs: Sequence[Run], *, level: int, sources: Sequence[_Element]) -> Paragraph:
    defaults = [found for source in sources if (found := source.find(f"{A}defRPr")) is not None]
    text = ""
    emphasis: list[tuple[int, int]] = []
    mono_letters = letters = 0
    size = 0.0
    for run in runs:
        start, text = len(text), text + run.text
        own = [run.properties] if run.properties is not None else []
        if run.text.strip():
            letters += len(run.text)
            mono_letters += len(run.text) if is_mono([*own, *defaults]) else 0
            size = max(size, _size(attribute("sz", [*own, *defaults])))
            if _true(attribute("b", own)) or _true(attribute("i", own)):
                emphasis.append((start, len(text)))
    lead = len(text) - len(text.lstrip())
    mono = letters > 0 and mono_letters > letters / 2
    clean = text.rstrip() if mono else text.strip()
    shift = 0 if mono else lead
    spans = tuple((max(0, a - shift), min(len(clean), b - shift)) for a, b in emphasis)
    return Paragraph(
        clean, level, _has_bullet(sources), mono, size, tuple(s for s in spans if s[0] < s[1]), _numbering(sources)
    )


def _continued(lines: Sequence[Paragraph]) -> list[Paragraph]:
    """Join a soft line to the one before where it goes on in the middle of a sentence."""
    joined: list[Paragraph] = []
    for line in lines:
        if joined and not line.mono and not joined[-1].mono and line.text[0].islower():
            joined[-1] = joined_with_space(joined[-1], line)
        else:
            joined.append(line)
    return joined


def joined_with_space(first: Paragraph, second: Paragraph) -> Paragraph:
    """Return one paragraph that reads on from the first into the second."""
    shift = len(first.text) + 1
    emphasis = first.emphasis + tuple((start + shift, end + shift) for start, end in second.emphasis)
    size = max(first.size_pt, second.size_pt)
    return first._replace(text=f"{first.text} {second.text}", emphasis=emphasis, size_pt=size)


def _has_bullet(sources: Sequence[_Element]) -> bool:
    for source in sources:
        if source.find(f"{A}buNone") is not None:
            return False
        if any(source.find(tag) is not None for tag in _BULLETS):
            return True
    return False


def _numbering(sources: Sequence[_Element]) -> tuple[str, int] | None:
    for source in sources:
        number = source.find(f"{A}buAutoNum")
        if number is not None:
            start = number.get("startAt", "1")
            return number.get("type", "arabicPeriod"), int(start) if start.isdigit() else 1
        if source.find(f"{A}buNone") is not None or source.find(f"{A}buChar") is not None:
            return None
    return None


def is_mono(sources: Sequence[_Element]) -> bool:
    """Whether the font that applies first has letters of one width."""
    for source in sources:
        latin = source.find(f"{A}latin")
        if latin is not None:
            name = (latin.get("typeface") or "").lower()
            return any(part in name for part in _MONO)
    return False


def attribute(name: str, sources: Sequence[_Element]) -> str | None:
    """Return an attribute of the first of some elements that has it."""
    return next((value for source in sources if (value := source.get(name)) is not None), None)


def _integer(value: str | None) -> int:
    return min(8, int(value)) if value is not None and value.isdigit() else 0


def _size(value: str | None) -> float:
    return int(value) / 100 if value is not None and value.isdigit() else 0.0


def _true(value: str | None) -> bool:
    return value in ("1", "true", "on")


def text_blocks(found: Sequence[Paragraph], *, box: Box | None) -> list[Block]:
    """Return a shape's paragraphs as blocks: list items with their numbers, code (lines joined), plain text."""
    blocks: list[Block] = []
    code: list[str] = []
    counts: dict[int, tuple[str, int]] = {}
    for paragraph in found:
        counts = {level: count for level, count in counts.items() if level <= paragraph.level}
        if paragraph.mono and not paragraph.bullet:
            code.append(paragraph.text)
            continue
        if code:
            blocks.append(_code(code, box))
            code = []
        blocks.append(_block(paragraph, counts, box))
    if code:
        blocks.append(_code(code, box))
    return blocks


def _block(paragraph: Paragraph, counts: dict[int, tuple[str, int]], box: Box | None) -> Block:
    """Return a paragraph as text or list item; `counts` are the kind and number last given, by level."""
    level = paragraph.level
    if paragraph.numbering is None:
        counts.pop(level, None)
        kind = RegionKind.LIST if paragraph.bullet or level else RegionKind.TEXT
        return Block(kind, paragraph.text, level=level, box=box, emphasis=paragraph.emphasis)
    style, start = paragraph.numbering
    before, count = counts.get(level, ("", 0))
    counts[level] = style, count + 1 if before == style else start
    marker = f"{presentation_number(counts[level][1], kind=style)} "
    spans = tuple((first + len(marker), last + len(marker)) for first, last in paragraph.emphasis)
    return Block(RegionKind.LIST, marker + paragraph.text, level=level, box=box, emphasis=spans)


def _code(lines: Sequence[str], box: Box | None) -> Block:
    return Block(RegionKind.CODE, "\n".join(lines), box=box)
