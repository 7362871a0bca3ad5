"""Names of files made from what other people called something."""

from __future__ import annotations

import re

LONGEST = 100
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
"""Devices that Windows sees in such names."""


def safe_name(text: str) -> str:
    """Return a name that leads to no other folder, hides nothing and is allowed everywhere; the ending stays."""
    last = text.replace("\\", "/").rpartition("/")[2]
    kept = re.sub(r"[^\w .()+,-]", "_", last).strip(" .")[-LONGEST:].lstrip(" .-")
    return f"_{kept}" if _RESERVED.match(kept) else kept or "unnamed"
