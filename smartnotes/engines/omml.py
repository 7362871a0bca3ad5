"""Formulas of Office files (Office MathML, ISO/IEC 29500-1, 22.1) as a line of text: E=mc², (a+b)/2, ∑_(i=1)ⁿ."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")  # noqa: RUF001 - what Unicode can raise
_CAN_RAISE = frozenset("0123456789+-−=()ni")  # noqa: RUF001
_ACCENTS = {"̂": "̂", "̃": "̃", "̇": "̇", "̈": "̈", "̅": "̅", "→": "⃗", "⃗": "⃗", "̄": "̄"}
_PROPERTIES = "Pr"
_MAX_DEPTH = 60


def math_text(element: _Element, *, depth: int = 0) -> str:
    """Return what a formula (``m:oMath``, ``m:oMathPara`` or anything that holds one) says, as a line of text."""
    if not isinstance(element.tag, str) or depth > _MAX_DEPTH:
        return ""
    kind = element.tag.removeprefix(M)
    if kind == "t":
        return element.text or ""
    maker = _MAKERS.get(kind) if element.tag.startswith(M) else None
    if maker is not None:
        return maker(element, depth + 1)
    if element.tag.startswith(M) and kind.endswith(_PROPERTIES):
        return ""
    return "".join(math_text(child, depth=depth + 1) for child in element)


def raised(text: str) -> str:
    """Return the text as superscript where Unicode has it, else after a caret."""
    if text and _CAN_RAISE.issuperset(text):
        return text.translate(_RAISED)
    return f"^{_held(text)}" if text else ""


def can_raise(text: str) -> bool:
    """Whether Unicode has all the letters of a text as superscripts."""
    return bool(text) and _CAN_RAISE.issuperset(text)


def _lowered(text: str) -> str:
    return f"_{_held(text)}" if text else ""


def _held(text: str) -> str:
    """Return the text in brackets where it is more than one thing."""
    bare = text.strip()
    return bare if len(bare) <= 1 or bare.isalnum() else f"({bare})"


def _part(element: _Element, name: str, depth: int) -> str:
    found = element.find(f"{M}{name}")
    return math_text(found, depth=depth) if found is not None else ""


def _character(element: _Element, holder: str, name: str, usual: str) -> str:
    found = element.find(f"{M}{holder}/{M}{name}")
    return str(found.get(f"{M}val", "")) if found is not None else usual


def _fraction(element: _Element, depth: int) -> str:
    return f"{_held(_part(element, 'num', depth))}/{_held(_part(element, 'den', depth))}"


def _root(element: _Element, depth: int) -> str:
    degree = _part(element, "deg", depth)
    sign = {"3": "∛", "4": "∜"}.get(degree, f"{raised(degree)}√" if degree else "√")
    return f"{sign}{_held(_part(element, 'e', depth))}"


def _scripts(element: _Element, depth: int) -> str:
    base = _part(element, "e", depth)
    return base + _lowered(_part(element, "sub", depth)) + raised(_part(element, "sup", depth))


def _before(element: _Element, depth: int) -> str:
    return _lowered(_part(element, "sub", depth)) + raised(_part(element, "sup", depth)) + _part(element, "e", depth)


def _operator(element: _Element, depth: int) -> str:
    sign = _character(element, "naryPr", "chr", "∫")
    scripts = _lowered(_part(element, "sub", depth)) + raised(_part(element, "sup", depth))
    return f"{sign}{scripts} {_part(element, 'e', depth)}"


def _delimiters(element: _Element, depth: int) -> str:
    first, last = _character(element, "dPr", "begChr", "("), _character(element, "dPr", "endChr", ")")
    between = _character(element, "dPr", "sepChr", "|")
    return first + between.join(math_text(part, depth=depth) for part in element.iterfind(f"{M}e")) + last


def _function(element: _Element, depth: int) -> str:
    name, of = _part(element, "fName", depth), _part(element, "e", depth)
    return f"{name}{of}" if of.startswith("(") else f"{name} {of}"


def _matrix(element: _Element, depth: int) -> str:
    rows = (
        ", ".join(math_text(cell, depth=depth) for cell in row.iterfind(f"{M}e")) for row in element.iterfind(f"{M}mr")
    )
    return "; ".join(rows)


def _equations(element: _Element, depth: int) -> str:
    return "; ".join(math_text(part, depth=depth) for part in element.iterfind(f"{M}e"))


def _limit(element: _Element, depth: int) -> str:
    limit = _part(element, "lim", depth)
    under = element.tag == f"{M}limLow"
    return _part(element, "e", depth) + (_lowered(limit) if under else raised(limit))


def _accent(element: _Element, depth: int) -> str:
    base = _part(element, "e", depth)
    return base + _ACCENTS.get(_character(element, "accPr", "chr", "̂"), "")


def _bar(element: _Element, depth: int) -> str:
    base = _part(element, "e", depth)
    return f"{base}̅" if len(base) == 1 else base


_MAKERS: dict[str, Callable[[_Element, int], str]] = {
    "f": _fraction,
    "rad": _root,
    "sSup": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "sPre": _before,
    "nary": _operator,
    "d": _delimiters,
    "func": _function,
    "m": _matrix,
    "eqArr": _equations,
    "limLow": _limit,
    "limUpp": _limit,
    "acc": _accent,
    "bar": _bar,
}
