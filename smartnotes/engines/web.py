"""The public web: DuckDuckGo names pages, which are fetched and read.

Only the question leaves this machine, never a word of the notes. What was found is kept in memory for a quarter of an
hour, so that asking again costs DuckDuckGo nothing; it is not kept on disk, where it would tell what was asked.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import NamedTuple, Protocol

from smartnotes.core.answering.web import WebPage
from smartnotes.core.errors import EngineMissing, Unavailable
from smartnotes.engines.circuit import Circuit

_SEARCH_S = 8
_TOTAL_S = 15.0
"""Seconds for the search and all pages together; pages that are not there by then are left out."""
_KEPT_S = 900.0
_KEPT = 64
_TRIED = 2
"""Pages that are tried for each one wanted: some refuse programs, some are no text."""
_LONGEST_QUERY = 300
_HINT = "Try again later, or ask without --web."


class Found(NamedTuple):
    """A page that a search engine names."""

    url: str
    title: str


class Reads(Protocol):
    """Fetches a page's title and text. Raises `NotFetched`."""

    def __call__(self, url: str, /) -> WebPage:
        """Return the page at the address."""
        ...


class PublicWeb:
    """`WebSearch` of this process. Threads may share it."""

    name = "duckduckgo"

    def __init__(
        self,
        search: Callable[[str, int], list[Found]],
        read: Reads,
        *,
        circuit: Circuit | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._search = search
        self._read = read
        self._circuit = circuit or Circuit("Searching the web")
        self._clock = clock
        self._kept: OrderedDict[tuple[str, int], tuple[float, list[WebPage]]] = OrderedDict()
        self._lock = threading.Lock()

    def pages(self, query: str, *, limit: int) -> list[WebPage]:
        """Return the text of at most `limit` pages, the best first. Raises `Unavailable`."""
        asked = " ".join(query.split())[:_LONGEST_QUERY]
        key = (asked.casefold(), limit)
        with self._lock:
            kept = self._kept.get(key)
        if kept and self._clock() - kept[0] < _KEPT_S:
            return kept[1]
        self._circuit.check()
        try:
            pages = self._found(asked, limit)
        except Unavailable:
            self._circuit.failed()
            raise
        self._circuit.worked()
        with self._lock:
            self._kept[key] = (self._clock(), pages)
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return pages

    def _found(self, query: str, limit: int) -> list[WebPage]:
        from smartnotes.engines.webfetch import NotFetched  # noqa: PLC0415 - loads with the first search

        until = self._clock() + _TOTAL_S
        pages: list[WebPage] = []
        failures: list[str] = []
        for found in self._search(query, limit * _TRIED):
            if len(pages) == limit or self._clock() >= until:
                break
            try:
                page = self._read(found.url)
            except NotFetched as error:
                failures.append(str(error))
                continue
            if page.text:
                pages.append(page.model_copy(update={"title": page.title or found.title or page.url}))
        if not pages:
            why = f": {failures[0]}" if failures else ""
            raise Unavailable(f"No page of the web could be read{why}.", hint=_HINT)
        return pages


def public_web() -> PublicWeb:
    """Return the web as it is. Raises `EngineMissing` where the search client is not installed."""
    if find_spec("ddgs") is None:
        raise EngineMissing(
            "Searching the web needs ddgs, which is not installed.", hint="pip install 'smartnotes[web]'"
        )
    return PublicWeb(_duckduckgo, _read_page)


def _duckduckgo(query: str, limit: int) -> list[Found]:
    """Return what DuckDuckGo names, and only DuckDuckGo: the client would ask a dozen others as well."""
    from ddgs import DDGS  # noqa: PLC0415 - 27 MB with what it needs, loaded with the first search
    from ddgs.exceptions import DDGSException  # noqa: PLC0415

    try:
        rows = DDGS(timeout=_SEARCH_S).text(query, backend="duckduckgo", max_results=limit, safesearch="on")
    except DDGSException as error:
        raise Unavailable(f"DuckDuckGo {_what_failed(str(error))}.", hint=_HINT) from error
    return [Found(str(row.get("href", "")), str(row.get("title", ""))) for row in rows]


def _what_failed(said: str) -> str:
    """Return what the client's words mean; they hold whole requests, which nobody wants to read."""
    if "No results" in said:  # it says so of a refusal (HTTP 202) as well
        return "found nothing, or limits how often it is asked"
    if "timed out" in said or "Timeout" in said:
        return f"did not answer within {_SEARCH_S} seconds"
    return "cannot be reached"


def _read_page(url: str) -> WebPage:
    from smartnotes.engines.webfetch import PageFetcher  # noqa: PLC0415
    from smartnotes.engines.webtext import page_text  # noqa: PLC0415

    fetched = PageFetcher().fetch(url)
    title, text = page_text(fetched.body, content_type=fetched.content_type)
    return WebPage(url=fetched.url, title=title, text=text, fetched_at=datetime.now(UTC))
