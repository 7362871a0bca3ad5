"""Reading a lecture into a notebook: nothing twice, nothing lost, nothing half-written."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from smartnotes.bootstrap import build_stores
from smartnotes.core.errors import DamagedFile, InputError, TooLarge
from smartnotes.core.events import Level, ignore
from smartnotes.core.model import BBox, Figure, FigureKind, LectureState
from smartnotes.core.options import IngestOptions, Limits, OcrMode
from smartnotes.core.ports import Engines
from smartnotes.core.usecases.library import delete_lecture, delete_subject
from smartnotes.core.usecases.reading import ingest_blob, keep_file
from tests.builders import NOON, a_page, a_subject
from tests.fakes import MemoryVectors, ProcessKilled, ScriptedReader, WordEmbedder, WordEncoder

PAGES = [a_page(number) for number in range(1, 6)]


@pytest.fixture
def stores(tmp_path):
    stores = build_stores(tmp_path / "home")._replace(vectors=MemoryVectors())
    stores.subjects.add(a_subject())
    yield stores
    stores.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "lecture.pdf"
    path.write_bytes(b"%PDF- five pages")
    return path


def ingest(file, stores, *, reader=None, options=None, emit=ignore):
    ticks = count()
    options = options or IngestOptions()
    return ingest_blob(
        keep_file(file, options=options, stores=stores),
        name=file.name,
        source=str(file),
        subject=a_subject(),
        options=options,
        engines=Engines(reader=reader or ScriptedReader(PAGES), embedder=WordEmbedder(), encoder=WordEncoder()),
        stores=stores,
        emit=emit,
        clock=lambda: NOON + timedelta(seconds=next(ticks)),
    )


def blobs_on_disk(tmp_path):
    return [path for path in (tmp_path / "home" / "blobs").rglob("*") if path.is_file()]


def test_a_lecture_is_in_place_with_pages_chunks_and_vectors(file, stores):
    done = ingest(file, stores)
    assert (done.lecture.pages, done.pages_read, done.pages_reused) == (5, 5, 0)
    chunks = stores.chunks.get(list(stores.vectors.rows))
    assert {chunk.page for chunk in chunks} == {1, 2, 3, 4, 5}
    pages = {page.number: page for page in stores.lectures.pages(done.lecture.id)}
    assert all(pages[chunk.page].text[chunk.start : chunk.end] == chunk.text for chunk in chunks)


def test_the_same_file_twice_reads_nothing_and_says_so(file, stores):
    first = ingest(file, stores)
    reader = ScriptedReader(PAGES)
    again = ingest(file, stores, reader=reader)
    assert again.unchanged
    assert reader.asked == []
    assert again.lecture == first.lecture


def test_other_options_read_again_under_the_same_id(file, stores):
    first = ingest(file, stores)
    reader = ScriptedReader(PAGES)
    again = ingest(file, stores, reader=reader, options=IngestOptions(ocr=OcrMode.NEVER))
    assert reader.asked == [1, 2, 3, 4, 5]
    assert again.lecture.id == first.lecture.id
    assert len(stores.lectures.all()) == 1


def test_a_killed_run_is_continued_with_the_same_ids(file, stores, tmp_path):
    whole = ingest(file, stores)
    chunk_ids = set(stores.vectors.rows)
    delete_lecture(whole.lecture.id, stores=stores)
    with pytest.raises(ProcessKilled):
        ingest(file, stores, reader=ScriptedReader(PAGES, die_at=4))
    assert stores.lectures.all() == []
    reader = ScriptedReader(PAGES)
    again = ingest(file, stores, reader=reader)
    assert reader.asked == [4, 5]
    assert again.pages_reused == 3
    assert again.lecture.id == whole.lecture.id
    assert set(stores.vectors.rows) == chunk_ids


def test_a_lost_page_is_a_warning_and_only_it_is_tried_again(file, stores):
    events = []
    done = ingest(file, stores, reader=ScriptedReader(PAGES, lose=[3]), emit=events.append)
    assert done.lecture.state is LectureState.PARTIAL
    assert [warning.page for warning in done.lecture.warnings] == [3]
    assert [event.page for event in events if event.level is Level.WARNING] == [3]
    reader = ScriptedReader(PAGES)
    again = ingest(file, stores, reader=reader)
    assert reader.asked == [3]
    assert again.lecture.state is LectureState.COMPLETE
    assert again.lecture.warnings == ()


def test_a_file_without_a_readable_page_leaves_nothing(file, stores, tmp_path):
    with pytest.raises(DamagedFile, match="No page could be read"):
        ingest(file, stores, reader=ScriptedReader(PAGES, lose=range(1, 6)))
    assert stores.lectures.all() == []
    assert blobs_on_disk(tmp_path) == []


def test_a_changed_file_replaces_the_lecture_from_the_same_place(file, stores):
    first = ingest(file, stores)
    file.write_bytes(b"%PDF- five other pages")
    second = ingest(file, stores)
    assert second.lecture.id != first.lecture.id
    assert [lecture.id for lecture in stores.lectures.all()] == [second.lecture.id]
    assert {row[0].lecture_id for row in stores.vectors.rows.values()} == {second.lecture.id}


def test_a_failed_second_version_keeps_the_first(file, stores):
    first = ingest(file, stores)
    file.write_bytes(b"broken")
    with pytest.raises(DamagedFile):
        ingest(file, stores, reader=ScriptedReader(PAGES, lose=range(1, 6)))
    assert stores.lectures.all() == [first.lecture]
    assert stores.blobs.get(first.lecture.blob).startswith(b"%PDF")


def test_what_is_no_file_or_too_large_is_refused_with_a_hint(file, stores, tmp_path):
    with pytest.raises(InputError, match="no file"):
        ingest(tmp_path / "missing.pdf", stores)
    with pytest.raises(InputError, match="not a file"):
        ingest(tmp_path, stores)
    with pytest.raises(TooLarge, match="file_bytes") as caught:
        ingest(file, stores, options=IngestOptions(limits=Limits(file_bytes=5)))
    assert "limits.file_bytes" in caught.value.hint


def test_deleting_a_subject_leaves_no_file_and_no_vector(file, stores, tmp_path):
    ingest(file, stores)
    delete_subject("Biology", stores=stores)
    assert blobs_on_disk(tmp_path) == []
    assert stores.vectors.rows == {}


def test_force_reads_every_page_again(file, stores):
    ingest(file, stores)
    assert ingest(file, stores).unchanged
    again = ingest(file, stores, options=IngestOptions(force=True))
    assert (again.unchanged, again.pages_read, again.pages_reused) == (False, 5, 0)
    assert ingest(file, stores).unchanged


def test_pages_recognised_with_little_confidence_are_warned_of(file, stores):
    pages = [*PAGES[:4], PAGES[4].model_copy(update={"confidence": 0.41, "ocr_reason": "no text"})]
    lecture = ingest(file, stores, reader=ScriptedReader(pages)).lecture
    assert [(warning.page, warning.code) for warning in lecture.warnings] == [(5, "low_confidence")]
    assert lecture.state is LectureState.COMPLETE


def test_pages_that_an_edit_left_alone_are_not_read_again_and_keep_their_ids(file, stores):
    """Page 2 goes, page 4 changes, page 5 moves up: only the changed one is read."""
    before = [page.model_copy(update={"fingerprint": f"print {page.number}"}) for page in PAGES]
    first = ingest(file, stores, reader=ScriptedReader(before)).lecture
    file.write_bytes(b"%PDF- four pages now")
    after = [
        page.model_copy(update={"number": number, "id": f"new_{number}", "fingerprint": print_})
        for number, (page, print_) in enumerate(
            [(before[0], "print 1"), (before[2], "print 3"), (before[3], "other"), (before[4], "print 5")], 1
        )
    ]
    reader = ScriptedReader(after)
    done = ingest(file, stores, reader=reader)
    assert reader.asked == [3]
    assert (done.pages_read, done.pages_reused) == (1, 3)
    assert done.lecture.id != first.id
    pages = stores.lectures.pages(done.lecture.id)
    assert [page.id for page in pages] == [before[0].id, before[2].id, "new_3", before[4].id]
    assert [page.number for page in pages] == [1, 2, 3, 4]


def test_figures_and_tables_are_counted_once_and_formulas_not(file, stores):
    kinds = (FigureKind.FIGURE, FigureKind.FORMULA, FigureKind.TABLE)
    area = BBox(x0=0.1, y0=0.1, x1=0.4, y1=0.4)
    figures = tuple(
        Figure(id=f"fig_{kind.value}", page=1, box=area, kind=kind, blob=str(number) * 64, width_px=9, height_px=9)
        for number, kind in enumerate(kinds)
    )
    again = figures[0].model_copy(update={"id": "fig_again", "page": 2})
    pages = [a_page(1).model_copy(update={"figures": figures}), a_page(2).model_copy(update={"figures": (again,)})]
    assert ingest(file, stores, reader=ScriptedReader(pages)).lecture.figures == 2
