"""Equations in sentences and listings: what they say, whatever they are dressed in."""

from __future__ import annotations

import re
from functools import lru_cache

_RELATION = re.compile(r"\\(?:approx|leq?|geq?|equiv|neq?|sim)\b|:=|<=|>=|!=|==|[=\u2248\u2264\u2265\u2261\u2260]")
_INLINE = re.compile(r"\$+([^$]+)\$+|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
_SIDE = r"(?:[^\s=,;:]+)"
_OPERATOR = r"[-+*/^<>\u00b7\u00d7\u00f7\u2212|]"
# a side goes on over operators, and over single letters and numbers (a product): "1/2 m v^2"
_MORE = (
    rf"(?:\s*{_OPERATOR}\s*{_SIDE}|\s+(?:[A-Za-z\u0370-\u03ff]|\d[\d.]*)(?:[\^_(]\S*|[\u00b2\u00b3])?(?=[\s.,;:)=]|$))*"
)
_FORMULA = re.compile(rf"{_SIDE}(?:{_MORE})?(?:\s*(?:{_RELATION.pattern})\s*{_SIDE}{_MORE})+")
_WORDS_BEFORE = re.compile(r"^(?:[A-Za-z']{2,}\s+)+(?=\S)")
_SAME = {"\\approx": "\u2248", "\\leq": "<=", "\\le": "<=", "\u2264": "<=", "\\geq": ">=", "\\ge": ">=", "\u2265": ">="}


@lru_cache(maxsize=2_048)
def equations(text: str) -> frozenset[str]:
    """Return the equations of a text, squeezed, each of two sides: "a = b = c" is two."""
    inside = [next(part for part in found.groups() if part) for found in _INLINE.finditer(text)]
    rest = _INLINE.sub(" \n ", text)
    written = [*inside, *(found.group().strip(" .,;:") for found in _FORMULA.finditer(rest))]
    found: set[str] = set()
    for formula in written:
        relations = [_SAME.get(one, one) for one in _RELATION.findall(formula)]
        sides = [squeezed(_WORDS_BEFORE.sub("", side.strip())) for side in _RELATION.split(formula)]
        for left, relation, right in zip(sides, relations, sides[1:], strict=False):
            if left and right:
                found.add(f"{left}{relation}{right}")
    return frozenset(found)


def squeezed(text: str) -> str:
    """Return signs without white space, the dress of TeX, and with one sign for those that mean the same."""
    plain = re.sub(r"\\(?:cdot|times)|[\u00b7\u00d7]", "*", text)
    plain = re.sub(r"\\(?:mathrm|text|left|right|frac|operatorname)|[\s${}\\`]", "", plain)
    plain = plain.replace("\u2212", "-").replace("**", "^").rstrip(".,;:")
    return plain.translate(str.maketrans("\u00b2\u00b3\u2070\u00b9", "2301")).replace("^", "").lower()
