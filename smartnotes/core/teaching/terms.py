"""Terms: the words a lecture is about, and where they stand in a sentence."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

from smartnotes.core.language.english import VERBS
from smartnotes.core.language.phrases import is_term, words_of
from smartnotes.core.language.sentences import TextSpan
from smartnotes.core.language.wording import STOP_WORDS, Token, stem, tokens
from smartnotes.core.teaching.facts import Fact, FactKind

_OFTEN = 3
"""A pair of words that stands together this often is taken for a term of the lecture."""


def known_terms(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Return the terms of the lecture, the surest first: defined, in bold, names of rows, headings, pairs of words."""
    facts = tuple(facts)
    sure = [fact.term for fact in facts if fact.kind is FactKind.DEFINITION]
    sure += [term for fact in facts for term in fact.marked]
    sure += [fact.term for fact in facts if fact.kind is FactKind.ROW and is_term(fact.term) and len(fact.term) > 3]
    sure += [fact.heading for fact in facts if is_term(fact.heading) and 1 <= len(fact.heading.split()) <= 5]
    sure += [name for fact in facts for name in _acronyms(fact.text)]
    found: dict[tuple[str, ...], str] = {}
    for term in (*sure, *_frequent_pairs(facts)):
        plain = term.split(" (")[0].strip()
        if plain and (len(plain) > 2 or plain.isupper()) and not all(word in STOP_WORDS for word in words_of(plain)):
            found.setdefault(_key(plain), plain)
    return tuple(found.values())


def _key(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words_of(text))


def _acronyms(text: str) -> list[str]:
    return (
        [
            word
            for token in tokens(text)
            if 2 <= len(word := text[token.start : token.end]) <= 6
            and word.isupper()
            and word.isalpha()
            and word != "I"
        ]
        if not text.isupper()
        else []
    )


def _frequent_pairs(facts: Sequence[Fact]) -> list[str]:
    counts: Counter[tuple[str, ...]] = Counter()
    surface: dict[tuple[str, ...], str] = {}
    for fact in facts:
        if fact.kind not in (FactKind.STATEMENT, FactKind.DEFINITION):
            continue
        text = fact.source.quote
        found = tokens(text)
        for left, right in itertools.pairwise(found):
            between = text[left.end : right.start]
            if between in (" ", "-") and _nounlike(left.word) and _nounlike(right.word) and left.word != right.word:
                key = (stem(left.word), stem(right.word))
                counts[key] += 1
                surface.setdefault(key, text[left.start : right.end])
    return [surface[key] for key, count in counts.most_common() if count >= _OFTEN]


def _nounlike(word: str) -> bool:
    return (
        len(word) > 2
        and word.isalpha()
        and word not in STOP_WORDS
        and word not in VERBS
        and not word.endswith(("ly", "ing", "ed"))
    )


def find_term(text: str, terms: Iterable[str]) -> TextSpan | None:
    """Return where the first of `terms` stands in the text, in any inflection, once and not inside another word.

    A term half of whose words stand elsewhere in the text too would be given away by them: it is passed over.
    """
    found = tokens(text)
    stems = [stem(token.word) for token in found]
    for term in terms:
        key = _key(term)
        places = [index for index in range(len(stems) - len(key) + 1) if tuple(stems[index : index + len(key)]) == key]
        if len(places) != 1 or not key:
            continue
        first, last = places[0], places[0] + len(key) - 1
        others = set(stems[:first] + stems[last + 1 :])
        told = [part for part in key if part not in STOP_WORDS]
        if 2 * sum(part in others for part in told) >= max(len(told), 1):
            continue
        if _whole(text, found[first], found[last]):
            return TextSpan(found[first].start, found[last].end)
    return None


def _whole(text: str, first: Token, last: Token) -> bool:
    """Return whether the span is not a piece of code, a path or a compound such as "list-like"."""
    before = text[first.start - 1] if first.start else " "
    after = text[last.end] if last.end < len(text) else " "
    return before in " (“\"'\u2018" and after in " .,;:!?)”\"'\u2019"
