"""Pages of the web as evidence: cut into passages like the notes are, and cited by address.

A passage is put into a chunk whose lecture is the page's address, so that whatever finds, quotes and cites passages of
the notes does the same here. Such chunks are never kept, and never mixed with those of the notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import AwareDatetime

from smartnotes.core.ids import sha256_hex
from smartnotes.core.language.sentences import TextSpan, sentence_spans
from smartnotes.core.model import Chunk, Value
from smartnotes.core.study import Citation, Hit, WebCitation

_PASSAGE = 900
"""Characters of a passage, as long as a chunk of notes; a single longer sentence is cut off there when it is shown."""
_SHORTEST = 25
"""A line of fewer characters and no end is a button or a label."""


class WebPage(Value):
    """The text of a page as it was fetched: one paragraph, heading or list item a line."""

    url: str
    title: str
    text: str
    fetched_at: AwareDatetime


def passages(page: WebPage) -> list[Hit]:
    """Return the page's text in passages of whole sentences, in order; buttons and labels are left out."""
    found: list[Hit] = []
    group: list[TextSpan] = []
    for span in _told(page.text):
        if group and span.end - group[0].start > _PASSAGE:
            found.append(_hit(page, group[0].start, group[-1].end))
            group = []
        group.append(span)
    if group:
        found.append(_hit(page, group[0].start, group[-1].end))
    return found


def web_citation(made: Citation, pages: Mapping[str, WebPage]) -> WebCitation:
    """Return the citation of a passage as one of its page; `pages` are by address."""
    page = pages[made.lecture_id]
    return WebCitation(
        url=page.url, title=page.title, start=made.start, end=made.end, quote=made.quote, fetched_at=page.fetched_at
    )


def by_address(pages: Sequence[WebPage]) -> dict[str, WebPage]:
    """Return the pages by address, the first where one came twice."""
    return {page.url: page for page in reversed(pages)}


def _told(text: str) -> list[TextSpan]:
    return [
        span for span in sentence_spans(text) if span.end - span.start >= _SHORTEST or text[span.end - 1] in ".!?:;"
    ]


def _hit(page: WebPage, start: int, end: int) -> Hit:
    text = page.text[start:end]
    chunk = Chunk(
        id=f"web_{sha256_hex(f'{page.url} {start}'.encode())[:24]}",
        subject_id="",
        lecture_id=page.url,
        page=1,
        start=start,
        end=end,
        context=page.title,
        text=text,
    )
    return Hit(chunk=chunk, lecture_name=page.title, score=0.0)
