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


def is_guessable(password: str, *, name: str, common: Collection[str], shortest: int) -> bool:
    """Return whether the password is common, made from a common one, or made from the user's name.

    `common` are passwords in small letters. Changed case, digits or signs at the ends, and letters dressed up as signs
    make no difference. A short name only counts for nothing: what is left must be `shortest` characters long.
    """
    key, named = name_key(password), name_key(name)
    if len(set(key)) < FEWEST_LETTERS or any(form in common for form in _forms(key)):
        return True
    if not named or named not in key:
        return False
    return len(named) >= SHORTEST_NAME or len(key.replace(named, "")) < shortest


def _forms(key: str) -> Iterator[str]:
    for text in (key, key.translate(_DISGUISES)):
        yield text
        yield re.sub(r"[\W\d_]+$", "", text)
        yield re.sub(r"^[\W\d_]+", "", text)
        yield re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
