"""How many tokens a prompt has, at most, before any tokenizer is asked."""

from __future__ import annotations

from smartnotes.core.language.wording import estimated_tokens

_MARGIN = 1.3
"""A language model's tokens for each one that `estimated_tokens` counts, at most, for English."""
_FRAME = 64
"""Tokens of a chat's frame: roles, turns, begin and end."""


def most_tokens(text: str) -> int:
    """Return how many tokens a language model makes of the text, rather too many than too few.

    Characters outside ASCII count one more each: vocabularies have few words with them.
    """
    return int(estimated_tokens(text) * _MARGIN) + sum(not char.isascii() for char in text)


def prompt_tokens(prompt: str, *, system: str, max_tokens: int) -> int:
    """Return how much context a chat needs: what is said to the model and the reply of `max_tokens`, at most."""
    return most_tokens(system) + most_tokens(prompt) + _FRAME + max_tokens
