"""Python's search for dead reference cycles, kept short: it stops every thread.

A loaded gateway has half a million objects that live as long as it does. Looking through all of them took 100 to 200 ms
every few seconds with 500 live connections, and every hundredth message came so late. So what is there once the server
has started is left out of later searches, and these come less often.
"""

from __future__ import annotations

import gc
from functools import cache

YOUNG_OBJECTS = 5_000
"""New objects between two looks at the new ones (Python's default: 700); a request makes a few hundred."""
LOOKS = 20
"""Looks at one generation before one at the next older (Python's default: 10)."""


@cache
def shorten_pauses() -> None:
    """Set the collector up for a server that has just started; once a process, later calls do nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, LOOKS, LOOKS)
