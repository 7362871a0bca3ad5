"""Putting a follow-up question into words that stand on their own, by rules. English.

"and its cost?" after "What is a hash table?" becomes "And the cost of hash table?"; where the words cannot be put in
place, what it is about follows in brackets: "why? (hash table)".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from smartnotes.core.answering.dependence import Leaning, is_topical, leaning, topical_words, without_lead
from smartnotes.core.language.english import AUXILIARY, VERBS
from smartnotes.core.language.wording import STOP_WORDS, Token, tokens

_JOINTS = (
    "a",
    "an",
    "the",
    "of",
    "in",
    "for",
    "with",
    "between",
    "and",
    "or",
    "to",
    "on",
    "from",
    "by",
    "vs",
    "versus",
)
_ORDER = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "latter": -1}
_COUNTED = re.compile(rf"\b(?:{'|'.join(_ORDER)})\b", re.IGNORECASE)
_LABEL_WORDS = 6
_LONGEST_TOPIC = 120
_AUXILIARY = re.compile(
    r"^(?:is|are|was|were|does|do|did|can|could|will|would|should|has|have|may|must|might)\b", re.IGNORECASE
)
_POSSESSIVE = ("its", "their", "theirs", "his", "her")
_PREPOSITION = re.compile(r"(in|for|with|on|without|from|by|to|of|at|as|during|under|after|before)\s", re.IGNORECASE)
_AFTER_PREPOSITION = re.compile(r"\b(?:in|for|with|on|without|from|by|to|of)\s+(?:(?:a|an|the)\s+)?$", re.IGNORECASE)
_BEFORE_SUBJECT = re.compile(
    r"(?:\b(?:do|does|did|can|could|will|would|should|must)|\b(?:why|how|when|where) (?:is|are|was|were)|"
    r"^(?:is|are|was|were))\s+(?:(?:a|an|the)\s+)?$",
    re.IGNORECASE,
)
_DOES = re.compile(r"\b(?:do|does|did)\s+(?:(?:a|an|the)\s+)?$", re.IGNORECASE)
_INDEFINITE = re.compile(r"\b(?:a|an)\s+$", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:a|an|the)\s+$", re.IGNORECASE)
_OPENING = re.compile(r"^(?:what about|how about)\s+", re.IGNORECASE)


_BEFORE_NAMES = ("a", "an", "the", "is", "are", "was", "were", "of", "in", "for", "with", "by", "between", "and", "or")
_COMPARING = re.compile(r"\bwhich (?:one|of|is|are|was)\b|\b(?:both|the two|between them)\b|\bcompare\b", re.IGNORECASE)


class Asked(NamedTuple):
    """A question asked before, standing on its own, with the points (sentences, list items) of its answer."""

    question: str
    points: tuple[str, ...] = ()


class Phrase(NamedTuple):
    """Words of a question that name something, at characters [start, end)."""

    start: int
    end: int


def standing_alone(question: str, before: Asked, *, earlier: Asked | None = None) -> str:
    """Return the question in words that stand on their own; unchanged where it does so already.

    `earlier` is what was asked before `before`: "which one is faster?" may mean what both were about.
    """
    leans = leaning(question)
    if not leans:
        return question
    if earlier is not None and _COMPARING.search(question) and len(phrases(before.question)) == 1:
        both = dict.fromkeys(about for about in (topic(earlier.question), topic(before.question)) if about)
        return _bracketed(without_lead(question), ", ".join(both))
    if leans.ordinal:
        return _ordered(question, leans.ordinal, before)
    if leans.pronoun and topical_words(question):
        return _substituted(question, leans.pronoun, before.question)
    if leans.fragment and topical_words(question):
        return _transferred(without_lead(question), before.question)
    return _continued(question, before.question, leans)


def _ordered(question: str, ordinal: str, before: Asked) -> str:
    """Return the question about the thing counted ("the second one"): of the question before, or of its answer."""
    counted = _COUNTED.search(before.question)
    if counted is not None and ordinal in _ORDER and counted[0].casefold() in _ORDER:
        return f"{before.question[: counted.start()]}{ordinal}{before.question[counted.end() :]}"
    named, about = _nth(ordinal, before.points), topic(before.question)
    return _bracketed(question, f"{named}, {about}" if named and about else named or about)


def topic(question: str) -> str:
    """Return what a question is about in its own words ("load factor of a hash table"), "" where it names nothing."""
    found = phrases(question)
    if not found:
        return ""
    joined = [question[found[0].start : found[0].end]]
    for left, right in itertools.pairwise(found):
        between = question[left.end : right.start]
        small = all(token.word in _JOINTS for token in tokens(between)) and between.replace("-", "").isascii()
        plain = small and not re.search(r"[^\w\s'\-/]", between)
        words = question[right.start : right.end]
        joined.append(f"{between}{words}" if plain else f", {words}")
    return "".join(joined)[:_LONGEST_TOPIC]


def phrases(question: str) -> list[Phrase]:
    """Return the runs of words that name something, in order; a side of something ("worst case") is no name."""
    found: list[Phrase] = []
    last: Token | None = None
    words = tokens(question)
    for place, token in enumerate(words):
        if not is_topical(token.word) and not _is_attribute(words, place):
            last = None
            continue
        if last is not None and not re.search(r"[^\s'\-/]", question[last.end : token.start]):
            found[-1] = found[-1]._replace(end=token.end)
        else:
            found.append(Phrase(token.start, token.end))
        last = token
    return [_without_verb(question, phrase) for phrase in found]


def _without_verb(question: str, phrase: Phrase) -> Phrase:
    """Return a phrase without the verb at its end: "How does replication start?"."""
    words = tokens(question[phrase.start : phrase.end])
    if len(words) < 2 or words[-1].word not in VERBS or not _DOES.search(question[: phrase.start]):
        return phrase
    return phrase._replace(end=phrase.start + words[-2].end)


def _is_attribute(words: Sequence[Token], place: int) -> bool:
    """Return whether a word that could be a verb stands before a name, as in "What is separate chaining?"."""
    if place == 0 or place + 1 == len(words) or words[place].word not in VERBS - AUXILIARY:
        return False
    return words[place - 1].word in _BEFORE_NAMES and is_topical(words[place + 1].word)


def _substituted(question: str, pronoun: str, before: str) -> str:
    """Return the question with what the pronoun means in its place, in brackets where that reads badly."""
    about = topic(before)
    if not about:
        return question
    if "," in about or pronoun in ("this", "that", "these", "those", "itself"):
        return _bracketed(question, about)
    if pronoun in _POSSESSIVE:
        return _bracketed(re.sub(rf"\b{pronoun}\b", "the", question, count=1, flags=re.IGNORECASE), about)
    named = f"the {about}" if _ARTICLE.search(before[: phrases(before)[0].start]) else about
    instead = {"it's": f"{named} is", "they're": f"{named} are"}.get(pronoun, named)
    plain = question.replace("\u2019", "'")
    return re.sub(rf"\b{re.escape(pronoun)}(?!\w)", lambda _: instead, plain, count=1, flags=re.IGNORECASE)


def _transferred(fragment: str, before: str) -> str:
    """Return the question before asked of what the fragment names: "and in a list?" -> "What is ... in a list?"."""
    held = phrases(before)
    named = _OPENING.sub("", fragment).strip(" ?.!")
    if not held or not named:
        return fragment
    preposition = _PREPOSITION.match(named)
    if preposition is None:
        if named.casefold().startswith("the "):  # a part of what the talk is about, not another thing
            return _bracketed(f"{named}?", topic(before))
        beside = _counterpart(before, held, named)
        # Of several things it is not certain which one the new one stands beside: the new one alone is asked then.
        return _in_place(before, beside, named) if beside is not None else fragment
    for phrase in reversed(held):
        ahead = re.search(rf"\b{preposition[1]}\s+(?:(?:a|an|the)\s+)?$", before[: phrase.start], re.IGNORECASE)
        if ahead is not None:
            return f"{before[: ahead.start()]}{named}{_ending(before, phrase.end)}"
    return f"{before.rstrip(' ?.!')} {named}?"


def _counterpart(before: str, held: Sequence[Phrase], named: str) -> Phrase | None:
    """Return what another thing may stand for in a question, None where that is not certain.

    The only thing it names; for "a list" the last with such an article; its subject; what a preposition governs.
    """
    if len(held) == 1:
        return held[0]
    with_article = [phrase for phrase in held if _INDEFINITE.search(before[: phrase.start])]
    if with_article and re.match(r"(?:a|an)\s", named, re.IGNORECASE):
        return with_article[-1]
    subject = next((phrase for phrase in held if _BEFORE_SUBJECT.search(before[: phrase.start])), None)
    if subject is None and _AFTER_PREPOSITION.search(before[: held[-1].start]):
        return held[-1]
    return subject


def _in_place(before: str, where: Phrase, named: str) -> str:
    """Return the question with `named` where a phrase stands, with the article it has itself."""
    head = before[: where.start]
    if re.match(r"(?:a|an|the|its|their)\s", named, re.IGNORECASE):
        head = re.sub(r"(?:\b(?:a|an|the)\s+)$", "", head, flags=re.IGNORECASE)
    elif re.search(r"\b(?:a|an)\s+$", head, re.IGNORECASE):
        head = re.sub(r"\b(?:a|an)\s+$", "", head, flags=re.IGNORECASE)
    return f"{head}{named}{_ending(before, where.end)}"


def _ending(before: str, end: int) -> str:
    rest = before[end:]
    return rest if rest.strip() else "?"


def _continued(question: str, before: str, leans: Leaning) -> str:
    """Return a question that names nothing, with what it is asked of."""
    asked = without_lead(question).strip()
    if _is_why(asked) and _AUXILIARY.match(before):
        return f"Why {before[0].lower()}{before[1:]}"
    about = topic(before)
    if leans.pronoun and leans.pronoun not in ("this", "that", "these", "those"):
        return _substituted(asked, leans.pronoun, before)
    return _bracketed(asked, about)


def _is_why(asked: str) -> bool:
    return re.fullmatch(r"(?:but )?why(?: so| is (?:that|this)(?: so)?)?\W*", asked, re.IGNORECASE) is not None


def _bracketed(question: str, about: str) -> str:
    return f"{question.strip()} ({about})" if about else question


def _nth(ordinal: str, points: tuple[str, ...]) -> str:
    """Return the words that name the point of an answer that is meant, "" where there is no such point."""
    if len(points) == 1:  # "Chaining; open addressing": one line with all of them
        points = tuple(part for part in re.split(r";|,(?: and| or)?| and | or ", points[0]) if part.strip())
    if ordinal not in _ORDER or len(points) < 2 or _ORDER[ordinal] >= len(points):
        return ""
    point = points[_ORDER[ordinal]]
    label = re.split(r"[:\u2013\u2014]|\s-\s", point, maxsplit=1)[0]
    words = [point[token.start : token.end] for token in tokens(label) if token.word not in STOP_WORDS]
    return " ".join(words[:_LABEL_WORDS])
