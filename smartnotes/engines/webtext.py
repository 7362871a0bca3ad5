"""The text of an HTML page: what a reader sees of it, a block a line.

The standard library's parser is used because it is written in Python: bytes from strangers cannot break the process.
Its `close` is never called, for on hostile input it goes over the rest again and again; what is unfinished there is no
text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import NamedTuple

from typing_extensions import override

from smartnotes.core.language.visible import for_reader

_DROPPED_LIST = """
    script style noscript template svg math iframe object embed canvas video audio form button select option textarea
    nav header footer aside dialog menu
"""
_DROPPED = frozenset(_DROPPED_LIST.split())
"""Elements that are no text, or lead around the site."""
_BLOCK_LIST = """
    address article blockquote body br caption center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6
    hr html li main ol p pre section summary table tbody td tfoot th thead title tr ul
"""
_BLOCKS = frozenset(_BLOCK_LIST.split())
_VOID_LIST = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_LIST.split())
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?!\.?[1-9])|opacity\s*:\s*0(?:\.0*)?\s*(?:;|$)", re.I
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_DEEPEST = 400
_PIECE = 16_384
_UNFINISHED = 4 * _PIECE
"""Characters without the end of a tag or comment after which a page is given up: each piece goes over them again."""
_LONGEST = 120_000
"""Characters of text that are kept of a page."""
_ENOUGH = 400
"""Characters that an element `main` or `article` must have for the rest of the page to be left out."""


class HtmlText(NamedTuple):
    """A page's title ("" where it has none) and text."""

    title: str
    text: str


def page_text(body: bytes, *, content_type: str) -> HtmlText:
    """Return the text of a page of this content type, HTML or plain."""
    written = _decoded(body, content_type)
    if content_type.lower().startswith("text/plain"):
        return HtmlText("", for_reader(written)[:_LONGEST].strip())
    reader = _Reader()
    for start in range(0, len(written), _PIECE):
        reader.feed(written[start : start + _PIECE])
        if len(reader.rawdata) > _UNFINISHED:
            break
    lines = reader.lines
    chosen = [text for text, main in lines if main]
    if sum(map(len, chosen)) < _ENOUGH:
        chosen = [text for text, _ in lines]
    return HtmlText(" ".join(reader.title.split())[:300], _joined(chosen))


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines)[:_LONGEST]


def _decoded(body: bytes, content_type: str) -> str:
    found = _CHARSET.search(content_type) or _CHARSET.search(body[:2_048].decode("latin-1"))
    try:
        return body.decode(found[1] if found else "utf-8", errors="replace")
    except LookupError:
        return body.decode("utf-8", errors="replace")


class _Reader(HTMLParser):
    """Collects lines; `lines` are those of the page, each with whether it stands in its main part."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._lines: list[tuple[str, bool]] = []
        self._open: list[tuple[str, bool]] = []  # name, whether it is dropped with all inside
        self._words: list[str] = []
        self._main = 0

    @property
    def lines(self) -> list[tuple[str, bool]]:
        self._end_line()
        return self._lines

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS or tag in _DROPPED:
            self._end_line()
        if tag in _VOID or len(self._open) >= _DEEPEST:
            return
        self._main += tag in ("main", "article")
        self._open.append((tag, self._dropped() or tag in _DROPPED or _is_hidden(dict(attrs))))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _DROPPED:
            self._end_line()
        depth = next((index for index in reversed(range(len(self._open))) if self._open[index][0] == tag), None)
        if depth is not None:
            self._main -= sum(name in ("main", "article") for name, _ in self._open[depth:])
            del self._open[depth:]

    @override
    def handle_data(self, data: str) -> None:
        if self._dropped():
            return
        if self._open and self._open[-1][0] == "title":
            self.title += for_reader(data)
        else:
            self._words.append(data)

    def _dropped(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _end_line(self) -> None:
        line = " ".join(for_reader("".join(self._words)).split())
        self._words = []
        if line:
            self._lines.append((line, self._main > 0))


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    """Return whether a reader does not see the element: what is hidden there is meant for machines."""
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or _HIDDEN.search(attributes.get("style") or "") is not None
    )
