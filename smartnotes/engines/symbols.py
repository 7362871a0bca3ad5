"""Symbol fonts: what their characters, stored in Unicode's private use area, look like.

Office writes text set in Symbol or Wingdings as U+F000 plus the font's own code. Symbol follows Adobe's Symbol encoding
(PDF 32000-1, annex D.5); of Wingdings only arrows, marks and bullets stand in lectures.
"""

from __future__ import annotations

import re

_SYMBOL = dict(
    zip(
        range(0x41, 0x5B),
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",
        strict=True,
    )
)
_SYMBOL |= dict(
    zip(
        range(0x61, 0x7B),
        "αβχδεφγηιϕκλμνοπθρστυϖωξψζ",
        strict=True,
    )
)
_SYMBOL |= {
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x7E: "∼", 0xA3: "≤", 0xA5: "∞",  # noqa: RUF001
    0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB5: "∝",  # noqa: RUF001
    0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC5: "⊕", 0xC4: "⊗", 0xC6: "∅",
    0xC7: "∩", 0xC8: "∪", 0xC9: "⊃", 0xCA: "⊇", 0xCB: "⊄", 0xCC: "⊂", 0xCD: "⊆", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠",  # noqa: RUF001
    0xD1: "∇", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDD: "⇑",  # noqa: RUF001
    0xDE: "⇒", 0xDF: "⇓", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip

_WINGDINGS = {
    0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x9F: "•",
    0xA7: "▪", 0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE7: "←", 0xE8: "→", 0xEF: "⇐",
    0xF0: "⇒", 0xF1: "⇑", 0xF2: "⇓", 0xF3: "⇔", 0xF4: "⇕", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip

_AMS = {
    0x03: "□", 0x04: "■", 0x06: "◊", 0x07: "♦", 0x46: "★", 0x48: "▼", 0x49: "▶", 0x4A: "◀", 0x4D: "△", 0x4E: "▲",
    0x4F: "▽", 0x58: "✓",
}  # fmt: skip
"""The first of the American Mathematical Society's fonts of symbols (amsfonts, msam10), whose triangle starts the items
of Beamer's lists."""

_SIGNS = re.compile(r"msam\d|symbola\b|dingbat|wingding|webding|marvosym|awesome|bbding|fourier-?orns|ornament", re.I)


def holds_signs(font: str) -> bool:
    """Say whether a font, by its name, holds marks, arrows and the like, and no letters."""
    return bool(_SIGNS.search(font))


def sign(character: str, *, font: str) -> str:
    """Return what a character of a font of signs looks like.

    Files often give such a character the code it has in its font, which is that of a letter. Where the font's order is
    not known, a bullet stands for that letter.
    """
    code = ord(character) & 0xFF if ord(character) < 0x100 or 0xF000 <= ord(character) < 0xF100 else 0
    table = _WINGDINGS if "wingding" in font.lower() else _AMS if "msam" in font.lower() else {}
    known = table.get(code)
    return known or ("•" if character.isalnum() else character)


def readable(text: str, *, font: str = "") -> str:
    """Return the text with characters of symbol fonts as Unicode has them; unknown ones stay.

    `font` is the name of the symbol font, "" where it is not known: Wingdings, the usual one, is then assumed.
    """
    if not any("\uf000" <= character <= "\uf0ff" for character in text):
        return text
    table = _SYMBOL if font.lower().startswith("symbol") else _WINGDINGS
    return "".join(
        table.get(ord(character) - 0xF000, character) if "\uf000" <= character <= "\uf0ff" else character
        for character in text
    )
