"""Numbers in sentences: in digits or words, with their units, and whether two texts have the same."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple, Protocol

_COUNTING_LIST = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty
"""
_WORDS = {word: float(value) for value, word in enumerate(_COUNTING_LIST.split())} | {
    "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0,
    "dozen": 12.0, "half": 0.5, "twice": 2.0, "thrice": 3.0,
}  # fmt: skip
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_UNITS_LIST = """
    %,percent,pct|ns,nanosecond|us,\u00b5s,\u03bcs,microsecond|ms,millisecond|s,sec,second|min,minute|h,hr,hour|day|week|
    month|year,yr|nm,nanometre,nanometer|um,\u00b5m,\u03bcm,micrometre,micrometer,micron|mm,millimetre,millimeter|
    cm,centimetre,centimeter|m,metre,meter|km,kilometre,kilometer|mile|inch|foot,feet|mg,milligram|g,gram|kg,kilogram|
    ton,tonne|ml,millilitre,milliliter|l,litre,liter|b,byte|bit|kb,kilobyte|mb,megabyte|gb,gigabyte|tb,terabyte|
    hz,hertz|khz,kilohertz|mhz,megahertz|ghz,gigahertz|v,volt|mv,millivolt|w,watt|kw,kilowatt|j,joule|kj,kilojoule|
    pa,pascal|kpa,kilopascal|k,kelvin|c,celsius|f,fahrenheit|mol,mole|n,newton|ohm|a,amp,ampere|db,decibel|
    \u20ac,euro,eur|dollar,usd|pound,gbp
"""
_UNITS = {name: group.split(",")[0] for group in "".join(_UNITS_LIST.split()).split("|") for name in group.split(",")}
_NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>[-\u2212](?=\d))?(?P<digits>\d{1,3}(?:[,\u202f]\d{3})+(?!\d)|\d+)(?P<rest>\.\d+)?"
    r"(?:[eE](?P<exp>[-+]?\d{1,3}))?|(?P<word>[A-Za-z]+)"
)
_UNIT_AFTER = re.compile(r"\s?-?(?P<unit>%|\u20ac|\u00b0\s?[CF]|[A-Za-z\u00b5\u03bc]+)")
_PARTS = re.compile(r"[,;]\s|\n|\band\b|\bwhile\b|\bwhereas\b|\bbut\b|\.\s")


class Number(NamedTuple):
    """A number with its unit, "" where it has none, at characters ``[start, end)``."""

    value: float
    unit: str
    start: int
    end: int


class Words(Protocol):
    """Gives the stems of a text's content words, in order."""

    def __call__(self, text: str, /) -> tuple[str, ...]:
        """Return the stems."""
        ...


def is_numeral(word: str) -> bool:
    """Return whether a folded word is a number: `numbers_agree` looks at those."""
    return word[0].isdigit() or word in _WORDS or word in _SCALES


def is_unit(word: str) -> bool:
    """Return whether a folded word is a unit, if it stands after a number."""
    return _unit_named(word) != ""


@lru_cache(maxsize=4_096)
def numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order, in digits or words ("three", "2 million"); "one" is mostly no number."""
    found: list[Number] = []
    for match in _NUMBER.finditer(text):
        word = (match["word"] or "").lower()
        if word in _SCALES:
            scaled = bool(found) and not text[found[-1].end : match.start()].strip()
            before = found.pop() if scaled else None
            value = (before.value if before else 1.0) * _SCALES[word]
            found.append(
                Number(value, _unit(text, match.end()), before.start if before else match.start(), match.end())
            )
        elif word:
            if word != "one" and word in _WORDS:
                found.append(Number(_WORDS[word], _unit(text, match.end()), match.start(), match.end()))
        else:
            found.append(Number(_value(match, text), _unit(text, match.end()), match.start(), match.end()))
    return tuple(found)


def _value(match: re.Match[str], text: str) -> float:
    digits = re.sub(r"[,\u202f]", "", match["digits"])
    value = float(f"{digits}{match['rest'] or ''}e{match['exp'] or 0}")
    negative = match["sign"] and not text[: match.start()].rstrip()[-1:].isalnum()
    return -value if negative else value


def _unit(text: str, place: int) -> str:
    after = _UNIT_AFTER.match(text, place)
    return _unit_named(after["unit"].lower().replace("\u00b0", "").strip()) if after else ""


def _unit_named(word: str) -> str:
    return _UNITS.get(word) or _UNITS.get(word.removesuffix("s") if len(word) > 3 else word) or ""


def _same(first: Number, second: Number) -> bool:
    near = abs(first.value - second.value) <= 1e-9 * max(1.0, abs(first.value))
    return near and (not first.unit or not second.unit or first.unit == second.unit)


def numbers_agree(claim: str, source: str, *, context: str = "") -> bool:
    """Return whether every number of the claim stands in the source, with the same unit where both have one.

    `context` (headings) may give numbers too.
    """
    there = (*numbers(source), *numbers(context))
    return all(any(_same(wanted, known) for known in there) for wanted in numbers(claim))


def roles_agree(claim: str, source: str, *, words: Words) -> bool:
    """Return whether each number belongs to the same thing: the part of the source that has it is about its subject.

    `words` gives the stems of a text in order. The rows of a table are parts; a row's numbers belong together.
    """
    table = "\t" in source
    parts = [part for part in (source.split("\n") if table else _PARTS.split(source)) if numbers(part)]
    if len(parts) < 2:
        return True
    for clause in [claim] if table else _PARTS.split(claim):
        wanted = numbers(clause)
        about = [word for word in words(clause) if not word[0].isdigit()]
        if not wanted or not about:
            continue
        holding = [part for part in parts if all(any(_same(one, known) for known in numbers(part)) for one in wanted)]
        if not holding:
            if table:
                return False
            continue
        subject = next((word for word in about if any(word in words(part) for part in parts)), None)
        if subject is not None and not any(subject in words(part) for part in holding):
            return False
        shares = [len(set(about) & set(words(part))) for part in parts]
        if max(len(set(about) & set(words(part))) for part in holding) < max(shares):
            return False
    return True
