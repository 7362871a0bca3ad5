"""Numbers of list items as they are shown: 1, a, B, iv, XII."""

from __future__ import annotations

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def letters(number: int) -> str:
    """Return a, b, ..., z, aa, bb, ... as word processors count."""
    index = max(0, number - 1)
    return chr(ord("a") + index % 26) * min(8, index // 26 + 1)


def roman(number: int) -> str:
    """Return i, ii, iii, iv, ...; digits from 4000 on, for which there is no sign."""
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, sign in (*_ROMAN, *_ROMAN_SMALL):
        text += sign * (number // value)
        number %= value
    return text


def numeral(number: int, *, kind: str) -> str:
    """Return a number in the style DrawingML or WordprocessingML names (``alphaLcPeriod``, ``upperRoman``, ...)."""
    name = kind.lower()
    upper = "uc" in name or "upper" in name
    if "roman" in name:
        text = roman(number)
    elif "alpha" in name or "letter" in name:
        text = letters(number)
    else:
        return str(number)
    return text.upper() if upper else text


def presentation_number(number: int, *, kind: str) -> str:
    """Return an automatic number of a slide with its punctuation (ISO/IEC 29500-1, 20.1.10.61)."""
    text = numeral(number, kind=kind)
    if kind.endswith("ParenBoth"):
        return f"({text})"
    if kind.endswith("ParenR"):
        return f"{text})"
    return text if kind.endswith("Plain") else f"{text}."
