"""Documents as JSON: the value itself, readable."""

from __future__ import annotations

from smartnotes.core.study import CheatSheet, Deck, Quiz


def value_json(value: Quiz | Deck | CheatSheet) -> bytes:
    """Return the value as indented UTF-8 JSON; reading it back gives the value."""
    return (value.model_dump_json(indent=2) + "\n").encode()
