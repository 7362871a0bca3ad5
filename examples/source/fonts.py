"""The face the PDFs are set in: Source Sans Pro (SIL Open Font License), from the wheel ``font-source-sans-pro``."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

FAMILY = "Source Sans Pro"
STYLES = {"": "Regular", "B": "Semibold", "I": "It"}


def font_file(style: str = "") -> Path:
    """Return the TrueType file for "", "B" or "I"."""
    return Path(str(files("font_source_sans_pro"))) / "files" / f"SourceSansPro-{STYLES[style]}.ttf"
