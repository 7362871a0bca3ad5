"""Whatever bytes or text come in: our errors or a result within bounds, never anything else."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smartnotes.core.errors import InputError
from smartnotes.core.events import ignore
from smartnotes.core.model import BBox, Page, PageWarning, Region, RegionKind, TextSource
from smartnotes.core.options import IngestOptions, Limits, OcrMode
from smartnotes.core.pages.tables import markdown_table, table_rows, table_text
from smartnotes.core.pipeline import finish_pages
from smartnotes.core.steps.chunk import chunk_pages
from smartnotes.engines.formats import check_zip, detect
from smartnotes.engines.sandbox import SandboxedReader
from tests.pdf_making import make_pdf, text

TIGHT = Limits(zip_bytes=200_000, zip_ratio=20, zip_entries=50)
NAMES = st.sampled_from(["word/document.xml", "ppt/presentation.xml", "[Content_Types].xml", "a", "../a", "a/b", ""])
PATIENT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)


@PATIENT
@given(
    members=st.lists(st.tuples(NAMES, st.binary(max_size=2000), st.integers(0, 400)), max_size=8), cut=st.integers(0)
)
def test_the_archive_guard_counts_what_really_comes_out(
    tmp_path: Path, members: list[tuple[str, bytes, int]], cut: int
) -> None:
    data = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        patch.setattr("warnings.warn", lambda *_, **__: None)  # names that come twice
        for name, content, times in members:
            archive.writestr(name or "empty", content * times)
    raw = data.getvalue()
    (tmp_path / "file.docx").write_bytes(raw[: len(raw) - cut % (len(raw) + 1) if cut % 3 == 0 else len(raw)])
    try:
        check_zip(tmp_path / "file.docx", limits=TIGHT)
    except InputError as error:
        assert error.message  # noqa: PT017 - an error is as right as a result
    else:
        assert sum(len(content) * times for _, content, times in members) <= TIGHT.zip_bytes


@PATIENT
@given(
    start=st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]), rest=st.binary()
)
def test_any_bytes_are_a_known_type_or_an_error_with_a_message(tmp_path: Path, start: bytes, rest: bytes) -> None:
    (tmp_path / "file").write_bytes(start + rest)
    try:
        assert "/" in detect(tmp_path / "file")
    except InputError as error:
        assert error.message  # noqa: PT017 - an error is as right as a result


LINES = st.lists(st.text(max_size=60), max_size=12)
KINDS = st.sampled_from(list(RegionKind))


@st.composite
def some_pages(draw: st.DrawFn) -> list[Page]:
    pages = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        texts = [(line.replace("\n", " ").strip(), draw(KINDS)) for line in draw(LINES)]
        regions, position, parts = [], 0, []
        for line, kind in sorted(((a, b) for a, b in texts if a), key=lambda one: one[1] is RegionKind.NOTES):
            box = BBox.clipped(0.1, draw(st.floats(0, 0.9)), 0.9, draw(st.floats(0, 1)))
            hidden = kind in (RegionKind.HEADER, RegionKind.FOOTER)
            if hidden:
                regions.append(Region(kind=kind, start=position, end=position, box=box))
                continue
            start = position + bool(parts)
            parts.append(line)
            position = start + len(line)
            regions.append(Region(kind=kind, start=start, end=position, box=box, level=draw(st.integers(0, 3))))
        pages.append(
            Page(
                id=f"p{number}",
                number=number,
                text="\n".join(parts),
                source=TextSource.TEXT_LAYER,
                regions=tuple(regions),
            )
        )
    return pages


@settings(deadline=None)
@given(pages=some_pages())
def test_cleaning_keeps_spans_in_the_text_and_chunks_quote_it(pages: list[Page]) -> None:
    cleaned = finish_pages(pages)
    assert [page.number for page in cleaned] == [page.number for page in pages]
    by_number = {page.number: page for page in cleaned}
    for page in cleaned:
        assert all(0 <= region.start <= region.end <= len(page.text) for region in page.regions)
    chunks = chunk_pages(cleaned, subject_id="s", subject_name="S", lecture_id="l", lecture_name="L", max_tokens=40)
    for chunk in chunks:
        assert by_number[chunk.page].text[chunk.start : chunk.end] == chunk.text
        assert chunk.text.strip()


@example(rows=[["|"]])
@given(rows=st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), max_size=6))
def test_cells_survive_the_text_of_a_table(rows: list[list[str]]) -> None:
    kept = [[" ".join(cell.split()) for cell in row] for row in rows if any(row)]
    kept = [row for row in kept if any(row)]
    found = table_rows(table_text(rows))
    assert [[cell for cell in row if cell] for row in found] == [[cell for cell in row if cell] for row in kept]
    assert len({len(row) for row in found}) <= 1
    assert len(markdown_table(table_text(rows)).splitlines()) == (len(found) + 1 if found else 0)


def test_damaged_files_end_in_an_error_or_pages_and_leave_nothing_behind(tmp_path: Path) -> None:
    """Bytes of a sound PDF changed, cut and doubled with a fixed seed, each read by sandboxed children."""
    chance = random.Random(20261123)  # noqa: S311 - the same files every time
    sound = make_pdf(*(text(f"Page {number} of a lecture about cells") for number in range(3)))
    options = IngestOptions(ocr=OcrMode.NEVER, limits=Limits(page_s=10, file_s=10))
    for number in range(12):
        data = bytearray(sound)
        for _ in range(chance.randint(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if number % 3 == 1:
            del data[chance.randrange(len(data)) :]
        if number % 3 == 2:
            at = chance.randrange(len(data))
            data[at:at] = data[: chance.randrange(200)]
        path = tmp_path / f"mutant{number}.pdf"
        path.write_bytes(bytes(data))
        reader = SandboxedReader(children=1)
        try:
            info = reader.inspect(path, options=options)
            results = list(reader.read(path, info, numbers=range(1, info.pages + 1), options=options, emit=ignore))
        except InputError as error:
            assert error.message  # noqa: PT017 - an error is as right as a result
            continue
        finally:
            reader.close()
        found = [result.page if isinstance(result, PageWarning) else result.page.number for result in results]
        assert sorted(found) == list(range(1, info.pages + 1))
