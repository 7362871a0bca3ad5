"""Wrong options: taken from the notes themselves, of the same kind as the right one, and not also right."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterable
from functools import partial

from smartnotes.core.language.phrases import is_plural
from smartnotes.core.language.sentences import TextSpan
from smartnotes.core.language.wording import content_stems, fold

Likeness = Callable[[str, str], float]
"""How near two short texts are in meaning, 0-1."""

_UNITS = "%|bp|ms|s|kg|m|km|cm|mm|nm|x|kb|mb|gb|hz|khz|mhz|ghz|v|mv|kv|w|kw|j|kj|k|g|mg|l|ml|h|min|mol|mm|n|pa|hpa"
_AMOUNT = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[.,]\d+|\d+)(?![.,]?\d)"
_NUMBER = re.compile(
    rf"(?<![^\s~$€£(≈<>\u2013-])(?<!\w\(){_AMOUNT}(?:(?![\w.,]*[A-Za-z_])|(?=\s?(?:{_UNITS})\b)|(?=%))",
    re.IGNORECASE,
)
"""A number that stands for an amount: not part of a name ("x86"), not an argument ("O(1)")."""

_FACTORS = (0.5, 2.0, 1.5, 3.0, 0.25, 10.0)


def overlap(left: str, right: str) -> float:
    """Return the share of content stems that the shorter text has in common with the longer one (Simpson)."""
    first, second = set(content_stems(left)), set(content_stems(right))
    small = min(len(first), len(second))
    return len(first & second) / small if small else float(fold(left) == fold(right))


def pick_options(
    answer: str,
    pool: Iterable[str],
    *,
    rng: random.Random,
    likeness: Likeness | None = None,
    count: int = 3,
    spread: float = 2.2,
    near: Collection[str] = (),
) -> tuple[str, ...]:
    """Return `count` texts of `pool` that can stand beside the answer, () where there are not enough.

    They differ from it and from each other in more than a word form, and are at most `spread` times longer or shorter
    (very short ones may differ by 12 characters). Nearest in meaning (or, without `likeness`, in shape) come first,
    with some chance in it; those in `near` stand close to the answer in the notes and get a lead.
    """
    fitting = [text for text in dict.fromkeys(pool) if _comparable(answer, text, spread)]
    scores = {text: _nearness(answer, text, likeness) + 0.3 * (text in near) + 0.15 * rng.random() for text in fitting}
    scored = sorted(fitting, key=lambda text: -scores[text])
    chosen: list[str] = []
    for text in scored:
        if all(_different(text, other) for other in (answer, *chosen)):
            chosen.append(text)
        if len(chosen) == count:
            return tuple(chosen)
    return ()


def _comparable(answer: str, text: str, spread: float) -> bool:
    short, long = sorted((len(answer), len(text)))
    return long <= spread * short or long - short <= 12


def _different(left: str, right: str) -> bool:
    if fold(left).strip(" .") == fold(right).strip(" ."):
        return False
    first, second = content_stems(left), content_stems(right)
    if not first or not second or len(left.split()) == 1 == len(right.split()):
        return first != second or not first
    return overlap(left, right) < (1.0 if min(len(first), len(second)) > 1 else 1.01) or set(first) != set(second)


def _nearness(answer: str, text: str, likeness: Likeness | None) -> float:
    shape = 0.0
    shape += 0.2 * (is_plural(answer) == is_plural(text))
    shape += 0.2 * (len(answer.split()) == len(text.split()))
    shape += 0.1 * (answer[:1].isupper() == text[:1].isupper())
    shape += 0.2 * (bool(re.search(r"\d", answer)) == bool(re.search(r"\d", text)))
    shape += 0.3 * min(len(answer), len(text)) / max(len(answer), len(text), 1)
    return shape if likeness is None else 0.5 * shape + likeness(answer, text)


def number_spans(text: str) -> list[TextSpan]:
    """Return where numbers stand as amounts, not as part of a name such as "R2" or "x86"."""
    return [TextSpan(*found.span()) for found in _NUMBER.finditer(text)]


def numbers_in(text: str) -> list[str]:
    """Return the numbers that stand in the text as amounts."""
    return [text[span.start : span.end] for span in number_spans(text)]


def change_numbers(text: str, *, rng: random.Random, count: int = 3) -> tuple[str, ...]:
    """Return variants of the text with all its numbers scaled by a plausible factor, () where that is not possible.

    "30-50 million" becomes "15-25 million", "60-100 million", ...; a small whole number moves by one or two.
    """
    values = numbers_in(text)
    if not values:
        return ()
    small = all(value.isdigit() and int(value) <= 9 for value in values)
    changes = [(1.0, float(step)) for step in rng.sample([-2, -1, 1, 2, 3], 5)]
    if not small:
        changes = [(factor, 0.0) for factor in (*rng.sample(_FACTORS[:4], 4), *_FACTORS[4:])]
    made: dict[str, None] = {}
    for factor, step in changes:
        changed = _NUMBER.sub(partial(_scaled, factor=factor, step=step), text)
        valid = all(_plausible(value, text) for value in numbers_in(changed))
        if changed != text and valid and len(numbers_in(changed)) == len(values):
            made[changed] = None
    return tuple(made)[:count] if len(made) >= count else ()


def _scaled(found: re.Match[str], *, factor: float, step: float) -> str:
    value = found.group()
    grouped = bool(re.match(r"\d{1,3}(,\d{3})+", value))
    number = float(value.replace(",", "") if grouped else value.replace(",", "."))
    result = number * factor + step
    decimals = len(value.split(".")[1]) if "." in value else 0
    if not decimals and result != int(result) and number < 20:
        decimals = 1
    return f"{result:,.{decimals}f}" if grouped else f"{result:.{decimals}f}"


def _plausible(value: str, text: str) -> bool:
    number = float(value.replace(",", ""))
    return number > 0 and not ("%" in text and number > 100)
