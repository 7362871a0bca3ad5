"""Values of share links: how somebody without an account may look at one lecture, document or subject.

A link carries a secret token. Opening it (with its password, where it has one) counts as one view and gives a pass,
with which the shared thing can be read for a while. Of token and pass only digests are kept.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from smartnotes.core.accounts import Password, Secret
from smartnotes.core.model import Lecture, Value
from smartnotes.core.study import DocumentKind

SHARE_LINK = "sns_"
"""How the token of a link begins."""
SHARE_PASS = "snv_"  # noqa: S105 - the prefix
"""How a pass begins."""
DAY_S = 24 * 3600
LONGEST_S = 366 * DAY_S


class SharedKind(StrEnum):
    """What a link leads to."""

    LECTURE = "lecture"
    DOCUMENT = "document"
    SUBJECT = "subject"


class ShareOptions(Value):
    """How a link may be used.

    It ends after `expires_in_s` seconds and after `max_views` openings (None: as many as come). `original` lets those
    who open it also load the lectures' original files.
    """

    expires_in_s: Annotated[int, Field(ge=60, le=LONGEST_S)] = 30 * DAY_S
    max_views: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    password: Password | None = Field(default=None, repr=False)
    original: bool = False


class ShareRequest(Value):
    """A link to be made to the thing with this id."""

    kind: SharedKind
    target_id: Annotated[str, Field(min_length=1, max_length=64)]
    options: ShareOptions = ShareOptions()


class Share(Value):
    """A link as its owner lists it. `name` is the shared thing's; `has_password` says that one is asked for."""

    id: str
    kind: SharedKind
    target_id: str
    name: str
    created_at: AwareDatetime
    expires_at: AwareDatetime
    max_views: int | None = None
    views: Annotated[int, Field(ge=0)] = 0
    has_password: bool = False
    original: bool = False

    def is_over(self, now: AwareDatetime) -> bool:
        """Return whether nobody can open it any more."""
        return self.expires_at <= now or (self.max_views is not None and self.views >= self.max_views)


class NewShare(Value):
    """A link that was just made: the only time that `token` is seen."""

    token: Secret = Field(repr=False)
    share: Share


class ShareOpening(Value):
    """The token of a link, with its password where it has one."""

    token: Secret = Field(repr=False)
    password: Password | None = Field(default=None, repr=False)


class SharePass(Value):
    """What reads the shared thing for `expires_in_s` seconds, as a bearer credential."""

    access_token: Secret = Field(repr=False)
    expires_in_s: Annotated[int, Field(ge=1)]
    kind: SharedKind
    name: str


class SharedDocument(Value):
    """A document as those see it who opened a link, with the formats it can be loaded in."""

    id: str
    kind: DocumentKind
    title: str
    created_at: AwareDatetime
    formats: tuple[str, ...]


class Shared(Value):
    """What a link leads to: one lecture, one document, or the lectures and documents of a subject."""

    kind: SharedKind
    name: str
    expires_at: AwareDatetime
    original: bool
    lectures: tuple[Lecture, ...] = ()
    documents: tuple[SharedDocument, ...] = ()
