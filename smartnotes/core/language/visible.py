"""Text without what nobody sees: control characters, terminal escapes, zero-width and direction marks, tags.

Such characters hide instructions from a reader that a model sees, turn words around on a screen, or steer a terminal.
"""

from __future__ import annotations

import re

# ECMA-48: a sequence after ESC [ or its one-character form, a string after ESC ] P X ^ _, or another short one.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)|"
    r"\x1b[ -/]*[0-~]?"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\u3164\ufe00-"
    r"\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def for_terminal(text: str) -> str:
    """Return the text as it may be printed: line ends and tabs stay, what steers a terminal or turns words goes."""
    if text.isascii() and text.isprintable():
        return text
    return _TURNING.sub("", _CONTROL.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))))


def for_reader(text: str) -> str:
    """Return what a reader sees of the text: as `for_terminal`, and without characters that have no shape."""
    return _INVISIBLE.sub("", for_terminal(text))
