"""The web: pages that a search engine finds."""

from __future__ import annotations

from typing import Protocol

from smartnotes.core.answering.web import WebPage


class WebSearch(Protocol):
    """Finds pages on the public web. May be called from several threads."""

    name: str

    def pages(self, query: str, *, limit: int) -> list[WebPage]:
        """Return the text of at most `limit` pages, the best first; pages that cannot be read are left out.

        Raises `Unavailable` (network away, limited, nothing found or readable, tried too often in vain) and
        `EngineMissing`.
        """
        ...
