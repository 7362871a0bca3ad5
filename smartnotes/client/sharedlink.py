"""Share links from the outside: what they look like, and reading what they lead to without an account.

The token stands behind a ``#``: browsers keep that part to themselves, so it is in no server's or proxy's log.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self
from urllib.parse import quote

from smartnotes.client.credentials import Login
from smartnotes.client.remoteaccess import checked
from smartnotes.client.remoteconnection import Connection
from smartnotes.core.errors import OptionsError
from smartnotes.core.model import Figure, Page
from smartnotes.core.options import PageRange
from smartnotes.core.sharing import SHARE_LINK, Shared, ShareOpening, SharePass
from smartnotes.settings import Settings

PLACE = "/shared#"


def link_to(server: str, token: str) -> str:
    """Return the link that one gives away."""
    return f"{server}{PLACE}{token}"


def parts_of(link: str) -> tuple[str, str]:
    """Return the server and the token of a link. Raises `OptionsError`."""
    server, _, token = link.strip().rpartition(PLACE)
    if not server or not token.startswith(SHARE_LINK):
        raise OptionsError(
            f"{link.partition('#')[0]!r} is no share link.",
            hint=f"It looks like https://notes.example.org{PLACE}{SHARE_LINK}... (put it in quotes).",
        )
    return server, token


class SharedNotes:
    """What a link leads to. Close it after use, or use it in a `with`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def shared(self) -> Shared:
        """Return what there is."""
        return self._connection.call("GET", "/shared", answer=Shared)

    def pages(self, lecture_id: str, *, pages: PageRange | None = None) -> list[Page]:
        """Return a lecture's pages in order."""
        query = {"first": pages.first, "last": pages.last} if pages else {}
        return self._connection.collect(f"/shared/lectures/{lecture_id}/pages", query=query, of=Page)

    def figures(self, lecture_id: str) -> list[Figure]:
        """Return a lecture's figures in page order."""
        return self._connection.collect(f"/shared/lectures/{lecture_id}/figures", of=Figure)

    def blob(self, blob: str) -> bytes:
        """Return a picture as PNG. Raises `NotFound`."""
        return self._connection.data("GET", f"/shared/blobs/{quote(blob, safe='')}")

    def original(self, lecture_id: str) -> bytes:
        """Return a lecture's original file. Raises `AccessDenied` where the link does not include it."""
        return self._connection.data("GET", f"/shared/lectures/{lecture_id}/original")

    def render(self, document_id: str, *, format: str) -> bytes:  # noqa: A002 - the word users type
        """Return a document as a file of this format. Raises `OptionsError` for one its kind does not have."""
        return self._connection.data("GET", f"/shared/documents/{document_id}/download", query={"format": format})


def open_shared(link: str, *, settings: Settings, password: str | None = None) -> SharedNotes:
    """Open a link, which counts as one view.

    Raises `NotFound` for a link that is unknown, expired, revoked or used up, `AccessDenied` for a wrong or missing
    password, `OptionsError` for what is no link, `SettingsError` where offline mode forbids the connection.
    """
    server, token = parts_of(link)
    address = checked(server, settings=settings)
    stranger = Connection(address)
    try:
        wanted = ShareOpening(token=token, password=password)
        opened = stranger.call("POST", "/shared/open", body=wanted, answer=SharePass)
    finally:
        stranger.close()
    return SharedNotes(Connection(address, login=Login(server=address, access_token=opened.access_token)))
