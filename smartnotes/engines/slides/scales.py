"""Axes of numbers: from where to where, and which round numbers are marked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Scale(NamedTuple):
    """Numbers from `low` to `high` with a mark at every `step`."""

    low: float
    high: float
    step: float

    def share(self, value: float) -> float:
        """Return where a number stands between the ends."""
        return (value - self.low) / ((self.high - self.low) or 1.0)

    def marks(self) -> list[float]:
        """Return the numbers that are marked."""
        count = min(20, round((self.high - self.low) / self.step))
        return [self.low + number * self.step for number in range(count + 1)]


def scale_over(values: Sequence[float], *, zero: bool) -> Scale:
    """Return a scale over values with four to ten round marks; from zero where that is asked for or near."""
    finite = [value for value in values if math.isfinite(value) and abs(value) < 1e300] or [0.0]
    low, high = min(finite), max(finite)
    if zero or (0 <= low < 0.6 * high):
        low = min(0.0, low)
        high = max(0.0, high)
    span = (high - low) or abs(high) or 1.0
    rough = span / 5
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    return Scale(math.floor(low / step) * step, math.ceil(high / step - 1e-9) * step or step, step)


def mark_of(value: float, scale: Scale) -> str:
    """Return a marked number as it is written."""
    digits = max(0, -math.floor(math.log10(scale.step))) if scale.step < 1 else 0
    if abs(value) >= 1e7:
        return f"{value:.3g}"
    return f"{value:,.{min(digits, 6)}f}" if abs(value) >= scale.step / 2 else "0"
