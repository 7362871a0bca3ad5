"""Whether what a model wrote stands in the notes: the place that it was taken from, found by code.

A model says which words of which excerpt it used. Neither is believed: the words are looked for, and what is kept is
the place where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from smartnotes.core.answering.citing import Support, citation, support_for
from smartnotes.core.language.sentences import sentence_spans
from smartnotes.core.language.wording import content_stems, fold, tokens
from smartnotes.core.study import Citation, Evidence

_SHORTEST = 3  # words of a quote that may stand for a place by itself
_CUT_SHORTEST = 5  # ... of a part of one
_LEFT_OUT = re.compile(r"\.{3,}|\u2026|\[\.+\]")
_HELD = 0.6
"""The share of an answer's content words that its place must have."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def place_of(quote: str, batch: Sequence[Evidence], *, marker: str = "") -> Citation | None:
    """Return the sentences of the batch in which a quote stands, None where it does not.

    Case, punctuation and line ends may differ, words cut off at its ends and left out at dots ("...") may be missing;
    failing that, one to three consecutive sentences must support it. The excerpt under `marker` is looked at first.
    """
    ordered = sorted(batch, key=lambda item: item.marker != marker)
    for words in _wordings(quote):
        pattern = re.compile(r"(?<!\w)" + r"\W+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)
        for item in ordered:
            found = pattern.search(item.hit.chunk.text)
            if found:
                return _around(item, found.start(), found.end())
    support = support_for(quote, ordered, markers=[marker])
    return _of(support) if support else None


def _wordings(quote: str) -> Iterator[list[str]]:
    """Yield the words to look for, the surest first: all, the longest part without dots, all but those at the ends."""
    whole = [token.word for token in tokens(quote)]
    parts = [[token.word for token in tokens(part)] for part in _LEFT_OUT.split(quote)]
    longest = max(parts, key=len)
    for words, fewest in ((whole, _SHORTEST), (longest, _CUT_SHORTEST), (longest[1:-1], _CUT_SHORTEST)):
        if len(words) >= fewest:
            yield words


def holds(source: Citation, text: str) -> bool:
    """Return whether a place says what a short text says: most of its content words, and all its numbers."""
    wanted = set(content_stems(text))
    if not wanted:
        return fold(text).strip(" .") in fold(source.quote)
    there = set(content_stems(source.quote))
    if not set(_NUMBER.findall(text.replace(",", ""))) <= set(_NUMBER.findall(source.quote.replace(",", ""))):
        return False
    return len(wanted & there) >= _HELD * len(wanted)


def states(source_batch: Sequence[Evidence], statement: str) -> Citation | None:
    """Return the words of the batch that say what a whole sentence says, None where it is not said."""
    found = support_for(statement, source_batch)
    return _of(found) if found else None


def _of(support: Support) -> Citation:
    return citation(support.hit, support.start, support.end)


def _around(item: Evidence, start: int, end: int) -> Citation:
    """Return the whole sentences that characters ``[start, end)`` lie in."""
    touched = [span for span in sentence_spans(item.hit.chunk.text) if span.start < end and start < span.end]
    if not touched:
        return citation(item.hit, start, end)
    return citation(item.hit, touched[0].start, touched[-1].end)
