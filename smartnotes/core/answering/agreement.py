"""Whether two sentences with the same words say the same: negation, quantities, names, who does what to whom.

Rules, not a model: each looks for one way in which a sentence can use the words of its source and be false. They err
on the side of "does not agree", for a citation that does not support is worse than a sentence that is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from smartnotes.core.language.wording import STOP_WORDS, fold, stem, tokens

_NEGATOR_LIST = """
    not no never cannot without none neither nor nothing nobody nowhere hardly lacks lack lacking fails unable
    impossible
"""
_NEGATORS = frozenset(_NEGATOR_LIST.split())
_CLAUSE = re.compile(
    r"[,;:()\u2013\u2014\t]|\s-\s|\.\s|\n|\b(?:but|whereas|while|although|though|because|since|which|that|so|if|"
    r"when|unless|and|or|however|therefore)\b",
    re.IGNORECASE,
)
_PRONOUNS = frozenset({"it", "they", "this", "these", "that", "those", "he", "she", "one", "which", "who"})
_POINTING = _PRONOUNS | {"its", "their", "his", "her"}
_QUANTIFIERS = frozenset(
    {"one", "many", "few", "fewer", "some", "all", "most", "no", "every", "several", "both", "only"}
)
_PIVOTS = frozenset({"into", "than", "to", "from", "before", "after", "over", "under", "above", "below", "per"})
_OF = re.compile(r"\b([\w-]+) of (?:the |an? |its |their |our )?([\w-]+)")
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|gets?|got)\b(?:\s+\w+){0,2}?\s+(?:\w+(?:ed|en|wn|nt|ught|und|ung|ld|pt|de|ut|lt|"
    r"ead))\b[^,;.]*?\b(?:by|with|from|through|via|in|for|on|at|as|to)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=8_192)
def stems_in_order(text: str) -> tuple[str, ...]:
    """Return the stems of the content words, in order."""
    return tuple(
        stem(token.word)
        for token in tokens(text)
        if token.word not in STOP_WORDS and (len(token.word) > 1 or token.word.isdigit())
    )


@lru_cache(maxsize=8_192)
def clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a text, cut at punctuation and conjunctions."""
    return tuple(part for part in _CLAUSE.split(text) if part and part.strip())


# Negation


def _is_negator(word: str) -> bool:
    return word in _NEGATORS or word.endswith("n't")


def negated(text: str) -> bool:
    """Return whether a text denies anything."""
    words = [token.word for token in tokens(text)]
    return any(
        _is_negator(word) and not (word == "not" and words[place + 1 : place + 2] == ["only"])
        for place, word in enumerate(words)
    )


def _heads(clause: str) -> tuple[frozenset[str], bool]:
    """Return what a clause denies: the first word that carries meaning after its negation, or else all before it.

    The second value says which.
    """
    words = [token.word for token in tokens(clause)]
    place = next((index for index, word in enumerate(words) if _is_negator(word)), 0)
    after = [stem(word) for word in words[place + 1 :] if word not in STOP_WORDS]
    before = [stem(word) for word in words[:place] if word not in STOP_WORDS]
    return frozenset(after[:1] or before), bool(after)


def negation_agrees(claim: str, source: str) -> bool:
    """Return whether each clause of the claim is denied where the source denies it, and only there."""
    said = [(set(stems_in_order(part)), negated(part), part) for part in clauses(source)]
    if not all(_as_often_denied(clause, source) for clause in clauses(claim)):
        return False
    denials = [(words, part) for words, denied, part in said if denied]
    for clause in clauses(claim):
        mine = stems_in_order(clause)
        if not mine:
            continue
        if negated(clause):
            if not any(_denies_the_same(clause, mine, words, part, said) for words, part in denials):
                return False
            continue
        if any(_asserts_the_denied(mine, words, part, said) for words, part in denials):
            return False
    return True


def _as_often_denied(clause: str, source: str) -> bool:
    """Return whether a clause has as many negations, but for pairs, as the clause of the source it has all words of."""
    mine = set(stems_in_order(clause))
    for part in clauses(source):
        if len(mine) >= 3 and mine <= set(stems_in_order(part)):
            return (_denials(clause) - _denials(part)) % 2 == 0
    return True


def _denials(clause: str) -> int:
    # "without" denies what follows it only, which a clause may leave away
    return sum(_is_negator(token.word) for token in tokens(clause) if token.word != "without")


def _asserts_the_denied(
    mine: tuple[str, ...], words: set[str], part: str, said: list[tuple[set[str], bool, str]]
) -> bool:
    """Return whether a clause of a claim says what the source only denies, or of whom it denies the rest."""
    own = set(mine)
    heads, followed = _heads(part)
    asserted = set().union(*(others for others, denied, _ in said if not denied))
    if followed:
        its_own = mine[0] in words and mine[0] not in asserted
        return bool(heads & own) and (its_own or not heads & asserted)
    if mine[0] in heads and mine[0] not in asserted:  # "the mean is not"
        return True
    best = max((others & own for others, denied, _ in said if not denied), key=len, default=set())
    share = len(words & own)
    likelier = share > len(best) or (share == len(best) and mine[0] in words and mine[0] not in best)
    return share >= 0.5 * len(own) and likelier


def _denies_the_same(
    clause: str, mine: tuple[str, ...], words: set[str], part: str, said: list[tuple[set[str], bool, str]]
) -> bool:
    if not _heads(clause)[0] & words and not _heads(part)[0] & set(mine):
        return False
    first = tokens(part)[0].word
    subject = mine[0]
    elsewhere = any(subject in others for others, denied, _ in said if not denied)
    return subject in words or not elsewhere or first in _PRONOUNS or _is_negator(first) or first in STOP_WORDS


# Quantities, names


def quantities_agree(claim: str, source: str) -> bool:
    """Return whether "one seller and many buyers" has not become "many sellers and one buyer"."""
    mine, theirs = _quantified(claim), _quantified(source)
    return all(noun not in theirs or quantifier in theirs[noun] for noun, found in mine.items() for quantifier in found)


def _quantified(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    words = [token.word for token in tokens(text)]
    for quantifier, noun in pairwise(words):
        if quantifier in _QUANTIFIERS and noun not in STOP_WORDS:
            found.setdefault(stem(noun), set()).add(quantifier)
    return found


def names_agree(claim: str, source: str) -> bool:
    """Return whether every name of the claim (capitals inside a sentence) stands in the source."""
    there = {token.word for token in tokens(source)} | {stem(token.word) for token in tokens(source)}
    joined = re.sub(r"[^a-z0-9]", "", fold(source))
    for index, token in enumerate(tokens(claim)):
        written = claim[token.start : token.end]
        first = index == 0 or claim[: token.start].rstrip().endswith((".", ":", "!", "?", "\u201c", '"', "-", ";"))
        named = written[0].isupper() and not first and token.word not in STOP_WORDS
        known = token.word in there or stem(token.word) in there or re.sub(r"[^a-z0-9]", "", token.word) in joined
        if named and not known and not re.match(r"[a-z]?[A-Z]{2,}", written):  # abbreviations are words, not names
            return False
    return True


# Who does what to whom


def order_agrees(claim: str, source: Iterable[str]) -> bool:
    """Return whether who does what to whom is the same, as far as the order of words tells it.

    In each clause of the claim two words on either side of a third must stand so in the clause of the source that has
    them, unless one clause is passive and the other is not.
    """
    sentences = list(source)
    said = [part for sentence in sentences for part in (*clauses(sentence), sentence)]
    for clause in clauses(claim):
        mine = _places(clause)
        best = max(said, key=lambda part: (len(mine.keys() & _places(part).keys()), -len(part)), default="")
        theirs = _places(best)
        shared = sorted(mine.keys() & theirs.keys(), key=mine.__getitem__)
        turned = bool(_PASSIVE.search(clause)) != bool(_PASSIVE.search(best))
        if len(shared) >= 3 and not turned and _swapped(shared, theirs):
            return False
    return True


def subjects_agree(claim: str, source: Iterable[str]) -> bool:
    """Return whether the first two words of a clause that carry meaning go together in the source too.

    Where each stands in another clause, and that of the second has a subject of its own, the claim has put the deed of
    one ("a base accepts") upon the other ("an acid accepts").
    """
    said = [part for sentence in source for part in clauses(sentence)]
    for clause in clauses(claim):
        mine = stems_in_order(clause)
        if len(mine) < 2 or _PASSIVE.search(clause) or negated(clause):
            continue
        subject, deed = mine[:2]
        theirs = [stems_in_order(part) for part in said]
        if any(subject in part and deed in part for part in theirs) or not any(subject in part for part in theirs):
            continue
        if any(deed in part and tokens(text)[0].word in _POINTING for text, part in zip(said, theirs, strict=True)):
            continue
        done = [part for part in theirs if deed in part]
        if done and all(part.index(deed) > 0 for part in done) and not any(set(mine) <= set(part) for part in theirs):
            return False
    return True


def _swapped(shared: list[str], theirs: dict[str, int]) -> bool:
    """Return whether two words have changed places around one that stands between them in both."""
    places = [theirs[word] for word in shared]
    return any(
        places[first] > places[middle] > places[last]
        for first in range(len(places))
        for middle in range(first + 1, len(places))
        for last in range(middle + 1, len(places))
    )


@lru_cache(maxsize=8_192)
def _places(clause: str) -> dict[str, int]:
    """Return where each word stands that is there once: those that carry meaning, and those that things turn around."""
    found = [
        stem(token.word) if token.word not in _PIVOTS else token.word
        for token in tokens(_OF.sub(r"\2 \1", clause))
        if token.word in _PIVOTS or (token.word not in STOP_WORDS and len(token.word) > 1)
    ]
    return {word: place for place, word in enumerate(found) if found.count(word) == 1}
