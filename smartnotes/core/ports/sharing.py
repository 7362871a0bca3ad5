"""What share links need from outside."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from smartnotes.core.accounts import ShareGrant
from smartnotes.core.model import Lecture, Page
from smartnotes.core.sharing import Share
from smartnotes.core.study import Document


class KnownShare(NamedTuple):
    """A link that can still be opened, with its owner and the hash of its password ("" for none)."""

    share: Share
    owner: str
    password_hash: str


class GoodPass(NamedTuple):
    """A pass that is good, under an id of its own."""

    id: str
    grant: ShareGrant


class ShareStore(Protocol):
    """Links and passes. Safe to call from several threads and processes."""

    def add(self, share: Share, *, owner: str, digest: str, password_hash: str) -> Share:
        """Keep a link by the digest of its token; return it with the name of its thing.

        Raises `NotFound` where the owner has no such thing.
        """
        ...

    def all(self, owner: str) -> list[Share]:
        """Return an owner's links, newest first."""
        ...

    def delete(self, owner: str, share_id: str) -> Share:
        """Forget a link of this owner, and its passes. Raises `NotFound`."""
        ...

    def find(self, digest: str, *, now: datetime) -> KnownShare | None:
        """Return the link with this digest; None where it is unknown, over, or its owner suspended."""
        ...

    def count_view(self, share_id: str, *, digest: str, now: datetime, until: datetime) -> bool:
        """Count one view and keep a pass by its digest until then; False (nothing written) where the link is over."""
        ...

    def find_pass(self, digest: str, *, now: datetime) -> GoodPass | None:
        """Return what a pass allows; None where it is unknown or over, its link gone, or the owner suspended."""
        ...


class SharedReader(Protocol):
    """What those may read who opened a link: every query is held to the link, which must still be good."""

    def share(self, grant: ShareGrant) -> Share:
        """Return the link itself. Raises `NotFound`."""
        ...

    def lectures(self, grant: ShareGrant) -> list[Lecture]:
        """Return the lectures it leads to, by name."""
        ...

    def documents(self, grant: ShareGrant) -> list[Document]:
        """Return the documents it leads to, newest first."""
        ...

    def lecture(self, grant: ShareGrant, lecture_id: str) -> Lecture:
        """Return one of its lectures. Raises `NotFound`."""
        ...

    def document(self, grant: ShareGrant, document_id: str) -> Document:
        """Return one of its documents. Raises `NotFound`."""
        ...

    def pages(self, grant: ShareGrant, lecture_id: str, *, first: int, last: int | None) -> list[Page]:
        """Return pages of one of its lectures. Raises `NotFound`."""
        ...

    def has_picture(self, grant: ShareGrant, blob: str) -> bool:
        """Return whether one of its lectures or documents shows this picture; an original file is none."""
        ...
