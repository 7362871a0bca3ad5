"""Office Open XML packages: what they may hold before a library reads them whole."""

from __future__ import annotations

import zipfile
from pathlib import Path

from smartnotes.core.errors import DamagedFile, TooLarge
from smartnotes.core.options import Limits

_TREE_BYTES = 15
"""Memory that a byte of XML takes once it is parsed, about (measured on Word files: 10 to 14)."""


def check_parts(path: Path, *, limits: Limits) -> None:
    """Raise `TooLarge` where the XML of a package would not fit into the memory a child may use.

    Two megabytes of ZIP can hold a document whose tree takes three gigabytes.
    """
    most = limits.memory_bytes // _TREE_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = [item.file_size for item in archive.infolist() if item.filename.endswith((".xml", ".rels"))]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DamagedFile(f"{path.name} is damaged: {error}.", hint="Download or export it again.") from error
    if sum(sizes) > most:
        raise TooLarge(
            f"{path.name} holds {sum(sizes):,} bytes of XML, which take {_TREE_BYTES} times that in memory; "
            f"the limit memory_bytes is {limits.memory_bytes:,}.",
            hint="Split the file, or export it to PDF.",
        )
