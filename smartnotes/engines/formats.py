"""What kind of file something is, decided from its bytes; the name only tells Markdown from plain text.

Signatures: PDF 32000-1 (7.5.2 and Adobe's implementation note 13: the header may stand within the first 1024 bytes),
PNG (RFC 2083), JPEG (ITU-T T.81), TIFF 6.0 and BigTIFF, WebP (RFC 9649), ZIP (APPNOTE 4.3), Office Open XML (ECMA-376
part 2), OLE compound files (MS-CFB).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from smartnotes.core.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    InputError,
    NotFound,
    TooLarge,
    UnsupportedFormat,
)
from smartnotes.core.options import Limits, how_to_raise

PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"
WEBP = "image/webp"
MARKDOWN = "text/markdown"
TEXT = "text/plain"

READABLE = "PDF, PPTX, DOCX, PNG, JPEG, TIFF, WebP, Markdown and plain text"

_HEAD = 64 * 1024  # enough to judge text by
_CHUNK = 1024 * 1024
_SMALL = 16 * 1024**2  # a ratio says nothing about archives that stay this small
_MARKDOWN_SUFFIXES = {".md", ".markdown", ".mdown", ".mkd", ".mdwn"}
_HTML = re.compile(
    rb"\s*(<!--.*?-->\s*)*(<\?xml[^>]*\?>\s*)?<(!doctype\s+html|html|head|body|title|script|meta)\b", re.I | re.S
)
_HEADING = re.compile(r"^#{1,6} +\S", re.M)
_LIST_ITEM = re.compile(r"^ *(?:[-*+]|\d{1,3}[.)]) +\S", re.M)
_FENCE = re.compile(r"^(?:```|~~~)", re.M)

# What else people hand in: how it starts, what it is, what to do.
_REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "an RTF document", "Save it as .docx or PDF."),
    (b"%!PS", "a PostScript file", "Convert it to PDF, for example with ps2pdf."),
    (b"GIF8", "a GIF image", "Save it as PNG."),
    (b"BM", "a BMP image", "Save it as PNG."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and hand in the files inside."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it and hand in the files inside."),
    (b"Rar!", "a RAR archive", "Unpack it and hand in the files inside."),
    (b"AT&TFORM", "a DjVu document", "Convert it to PDF, for example with ddjvu -format=pdf."),
    (b"\x7fELF", "a program", ""),
    (b"MZ\x90", "a program", ""),
    (b"OggS", "a sound or video file", "Hand in its transcript as text."),
    (b"ID3", "a sound file", "Hand in its transcript as text."),
    (b"\x1aE\xdf\xa3", "a video file", "Hand in its transcript as text."),
)


def detect(path: Path, *, limits: Limits | None = None) -> str:
    """Return the media type of a file that can be read here.

    Raises `NotFound`, `EmptyFile`, `TooLarge`, `EncryptedFile`, `DamagedFile` or `UnsupportedFormat` with a hint. An
    archive is checked against the ZIP limits before anything else may open it.
    """
    limits = limits or Limits()
    size = file_size(path)
    if size == 0:
        raise EmptyFile(f"{path.name} is empty (0 bytes).", hint="Download or export it again.")
    if size > limits.file_bytes:
        raise TooLarge(
            f"{path.name} has {size:,} bytes; the limit file_bytes is {limits.file_bytes:,}.",
            hint=how_to_raise("file_bytes", instead="Split the file"),
        )
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, size - 4096))
        tail = file.read()
    if is_pdf(head, tail):
        return PDF
    image = _image_type(head)
    if image:
        return image
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _office_type(path, limits)
    _refuse_known(path, head)
    return _text_type(path, head)


def file_size(path: Path) -> int:
    """Return the size in bytes. Raises `NotFound` where there is no such file, `InputError` for a folder or device."""
    try:
        if not path.is_file():
            if path.exists():
                raise InputError(f"{path} is not a file.", hint="Name the files themselves.")
            raise NotFound(f"There is no file {path}.", hint="Check the path.")
        return path.stat().st_size
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror or error}.", hint="See whether you may read it."
        ) from error


def is_pdf(head: bytes, tail: bytes) -> bool:
    """Say whether a file is a PDF, from its first and last bytes. Readers accept some bytes before the header."""
    at = head.find(b"%PDF-", 0, 1024 + 5)
    if at < 0:
        return False
    if not head[:at].strip(b"\xef\xbb\xbf\0 \t\r\n"):
        return True
    return any(mark in part for mark in (b"startxref", b"%%EOF", b" obj") for part in (head[at:], tail))


def _image_type(head: bytes) -> str:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return TIFF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return ""


def _office_type(path: Path, limits: Limits) -> str:
    """Return which kind of Office file an archive is, after checking it against the limits."""
    names = check_zip(path, limits=limits)
    if "ppt/presentation.xml" in names or ("[Content_Types].xml" in names and _has_folder(names, "ppt/slides/")):
        return PPTX
    if "word/document.xml" in names or ("[Content_Types].xml" in names and _has_folder(names, "word/")):
        return DOCX
    hint = "Unpack it and hand in the files inside."
    kind = "a ZIP archive"
    if _has_folder(names, "xl/"):
        kind, hint = "a spreadsheet", "Export it to PDF."
    elif "mimetype" in names and "content.xml" in names:
        kind, hint = "an OpenDocument file", "Save it as .pptx or .docx, or export it to PDF."
    elif "Index.zip" in names or _has_folder(names, "Index/"):
        kind, hint = "a Keynote, Pages or Numbers file", "Export it to PDF, or to PowerPoint or Word."
    elif "META-INF/container.xml" in names:
        kind, hint = "an e-book (EPUB)", "Convert it to PDF."
    raise UnsupportedFormat(f"{path.name} is {kind}, which smartnotes does not read.", hint=hint)


def _has_folder(names: frozenset[str], folder: str) -> bool:
    return any(name.startswith(folder) for name in names)


def check_zip(path: Path, *, limits: Limits) -> frozenset[str]:
    """Return the names in an archive after unpacking it, chunk by chunk, within the limits.

    Sizes in the archive's own table may lie, so bytes are counted as they come out. Raises `TooLarge` naming the limit,
    `DamagedFile` where there is no table. A damaged member is left to the reader of the format.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > limits.zip_entries:
                raise TooLarge(
                    f"{path.name} holds {len(members):,} entries; the limit zip_entries is {limits.zip_entries:,}.",
                    hint=how_to_raise("zip_entries", instead="Export it as a PDF"),
                )
            allowed = min(limits.zip_bytes, max(_SMALL, limits.zip_ratio * path.stat().st_size))
            _check_total(path, sum(member.file_size for member in members), allowed, limits)
            total = 0
            for member in members:
                total += _inflate(archive, member, allowed=allowed - total)
                _check_total(path, total, allowed, limits)
            return frozenset(member.filename.replace("\\", "/") for member in members)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise DamagedFile(
            f"{path.name} starts like an Office file or archive but is damaged.",
            hint="It may have been cut off: download or export it again.",
        ) from error


def _check_total(path: Path, total: int, allowed: int, limits: Limits) -> None:
    if total > allowed:
        limit = "zip_bytes" if allowed == limits.zip_bytes else "zip_ratio"
        value = limits.zip_bytes if limit == "zip_bytes" else limits.zip_ratio
        raise TooLarge(
            f"{path.name} unpacks to {total:,} bytes or more; the limit {limit} is {value:,}.",
            hint=how_to_raise(limit, instead="Export it as a PDF"),
        )


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, allowed: int) -> int:
    """Return how many bytes a member unpacks to, stopping once it is more than allowed."""
    count = 0
    try:
        with archive.open(member) as stream:
            while count <= allowed and (chunk := stream.read(_CHUNK)):
                count += len(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError):
        pass  # this member is damaged or encrypted; whether the rest is enough is for the format's reader to say
    return count


def _refuse_known(path: Path, head: bytes) -> None:
    """Raise the error for a type that is known and not read."""
    name = path.name
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _refuse_ole(path)
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif", b"ftypheim"):
        raise UnsupportedFormat(
            f"{name} is a HEIC or AVIF photo, which smartnotes does not read.", hint="Save it as JPEG."
        )
    if head[4:8] == b"ftyp":
        raise UnsupportedFormat(f"{name} is a video or sound file.", hint="Hand in its transcript as text.")
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        hint = "Open it in a browser and save it as PDF."
        if path.suffix.lower() in (".pdf", ".pptx", ".docx"):
            hint = (
                "Probably the download led to a login or error page: open the link in a browser and save the real file."
            )
        raise UnsupportedFormat(f"{name} is a web page (HTML), whatever its name says.", hint=hint)
    for start, kind, hint in _REFUSED:
        if head.startswith(start):
            raise UnsupportedFormat(f"{name} is {kind}, which smartnotes does not read.", hint=hint)


def _refuse_ole(path: Path) -> None:
    with path.open("rb") as file:
        data = file.read(16 * _CHUNK)
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise EncryptedFile(
            f"{path.name} is an Office file protected by a password.",
            hint="Open it, remove the password, and save it again.",
        )
    new = ".docx" if "WordDocument".encode("utf-16-le") in data else ".pptx"
    raise UnsupportedFormat(
        f"{path.name} is an Office file of the old kind (97-2003), which smartnotes does not read.",
        hint=f"Save it as {new} or export it to PDF.",
    )


def _text_type(path: Path, head: bytes) -> str:
    text = _as_text(head)
    if text is None:
        raise UnsupportedFormat(f"{path.name} is of a type smartnotes does not know.", hint=f"It reads {READABLE}.")
    if not text.strip():
        raise EmptyFile(f"{path.name} holds nothing but spaces.", hint="Download or export it again.")
    return MARKDOWN if path.suffix.lower() in _MARKDOWN_SUFFIXES or _looks_marked_up(text) else TEXT


def _as_text(head: bytes) -> str | None:
    """Return the start of a text file, decoded well enough to judge it; None for anything else."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "ignore")
    else:
        try:
            text = head.decode("utf-8")
        except UnicodeDecodeError as error:
            cut_off = len(head) == _HEAD and error.start >= _HEAD - 3
            text = head[: error.start].decode("utf-8") if cut_off else head.decode("latin-1")
    odd = sum(
        (character < " " and character not in "\t\n\r\f\x1b") or "\x7f" <= character <= "\x9f" for character in text
    )
    # Windows' code pages put quotes and dashes where Latin-1 has control characters; real binary data has far more.
    return None if "\0" in text or odd > 0.05 * len(text) else text


def _looks_marked_up(text: str) -> bool:
    headings = len(_HEADING.findall(text))
    return headings >= 2 or (headings == 1 and (bool(_LIST_ITEM.search(text)) or bool(_FENCE.search(text))))
