"""Footnotes and endnotes of Word files: numbered where they are referred to, written below (ISO/IEC 29500-1, 17.11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.blocks import Block
from smartnotes.engines.numbering import roman
from smartnotes.engines.office_text import W, WordText
from smartnotes.engines.omml import raised

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_FOOT, _END = f"{W}footnoteReference", f"{W}endnoteReference"
_NOT_SHOWN = (f"{W}del", f"{W}moveFrom")


class Notes:
    """The notes of a document by what refers to them; their numbers are written into the text they belong to."""

    def __init__(self, body: _Element, *, footnotes: _Element | None, endnotes: _Element | None) -> None:
        self._texts = {
            tag: {note.get(f"{W}id", ""): note for note in root.iter(name)} if root is not None else {}
            for tag, root, name in ((_FOOT, footnotes, f"{W}footnote"), (_END, endnotes, f"{W}endnote"))
        }
        self._numbers: dict[tuple[str, str], str] = {}
        count = {_FOOT: 0, _END: 0}
        for reference in list(body.iter(_FOOT, _END)):
            key = str(reference.tag), reference.get(f"{W}id", "")
            if key[1] not in self._texts[key[0]] or next(reference.iterancestors(*_NOT_SHOWN), None) is not None:
                continue
            if key not in self._numbers:
                count[key[0]] += 1
                number = count[key[0]]
                self._numbers[key] = str(number) if key[0] == _FOOT else roman(number)
            mark = reference.makeelement(f"{W}t")
            mark.text = _mark(self._numbers[key])
            reference.addprevious(mark)

    def below(self, element: _Element) -> tuple[str, ...]:
        """Return the ids of the footnotes that an element refers to."""
        return tuple(reference.get(f"{W}id", "") for reference in element.iter(_FOOT))

    def footnotes(self, ids: Sequence[str], *, text: WordText) -> list[Block]:
        """Return footnotes as paragraphs."""
        return list(self._blocks(_FOOT, ids, text))

    def endnotes(self, *, text: WordText) -> list[Block]:
        """Return all endnotes as paragraphs, in the order in which they are referred to."""
        return list(self._blocks(_END, [identity for tag, identity in self._numbers if tag == _END], text))

    def _blocks(self, tag: str, ids: Sequence[str], text: WordText) -> Iterator[Block]:
        for identity in dict.fromkeys(ids):
            number, note = self._numbers.get((tag, identity)), self._texts[tag].get(identity)
            if number is None or note is None:
                continue
            words = " ".join(text.paragraph(part).block.text for part in note.iter(f"{W}p")).strip()
            if words:
                yield Block(RegionKind.TEXT, f"{_mark(number)} {words}")


def _mark(number: str) -> str:
    return raised(number) if number.isdigit() else f"[{number}]"
