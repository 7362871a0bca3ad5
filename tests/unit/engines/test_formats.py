"""The type of a file is decided from its bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from smartnotes.core.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    InputError,
    NotFound,
    TooLarge,
    UnsupportedFormat,
)
from smartnotes.core.options import Limits
from smartnotes.engines import formats
from smartnotes.engines.formats import check_zip, detect


def a_file(folder: Path, data: bytes, name: str = "file.bin") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def a_zip(*members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"%PDF-1.4\n1 0 obj", formats.PDF),
        (b"\xef\xbb\xbf\r\n%PDF-1.7\n", formats.PDF),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\n1 0 obj\n%%EOF", formats.PDF),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", formats.PNG),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", formats.JPEG),
        (b"II*\0\x08\0\0\0", formats.TIFF),
        (b"MM\0*\0\0\0\x08", formats.TIFF),
        (b"RIFF\x10\0\0\0WEBPVP8 ", formats.WEBP),
        (a_zip(("[Content_Types].xml", b"<x/>"), ("ppt/presentation.xml", b"<x/>")), formats.PPTX),
        (a_zip(("word/document.xml", b"<x/>")), formats.DOCX),
        (b"Photosynthesis turns light into sugar.", formats.TEXT),
        ("L\u00e9nergie lumineuse".encode("latin-1"), formats.TEXT),
        ("\ufeffNotes".encode("utf-16"), formats.TEXT),
        (b"# Cells\n\nText.\n\n## Membranes\n", formats.MARKDOWN),
        (b"# Cells\n\n- one\n- two\n", formats.MARKDOWN),
        (b"# one comment in a configuration file\nkey = value\n", formats.TEXT),
        (b"A lecture on PDF: a file starts with %PDF-1.7 and goes on.", formats.TEXT),
    ],
)
def test_the_bytes_decide_whatever_the_name_says(tmp_path: Path, data: bytes, media_type: str) -> None:
    assert detect(a_file(tmp_path, data, "lecture.docx")) == media_type


def test_the_suffix_tells_markdown_from_plain_text(tmp_path: Path) -> None:
    assert detect(a_file(tmp_path, b"Only words.", "notes.md")) == formats.MARKDOWN


def test_text_cut_within_a_character_at_the_end_of_the_sample_is_still_text(tmp_path: Path) -> None:
    assert detect(a_file(tmp_path, b"x" + "\u00e9".encode() * 50_000)) == formats.TEXT


@pytest.mark.parametrize(
    ("data", "error", "hint"),
    [
        (b"", EmptyFile, "again"),
        (b"  \n\n ", EmptyFile, ""),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", UnsupportedFormat, "download"),
        (b"\n<!-- x -->\n<HTML>", UnsupportedFormat, "download"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "PowerPoint Document".encode("utf-16-le"), UnsupportedFormat, ".pptx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), UnsupportedFormat, ".docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), EncryptedFile, "password"),
        (a_zip(("notes.txt", b"hello")), UnsupportedFormat, "Unpack"),
        (a_zip(("[Content_Types].xml", b""), ("xl/workbook.xml", b"")), UnsupportedFormat, "PDF"),
        (a_zip(("mimetype", b""), ("content.xml", b"")), UnsupportedFormat, ".pptx"),
        (a_zip(("ppt/presentation.xml", b"<x/>" * 1000))[:60], DamagedFile, "again"),
        (b"GIF89a\1\0\1\0", UnsupportedFormat, "PNG"),
        (b"\0\0\0\x18ftypheic\0\0", UnsupportedFormat, "JPEG"),
        (b"\x7fELF\x02\x01\x01", UnsupportedFormat, ""),
        (bytes(range(256)) * 4, UnsupportedFormat, "PPTX"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_hint(
    tmp_path: Path, data: bytes, error: type[InputError], hint: str
) -> None:
    with pytest.raises(error) as caught:
        detect(a_file(tmp_path, data, "lecture.pdf"))
    assert hint in caught.value.hint


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        detect(tmp_path / "none.pdf")
    with pytest.raises(InputError, match="not a file"):
        detect(tmp_path)


def test_a_file_beyond_the_limit_is_refused_by_the_limits_name(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="file_bytes"):
        detect(a_file(tmp_path, b"x" * 2000), limits=Limits(file_bytes=1000))


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = a_file(tmp_path, a_zip(("ppt/presentation.xml", b"\0" * 40_000_000)))
    with pytest.raises(TooLarge, match="zip_ratio"):
        detect(bomb)
    with pytest.raises(TooLarge, match="zip_bytes"):
        detect(bomb, limits=Limits(zip_bytes=1_000_000, zip_ratio=10_000))


def test_an_archive_that_lies_about_its_sizes_is_counted_as_it_comes_out(tmp_path: Path) -> None:
    """Readers see no more than a member declares; a member that declares little costs little."""
    data = bytearray(a_zip(("word/document.xml", b"\0" * 40_000_000)))
    real, fake = (40_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")
    path = a_file(tmp_path, bytes(data.replace(real, fake)))
    assert check_zip(path, limits=Limits(zip_bytes=1_000_000)) == {"word/document.xml"}


def test_an_archive_with_too_many_entries_is_refused(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_zip(*((f"word/{index}", b"") for index in range(30)), compression=zipfile.ZIP_STORED))
    with pytest.raises(TooLarge, match="zip_entries"):
        check_zip(path, limits=Limits(zip_entries=20))


def test_a_damaged_picture_does_not_condemn_the_whole_deck(tmp_path: Path) -> None:
    data = bytearray(a_zip(("ppt/presentation.xml", b"<x/>"), ("ppt/media/a.bin", bytes(range(250)) * 40)))
    at = data.index(b"ppt/media/a.bin") + 30
    data[at : at + 8] = b"\xff" * 8
    assert detect(a_file(tmp_path, bytes(data))) == formats.PPTX


@pytest.mark.parametrize(
    ("names", "said", "hint"),
    [
        (("mimetype", "content.xml"), "OpenDocument", "PDF"),
        (("Index/Document.iwa", "Metadata/Properties.plist"), "Keynote", "PDF"),
        (("Index.zip", "preview.jpg"), "Keynote", "PDF"),
        (("xl/workbook.xml",), "spreadsheet", "PDF"),
    ],
)
def test_other_office_files_say_what_to_export(tmp_path: Path, names: tuple[str, ...], said: str, hint: str) -> None:
    path = a_file(tmp_path, a_zip(*((name, b"x") for name in names)))
    with pytest.raises(UnsupportedFormat) as error:
        formats.detect(path)
    assert said in error.value.message
    assert hint in error.value.hint
