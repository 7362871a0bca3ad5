"""Markdown and plain text.

Neither has pages. Markdown is parted at its headings of the highest level that occurs more than once, slides in
Markdown (Marp) at their rulers; plain text at form feeds. Longer stretches are parted about every 3,000 characters,
between two blocks.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from smartnotes.core.errors import EmptyFile, TooLarge
from smartnotes.core.ids import derive_id
from smartnotes.core.model import RegionKind
from smartnotes.core.options import IngestOptions, how_to_raise
from smartnotes.core.ports import OcrEngine, PageRead, SourceInfo
from smartnotes.engines.flow import PAGE_CHARACTERS, flow_page, split_pages
from smartnotes.engines.formats import MARKDOWN, detect
from smartnotes.engines.reading import blob_id
from smartnotes.engines.text_markdown import markdown_flow
from smartnotes.engines.text_plain import plain_flow

_WIDTH_PT, _HEIGHT_PT = 612.0, 792.0  # US Letter; the pages are ours, so any size will do

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # starts with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextFile:
    """A Markdown or plain text file."""

    def __init__(self, path: Path, *, options: IngestOptions, ocr: OcrEngine | None = None) -> None:  # noqa: ARG002
        self._options = options
        self._media_type = detect(path, limits=options.limits)
        _check_length(path, options)
        text = decode(path.read_bytes())
        self._sha256 = blob_id(path)
        flow = markdown_flow(text) if self._media_type == MARKDOWN else plain_flow(text)
        self._pages = split_pages(flow)
        if not self._pages:
            raise EmptyFile(f"{path.name} holds no text.", hint="Check that it is the right file.")
        limit = options.limits.pages
        if len(self._pages) > limit:
            raise TooLarge(
                f"{path.name} fills {len(self._pages):,} pages of {PAGE_CHARACTERS:,} characters; "
                f"the limit pages is {limit:,}.",
                hint=how_to_raise("pages", instead="Split the file"),
            )

    def info(self) -> SourceInfo:
        """Return what the file is; its title is its first heading of the highest level."""
        titles = [item.block for item in self._pages[0] if item.block.kind is RegionKind.TITLE]
        title = min(titles, key=lambda block: block.level).text if titles else ""
        return SourceInfo(media_type=self._media_type, pages=len(self._pages), title=title)

    def read_page(self, number: int) -> PageRead:
        """Return page `number` (1-based)."""
        page = flow_page(
            self._pages[number - 1],
            page_id=derive_id("page", self._sha256, str(number), self._options.digest()),
            number=number,
            width_pt=_WIDTH_PT,
            height_pt=_HEIGHT_PT,
            figures=(),
        )
        return PageRead(page, {})

    def fingerprint(self, number: int) -> str:  # noqa: ARG002 - such files are read in no time
        """Return "": such files are read in no time."""
        return ""

    def close(self) -> None:
        """Release the file; nothing is kept open."""


def decode(data: bytes) -> str:
    """Return the text of a file: by its byte order mark, else UTF-8, else Windows-1252 (a superset of Latin-1)."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _check_length(path: Path, options: IngestOptions) -> None:
    """Raise `TooLarge` before reading a file that cannot fit into the allowed pages (4 bytes a character at most)."""
    size, most = path.stat().st_size, 4 * PAGE_CHARACTERS * options.limits.pages
    if size > most:
        raise TooLarge(
            f"{path.name} has {size:,} bytes of text, more than {options.limits.pages:,} pages of "
            f"{PAGE_CHARACTERS:,} characters; the limit pages is {options.limits.pages:,}.",
            hint=how_to_raise("pages", instead="Split the file"),
        )
