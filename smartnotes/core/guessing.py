"""Passwords that somebody who guesses would try first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from smartnotes.core.accounts import name_key

SHORTEST_NAME = 4
"""Characters; shorter names stand inside of many words."""
FEWEST_LETTERS = 4
"""A password of fewer different characters is one of a few patterns."""

_DISGUISES = str.maketrans("@4301!$57", "aaeoiisst")
"""How letters are usually dressed up."""


def has_name(password: str, *, name: str, shortest: int) -> bool:
    """Return whether the user's name stands in the password.

    A short name may: it just counts for nothing, so what is left must be `shortest` characters long.
    """
    key, named = name_key(password), name_key(name)
    if not named or named not in key:
        return False
    return len(named) >= SHORTEST_NAME or len(key.replace(named, "")) < shortest


def is_common(password: str, *, common: Collection[str]) -> bool:
    """Return whether the password is one of the `common` ones (in small letters), or made from one.

    Changed case, digits or signs at the ends, and letters dressed up as signs make no difference.
    """
    key = name_key(password)
    return len(set(key)) < FEWEST_LETTERS or any(form in common for form in _forms(key))


def _forms(key: str) -> Iterator[str]:
    for text in (key, key.translate(_DISGUISES)):
        yield text
        yield re.sub(r"[\W\d_]+$", "", text)
        yield re.sub(r"^[\W\d_]+", "", text)
        yield re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
