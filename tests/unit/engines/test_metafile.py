from __future__ import annotations

import io
import struct

from PIL import Image

from smartnotes.core.options import Limits
from smartnotes.engines.metafile import bitmap_of, is_metafile, text_of


def emf(*records: bytes) -> bytes:
    header = struct.pack("<II", 1, 88) + b"\0" * 32 + b" EMF" + b"\0" * 44
    return header + b"".join(records) + struct.pack("<IIIII", 14, 20, 0, 0, 20)


def record(kind: int, body: bytes) -> bytes:
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, 8 + len(body)) + body


def text_record(text: str) -> bytes:
    fixed = b"\0" * 28 + struct.pack("<iiII", 0, 0, len(text), 76) + b"\0" * 24
    return record(84, fixed + text.encode("utf-16-le"))


def bitmap_record(size: tuple[int, int] = (64, 64)) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, (255, 0, 0)).save(data, "BMP")
    header, bits = data.getvalue()[14:54], data.getvalue()[54:]
    offsets = struct.pack("<IIII", 80, len(header), 80 + len(header), len(bits))
    return record(81, b"\0" * 40 + offsets + b"\0" * 16 + header + bits)


def test_the_bitmap_a_metafile_stretches_is_its_picture() -> None:
    image = bitmap_of(emf(bitmap_record()), limits=Limits())
    assert image is not None
    assert image.size == (64, 64)
    assert image.getpixel((5, 5)) == (255, 0, 0)


def test_a_picture_inside_an_emf_plus_comment_is_found() -> None:
    data = io.BytesIO()
    Image.new("RGB", (80, 60), (0, 0, 255)).save(data, "PNG")
    body = b"EMF+" + b"\0" * 24 + data.getvalue()
    image = bitmap_of(emf(record(70, struct.pack("<I", len(body)) + body)), limits=Limits())
    assert image is not None
    assert image.size == (80, 60)


def test_specks_and_drawings_without_pixels_give_none() -> None:
    assert bitmap_of(emf(bitmap_record((8, 8))), limits=Limits()) is None
    assert bitmap_of(emf(text_record("only text")), limits=Limits()) is None


def test_what_a_metafile_writes_is_read() -> None:
    assert text_of(emf(text_record("Voltage"), text_record("time"))) == "Voltage\ntime"
    assert text_of(b"no metafile") == ""


def test_damaged_metafiles_end_where_they_break() -> None:
    data = emf(text_record("Voltage"), text_record("time"))
    for cut in range(0, len(data), 7):
        text_of(data[:cut])
        bitmap_of(data[:cut], limits=Limits())


def test_emf_and_wmf_are_known_by_their_first_bytes() -> None:
    assert is_metafile(emf())
    assert is_metafile(b"\xd7\xcd\xc6\x9a" + b"\0" * 50)
    assert not is_metafile(b"\x89PNG\r\n\x1a\n")
