"""The reading steps composed: from what a reader sees on a page to a `Page`, and from single pages to a lecture's pages."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.blocks import assemble
from smartnotes.core.lines import Line, group_lines
from smartnotes.core.model import Figure, Page, TextSource
from smartnotes.core.options import LayoutEngine
from smartnotes.core.paragraphs import Paragraph, find_mark
from smartnotes.core.raw import Crop, RawPage
from smartnotes.core.steps.headings import body_size, find_headings
from smartnotes.core.steps.layout import Element, Rows, reading_order
from smartnotes.core.steps.paragraphs import group_paragraphs
from smartnotes.core.steps.text import vocabulary, write_block


def compose_page(
    raw: RawPage,
    *,
    page_id: str,
    source: TextSource,
    ocr_reason: str = "",
    layout: LayoutEngine = LayoutEngine.STRUCTURE,  # noqa: ARG001
) -> tuple[Page, tuple[Crop, ...]]:
    """Return a page in reading order, and what is to be cut out of it as figures.

    The figures come back through `attach_figures` once their images are stored.
    """
    lines = group_lines(raw)
    paragraphs: list[Paragraph] = []
    for column in _columns(raw, lines):
        paragraphs += group_paragraphs([tuple(lines[index] for index in row) for row in column])
    paragraphs = find_headings(paragraphs, body=body_size(lines), width_pt=raw.width_pt, height_pt=raw.height_pt)
    known = vocabulary(lines)
    made = assemble(
        [
            write_block(paragraph, width_pt=raw.width_pt, height_pt=raw.height_pt, known=known)
            for paragraph in paragraphs
        ]
    )
    sure = [word.confidence for word in made.words if word.confidence is not None]
    page = Page(
        id=page_id,
        number=raw.number,
        text=made.text,
        source=source,
        width_pt=raw.width_pt,
        height_pt=raw.height_pt,
        words=made.words,
        regions=made.regions,
        emphasis=made.emphasis,
        ocr_reason=ocr_reason,
        confidence=sum(sure) / len(sure) if sure else None,
    )
    return page, ()


def attach_figures(page: Page, figures: Sequence[Figure]) -> Page:
    """Return the page with its figures."""
    return page.model_copy(update={"figures": tuple(figures)})


def finish_pages(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages of a lecture, each cleaned with what the others tell about it."""
    return tuple(pages)


def _columns(raw: RawPage, lines: Sequence[Line]) -> list[Rows]:
    """Return the indices of lines as columns of rows, in reading order."""
    if raw.ordered:
        return [[[index] for index in range(len(lines))]]
    return reading_order(
        [Element(line.box, line.size, line.order, len(line.words), find_mark(line) is not None) for line in lines]
    )
