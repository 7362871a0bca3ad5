"""Office Open XML packages: what they may hold before a library reads them whole."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from xml.parsers import expat

from smartnotes.core.errors import DamagedFile, TooLarge
from smartnotes.core.options import Limits, how_to_raise

_TREE_BYTES = 15
"""Memory that a byte of XML takes once it is parsed, about (measured on Word files: 10 to 14)."""


def check_parts(path: Path, *, limits: Limits) -> None:
    """Raise `TooLarge` where the XML of a package would not fit into the memory a child may use, or goes too deep.

    Two megabytes of ZIP can hold a document whose tree takes three gigabytes. What is no XML is left to the reader.
    """
    most = limits.memory_bytes // _TREE_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [item for item in archive.infolist() if item.filename.endswith((".xml", ".rels"))]
            sizes = [item.file_size for item in parts]
            deepest = max((_depth(archive, item) for item in parts), default=0) if sum(sizes) <= most else 0
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DamagedFile(f"{path.name} is damaged: {error}.", hint="Download or export it again.") from error
    if sum(sizes) > most:
        raise TooLarge(
            f"{path.name} holds {sum(sizes):,} bytes of XML, which take {_TREE_BYTES} times that in memory; "
            f"the limit memory_bytes is {limits.memory_bytes:,}.",
            hint=how_to_raise("memory_bytes", instead="Split the file"),
        )
    if deepest > limits.xml_depth:
        raise TooLarge(
            f"{path.name} holds XML with {deepest:,} elements inside one another; the limit xml_depth is "
            f"{limits.xml_depth:,}.",
            hint="Export it to PDF.",
        )


def _depth(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Return how deep the elements of a part go, as far as it is XML at all."""
    now = deepest = 0

    def enter(_name: str, _attributes: object) -> None:
        nonlocal now, deepest
        now += 1
        deepest = max(deepest, now)

    def leave(_name: str) -> None:
        nonlocal now
        now -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = enter, leave
    with suppress(expat.ExpatError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
        parser.Parse(archive.read(part), True)
    return deepest
