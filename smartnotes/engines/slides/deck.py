"""PowerPoint decks, read natively: what stands on each slide in reading order, its pictures, its speaker notes."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pptx.package import Package

from smartnotes.core.errors import DamagedFile, EmptyFile, SmartNotesError, TooLarge
from smartnotes.core.ids import derive_id
from smartnotes.core.model import Page, RegionKind, TextSource
from smartnotes.core.options import IngestOptions, how_to_raise
from smartnotes.core.pages.blocks import Block, assemble
from smartnotes.core.ports import OcrEngine, PageRead, SourceInfo
from smartnotes.engines.formats import PPTX
from smartnotes.engines.package import check_parts
from smartnotes.engines.picture_text import PictureReader
from smartnotes.engines.reading import blob_id
from smartnotes.engines.slides.colours import Fill, Theme, theme_of
from smartnotes.engines.slides.drawing import Paper
from smartnotes.engines.slides.figures import SlideFigures, SlidePage
from smartnotes.engines.slides.order import in_reading_order
from smartnotes.engines.slides.outline import slide_blocks, title_text
from smartnotes.engines.slides.pictures import PictureShelf
from smartnotes.engines.slides.scene import Furniture, Scene, captioned, find_furniture
from smartnotes.engines.slides.shapes import Shape, shapes
from smartnotes.engines.slides.text import P, paragraphs

if TYPE_CHECKING:
    from pptx.slide import Slide

_EMU_PER_PT = 12_700
_GENERIC_TITLES = ("powerpoint", "presentation", "untitled", "slide 1", "title", "présentation", "präsentation")

_log = logging.getLogger(__name__)


class SlideDeck:
    """A PPTX file. A shape that cannot be read is left out and logged; it never costs the slide."""

    def __init__(self, path: Path, *, options: IngestOptions, ocr: OcrEngine | None = None) -> None:
        self._options = options
        check_parts(path, limits=options.limits)
        try:
            main: Any = Package.open(str(path)).main_document_part
            self._deck = main.presentation  # of shows (.ppsx) and templates too, which pptx.Presentation refuses
            self._slide_ids = [str(element.rId) for element in self._deck.element.iter(f"{P}sldId")]
        except Exception as error:
            raise DamagedFile(
                f"{path.name} cannot be read as a PowerPoint file: {error}.",
                hint="Open it in PowerPoint or Impress and save it again, or export it to PDF.",
            ) from error
        if not self._slide_ids:
            raise EmptyFile(f"{path.name} has no slides.", hint="Check that it is the right file.")
        limit = options.limits.pages
        if len(self._slide_ids) > limit:
            raise TooLarge(
                f"{path.name} has {len(self._slide_ids):,} slides; the limit pages is {limit:,}.",
                hint=how_to_raise("pages", instead="Split the file"),
            )
        self._sha256 = blob_id(path)
        self._width = int(self._deck.slide_width or 9_144_000)
        self._height = int(self._deck.slide_height or 6_858_000)
        self._default = self._deck.element.find(f"{P}defaultTextStyle")
        self._reader = PictureReader(options=options, ocr=ocr)
        self._furniture: Furniture | None = None

    def info(self) -> SourceInfo:
        """Return what the file is; its title is that of the first slide, else the one in its properties."""
        try:
            title = title_text(self._shapes(self._slide(1)))
        except SmartNotesError:
            title = ""
        return SourceInfo(media_type=PPTX, pages=len(self._slide_ids), title=title or self._property_title())

    def read_page(self, number: int) -> PageRead:
        """Return slide `number` (1-based). Raises `DamagedFile` where the slide itself is missing or broken."""
        slide = self._slide(number)
        page_id = derive_id("page", self._sha256, str(number), self._options.digest())
        unread: list[str] = []
        scene = self._scene(slide, page_id=page_id, number=number, unread=unread)
        things = scene.things()
        blocks = slide_blocks(things, part=slide.part, unread=unread) + _notes(slide, unread)
        assembled = assemble(blocks)
        page = Page(
            id=page_id,
            number=number,
            text=assembled.text,
            source=TextSource.NATIVE if assembled.text else TextSource.NONE,
            width_pt=self._width / _EMU_PER_PT,
            height_pt=self._height / _EMU_PER_PT,
            words=assembled.words,
            regions=assembled.regions,
            emphasis=assembled.emphasis,
            figures=captioned(things),
            hidden=slide.element.get("show") in ("0", "false"),
            fingerprint=self._fingerprint(number),
            unread=tuple(dict.fromkeys(unread)),
        )
        return PageRead(page, scene.crops)

    def fingerprint(self, number: int) -> str:
        """Return a digest of a slide with everything it shows, its notes, its layout and its master."""
        slide = self._slide(number)
        digest = hashlib.sha256(f"{self._width}x{self._height}".encode())
        layout = slide.slide_layout
        for part in (slide.part, layout.part, layout.slide_master.part):
            digest.update(bytes(part.blob))
        for relation in sorted(slide.part.rels.values(), key=lambda one: one.rId):
            if not relation.is_external and relation.target_part is not layout.part:
                digest.update(hashlib.sha256(bytes(relation.target_part.blob)).digest())
        return digest.hexdigest()[:32]

    def close(self) -> None:
        """Release the file; python-pptx has read all of it and keeps none open."""

    def _fingerprint(self, number: int) -> str:
        try:
            return self.fingerprint(number)
        except Exception:  # noqa: BLE001 - a part that is missing or broken in any way: the slide is read each time
            return ""

    def _slide(self, number: int) -> Slide:
        try:
            part: Any = self._deck.part.related_part(self._slide_ids[number - 1])
            slide: Slide = part.slide
            slide.slide_layout.slide_master  # noqa: B018 - raises here where a part is missing
        except Exception as error:
            raise DamagedFile(f"Slide {number} is missing from the file or broken: {error}.") from error
        return slide

    def _shapes(self, slide: Slide) -> list[Shape]:
        return in_reading_order(list(shapes(slide, width=self._width, height=self._height, default=self._default)))

    def _scene(self, slide: Slide, *, page_id: str, number: int, unread: list[str]) -> Scene:
        if self._furniture is None:
            self._furniture = find_furniture(self._slide_parts())
        theme, background = _design(slide)
        pictures = PictureShelf(slide.part, limits=self._options.limits)
        place = SlidePage(page_id, number, slide.part, (self._width, self._height), Paper(theme, background, pictures))
        found = list(shapes(slide, width=self._width, height=self._height, default=self._default))
        return Scene(
            found,
            place,
            figures=SlideFigures(options=self._options, reader=self._reader),
            furniture=self._furniture,
            unread=unread,
        )

    def _slide_parts(self) -> list[Any]:
        relations = (self._deck.part.rels.get(identity) for identity in self._slide_ids)
        return [one.target_part for one in relations if one is not None and not one.is_external]

    def _property_title(self) -> str:
        try:
            title = (self._deck.core_properties.title or "").strip()
        except Exception:  # noqa: BLE001 - the title is a nicety; its part may be broken in any way
            return ""
        return "" if title.lower().startswith(_GENERIC_TITLES) else title


def _design(slide: Slide) -> tuple[Theme, Fill]:
    """Return the theme and the background; Office's own on white where the file's is broken."""
    layout = slide.slide_layout
    try:
        theme = theme_of(slide)
        return theme, theme.background((slide.element, layout.element, layout.slide_master.element))
    except Exception as error:  # noqa: BLE001 - colours are a nicety; their part may be broken in any way
        _log.warning("the theme was left out: %s", error)
        return Theme({}, {}), Fill(((255, 255, 255, 255),))


def _notes(slide: Slide, unread: list[str]) -> list[Block]:
    try:
        frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        if frame is None:
            return []
        lines = [paragraph.text for paragraph in paragraphs(frame._txBody, ())]
    except Exception as error:  # noqa: BLE001 - broken notes must not cost the slide
        _log.warning("speaker notes were left out: %s", error)
        unread.append("the speaker notes could not be read and are left out")
        return []
    return [Block(RegionKind.NOTES, "\n".join(lines))] if lines else []
