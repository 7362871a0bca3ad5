"""Subjects and lectures, whichever notebook holds them."""

from __future__ import annotations

import pytest

from smartnotes import (
    Conflict,
    DamagedFile,
    EmptyFile,
    LectureState,
    NotFound,
    OptionsError,
    PageRange,
    TextSource,
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
