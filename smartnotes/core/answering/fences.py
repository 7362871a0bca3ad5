"""Fences around evidence: what a model is shown of lectures and web pages stands between marks nobody could foresee.

Markers and fences carry a nonce that is drawn for each answer, after the evidence was written: text cannot forge a
marker, close its own fence or open another one. What hides from a reader, and the words with which chat formats begin
and end a turn, are taken out: servers read those as commands wherever they stand.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from smartnotes.core.language.visible import for_reader
from smartnotes.core.study import Evidence, Hit

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_NONCE = 6

# The turns of ChatML, Llama 2 and 3, Gemma, Phi, Mistral, DeepSeek and Alpaca, as their tokenizers have them.
_TURNS = re.compile(
    r"<[|\uff5c]\s*[\w\u2581 ]{1,40}\s*[|\uff5c]>|</?s>|<(?:start|end)_of_turn>|<(?:bos|eos|pad|unk)>|"
    r"\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<</?SYS>>|"
    r"</?(?:tool_call|tool_response|think|function_call)>|^\s*###\s*(?:instruction|response|system|user|assistant)\s*:?",
    re.IGNORECASE | re.MULTILINE,
)
_FENCE_LIKE = re.compile(r"<(?=/?\s*excerpt)", re.IGNORECASE)


def new_nonce() -> str:
    """Return six letters out of twenty, at random: one in 64 million to guess, and not a word."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_NONCE))


def issued(hits: Sequence[Hit], *, nonce: str) -> list[Evidence]:
    """Return the hits as evidence under markers of this nonce, in order."""
    return [Evidence(marker=f"{nonce}{number}", hit=hit) for number, hit in enumerate(hits, start=1)]


def shown(text: str) -> str:
    """Return text from a lecture, a page or a user as a model may see it: visible, and without turns of a chat."""
    return _FENCE_LIKE.sub("< ", _TURNS.sub(" ", for_reader(text)))


def shown_evidence(item: Evidence) -> str:
    """Return what is shown of a piece of evidence: its headings and its text."""
    headings = " > ".join(item.hit.chunk.headings)
    text = item.hit.chunk.text
    return shown(f"{headings}\n{text}" if headings else text)


def fenced(item: Evidence, *, nonce: str) -> str:
    """Return a piece of evidence under its marker, between fences of this nonce."""
    fence = f"excerpt-{nonce}" if nonce else "excerpt"
    return f'<{fence} marker="{item.marker}">\n{shown_evidence(item)}\n</{fence}>'
