"""Good and hostile files, changed at random with a fixed seed, read as an upload is: a lecture or a clear error.

Every outcome is in time, leaves no process and no temporary file, and what fails leaves nothing in the store.
SMARTNOTES_MUTANTS sets how many of each file are tried (2), SMARTNOTES_MUTATE a folder of further files, and
SMARTNOTES_MUTANT_SEED another beginning.
"""

from __future__ import annotations

import io
import os
import random
import re
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from smartnotes.bootstrap import build_stores
from smartnotes.core.errors import InputError, SmartNotesError
from smartnotes.core.events import ignore
from smartnotes.core.model import LectureState
from smartnotes.core.options import IngestOptions, Limits
from smartnotes.core.ports import Engines, Stores
from smartnotes.core.usecases.reading import ingest_blob, keep_file
from smartnotes.engines.sandbox import SandboxedReader
from tests.builders import NOON, a_subject
from tests.fakes import MemoryVectors, WordEmbedder, WordEncoder
from tests.pdf_making import make_pdf, nested_flate, self_drawing_form, text

MUTANTS = int(os.environ.get("SMARTNOTES_MUTANTS", "2"))
SEED = int(os.environ.get("SMARTNOTES_MUTANT_SEED", "20261124"))
FOLDER = os.environ.get("SMARTNOTES_MUTATE", "")
EXAMPLES = Path(__file__).parents[2] / "examples"
OPTIONS = IngestOptions(limits=Limits(page_s=3.0, file_s=6.0, memory_bytes=400 * 1024**2))
MOST_S = 60.0
"""The clock of a file: opening, three pages that run out of time, a child started anew for each, on a busy machine."""

Mutation = Callable[[bytes, random.Random], bytes]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 40)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut_off(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def doubled(data: bytes, chance: random.Random) -> bytes:
    start, place = chance.randrange(len(data)), chance.randrange(len(data))
    return data[:place] + data[start : start + chance.randint(1, 5_000)] + data[place:]


def left_out(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 2_000) :]


def zeroed(data: bytes, chance: random.Random) -> bytes:
    start, size = chance.randrange(len(data)), chance.randint(1, 2_000)
    return data[:start] + bytes(min(size, len(data) - start)) + data[start + size :]


def renumbered(data: bytes, chance: random.Random) -> bytes:
    """Change some numbers that are written as digits: sizes, counts, references, coordinates."""
    numbers = list(re.finditer(rb"(?<![0-9A-Za-z])[0-9]{1,9}", data))
    chosen = chance.sample(numbers, min(len(numbers), chance.randint(1, 6)))
    for one in sorted(chosen, key=lambda found: -found.start()):
        value = chance.choice([b"0", b"-1", b"1", b"65536", b"2147483647", b"99999999999", b"1e9"])
        data = data[: one.start()] + value + data[one.end() :]
    return data


MUTATIONS: tuple[Mutation, ...] = (flipped, cut_off, doubled, left_out, zeroed, renumbered)


def inside(data: bytes, chance: random.Random) -> bytes:
    """Change the members of an archive rather than the archive, whose check sums would tell."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, zlib.error):
        return flipped(data, chance)
    for name in chance.sample(sorted(members), min(len(members), chance.randint(1, 3))):
        if members[name]:
            members[name] = chance.choice(MUTATIONS)(members[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def a_picture(kind: str) -> bytes:
    image = Image.new("RGB", (500, 120), "white")
    ImageDraw.Draw(image).text((20, 30), "Osmosis moves water", fill="black", font=ImageFont.load_default(36))
    out = io.BytesIO()
    image.save(out, kind, **({"save_all": True, "append_images": [image]} if kind == "TIFF" else {}))
    return out.getvalue()


def a_word_file() -> bytes:
    import docx  # noqa: PLC0415

    document = docx.Document()
    document.add_heading("Cells", level=1)
    document.add_paragraph("A cell is the smallest unit of life.")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "part"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "lecture.pdf": (EXAMPLES / "lecture.pdf").read_bytes,
    "scan.pdf": (EXAMPLES / "lecture-scan.pdf").read_bytes,
    "lecture.pptx": (EXAMPLES / "lecture.pptx").read_bytes,
    "notes.docx": a_word_file,
    "plain.pdf": lambda: make_pdf(*(text(f"Page {number} on cells") for number in range(3))),
    "self-drawing.pdf": self_drawing_form,
    "nested.pdf": lambda: nested_flate(64 * 1024**2),
    "page.png": lambda: a_picture("PNG"),
    "page.jpg": lambda: a_picture("JPEG"),
    "pages.tiff": lambda: a_picture("TIFF"),
    "page.webp": lambda: a_picture("WEBP"),
    "notes.md": lambda: "# Cells\n\n- A cell is *small*.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode("utf-16"),
    **({path.name: path.read_bytes for path in sorted(Path(FOLDER).iterdir()) if path.is_file()} if FOLDER else {}),
}


@pytest.fixture
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    """A notebook's stores; no process and no temporary folder may be left beside them."""
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(work))
    before = children()
    stores = build_stores(tmp_path / "home")._replace(vectors=MemoryVectors())
    stores.subjects.add(a_subject())
    yield stores
    stores.close()
    assert children() == before
    assert list(work.iterdir()) == []


def children() -> set[int]:
    """The processes this one has started and that still run (Linux; elsewhere nothing is seen)."""
    found: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        found |= {int(number) for number in task.read_text(encoding="ascii").split()}
    return found


def mutant(data: bytes, chance: random.Random) -> bytes:
    mutations = (*MUTATIONS, inside, inside, inside) if data.startswith(b"PK") else MUTATIONS
    for _ in range(chance.randint(1, 2)):
        data = chance.choice(mutations)(data, chance) if len(data) > 1 else b"%PDF-1.7"
    return data


@pytest.mark.parametrize("name", FILES)
def test_a_mutant_is_a_lecture_or_a_clear_error_and_leaves_nothing_half_written(
    name: str, stores: Stores, tmp_path: Path
) -> None:
    chance = random.Random(f"{SEED} {name}")  # noqa: S311 - for tests
    original = FILES[name]()
    for number in range(MUTANTS):
        path = tmp_path / name
        path.write_bytes(mutant(original, chance))
        started = time.monotonic()
        check_read(path, stores=stores, tmp_path=tmp_path, number=number)
        assert time.monotonic() - started < MOST_S, f"mutant {number} of {name}"


def check_read(path: Path, *, stores: Stores, tmp_path: Path, number: int) -> None:
    reader = SandboxedReader()
    before = {one.id for one in stores.lectures.all(a_subject().id)}
    blobs = on_disk(tmp_path)
    try:
        done = ingest_blob(
            keep_file(path, options=OPTIONS, stores=stores),
            name=f"{number} {path.name}",
            source=f"{number} {path}",
            subject=a_subject(),
            options=OPTIONS,
            engines=Engines(reader=reader, embedder=WordEmbedder(), encoder=WordEncoder()),
            stores=stores,
            emit=ignore,
            clock=lambda: NOON,
        )
    except SmartNotesError as caught:
        error: SmartNotesError | None = caught
    else:
        error = None
    finally:
        reader.close()
    if error is not None:
        assert isinstance(error, InputError), f"mutant {number} of {path.name}: {error!r}"
        assert error.message
        assert error.hint, f"mutant {number} of {path.name}: {error.message}"
        assert {one.id for one in stores.lectures.all(a_subject().id)} == before
        assert on_disk(tmp_path) == blobs
        return
    kept = [page.number for page in stores.lectures.pages(done.lecture.id)]
    lost = {warning.page for warning in done.lecture.warnings if warning.page is not None} - set(kept)
    assert sorted([*kept, *lost]) == list(range(1, done.lecture.pages + 1))
    assert (done.lecture.state is LectureState.PARTIAL) == bool(lost)


def on_disk(tmp_path: Path) -> set[Path]:
    return {path for path in (tmp_path / "home" / "blobs").rglob("*") if path.is_file()}
