"""Word files: headings, lists, tables and pictures, in the pages that Word last drew.

Where the file remembers its page breaks (most programs write them) pages are those; otherwise explicit breaks part it,
and longer stretches are parted about every 3,000 characters. A paragraph across a break belongs to the page on which it
starts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import PartFactory
from docx.oxml.parser import parse_xml
from docx.package import Package
from docx.parts.document import DocumentPart

from smartnotes.core.errors import DamagedFile, EmptyFile, TooLarge
from smartnotes.core.ids import derive_id
from smartnotes.core.model import Figure, RegionKind
from smartnotes.core.options import IngestOptions, how_to_raise
from smartnotes.core.ports import OcrEngine, PageRead, SourceInfo
from smartnotes.engines.flow import PAGE_CHARACTERS, FlowItem, flow_page, split_pages
from smartnotes.engines.formats import DOCX
from smartnotes.engines.office_notes import Notes
from smartnotes.engines.office_pictures import DocumentPictures, drawn_items, why
from smartnotes.engines.office_text import MC, W, WordText
from smartnotes.engines.package import check_parts
from smartnotes.engines.picture_text import PictureReader
from smartnotes.engines.reading import blob_id

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_TWIPS_PER_PT = 20
_CONTAINERS = frozenset({f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{MC}Choice"})

_log = logging.getLogger(__name__)

# Templates and files with macros (.dotx, .docm, .dotm) are made like documents; python-docx knows only those.
for _kind in (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
):
    PartFactory.part_type_for[_kind] = DocumentPart


class WordFile:
    """A DOCX file. A part of it that cannot be read is left out and logged."""

    def __init__(self, path: Path, *, options: IngestOptions, ocr: OcrEngine | None = None) -> None:
        self._path, self._options = path, options
        check_parts(path, limits=options.limits)
        try:
            main: Any = Package.open(str(path)).main_document_part
            body = main.document.element.body
        except Exception as error:
            raise DamagedFile(
                f"{path.name} cannot be read as a Word file: {error}.",
                hint="Open it in Word or Writer and save it again, or export it to PDF.",
            ) from error
        if body is None:
            raise DamagedFile(f"{path.name} has no text part.", hint="Save it again, or export it to PDF.")
        self._part: Any = main
        self._text = WordText(
            styles=self._related(RELATIONSHIP_TYPE.STYLES), numbering=self._related(RELATIONSHIP_TYPE.NUMBERING)
        )
        self._pictures = DocumentPictures(
            self._part, body, limits=options.limits, reader=PictureReader(options=options, ocr=ocr)
        )
        self._notes = Notes(
            body,
            footnotes=self._related(RELATIONSHIP_TYPE.FOOTNOTES),
            endnotes=self._related(RELATIONSHIP_TYPE.ENDNOTES),
        )
        self._unread = False
        rendered = next(body.iter(f"{W}lastRenderedPageBreak"), None) is not None
        self._pages = split_pages(
            _levelled(_starting(self._items(body))), characters=None if rendered else PAGE_CHARACTERS
        )
        if not self._pages:
            raise EmptyFile(f"{path.name} holds no text and no pictures.", hint="Check that it is the right file.")
        if len(self._pages) > options.limits.pages:
            raise TooLarge(
                f"{path.name} has {len(self._pages):,} pages; the limit pages is {options.limits.pages:,}.",
                hint=how_to_raise("pages", instead="Split the file"),
            )
        self._add_notes()
        self._sha256 = blob_id(path)
        self._size_pt = _page_size(body)

    def info(self) -> SourceInfo:
        """Return what the file is; its title is its first heading of the highest level on page 1."""
        titles = [item.block for item in self._pages[0] if item.block.kind is RegionKind.TITLE]
        title = min(titles, key=lambda block: block.level).text if titles else ""
        return SourceInfo(media_type=DOCX, pages=len(self._pages), title=title)

    def read_page(self, number: int) -> PageRead:
        """Return page `number` (1-based)."""
        items = list(self._pages[number - 1])
        page_id = derive_id("page", self._sha256, str(number), self._options.digest())
        figures: list[Figure] = []
        crops: dict[str, bytes] = {}
        unread: list[str] = (
            ["a paragraph or table could not be read and is left out"] if self._unread and number == 1 else []
        )
        for index, item in enumerate(items):
            try:
                found = (
                    self._pictures.figure(item.picture, page_id=page_id, number=number, index=len(figures))
                    if item.picture
                    else None
                )
            except (DamagedFile, TooLarge) as error:
                unread.append(why(error))
                continue
            except Exception as error:  # noqa: BLE001 - one odd picture must not cost the page
                _log.warning("page %d: a picture was left out: %s", number, error)
                unread.append("a picture could not be read and is left out")
                continue
            if found is not None:
                figure, data = found
                figures.append(figure.model_copy(update={"caption": _caption(items, index) or figure.caption}))
                crops[figure.blob] = data
                items[index] = item._replace(block=item.block._replace(text=figure.text))
        page = flow_page(
            items,
            page_id=page_id,
            number=number,
            width_pt=self._size_pt[0],
            height_pt=self._size_pt[1],
            figures=figures,
        )
        return PageRead(page.model_copy(update={"unread": tuple(dict.fromkeys(unread))}), crops)

    def fingerprint(self, number: int) -> str:  # noqa: ARG002 - a change moves text between pages
        """Return "": a change moves text between pages."""
        return ""

    def close(self) -> None:
        """Release the file; python-docx has read all of it and keeps none open."""

    def _related(self, kind: str) -> _Element | None:
        try:
            part = self._part.part_related_by(kind)
            return part.element if hasattr(part, "element") else parse_xml(part.blob)
        except Exception:  # noqa: BLE001 - a file may lack the part, or hold a broken one
            return None

    def _items(self, parent: _Element) -> Iterator[tuple[FlowItem, bool]]:
        """Yield items in order, each with whether a page starts after it."""
        for element in parent:
            if element.tag in _CONTAINERS or element.tag == f"{MC}AlternateContent":
                yield from self._items(element)
                continue
            if element.tag not in (f"{W}p", f"{W}tbl"):
                continue
            try:
                yield from self._paragraph(element) if element.tag == f"{W}p" else self._table(element)
            except Exception as error:  # noqa: BLE001 - one odd paragraph must not cost the document
                _log.warning("a paragraph or table was left out: %s", error)
                self._unread = True

    def _paragraph(self, element: _Element) -> list[tuple[FlowItem, bool]]:
        paragraph = self._text.paragraph(element)
        notes = self._notes.below(element)
        found = [(FlowItem(paragraph.block, starts_page=paragraph.breaks_before, notes=notes), False)]
        found += self._drawn(element)
        for box in element.iter(f"{W}txbxContent"):
            if next(box.iterancestors(f"{MC}Fallback"), None) is None:  # the same text box, drawn the old way
                found += list(self._items(box))
        found[-1] = found[-1][0], paragraph.breaks_after
        return found

    def _drawn(self, element: _Element) -> list[tuple[FlowItem, bool]]:
        try:
            return [(item, False) for item in drawn_items(element, self._part)]
        except Exception as error:  # noqa: BLE001 - a chart whose part is missing must not cost the paragraph
            _log.warning("a chart or drawing was left out: %s", error)
            self._unread = True
            return []

    def _add_notes(self) -> None:
        """Put footnotes below the pages that refer to them, endnotes at the end."""
        for page in self._pages:
            ids = [identity for item in page for identity in item.notes]
            page += [FlowItem(block) for block in self._notes.footnotes(ids, text=self._text)]
        self._pages[-1] += [FlowItem(block) for block in self._notes.endnotes(text=self._text)]

    def _table(self, element: _Element) -> list[tuple[FlowItem, bool]]:
        cells = [cell for cell in element.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tbl"), None) is element]
        if len(cells) == 1:  # a frame around text
            return list(self._items(cells[0]))
        found = [(FlowItem(self._text.table(element), notes=self._notes.below(element)), False)]
        found += self._drawn(element)
        return found


def _starting(found: Iterator[tuple[FlowItem, bool]]) -> list[FlowItem]:
    """Return the items that hold something, with breaks that stand on others carried over; code lines are joined."""
    items: list[FlowItem] = []
    starts = False
    for item, breaks_after in found:
        starts = starts or item.starts_page
        if item.block.text.strip() or item.picture:
            last = items[-1].block if items else None
            if item.block.kind is RegionKind.CODE and last is not None and last.kind is RegionKind.CODE and not starts:
                items[-1] = items[-1]._replace(block=last._replace(text=f"{last.text}\n{item.block.text}"))
            else:
                items.append(item._replace(starts_page=starts))
            starts = False
        starts = starts or breaks_after
    return items


def _levelled(items: list[FlowItem]) -> list[FlowItem]:
    """Make the highest heading of the document level 1; a title comes with level 0."""
    top = min((item.block.level for item in items if item.block.kind is RegionKind.TITLE), default=1)
    return [
        item._replace(block=item.block._replace(level=item.block.level - top + 1))
        if item.block.kind is RegionKind.TITLE
        else item
        for item in items
    ]


def _caption(items: list[FlowItem], index: int) -> str:
    """Return the caption beside a picture: the paragraph after it, else the one before."""
    for neighbour in (index + 1, index - 1):
        if 0 <= neighbour < len(items) and items[neighbour].block.kind is RegionKind.CAPTION:
            return items[neighbour].block.text
    return ""


def _page_size(body: _Element) -> tuple[float, float]:
    size = next(body.iter(f"{W}pgSz"), None)
    try:
        width, height = (
            (int(size.get(f"{W}{side}")) / _TWIPS_PER_PT for side in "wh") if size is not None else (612, 792)
        )
    except (TypeError, ValueError):
        return 612.0, 792.0
    return (width, height) if 36 < width < 14_400 and 36 < height < 14_400 else (612.0, 792.0)
