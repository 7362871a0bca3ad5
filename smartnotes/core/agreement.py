"""Whether two sentences with the same words say the same: numbers and units, negation, opposites, names, who does what.

Rules, not a model: each looks for one way in which a sentence can use the words of its source and be false. They err
on the side of "does not agree", for a citation that does not support is worse than a sentence that is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from smartnotes.core.wording import STOP_WORDS, fold, stem, tokens

_COUNTING_LIST = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty
"""
_DIGITS = {word: value for value, word in enumerate(_COUNTING_LIST.split())} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
    "hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "half": 0.5, "twice": 2, "thrice": 3,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_UNITS_LIST = """
    %,percent,pct|ns,nanosecond|us,\u00b5s,\u03bcs,microsecond|ms,millisecond|s,sec,second|min,minute|h,hr,hour|day|week|month|
    year,yr|nm,nanometre,nanometer|um,\u00b5m,\u03bcm,micrometre,micrometer,micron|mm,millimetre,millimeter|
    cm,centimetre,centimeter|m,metre,meter|km,kilometre,kilometer|mile|inch|foot,feet|mg,milligram|g,gram|kg,kilogram|ton,tonne|
    ml,millilitre,milliliter|l,litre,liter|b,byte|bit|kb,kilobyte|mb,megabyte|gb,gigabyte|tb,terabyte|hz,hertz|khz,kilohertz|mhz,megahertz|
    ghz,gigahertz|v,volt|mv,millivolt|w,watt|kw,kilowatt|mw,megawatt|j,joule|kj,kilojoule|pa,pascal|kpa,kilopascal|k,kelvin|
    c,celsius|f,fahrenheit|mol,mole|n,newton|ohm|a,amp,ampere|db,decibel|euro,eur|dollar,usd|pound,gbp
"""
_UNITS = {name: group.split(",")[0] for group in "".join(_UNITS_LIST.split()).split("|") for name in group.split(",")}
_NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>[-\u2212](?=\d))?(?P<digits>\d{1,3}(?:[, \u202f]\d{3})+(?!\d)|\d+)(?P<rest>\.\d+)?"
    r"(?:[eE](?P<exp>[-+]?\d{1,3}))?|(?P<word>[A-Za-z]+)"
)
_UNIT_AFTER = re.compile(r"\s?(?P<unit>%|\u00b0\s?[CF]|[A-Za-z\u00b5\u03bc]+)")

_NEGATOR_LIST = """
    not no never cannot without none neither nor nothing nobody nowhere hardly lacks lack lacking fails unable
    impossible
"""
_NEGATORS = frozenset(_NEGATOR_LIST.split())
_CLAUSE = re.compile(
    r"[,;:()\u2013\u2014]|\s-\s|\.\s|\n|\b(?:but|whereas|while|although|though|because|since|which|that|so|if|when|unless|"
    r"and|or|however|therefore)\b",
    re.IGNORECASE,
)
_OPPOSITES_LIST = """
    increase:decrease,reduce,lower,shrink,fall,drop|rise:fall,drop,sink|grow:shrink|more:less,fewer|most:least|higher:lower|
    high:low|larger:smaller|large:small|largest:smallest|big:small|bigger:smaller|biggest:smallest|longer:shorter|long:short|
    longest:shortest|faster:slower|fast:slow|fastest:slowest|before:after|earlier:later|early:late|always:never,sometimes|
    maximum:minimum|maximal:minimal|maximise:minimise|maximize:minimize|max:min|above:below|up:down|upper:lower|left:right|
    positive:negative|inside:outside|internal:external|best:worst|better:worse|stable:unstable|with:without|
    ascending:descending|true:false|open:closed|start:end|begin:end|push:pop|enqueue:dequeue|insert:delete,remove|
    add:remove,subtract|add:delete|same:different|equal:unequal|strong:weak|stronger:weaker|hot:cold|warmer:colder|
    hotter:colder|easy:hard,difficult|simple:complex|possible:impossible|necessary:unnecessary|sufficient:insufficient|
    even:odd|all:none,some|every:no|first:last|front:back,rear|head:tail|top:bottom|input:output|read:write|private:public|
    static:dynamic|mutable:immutable|reversible:irreversible|linear:nonlinear|finite:infinite|known:unknown|
    expensive:cheap|constant:variable|local:global|direct:indirect|active:passive|symmetric:asymmetric|dependent:independent|
    buy:sell|gain:lose|win:lose|accept:reject|allow:forbid,prevent|prevent:cause|exclude:include|absorb:emit,release|
    attract:repel|contract:expand|compress:expand|oxidise:reduce|oxidize:reduce|exothermic:endothermic|north:south|
    east:west|winter:summer|day:night|male:female|parent:child|ancestor:descendant|anode:cathode|acid:base|
    acidic:alkaline,basic|synchronous:asynchronous|serial:parallel|sender:receiver|client:server|must:may|
    only:also|minor:major|horizontal:vertical|rows:columns|row:column|numerator:denominator|cause:prevent
"""


class Number(NamedTuple):
    """A number with its unit, "" where it has none, at characters from `start`."""

    value: float
    unit: str
    start: int


class Sides(NamedTuple):
    """What is compared of a text: its folded words with their stems, in order."""

    words: tuple[str, ...]
    stems: tuple[str, ...]


def _opposites() -> dict[str, frozenset[str]]:
    pairs: dict[str, set[str]] = {}
    for group in "".join(_OPPOSITES_LIST.split()).split("|"):
        one, _, others = group.partition(":")
        for other in others.split(","):
            pairs.setdefault(stem(one), set()).add(stem(other))
            pairs.setdefault(stem(other), set()).add(stem(one))
    return {key: frozenset(value - {key}) for key, value in pairs.items()}


_OPPOSITES = _opposites()


@lru_cache(maxsize=4_096)
def numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order, in digits or words ("three", "2 million"); "one" is mostly no number."""
    found: list[Number] = []
    for match in _NUMBER.finditer(text):
        word = match["word"]
        if word is not None:
            folded = word.lower()
            if folded in _SCALES and found and not text[found[-1].start : match.start()].strip(" 0123456789.,"):
                found[-1] = Number(found[-1].value * _SCALES[folded], _unit(text, match.end()), found[-1].start)
                continue
            if folded == "one" or folded not in _DIGITS:
                continue
            value = float(_DIGITS[folded])
        else:
            digits = re.sub(r"[, \u202f]", "", match["digits"])
            value = float(f"{digits}{match['rest'] or ''}e{match['exp'] or 0}") if len(digits) < 30 else float("inf")
            value = -value if match["sign"] and not text[: match.start()].rstrip()[-1:].isalnum() else value
        found.append(Number(value, _unit(text, match.end()), match.start()))
    return tuple(found)


def _unit(text: str, place: int) -> str:
    after = _UNIT_AFTER.match(text, place)
    if after is None:
        return ""
    unit = after["unit"]
    if unit.startswith("\u00b0"):
        return unit[-1].lower()
    folded = unit.lower()
    known = _UNITS.get(folded) or _UNITS.get(folded.removesuffix("s") if len(folded) > 3 else folded)
    return known or ""


def numbers_agree(claim: str, source: str, *, context: str = "") -> bool:
    """Return whether every number of the claim stands in the source, with the same unit where both have one.

    `context` (headings) may give numbers too.
    """
    there = (*numbers(source), *numbers(context))
    for wanted in numbers(claim):
        same = [known for known in there if abs(known.value - wanted.value) <= 1e-9 * max(1.0, abs(wanted.value))]
        if not same or (wanted.unit and all(known.unit not in ("", wanted.unit) for known in same)):
            return False
    return True


def clauses(text: str) -> list[str]:
    """Return the clauses of a text, cut at punctuation and conjunctions."""
    return [part for part in _CLAUSE.split(text) if part and part.strip()]


@lru_cache(maxsize=8_192)
def stems_in_order(text: str) -> tuple[str, ...]:
    """Return the stems of the content words, in order."""
    return tuple(
        stem(token.word)
        for token in tokens(text)
        if token.word not in STOP_WORDS and (len(token.word) > 1 or token.word.isdigit())
    )


@lru_cache(maxsize=8_192)
def denied(text: str) -> frozenset[str]:
    """Return the stems of what a text denies: the content words after a negation in its clause, else all of it."""
    found: set[str] = set()
    for clause in clauses(text):
        words = [token.word for token in tokens(clause)]
        place = next((index for index, word in enumerate(words) if word in _NEGATORS or word.endswith("n't")), None)
        if place is None or (words[place] == "not" and words[place + 1 : place + 2] == ["only"]):
            continue
        after = [stem(word) for word in words[place + 1 :] if word not in STOP_WORDS]
        found |= set(after or [stem(word) for word in words if word not in STOP_WORDS]) - {stem(words[place])}
    return frozenset(found)


def _negated(text: str) -> bool:
    return any(token.word in _NEGATORS or token.word.endswith("n't") for token in tokens(text))


def negation_agrees(claim: str, source: str) -> bool:
    """Return whether what both speak of is denied by both or by neither."""
    shared = set(stems_in_order(claim)) & set(stems_in_order(source))
    here, there = denied(claim), denied(source)
    if _negated(claim) and not _negated(source):
        return False
    conflicting = {word for word in shared if (word in here) != (word in there)}
    return len(conflicting) < max(1, 0.34 * len(shared))


def opposites_agree(claim: str, source: str) -> bool:
    """Return whether no word of the claim has its opposite, and not itself, in the source."""
    here = {stem(token.word) for token in tokens(claim)}
    there = {stem(token.word) for token in tokens(source)}
    turned = [word for word in here - there if _OPPOSITES.get(word, frozenset()) & (there - here)]
    if not turned:
        return True
    # "not less" for "more": a negation on one side turns it back
    return _negated(claim) != _negated(source)


def names_agree(claim: str, source: str) -> bool:
    """Return whether every name of the claim (capitals inside a sentence) stands in the source."""
    there = {token.word for token in tokens(source)} | {stem(token.word) for token in tokens(source)}
    joined = re.sub(r"[^a-z0-9]", "", fold(source))
    for index, token in enumerate(tokens(claim)):
        written = claim[token.start : token.end]
        first = index == 0 or claim[: token.start].rstrip().endswith((".", ":", "!", "?", "\u201c", '"', "-", ";"))
        named = written[0].isupper() and not first and token.word not in STOP_WORDS
        if (named or re.search(r"[A-Z].*[A-Z]", written)) and token.word not in there and stem(token.word) not in there:
            plain = re.sub(r"[^a-z0-9]", "", token.word)
            if plain not in joined:
                return False
    return True


_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|gets?|got)\b(?:\s+\w+){0,2}?\s+(?:\w+(?:ed|en|wn|nt|ught|und|ung|ld|pt|de|ut|lt|"
    r"ead))\b[^,;.]*?\b(?:by|with|from|through|via)\b",
    re.IGNORECASE,
)


def order_agrees(claim: str, source: Iterable[str]) -> bool:
    """Return whether who does what to whom is the same, as far as the order of words tells it.

    In each clause of the claim two words on either side of a third must stand so in the clause of the source that has
    all three, unless one clause is passive and the other is not: then the other way round.
    """
    said = [part for sentence in source for part in clauses(sentence)]
    for clause in clauses(claim):
        mine = _places(clause)
        if len(mine) < 3:
            continue
        best = max(said, key=lambda part: len(mine.keys() & _places(part).keys()), default="")
        theirs = _places(best)
        shared = sorted(mine.keys() & theirs.keys(), key=mine.__getitem__)
        if len(shared) < 3:
            continue
        turned = bool(_PASSIVE.search(clause)) != bool(_PASSIVE.search(best))
        if _swapped(shared, theirs, turned=turned):
            return False
    return True


def _swapped(shared: Sequence[str], theirs: dict[str, int], *, turned: bool) -> bool:
    """Return whether the first and last of three or more shared words have changed places around one between them."""
    first, last = shared[0], shared[-1]
    middle = shared[1:-1]
    turned_round = theirs[first] > theirs[last]
    between = any(min(theirs[first], theirs[last]) < theirs[word] < max(theirs[first], theirs[last]) for word in middle)
    return between and turned_round and not turned


def _places(clause: str) -> dict[str, int]:
    """Return where each stem stands that is there once."""
    found = stems_in_order(clause)
    return {word: place for place, word in enumerate(found) if found.count(word) == 1}


def roles_agree(claim: str, source: str) -> bool:
    """Return whether each number belongs to the same things: its clause must share most with a clause that has it."""
    parts = [
        part for part in re.split(r"[,;\n|\t]|\band\b|\bwhile\b|\bwhereas\b|\bbut\b|\.\s", source) if numbers(part)
    ]
    if len(parts) < 2:
        return True
    for clause in re.split(r"[,;\n|]|\band\b|\bwhile\b|\bwhereas\b|\bbut\b", claim):
        wanted = {number.value for number in numbers(clause)}
        words = set(stems_in_order(clause)) - {word for word in stems_in_order(clause) if word[0].isdigit()}
        if not wanted or not words:
            continue
        shares = [(len(words & set(stems_in_order(part))), part) for part in parts]
        best = max(share for share, _ in shares)
        holding = [share for share, part in shares if wanted & {number.value for number in numbers(part)}]
        if holding and max(holding) < best:
            return False
    return True
