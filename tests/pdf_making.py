"""PDFs written by hand, object by object: what a test needs, sound or hostile, and nothing else."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

FONTS = " ".join(
    f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{face} >>"
    for name, face in (("F1", "Helvetica"), ("F2", "Courier-Bold"))
)


def make_pdf(
    *contents: str | bytes,
    page: str = "/MediaBox [0 0 612 792]",
    resources: str = "",
    extra: Sequence[bytes] = (),
) -> bytes:
    """Return a PDF with one page for each content stream.

    `page` is put into each page's dictionary. `extra` become objects 10, 11, ...; pages begin at object 100.
    """
    numbers = [100 + 2 * index for index in range(len(contents))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        3: b"<< /Title (Made by hand) >>",
        **{10 + index: data for index, data in enumerate(extra)},
    }
    for number, content in zip(numbers, contents, strict=True):
        data = content.encode("latin-1") if isinstance(content, str) else content
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R {page} /Contents {number + 1} 0 R "
            f"/Resources << /Font << {FONTS} >> {resources} >> >>"
        ).encode()
        objects[number + 1] = stream(data)
    return assemble(objects)


def stream(data: bytes, entries: str = "") -> bytes:
    return f"<< /Length {len(data)} {entries} >>\nstream\n".encode() + data + b"\nendstream"


def assemble(objects: dict[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, data in sorted(objects.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + data + b"\nendobj\n"
    table = len(out)
    size = max(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        out += f"{places[number]:010} 00000 n \n".encode() if number in places else b"0000000000 00000 f \n"
    out += f"trailer << /Size {size} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def text(words: str, *, x: float = 72, y: float = 700, size: float = 12, font: str = "F1") -> str:
    return f"BT /{font} {size} Tf {x} {y} Td ({words}) Tj ET\n"


def self_drawing_form(levels: int = 40) -> bytes:
    """A page whose form draws another one twice, and so on: a few bytes that ask for 2**levels drawings."""
    extra = []
    for level in range(levels):
        below = f"/Resources << /XObject << /X {11 + level} 0 R >> >>"
        content = b"/X Do /X Do" if level < levels - 1 else b"0 0 9 9 re f"
        extra.append(stream(content, f"/Type /XObject /Subtype /Form /BBox [0 0 600 700] {below}"))
    return make_pdf(text("Before the bomb") + "/X Do", resources="/XObject << /X 10 0 R >>", extra=extra)


def nested_flate(size: int) -> bytes:
    """A page whose content is compressed twice: a few kilobytes that unpack to `size` spaces."""
    squeeze = zlib.compressobj(9)
    block = b" " * (1024 * 1024)
    once = b"".join(squeeze.compress(block) for _ in range(size // len(block))) + squeeze.flush()
    twice = zlib.compress(once, 9)
    pdf = make_pdf("placeholder")
    return pdf.replace(stream(b"placeholder"), stream(twice, "/Filter [/FlateDecode /FlateDecode]"))
