"""Subjects and lectures, whichever notebook holds them."""

from __future__ import annotations

import pytest

from smartnotes import (
    Conflict,
    DamagedFile,
    EmptyFile,
    IngestOptions,
    InputError,
    JobState,
    LectureState,
    Limits,
    NotFound,
    OptionsError,
    PageRange,
    TextSource,
    TooLarge,
    UnsupportedFormat,
)


def test_a_subject_is_made_found_renamed_and_deleted(notebook):
    made = notebook.create_subject("  Cell   Biology ")
    assert made.name == "Cell Biology"
    assert notebook.subject("cell") == notebook.subject(made.id) == made
    assert notebook.rename_subject("cell", name="Cells").name == "Cells"
    assert [subject.name for subject in notebook.subjects()] == ["Cells"]
    notebook.delete_subject("Cells")
    assert notebook.subjects() == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "bell\x07"])
def test_impossible_names_are_refused(notebook, name):
    with pytest.raises(OptionsError):
        notebook.create_subject(name)


def test_a_name_is_taken_without_regard_to_case(notebook):
    notebook.create_subject("Biology")
    with pytest.raises(Conflict):
        notebook.create_subject("BIOLOGY")


def test_what_is_not_there_is_not_found(notebook):
    for call in (notebook.subject, notebook.lecture, notebook.pages, notebook.delete_lecture, notebook.delete_subject):
        with pytest.raises(NotFound):
            call("nothing")


def test_a_lecture_has_its_pages_figures_and_original(studied):
    lecture = studied.lecture("lecture.pdf", subject="alg")
    pages = studied.pages(lecture.id)
    assert lecture.state is LectureState.COMPLETE
    assert [page.number for page in pages] == list(range(1, lecture.pages + 1))
    assert all(page.source is TextSource.TEXT_LAYER for page in pages)
    assert studied.pages(lecture.id, pages=PageRange(first=2, last=3)) == pages[1:3]
    assert studied.blob(lecture.blob).startswith(b"%PDF")
    figures = studied.figures(lecture.id)
    assert len(figures) == lecture.figures > 0
    assert all(studied.blob(figure.blob).startswith(b"\x89PNG") for figure in figures)


def test_regions_and_words_lie_inside_the_text(studied):
    for page in studied.pages("lecture"):
        spans = [*page.regions, *page.words, *page.emphasis]
        assert all(0 <= span.start <= span.end <= len(page.text) for span in spans)
        assert all(page.slice(word).strip() for word in page.words)


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("empty.pdf", b"", EmptyFile),
        ("page.pdf", b"<!doctype html><html><body>Error</body></html>", UnsupportedFormat),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj", DamagedFile),
    ],
)
def test_a_bad_file_is_refused_with_a_hint_and_leaves_nothing(notebook, tmp_path, name, data, error):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(error) as caught:
        notebook.ingest(path, subject="New").result()
    assert caught.value.hint
    assert notebook.subjects() == []
    assert notebook.lectures() == []


def test_text_is_ingested_named_and_deleted(notebook, tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("# Osmosis\n\nOsmosis is the movement of water through a membrane.\n")
    done = notebook.ingest(path, subject="Biology", name="Week 1").result()
    assert (done.lecture.name, done.unchanged) == ("Week 1", False)
    assert notebook.ingest(path, subject="biology").result().unchanged
    assert "movement of water" in notebook.pages("week")[0].text
    notebook.delete_lecture("Week 1")
    assert notebook.lectures() == []
    assert notebook.search("osmosis") == []


def test_an_ambiguous_name_lists_what_it_may_mean(notebook):
    notebook.create_subject("Biology")
    notebook.create_subject("Biochemistry")
    with pytest.raises(Conflict, match="Biochemistry") as caught:
        notebook.subject("bio")
    assert caught.value.hint


def test_a_name_that_is_nearly_right_is_suggested(notebook):
    notebook.create_subject("Biology")
    with pytest.raises(NotFound) as caught:
        notebook.subject("Boilogy")
    assert "Biology" in caught.value.hint


def test_renaming_to_a_name_that_is_taken_is_refused(notebook):
    notebook.create_subject("Biology")
    notebook.create_subject("Chemistry")
    with pytest.raises(Conflict):
        notebook.rename_subject("Chemistry", name="biology")


def test_what_is_no_file_is_refused_before_anything_is_made(notebook, tmp_path):
    for path in (tmp_path / "missing.pdf", tmp_path):
        with pytest.raises(InputError, match=str(path)):
            notebook.ingest(path, subject="New")
    assert notebook.subjects() == []


def test_a_limit_that_is_exceeded_is_named(notebook, tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("# Osmosis\n\nWater moves.\n")
    with pytest.raises(TooLarge, match="file_bytes"):
        notebook.ingest(path, subject="New", options=IngestOptions(limits=Limits(file_bytes=8))).result()


def test_a_later_version_of_a_file_replaces_the_earlier_one(notebook, tmp_path):
    path = tmp_path / "notes.md"
    for text in ("Water moves through a membrane.", "Ions move through a channel."):
        path.write_text(f"# Osmosis\n\n{text}\n")
        notebook.ingest(path, subject="Biology").result()
    assert len(notebook.lectures()) == 1
    assert "Ions move" in notebook.pages("notes.md")[0].text


def test_progress_is_told_and_the_job_stays_visible(notebook, tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("# Osmosis\n\nOsmosis is the movement of water through a membrane.\n")
    job = notebook.ingest(path, subject="Biology")
    assert "read" in {event.step for event in job.watch()}
    assert job.result().lecture.name == "notes.md"
    assert [(one.id, one.state) for one in notebook.jobs()] == [(job.id, JobState.DONE)]
    assert job.info().state is JobState.DONE
