"""Recognised pages composed: laid out straight and upright, then put where their text stands on the page as shown."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from smartnotes.core.model import BBox, Page, TextSource
from smartnotes.core.options import LayoutEngine
from smartnotes.core.pages.blocks import to_bbox, to_box
from smartnotes.core.pages.detection import DetectedRegion
from smartnotes.core.pages.raw import Box, Crop, RawPage
from smartnotes.core.pipeline import compose_page
from smartnotes.core.scanning.straightening import Straightened
from smartnotes.core.scanning.strokes import Strokes, find_strokes, shrunk
from smartnotes.core.steps.ocr import RecognisedPage

_SCAN = 0.5  # share of a page under pictures from which these are the page itself


def compose_scan(
    found: RecognisedPage,
    raw: RawPage,
    *,
    page_id: str,
    ocr_reason: str,
    layout: LayoutEngine,
    detected: Sequence[DetectedRegion] | None = None,
    strokes: Strokes | None = None,
) -> tuple[Page, tuple[Crop, ...]]:
    """Return a recognised page in reading order, and what is to be cut out of it as figures.

    `raw` is what the reader saw besides text (its lines are not used). Columns are found on the straight page: where a
    scan leans, no white runs from top to bottom. `detected` is what a layout detector sees on the straight image,
    `strokes` what is drawn on it, for a page that is one picture. The boxes of the result are fractions of the page as
    shown.
    """
    frame = found.frame
    flat = RawPage(raw.number, frame.size[0] / frame.px_per_pt, frame.size[1] / frame.px_per_pt, found.lines)
    drawn = bool(raw.images or raw.paths) and sum(_area(image.box) for image in raw.images) < _SCAN
    if frame.unchanged and drawn:
        flat = flat._replace(images=raw.images, paths=raw.paths)
    elif strokes is not None:
        flat = flat._replace(images=strokes.images, paths=strokes.paths)
    page, crops = compose_page(
        flat, page_id=page_id, source=TextSource.OCR, ocr_reason=ocr_reason, layout=layout, detected=detected
    )
    page = page.model_copy(update={"width_pt": raw.width_pt, "height_pt": raw.height_pt})
    if frame.unchanged:
        return page, crops
    words = tuple(word.model_copy(update={"box": _back(word.box, frame)}) for word in page.words)
    regions = tuple(
        region.model_copy(update={"box": _back(region.box, frame)}) if region.box else region for region in page.regions
    )
    placed = tuple(crop._replace(box=_back(crop.box, frame)) for crop in crops)
    return page.model_copy(update={"words": words, "regions": regions}), placed


def drawn_on(image: Image.Image, found: RecognisedPage, *, layout: LayoutEngine) -> Strokes | None:
    """Return what is drawn on the image of a recognised page besides its words; None where no layout is asked for."""
    if layout is LayoutEngine.NONE:
        return None
    return find_strokes(found.frame.straight(shrunk(image)), found.lines)


def _back(box: BBox, frame: Straightened) -> BBox:
    return to_bbox(frame.back(to_box(box)))


def _area(box: Box) -> float:
    return max(0.0, min(box[2], 1.0) - max(box[0], 0.0)) * max(0.0, min(box[3], 1.0) - max(box[1], 0.0))
