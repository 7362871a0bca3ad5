"""Windows metafiles (EMF, WMF) as far as they can be read without drawing them: the bitmap they hold, their text.

MS-EMF 2.3 and MS-EMFPLUS 2.3: a file is a run of records, each with its type and size in front.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from PIL import Image

from smartnotes.core.errors import DamagedFile, TooLarge
from smartnotes.core.options import Limits
from smartnotes.engines.pictures import EMBEDDED_FORMATS, decode, open_picture

_COMMENT, _BIT_BLT, _STRETCH_BLT, _SET_DIBITS, _STRETCH_DIBITS, _TEXT_W = 70, 76, 77, 80, 81, 84
_SOURCES = {_BIT_BLT: 84, _STRETCH_BLT: 84, _SET_DIBITS: 48, _STRETCH_DIBITS: 48}  # where the offsets of a bitmap stand
_WMF = (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")
_SMALLEST_PX = 48
_MOST_RECORDS = 200_000


def is_metafile(data: bytes) -> bool:
    """Whether this is an EMF or WMF drawing."""
    return _is_emf(data) or data.startswith(_WMF)


def _is_emf(data: bytes) -> bool:
    return data[:4] == b"\x01\0\0\0" and data[40:44] == b" EMF"


def bitmap_of(data: bytes, *, limits: Limits) -> Image.Image | None:
    """Return the largest bitmap that an EMF shows, None where it shows none that can be read."""
    best: Image.Image | None = None
    for kind, record in _records(data):
        for blob in _pictures(kind, record):
            try:
                image = open_picture(blob, name="a metafile", limits=limits, formats=EMBEDDED_FORMATS)
                found = decode(image, name="a metafile")
            except (DamagedFile, TooLarge):
                continue
            if min(found.size) >= _SMALLEST_PX and (
                best is None or found.width * found.height > best.width * best.height
            ):
                best = found
    return best


def text_of(data: bytes) -> str:
    """Return what an EMF writes, a line for each piece, in the order it is drawn; "" for other files."""
    lines = []
    for kind, record in _records(data):
        if kind == _TEXT_W and len(record) >= 52:
            count, start = struct.unpack_from("<II", record, 44)
            text = record[start : start + 2 * count].decode("utf-16-le", "ignore")
            cleaned = "".join(character for character in text if character.isprintable()).strip()
            if cleaned:
                lines.append(cleaned)
    return "\n".join(lines)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    if not _is_emf(data):
        return
    at, count = 0, 0
    while at + 8 <= len(data) and count < _MOST_RECORDS:
        kind, size = struct.unpack_from("<II", data, at)
        if size < 8 or at + size > len(data):
            return
        yield kind, data[at : at + size]
        at, count = at + size, count + 1


def _pictures(kind: int, record: bytes) -> Iterator[bytes]:
    """Yield the pictures a record holds, as files."""
    if kind in _SOURCES and len(record) >= _SOURCES[kind] + 16:
        header_at, header_size, bits_at, bits_size = struct.unpack_from("<IIII", record, _SOURCES[kind])
        header, bits = record[header_at : header_at + header_size], record[bits_at : bits_at + bits_size]
        if len(header) >= 40 and bits:
            yield b"BM" + struct.pack("<IHHI", 14 + len(header) + len(bits), 0, 0, 14 + len(header)) + header + bits
    elif kind == _COMMENT and record[12:16] == b"EMF+":
        for mark in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
            at = record.find(mark)
            if at >= 0:
                yield record[at:]
