"""Pictures as lectures: a photo of a page, a scan, a TIFF of several pages. All their text is recognised."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from smartnotes.core.errors import DamagedFile, TooLarge
from smartnotes.core.ids import derive_id
from smartnotes.core.model import Page, TextSource
from smartnotes.core.options import IngestOptions, how_to_raise
from smartnotes.core.pages.raw import RawPage
from smartnotes.core.ports import LayoutDetector, OcrEngine, PageRead, SourceInfo
from smartnotes.core.scanlanguage import as_read, recognise_in_any_language
from smartnotes.engines.crops import cut_figures
from smartnotes.engines.pictures import check_pixels, decode, open_picture
from smartnotes.engines.reading import blob_id

_USUAL_IN = 11.0  # the long side of a page whose resolution is not stated believably
_SMALLEST_IN, _LARGEST_IN = 3.0, 17.0


class ImageFile:
    """A PNG, JPEG, TIFF or WebP file; each picture of a TIFF is a page."""

    def __init__(
        self,
        path: Path,
        *,
        options: IngestOptions,
        ocr: OcrEngine | None = None,
        detector: LayoutDetector | None = None,
    ) -> None:
        self._detector = detector
        self._path, self._options, self._ocr = path, options, ocr
        self._image = open_picture(path, name=path.name, limits=options.limits)
        self._media_type = Image.MIME[self._image.format or "PNG"]
        try:
            self._pages = getattr(self._image, "n_frames", 1) if self._image.format == "TIFF" else 1
        except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError) as error:
            self._image.close()
            raise DamagedFile(f"{path.name} is damaged: {error}.", hint="Copy or download it again.") from error
        limit = options.limits.pages
        if self._pages > limit:
            self._image.close()
            raise TooLarge(
                f"{path.name} has {self._pages:,} pages; the limit pages is {limit:,}.",
                hint=how_to_raise("pages", instead="Split the file"),
            )
        if self._pages == 1:
            self._image.close()  # its header is known; it is opened again for its pixels
        self._sha256 = blob_id(path)

    def info(self) -> SourceInfo:
        """Return what the file is."""
        return SourceInfo(media_type=self._media_type, pages=self._pages)

    def read_page(self, number: int) -> PageRead:
        """Return page `number` (1-based), recognised. Raises `DamagedFile`, `TooLarge`, `EngineMissing`."""
        from smartnotes.core.pipeline import attach_figures  # noqa: PLC0415 - not needed to inspect
        from smartnotes.core.scans import compose_scan, drawn_on  # noqa: PLC0415

        image = self._decode(number)
        dpi = _dpi(image, self._image.info.get("dpi"))
        width_pt, height_pt = image.width / dpi * 72, image.height / dpi * 72
        raw = RawPage(number, width_pt, height_pt, ())
        page_id = derive_id("page", self._sha256, str(number), self._options.digest())
        if self._ocr is None:
            page = Page(id=page_id, number=number, source=TextSource.NONE, width_pt=width_pt, height_pt=height_pt)
            return PageRead(page, {})
        reading = recognise_in_any_language(
            image, engine=self._ocr, languages=self._options.languages, dpi=max(1, round(dpi))
        )
        found = reading.found
        detected = self._detector.detect(found.frame.straight(image)) if self._detector is not None else None
        page, crops = compose_scan(
            found,
            raw,
            page_id=page_id,
            ocr_reason="an image",
            layout=self._options.layout,
            detected=detected,
            strokes=drawn_on(image, found, layout=self._options.layout),
        )
        page = as_read(page, reading)
        figures, blobs = cut_figures(image, crops, page_id=page_id, number=number)
        return PageRead(attach_figures(page, figures), blobs)

    def fingerprint(self, number: int) -> str:  # noqa: ARG002 - a picture has one page, mostly
        """Return "": a picture has one page, mostly."""
        return ""

    def close(self) -> None:
        """Release the file."""
        self._image.close()

    def _decode(self, number: int) -> Image.Image:
        """Return the pixels of a page, with the longer side as large as recognition can use."""
        limits, name = self._options.limits, self._path.name
        if self._pages == 1:  # opened for its pixels alone, which would be kept twice otherwise
            with open_picture(self._path, name=name, limits=limits) as image:
                return decode(image, name=name, most_pixels=limits.page_pixels)
        if self._pages > 1:
            try:
                self._image.seek(number - 1)
            except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError) as error:
                raise DamagedFile(f"Page {number} of {name} cannot be read: {error}.") from error
            check_pixels(self._image, name=f"Page {number} of {name}", limits=limits)
        return decode(self._image, name=name, most_pixels=limits.page_pixels)


def _dpi(image: Image.Image, stated: object) -> float:
    """Return pixels an inch: what the file states where that gives a page of paper, else as if on Letter paper."""
    longest = max(image.size)
    if isinstance(stated, tuple) and stated:
        value = float(stated[0] or 0)
        if value > 1 and _SMALLEST_IN <= longest / value <= _LARGEST_IN and value not in (72.0, 96.0):
            return value
    return max(1.0, longest / _USUAL_IN)
