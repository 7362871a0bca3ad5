"""PowerPoint decks, read natively: what stands on each slide in reading order, its pictures, its speaker notes."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pptx import Presentation

from smartnotes.core.blocks import Block, assemble
from smartnotes.core.errors import DamagedFile, EmptyFile, SmartNotesError, TooLarge
from smartnotes.core.ids import derive_id
from smartnotes.core.model import Figure, Page, RegionKind, TextSource
from smartnotes.core.options import IngestOptions
from smartnotes.core.ports import OcrEngine, PageRead, SourceInfo
from smartnotes.engines.formats import PPTX
from smartnotes.engines.package import check_parts
from smartnotes.engines.reading import blob_id
from smartnotes.engines.slides_outline import slide_blocks, title_text
from smartnotes.engines.slides_pictures import SlidePictures, picture_part
from smartnotes.engines.slides_shapes import Shape, in_reading_order, shapes
from smartnotes.engines.slides_text import P, paragraphs

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
            self._deck = Presentation(str(path))
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
            raise TooLarge(f"{path.name} has {len(self._slide_ids):,} slides; the limit pages is {limit:,}.")
        self._sha256 = blob_id(path)
        self._width = int(self._deck.slide_width or 9_144_000)
        self._height = int(self._deck.slide_height or 6_858_000)
        self._default = self._deck.element.find(f"{P}defaultTextStyle")
        self._pictures = SlidePictures(options=options, ocr=ocr)
        self._repeated: frozenset[str] | None = None

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
        from smartnotes.core.pipeline import attach_figures  # noqa: PLC0415 - not needed to inspect

        page_id = derive_id("page", self._sha256, str(number), self._options.digest())
        found = self._shapes(slide)
        figures, crops = self._figures(found, slide=slide, page_id=page_id, number=number)
        assembled = assemble(slide_blocks(found, slide=slide, pictured=figures.keys()) + _notes(slide))
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
            figures=tuple(figures.values()),
            hidden=slide.element.get("show") in ("0", "false"),
            fingerprint=self._fingerprint(number),
        )
        return PageRead(attach_figures(page, page.figures), crops)

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

    def _figures(
        self, found: list[Shape], *, slide: Slide, page_id: str, number: int
    ) -> tuple[dict[int, Figure], dict[str, bytes]]:
        """Return the figures by the index of their shape, and their PNGs by blob id."""
        if self._repeated is None:
            self._repeated = self._repeated_pictures()
        figures: dict[int, Figure] = {}
        crops: dict[str, bytes] = {}
        for index, shape in enumerate(found):
            try:
                part = picture_part(shape.element, slide.part)
                if part is None or str(part.partname) in self._repeated:
                    continue
                picture = self._pictures.find(shape, part, page_id=page_id, page=number)
            except Exception as error:  # noqa: BLE001 - one bad picture must not cost the slide
                _log.warning("slide %d: a picture was left out: %s", number, error)
                continue
            if picture is not None and not _covers_text(shape, found):
                figures[index] = picture.figure
                crops[picture.figure.blob] = picture.data
        return figures, crops

    def _repeated_pictures(self) -> frozenset[str]:
        """Return the names of pictures that stand on so many slides that they are furniture."""
        count: Counter[str] = Counter()
        for identity in self._slide_ids:
            relation = self._deck.part.rels.get(identity)
            if relation is not None and not relation.is_external:
                rels = relation.target_part.rels.values()
                names = {
                    str(rel.target_part.partname) for rel in rels if not rel.is_external and "image" in rel.reltype
                }
                count.update(names)
        least = max(3, 0.3 * len(self._slide_ids))
        return frozenset(name for name, times in count.items() if times >= least)

    def _property_title(self) -> str:
        try:
            title = (self._deck.core_properties.title or "").strip()
        except Exception:  # noqa: BLE001 - the title is a nicety; its part may be broken in any way
            return ""
        return "" if title.lower().startswith(_GENERIC_TITLES) else title


def _covers_text(shape: Shape, found: list[Shape]) -> bool:
    """Whether a picture is the slide's background: it fills the slide and text stands on it."""
    box = shape.box
    if box is None or (min(1.0, box[2]) - max(0.0, box[0])) * (min(1.0, box[3]) - max(0.0, box[1])) < 0.9:
        return False
    return any(other.element.find(f"{P}txBody") is not None and not other.is_furniture for other in found)


def _notes(slide: Slide) -> list[Block]:
    try:
        frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        if frame is None:
            return []
        lines = [paragraph.text for paragraph in paragraphs(frame._txBody, ())]
    except Exception as error:  # noqa: BLE001 - broken notes must not cost the slide
        _log.warning("speaker notes were left out: %s", error)
        return []
    return [Block(RegionKind.NOTES, "\n".join(lines))] if lines else []
