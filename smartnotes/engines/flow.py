"""Documents without pages of their own (Word, Markdown, text): a flow of blocks, parted into pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.model import Figure, Page, RegionKind, TextSource
from smartnotes.core.pages.blocks import Block, assemble

PAGE_CHARACTERS = 3_000
"""A printed page full of text: longer stretches are parted here, between blocks."""


class FlowItem(NamedTuple):
    """A block and whether a page starts with it.

    `picture` names a picture that stands there ("" for none), `notes` are the ids of the footnotes below its page.
    """

    block: Block
    starts_page: bool = False
    picture: str = ""
    notes: tuple[str, ...] = ()


def split_pages(items: Sequence[FlowItem], *, characters: int | None = PAGE_CHARACTERS) -> list[list[FlowItem]]:
    """Part the flow where a page starts, and where a page would hold more than `characters` (None: nowhere else).

    A heading is never left at the end of a page. A block longer than a page stays whole.
    """
    pages: list[list[FlowItem]] = []
    length = 0
    for item in items:
        size = len(item.block.text) + 1
        full = characters is not None and length > 0 and length + size > characters
        if not pages or (item.starts_page and pages[-1]):
            pages.append([])
            length = 0
        elif full and any(not _is_heading(earlier) for earlier in pages[-1]):
            pages.append(_trailing_headings(pages[-1]))
            length = sum(len(heading.block.text) + 1 for heading in pages[-1])
        pages[-1].append(item)
        length += size
    return pages


def _is_heading(item: FlowItem) -> bool:
    return item.block.kind is RegionKind.TITLE


def _trailing_headings(page: list[FlowItem]) -> list[FlowItem]:
    """Take the headings off the end of a page."""
    moved: list[FlowItem] = []
    while page and _is_heading(page[-1]):
        moved.insert(0, page.pop())
    return moved


def flow_page(
    items: Sequence[FlowItem],
    *,
    page_id: str,
    number: int,
    width_pt: float,
    height_pt: float,
    figures: Sequence[Figure],
) -> Page:
    """Return the page that these blocks make."""
    assembled = assemble([item.block for item in items])
    return Page(
        id=page_id,
        number=number,
        text=assembled.text,
        source=TextSource.NATIVE if assembled.text else TextSource.NONE,
        width_pt=width_pt,
        height_pt=height_pt,
        regions=assembled.regions,
        emphasis=assembled.emphasis,
        figures=tuple(figures),
    )
