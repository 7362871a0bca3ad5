"""Names in questions: whether the notes mention them at all, and whether a line names who made something. English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from smartnotes.core.language.wording import content_stems, stem, tokens

_OPENINGS_LIST = "what who whom whose when where why how which is are do does did can could should"
_OPENINGS = frozenset(_OPENINGS_LIST.split())
"""First words of English questions. Others may be in a language that writes all its nouns with a capital."""
_ENDS = re.compile(r"[.?!:]\W*$")
_SAME = 0.8
"""How alike a word must be to a name to be that name misspelt."""
_MAKER = re.compile(
    r"\bwho(?: \w+ly| first)* (?:discovered|invented|coined|wrote|founded|developed|proposed|created|introduced|"
    r"designed|published|formulated|proved|built)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Z][\w'\u2019-]*(?: (?:(?:van|von|de|der|la|al) )*[A-Z][\w'\u2019-]*)*")


def unknown_names(question: str, texts: Iterable[str]) -> list[str]:
    """Return the proper names in a question that none of the texts has: a name that is not in the notes at all.

    A name is a word with a capital that begins no sentence. Misspelt names, and abbreviations of words that stand
    there, are known. Questions in capitals, and those that begin like none in English, have none.
    """
    written = tokens(question)
    if not written or written[0].word not in _OPENINGS:
        return []
    named = [
        question[token.start : token.end]
        for token, before in zip(written[1:], written, strict=False)
        if question[token.start].isupper() and not _ENDS.search(question[before.end : token.start].rstrip())
    ]
    names = [name for name in named if len(name) > 1]
    if not names or 2 * len(named) > len(written):
        return []
    words = [token.word for text in texts for token in tokens(text)]
    return [name for name in names if not _is_known(name, words)]


def asks_for_maker(question: str) -> bool:
    """Return whether the question asks who made or found something."""
    return _MAKER.search(question) is not None


def names_somebody(line: str, *, besides: str) -> bool:
    """Return whether a line has what may be a person's name, other than the words of the question `besides`."""
    asked = set(content_stems(besides))
    for found in _NAME.finditer(line):
        words = found.group()
        inside = found.start() > 0 and not _ENDS.search(line[: found.start()].rstrip())
        if (" " in words or (inside and words[1:].islower())) and asked.isdisjoint(content_stems(words)):
            return True
    return False


def _is_known(name: str, words: Sequence[str]) -> bool:
    folded = [token.word for token in tokens(name)]
    known = set(words)
    if all(word in known or stem(word) in {stem(one) for one in known} for word in folded):
        return True
    if name.isupper():
        return _abbreviates(name.lower(), words)
    return all(get_close_matches(word, known, n=1, cutoff=_SAME) for word in folded)


def _abbreviates(letters: str, words: Sequence[str]) -> bool:
    """Return whether so many words beginning with these letters stand side by side."""
    initials = "".join(word[0] for word in words)
    return letters in initials
