"""A page's fingerprint changes with what stands on it, and with nothing else."""

from __future__ import annotations

from pathlib import Path

from pptx import Presentation

from smartnotes.core.events import ignore
from smartnotes.core.options import IngestOptions
from smartnotes.core.ports import PageReader
from smartnotes.engines.inline import InlineReader
from smartnotes.engines.sandbox import SandboxedReader
from tests.pdf_making import make_pdf, text

OPTIONS = IngestOptions()


def prints(path: Path, reader: PageReader | None = None) -> dict[int, str]:
    reader = reader or InlineReader()
    return dict(reader.fingerprints(path, reader.inspect(path, options=OPTIONS), options=OPTIONS))


def deck(path: Path, *titles: str) -> Path:
    made = Presentation()
    for title in titles:
        made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = title
    made.save(str(path))
    return path


def test_pdf_pages_that_stay_keep_their_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(make_pdf(text("one"), text("two"), text("three")))
    (tmp_path / "b.pdf").write_bytes(make_pdf(text("one"), text("three"), text("two, changed")))
    a, b = prints(tmp_path / "a.pdf"), prints(tmp_path / "b.pdf")
    assert len(set(a.values())) == 3
    assert (b[1], b[2]) == (a[1], a[3])
    assert b[3] not in a.values()


def test_slides_that_stay_keep_their_fingerprint(tmp_path: Path) -> None:
    a, b = prints(deck(tmp_path / "a.pptx", "One", "Two")), prints(deck(tmp_path / "b.pptx", "One", "Other"))
    assert b[1] == a[1]
    assert b[2] != a[2]


def test_the_fingerprint_asked_for_is_the_one_that_pages_are_read_with(tmp_path: Path) -> None:
    for path in (deck(tmp_path / "a.pptx", "One", "Two"), tmp_path / "a.pdf"):
        if path.suffix == ".pdf":
            path.write_bytes(make_pdf(text("one"), text("two")))
        reader = SandboxedReader(children=1)
        info = reader.inspect(path, options=OPTIONS)
        asked = reader.fingerprints(path, info, options=OPTIONS)
        read = reader.read(path, info, numbers=[1, 2], options=OPTIONS, emit=ignore)
        assert {result.page.number: result.page.fingerprint for result in read} == asked  # type: ignore[union-attr]
        assert all(asked.values())
