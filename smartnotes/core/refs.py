"""Finding a subject or lecture by what a person types: its id, its name, or an unambiguous beginning of either."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Protocol, TypeVar

from smartnotes.core.errors import Conflict, NotFound


class Named(Protocol):
    """Something with an id and a name."""

    @property
    def id(self) -> str:
        """The opaque id."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...


AnyNamed = TypeVar("AnyNamed", bound=Named)


def resolve(ref: str, among: Sequence[AnyNamed], *, what: str) -> AnyNamed:
    """Return the one thing that `ref` means; names are compared without case, a whole name wins over a beginning.

    `what` ("subject", "lecture") is for the messages. Raises `NotFound` with the nearest names as a hint, `Conflict`
    where several things fit.
    """
    key = ref.strip().casefold()
    exact = [thing for thing in among if ref == thing.id or key == thing.name.casefold()]
    begins = [thing for thing in among if key and (thing.name.casefold().startswith(key) or thing.id.startswith(key))]
    fits = exact or begins
    if len(fits) == 1:
        return fits[0]
    if fits:
        names = ", ".join(f"{thing.name} ({thing.id[:12]})" for thing in fits[:5])
        raise Conflict(f"{ref!r} may mean several {what}s: {names}.", hint="Use more of the name, or the id.")
    raise NotFound(f"There is no {what} {ref!r}.", hint=_nearest(key, [thing.name for thing in among], what))


def _nearest(key: str, names: Sequence[str], what: str) -> str:
    if not names:
        return f"There are no {what}s yet; start with: smartnotes ingest FILE --subject NAME"
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in difflib.get_close_matches(key, list(folded), n=3, cutoff=0.5)]
    return f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(sorted(names)[:8])}."
