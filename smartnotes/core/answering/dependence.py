"""Whether a question stands on its own or leans on what was asked before. English, by closed classes of words.

A question that names what it is about stands on its own: then nothing of the talk before is mixed into it. It leans on
that where it names nothing ("why?", "an example?"), only a side of something ("and the cost?"), or points back with a
pronoun that means nothing in the question itself.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from smartnotes.core.language.english import ALSO_NOUNS, VERBS
from smartnotes.core.language.wording import STOP_WORDS, tokens


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ASPECTS = _words("""
    advantage advantages alternative alternatives amount analogy application applications aspect aspects assumption
    assumptions average behaviour behavior benefit benefits best big case cases cause causes characteristics common
    complexity con condition conditions cons consequence consequences cost costs definition degree derivation detail
    details difference differences disadvantage disadvantages drawback drawbacks effect effects efficiency efficient
    equation equations example examples exception exceptions expensive fact fast faster feature features form formula
    formulas general good bad goal goals history idea implementation important importance inputs interpretation
    intuition kind kinds length level limit limitation limitations limits long maximum meaning memory minimum name
    names notation number numbers o order origin part parts performance point points practice pro probability problem
    problems proof property properties pros purpose reason reasons requirement requirements result results risk risks
    role rule rules running runtime shape side simple size slow slower space speed step steps symbol theory time
    times type types typical typically unit units usage value values worst
""")
"""What one asks of a thing without saying which."""

ASKING = _words("""
    again answer apply bit call called clarify come compare conclude consider define defined describe detail differ
    difference elaborate exactly expand explain find follow give go happen happens illustrate imagine interpret know
    matter matters mean means mention mentioned name need needed one ones please precisely prove question
    really refer rephrase say said show similar simpler simply solve solved stand still summarise summarize tell
    thing things think understand used useful way ways word words work works wrong write written calculate calculated
    compute computed measured apply applied happened different
""")
"""Words of asking and of talking about something."""

_LEADS = _words("also alright and but no now ok okay or so sure thanks then well yes")
_AUXILIARIES = _words("is are was were does do did can could will would should has have may must might")
_WH = _words("what which who whom whose when where why how")
_ABOUT = re.compile(r"^(?:what|how) about\b|^what if\b|^(?:and|or|but) (?:for|with|in|on|without|from|to|of|as)\b")
_ORDINALS = "first second third fourth fifth last former latter other others next previous same rest"
_ORDINAL = re.compile(
    rf"\bthe (?P<which>{_ORDINALS.replace(' ', '|')})(?: (?:one|ones|two|three|way|ways|method|step|point|item|option|"
    r"type|kind|reason|thing|case|part|approach|example))?(?=\W*$|\s(?:is|are|was|do|does|did|work|works|mean|means|and|"
    r"for|in|differ|better|used|called)\b)|\b(?P<former>former|latter)\b|\banother (?:one|example|way|reason)\b"
)
_DUMMY_IT = re.compile(
    r"\bit(?: is|'s)? called (?=\w)|"
    r"\bit(?: is|'s)?(?: \w+ly)? (?:important|possible|impossible|necessary|useful|better|best|hard|easy|true|enough|"
    r"safe|wrong|right|difficult|cheap|expensive|ok|okay|good|bad|take|takes|took|cost|costs|called|mean|means|"
    r"makes? sense)\b(?=.*\b(?:to|that|if|for|when|called)\b)"
)
_BOUNDARY = re.compile(r"\b(?:and|but|when|if|because|while|so|that|which|before|after|until|once|where|though|although"
                       r"|unless)\b|[,;:.]")  # fmt: skip
_POINTING = _words("this that these those")
_BEFORE_THAT = _words("""
    do does did is are was were can could will would should of in for with on at by about to from than like after before
    why how when what where and but so if or
""")
"""Words after which "that" stands for something, and does not begin a clause."""
_AFTER_THAT = _words("again better further in more once please then too")
_HERE = _words("""
    book chapter class course document exam figure lecture module notes page paper section semester slide slides subject
    table term topic unit week year
""")
"""What "this" names beside it that is in front of the student, and was not talked about."""
_DEFINED = re.compile(r"^(?:(?:what|who) (?:is|are)|define|explain|describe) (?:an? )?(?P<what>[\w-]+)$")
_BACK_WORDS = _words(
    "it its it's they them their theirs they're this that these those one ones same other others another more else"
    " instead former latter there he she his her"
)
_IMPERATIVE = re.compile(r"^(?:please )?(?:list|name|state|order) ")
_MOST_NAMED = 2
"""A question that names more than so many things beside "this one" is told well enough by them."""
_LONGEST = 40
"""A question of more words brings along what it is about."""


class Leaning(NamedTuple):
    """What in a question leans on the talk before.

    `pronoun` is one that means nothing in the question; `ordinal` the word in "the second one"; `fragment` says that
    it is no whole sentence ("and in a list?"); `bare` that it names nothing at all, only how it asks.
    """

    pronoun: str = ""
    ordinal: str = ""
    fragment: bool = False
    bare: bool = False

    def __bool__(self) -> bool:
        """Say whether the question leans on anything."""
        return bool(self.pronoun or self.ordinal or self.fragment or self.bare)


def leaning(question: str) -> Leaning:
    """Return what in the question leans on the talk before; it is false where the question stands on its own."""
    text = " ".join(token.word for token in tokens(question))
    words = text.split()
    if not words or len(words) > _LONGEST:
        return Leaning()
    defined = _DEFINED.match(text)
    if defined is not None and defined["what"] not in STOP_WORDS | ASKING and not defined["what"].endswith("s"):
        return Leaning()  # "What is probability?": what else is a mere side of something is the thing itself here
    about = topical_words(_IMPERATIVE.sub("", text))
    ordinal = _ORDINAL.search(text)
    if ordinal is not None and len(about) <= 1:
        return Leaning(ordinal=ordinal["which"] or ordinal["former"] or "other")
    plain = question.casefold().replace("\u2019", "'")
    return Leaning(pronoun=_pronoun(plain), fragment=_is_fragment(words, text), bare=not about)


def may_lean(question: str) -> bool:
    """Return whether a question might lean on the talk before: enough to ask a model, which can tell."""
    words = [token.word for token in tokens(question)]
    return len(words) <= _LONGEST and (bool(leaning(question)) or not _BACK_WORDS.isdisjoint(words))


def topical_words(text: str) -> list[str]:
    """Return the folded words that say what a text is about: neither asking nor naming a mere side of something."""
    return [token.word for token in tokens(text) if is_topical(token.word)]


def is_topical(word: str) -> bool:
    """Return whether a folded word says what a question is about."""
    if word in STOP_WORDS or word in ASPECTS or word in ASKING or word in _LEADS:
        return False
    return word not in VERBS or word in ALSO_NOUNS


def without_lead(question: str) -> str:
    """Return the question without the words that only tie it to what was said ("And ", "ok, so ")."""
    rest = question.strip()
    while True:
        first = re.match(r"([A-Za-z]+)\b[\s,:]*", rest)
        if first is None or first[1].casefold() not in _LEADS:
            return rest
        rest = rest[first.end() :]


def _pronoun(text: str) -> str:
    """Return the first pronoun that means nothing in the question, "" where there is none."""
    plain = _DUMMY_IT.sub(lambda found: " " * len(found[0]), text)
    for found in re.finditer(r"\b(?:its|their|theirs|it|they|them|itself|it's|they're|he|she|him|his|her)\b", plain):
        before = plain[: found.start()]
        named = topical_words(before)
        possessive = found[0] in ("its", "their", "theirs", "itself", "his", "her")
        if not named or not (possessive or _BOUNDARY.search(before)):
            return found[0]
    return _pointing(plain)


def _pointing(text: str) -> str:
    """Return the "this" or "that" which means something said before, "" where there is none."""
    found = tokens(text)
    words = [token.word for token in found]
    for place, word in enumerate(words):
        if word not in _POINTING:
            continue
        ahead = words[place - 1] if place else ""
        behind = words[place + 1] if place + 1 < len(words) else ""
        named = topical_words(text[: found[place].start])
        if named and _BOUNDARY.search(text[: found[place].start]):
            continue
        if word == "that" and ahead and ahead not in _BEFORE_THAT and behind and behind not in _AFTER_THAT:
            continue  # a clause: "How do we know that a heap is balanced?", "a tree that is balanced"
        if word in ("that", "those") and is_topical(ahead):
            continue
        if is_topical(behind) and (behind in _HERE or len(topical_words(text)) > _MOST_NAMED):
            continue
        return word
    return ""


def _is_fragment(words: list[str], text: str) -> bool:
    """Return whether the words are no sentence, and begin like one that goes on."""
    if _ABOUT.match(text):
        return True
    rest = [word for index, word in enumerate(words) if word not in _LEADS or index > 2]
    starts = words[0] in ("and", "or", "but", "then", "also", "so")
    asks = any(word in _WH or word in _AUXILIARIES for word in rest[:3])
    return starts and not asks and len(rest) <= 8
