"""PDF files through PDFium: pages as raw values, pages as images, and whole pages read."""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2
from PIL import Image

from smartnotes.core.errors import DamagedFile, EmptyFile, EncryptedFile, InputError, TooLarge
from smartnotes.core.ids import derive_id
from smartnotes.core.model import BBox, Page, TextSource
from smartnotes.core.options import IngestOptions, Limits, OcrMode, how_to_raise
from smartnotes.core.pages.raw import Crop, RawPage
from smartnotes.core.ports import LayoutDetector, OcrEngine, PageRead, SourceInfo
from smartnotes.core.scanning.turning import as_shown
from smartnotes.engines.crops import WHOLE_PAGE, cut_figures
from smartnotes.engines.formats import PDF
from smartnotes.engines.pdf_api import page_frame
from smartnotes.engines.pdf_objects import read_objects
from smartnotes.engines.pdf_scale import around, crop_dpi, picture_dpi, scan_dpi
from smartnotes.engines.pdf_text import read_text
from smartnotes.engines.reading import blob_id

if TYPE_CHECKING:
    from smartnotes.core.scanlanguage import LanguageReading
    from smartnotes.core.steps.ocr import RecognisedPage
    from smartnotes.engines.picture_text import PictureReader

_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_DETECT_DPI = 100.0  # what a layout model looks at
_MAX_SIDE = 24_000  # pixels; Tesseract refuses more than 32767


class _Recognised(NamedTuple):
    reading: LanguageReading
    image: Image.Image

    @property
    def found(self) -> RecognisedPage:
        return self.reading.found


class PdfFile:
    """A PDF, open for reading. PDFium is not thread-safe: one thread in the process at a time."""

    def __init__(
        self, path: Path, *, options: IngestOptions, ocr: OcrEngine | None, detector: LayoutDetector | None = None
    ) -> None:
        self._options = options
        self._detector = detector
        self._ocr = ocr
        self._pictures: PictureReader | None = None
        self._document = open_document(path, password=options.password)
        self._pages = len(self._document)
        if self._pages > options.limits.pages:
            self._document.close()
            raise TooLarge(
                f"{path.name} has {self._pages:,} pages; the limit pages is {options.limits.pages:,}.",
                hint=how_to_raise("pages", instead="Split the file"),
            )
        self._blob = blob_id(path)

    def info(self) -> SourceInfo:
        """Return media type, number of pages and the title that the file gives itself."""
        title = self._document.get_metadata_dict(skip_empty=True).get("Title", "")
        return SourceInfo(media_type=PDF, pages=self._pages, title=" ".join(title.split())[:300])

    def read_page(self, number: int) -> PageRead:
        """Return a page, from its text layer or recognised. Raises `DamagedFile`, `TooLarge`, `EngineError`."""
        try:
            page = self._document[number - 1]
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise DamagedFile(f"Page {number} cannot be opened.") from error
        shown = page.get_rotation()
        try:
            read = self._read(page, number)
            turns = (page.get_rotation() - shown) // 90
            return read._replace(page=as_shown(read.page, turns=turns)) if turns else read
        except pypdfium2.PdfiumError as error:
            raise DamagedFile(f"Page {number} cannot be read: {error}.") from error
        finally:
            page.set_rotation(shown)
            page.close()

    def fingerprint(self, number: int) -> str:
        """Return a digest of everything that is seen on a page: words, pictures, drawings, with their places."""
        page = self._document[number - 1]
        shown = page.get_rotation()
        try:
            return fingerprint(extract(page, number=number, limits=self._options.limits))
        finally:
            page.set_rotation(shown)
            page.close()

    def close(self) -> None:
        """Release the file."""
        self._document.close()

    def _read(self, page: pypdfium2.PdfPage, number: int) -> PageRead:
        from smartnotes.core.pipeline import attach_figures, compose_page  # noqa: PLC0415 - not needed to inspect
        from smartnotes.core.scanlanguage import as_read  # noqa: PLC0415
        from smartnotes.core.scans import compose_scan, drawn_on  # noqa: PLC0415

        options = self._options
        raw = extract(page, number=number, limits=options.limits)
        reason = self._reason(raw)
        recognised = self._recognise(page, raw) if reason and self._ocr is not None else None
        page_id = derive_id("page", self._blob, str(number), options.digest())
        if recognised is not None:
            straight = recognised.found.frame.straight(recognised.image) if self._detector is not None else None
            composed, crops = compose_scan(
                recognised.found,
                raw,
                page_id=page_id,
                ocr_reason=reason,
                layout=options.layout,
                detected=self._detector.detect(straight) if self._detector and straight else None,
                strokes=drawn_on(recognised.image, recognised.found, layout=options.layout),
            )
        else:
            detected = None
            if self._detector is not None and has_drawings(raw):
                detected = self._detector.detect(render(page, dpi=_DETECT_DPI, limits=options.limits))
            composed, crops = compose_page(
                raw, page_id=page_id, source=TextSource.TEXT_LAYER, layout=options.layout, detected=detected
            )
            composed, crops = self._with_picture_text(page, raw, composed, crops)
        if recognised is not None:
            composed = as_read(composed, recognised.reading)
        composed = composed.model_copy(update={"fingerprint": fingerprint(raw)})
        if not crops:
            return PageRead(composed, {})
        if recognised is not None:
            image, area = recognised.image, WHOLE_PAGE
        else:
            area = around(crops)
            image = render(page, dpi=crop_dpi(raw, crops), limits=options.limits, area=area)
        figures, blobs = cut_figures(image, crops, page_id=page_id, number=number, area=area)
        return PageRead(attach_figures(composed, figures), blobs)

    def _with_picture_text(
        self, page: pypdfium2.PdfPage, raw: RawPage, composed: Page, crops: tuple[Crop, ...]
    ) -> tuple[Page, tuple[Crop, ...]]:
        """Read the pictures among the crops of a page that has a text of its own: theirs is not part of it."""
        from smartnotes.core.pages.picturetext import pictures_to_read, unknown_lines, with_picture_text  # noqa: PLC0415

        if self._ocr is None or not raw.images or not crops:
            return composed, crops
        if self._pictures is None:
            from smartnotes.engines.picture_text import PictureReader  # noqa: PLC0415 - most files never need it

            self._pictures = PictureReader(options=self._options, ocr=self._ocr)
        found = {}
        for index, images in pictures_to_read(raw, crops).items():
            box = crops[index].box
            dpi = picture_dpi(raw, images)
            key = (tuple(image.digest for image in images), *(round(side, 3) for side in (box.x0, box.y0, box.x1)))
            image = render(page, dpi=dpi, limits=self._options.limits, gray=True, area=box)
            lines = self._pictures.lines(image, dpi=round(dpi), key=key)
            found[index] = unknown_lines(lines, area_of=box, raw=raw)
        return with_picture_text(composed, crops, found)

    def _reason(self, raw: RawPage) -> str:
        """Return why the page is to be recognised, "" where it is not."""
        from smartnotes.core.steps.ocr import text_problem  # noqa: PLC0415 - not needed to inspect

        match self._options.ocr:
            case OcrMode.NEVER:
                return ""
            case OcrMode.ALWAYS:
                return "asked for"
            case OcrMode.AUTO:
                return text_problem(raw)

    def _recognise(self, page: pypdfium2.PdfPage, raw: RawPage) -> _Recognised | None:
        """Return the page as recognised; None where that finds nothing and the file has some text after all."""
        from smartnotes.core.scanlanguage import recognise_in_any_language  # noqa: PLC0415 - not needed for most pages

        assert self._ocr is not None  # noqa: S101 - the caller asks
        options = self._options
        image = render(page, dpi=scan_dpi(raw, options.dpi), limits=options.limits)
        dpi = max(1, round(image.width / raw.width_pt * 72))
        reading = recognise_in_any_language(image, engine=self._ocr, languages=options.languages, dpi=dpi)
        if not reading.found.lines and raw.lines:
            return None
        return _Recognised(reading, image)


def open_document(path: Path, *, password: str | None) -> pypdfium2.PdfDocument:
    """Return an open document. Raises `EncryptedFile`, `DamagedFile`, `InputError`."""
    try:
        return pypdfium2.PdfDocument(path, password=password)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD:
            what = "needs a password" if password is None else "does not open with this password"
            raise EncryptedFile(f"{path.name} {what}.", hint="Give it with --password.") from error
        if error.err_code == _SECURITY:
            raise EncryptedFile(
                f"{path.name} is protected in a way that cannot be read here.", hint="Print it to a new PDF."
            ) from error
        if _opens_without_pages(path, password):
            raise EmptyFile(f"{path.name} has no pages.", hint="Export it again.") from error
        raise DamagedFile(
            f"{path.name} is a PDF but too damaged to be opened.",
            hint="It may have been cut off: download it again, or open it in a viewer and print it to a new PDF.",
        ) from error
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _opens_without_pages(path: Path, password: str | None) -> bool:
    """Say whether PDFium opens a file that pypdfium2 refuses: it has no page."""
    secret = password.encode() if password is not None else None
    document = pypdfium2.raw.FPDF_LoadDocument(str(path).encode(), secret)
    if not document:
        return False
    pypdfium2.raw.FPDF_CloseDocument(document)
    return True


def extract(page: pypdfium2.PdfPage, *, number: int, limits: Limits) -> RawPage:
    """Return everything on a page: text in drawing order, pictures, visible drawings.

    Boxes are fractions of the page as shown, origin top-left. A page most of whose text does not stand upright is
    turned first: its rotation has changed then. Raises `TooLarge` for a page with too many characters.
    """
    raw = ctypes.cast(page.raw, ctypes.c_void_p).value or 0
    frame = page_frame(raw)
    text = read_text(raw, frame=frame, max_characters=limits.page_characters)
    if text.turns != frame.turns:
        page.set_rotation(90 * text.turns)
        frame = page_frame(raw)
        text = read_text(raw, frame=frame, max_characters=limits.page_characters)
    drawn = read_objects(raw, frame=frame)
    return RawPage(number, frame.width_pt, frame.height_pt, text.lines, drawn.images, drawn.paths)


def extract_pages(path: Path, numbers: Sequence[int] = (), *, password: str | None = None) -> Iterator[RawPage]:
    """Yield the raw pages `numbers` (1-based; all where none are named), in this process: for trusted files only."""
    with open_document(path, password=password) as document:
        for number in numbers or range(1, len(document) + 1):
            page = document[number - 1]
            try:
                yield extract(page, number=number, limits=Limits())
            finally:
                page.close()


def render(
    page: pypdfium2.PdfPage, *, dpi: float, limits: Limits, gray: bool = False, area: BBox = WHOLE_PAGE
) -> Image.Image:
    """Return the page as shown, or an `area` of it; RGB, or L where `gray`.

    It is drawn at `dpi`, or as near as `limits.page_pixels` allows for a whole page.
    """
    width, height = page.get_size()
    scale = dpi / 72
    scale = min(scale, (limits.page_pixels / max(width * height, 1e-6)) ** 0.5, _MAX_SIDE / max(width, height, 1e-6))
    if width * scale < 1 or height * scale < 1:
        raise DamagedFile(f"A page of {width:g} x {height:g} points cannot be drawn.")
    cut_off = (area.x0 * width, (1 - area.y1) * height, (1 - area.x1) * width, area.y0 * height)
    bitmap = page.render(scale=scale, grayscale=gray, rev_byteorder=True, crop=cut_off)
    try:
        image: Image.Image = bitmap.to_pil()
        return image.copy() if image.readonly else image  # a readonly one is a view of memory that ends here
    finally:
        bitmap.close()


def fingerprint(raw: RawPage) -> str:
    """Return a digest that is equal for pages on which the same things stand at the same places."""
    seen = (raw.width_pt, raw.height_pt, raw.lines, raw.images, raw.paths)
    return hashlib.sha256(repr(seen).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def has_drawings(raw: RawPage) -> bool:
    """Say whether anything but text is drawn on the page."""
    return bool(raw.images or raw.paths)
