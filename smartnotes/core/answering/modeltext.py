"""What a model wrote, made harmless before anybody sees it: it may have been told to by a lecture or a page.

Nothing in it is run. Pictures, HTML and addresses that are not in the evidence are taken out, for to load or open them
would tell their server what was asked (exfiltration); so is what looks like a citation of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from smartnotes.core.language.visible import for_reader

REMOVED = "[link removed]"

_MARK = r"(?:E|[BCDFGHJKLMNPQRSTVWXZ]{6})\d{1,3}"
MARKER = re.compile(rf"\s*[\[(\u3010]\s*({_MARK}(?:\s*[,;&]\s*{_MARK})*)\s*[\])\u3011]")
"""Markers as models write them: ``[QXKDVF1]``, ``(E1, E3)``."""
NAME = re.compile(_MARK)
_BARE = re.compile(r"\s*\b[BCDFGHJKLMNPQRSTVWXZ]{6}\d{1,3}\b")
_FENCE = re.compile(r"</?\s*excerpt[^>\n]*>?", re.IGNORECASE)

_CODE = re.compile(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`)", re.DOTALL)
_URL = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,20}:)?//[^\s<>\"'`)\]}]+|\bwww\.[^\s<>\"'`)\]}]+", re.IGNORECASE)
_SCHEME = re.compile(r"\b(?:javascript|vbscript|data|file|blob|mailto|tel):(?=\S)[^\s<>\"'`)\]}]*", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\s?(?:\([^)\n]*\)?|\[[^\]\n]*\])?")
_LINK = re.compile(r"\[([^\]\n]+)\]\(\s*<?([^)\s>]*)>?[^)\n]*\)")
_REFERENCE = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+.*$", re.MULTILINE)
_TAG = re.compile(
    r"</?(?:a|img|script|style|iframe|object|embed|link|meta|base|svg|math|video|audio|source|track|picture|form|input|"
    r"button|textarea|select|frame|frameset|applet|template|portal|body|html|head|div|span|table|marquee)\b[^>]*>?|<!--.*?"
    r"(?:-->|\Z)",
    re.IGNORECASE | re.DOTALL,
)
# "[1]" after words or at the end of a sentence; "a[1] = 2" and "the list [1, 2]" inside one stay.
_FORGED = re.compile(
    r"(?:\s+\[\d{1,3}\]|\s*\[\d{1,3}(?:\s*[,\u2013-]\s*\d{1,3})*\](?=\s*(?:[.!?;,]?\s*$|[.!?]\s)))", re.MULTILINE
)
_LEADING = re.compile(r"^([ \t]*(?:[-*+]\s+)?)\[\d{1,3}\]\s+", re.MULTILINE)
_MARKED = re.compile(r"\s*\[\?\]")
_HELD = 400
"""Characters that are held back at most while a bracket is open."""


def addresses(texts: Iterable[str]) -> frozenset[str]:
    """Return the addresses that stand in the texts: what a model may repeat."""
    return frozenset(_bare(found.group()) for text in texts for found in _URL.finditer(text))


def harmless(written: str, *, known: frozenset[str]) -> str:
    """Return a model's text without what could do harm; `known` are the addresses it may name. Markers of ours stay."""
    parts = _CODE.split(for_reader(written))
    # a pattern with one group: what was found stands at the odd places
    return "".join(_without(part, known) if index % 2 else _prose(part, known) for index, part in enumerate(parts))


def unmarked(text: str) -> str:
    """Return the text without markers."""
    return _BARE.sub("", MARKER.sub("", text))


def _prose(text: str, known: frozenset[str]) -> str:
    text = _TAG.sub("", _FENCE.sub("", text))
    text = _REFERENCE.sub("", _IMAGE.sub(r"\1", text))
    text = _LINK.sub(lambda found: _link(found[1], found[2], known), text)
    return _MARKED.sub("", _LEADING.sub(r"\1", _FORGED.sub("", _without(text, known))))


def _link(words: str, target: str, known: frozenset[str]) -> str:
    """Return a link as its words, with the address written out where it is known and of the web."""
    if target in known and target.lower().startswith(("http://", "https://")):
        return words if words == target else f"{words} ({target})"
    return words


def _without(text: str, known: frozenset[str]) -> str:
    """Return the text without addresses that are not known."""
    text = _SCHEME.sub(REMOVED, text)
    return _URL.sub(lambda found: found.group() if _bare(found.group()) in known else _kept_end(found.group()), text)


def _kept_end(address: str) -> str:
    return address if address.startswith("//") and "." not in address else REMOVED + address[len(_bare(address)) :]


def _bare(address: str) -> str:
    return address.rstrip(".,;:!?*_")


class ReplyStream:
    """Makes a reply harmless while it is written: gives each piece as soon as nothing in it can change any more."""

    def __init__(self, *, known: frozenset[str]) -> None:
        self._known = known
        self._held = ""
        self._code = False

    def feed(self, piece: str) -> str:
        """Return what can be shown now."""
        self._held += piece
        cut = self._safe()
        ready, self._held = self._held[:cut], self._held[cut:]
        return self._made(ready)

    def end(self) -> str:
        """Return the rest."""
        ready, self._held = self._held, ""
        return self._made(ready)

    def _safe(self) -> int:
        """Return how many characters end before a blank, with no bracket, tag, quote or escape left open."""
        held = self._held
        for cut in range(len(held) - 1, 0, -1):
            # what follows a bracket says whether it was a citation
            if held[cut].isspace() and not held[cut - 1].isspace() and held[cut - 1] != "]":
                before = held[max(0, cut - _HELD) : cut]
                if not _is_open(before):
                    return cut
        return 0 if len(held) <= _HELD else _HELD

    def _made(self, ready: str) -> str:
        if not ready:
            return ""
        fences = ready.count("```")
        inside, self._code = self._code, self._code != bool(fences % 2)
        if inside and not fences:
            return _without(for_reader(ready), self._known)
        return unmarked(harmless(ready, known=self._known))


def _is_open(text: str) -> bool:
    return (
        text.rfind("[") > text.rfind("]")
        or text.rfind("(") > text.rfind(")")
        or re.search(r"<[!/a-zA-Z][^>]*$", text) is not None
        or text.replace("```", "").count("`") % 2 == 1
        or text.endswith(("!", "\x1b"))
    )
