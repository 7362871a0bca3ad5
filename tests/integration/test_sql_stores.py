"""What the SQL stores promise beyond keeping rows, on both databases."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from smartnotes.core.errors import Conflict, NotFound, OptionsError
from smartnotes.core.model import BBox, Chunk, Figure
from smartnotes.core.ports import ChunkFilter
from smartnotes.stores.chunks import SqlChunks
from smartnotes.stores.database import Database
from smartnotes.stores.documents import SqlDocuments
from smartnotes.stores.lectures import SqlLectures
from smartnotes.stores.subjects import SqlSubjects
from tests.builders import a_document, a_lecture, a_page, a_subject


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, tmp_path):
    chosen = tmp_path / "notebook.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(chosen)
    yield database
    database.close()


@pytest.fixture
def subjects(database):
    subjects = SqlSubjects(database, owner="local")
    subjects.add(a_subject())
    return subjects


@pytest.fixture
def lectures(database, subjects):
    return SqlLectures(database, owner="local")


def a_chunk(number, text, *, lecture="lec_lecture.pdf"):
    return Chunk(
        id=f"chk_{lecture}_{number}",
        subject_id="sub_biology",
        lecture_id=lecture,
        page=number,
        start=0,
        end=len(text),
        context="Biology > Cells",
        text=text,
    )


def publish(
    lectures, lecture, *, texts=("Mitochondria make energy.", "Ribosomes build proteins."), pages=None, source=""
):
    chunks = [a_chunk(number, text, lecture=lecture.id) for number, text in enumerate(texts, 1)]
    tokens = [np.full((3, 4), number, dtype=np.int8) for number in range(len(chunks))]
    read = pages or [a_page(number, text) for number, text in enumerate(texts, 1)]
    return lectures.publish(lecture, pages=read, chunks=chunks, tokens=tokens, source=source)


def test_names_are_unique_without_case_for_one_owner(database, subjects):
    with pytest.raises(Conflict):
        subjects.add(a_subject("BIOLOGY").model_copy(update={"id": "sub_2"}))
    SqlSubjects(database, owner="other").add(a_subject().model_copy(update={"id": "sub_3"}))
    assert [subject.id for subject in subjects.all()] == ["sub_biology"]


def test_publishing_again_replaces_and_never_doubles(database, lectures):
    for _ in range(2):
        publish(lectures, a_lecture())
    assert len(lectures.all()) == 1
    assert len(lectures.pages("lec_lecture.pdf")) == 2
    found = SqlChunks(database, owner="local").search_words("mitochondrion energy", chosen=ChunkFilter(), limit=9)
    assert [key for key, _ in found] == ["chk_lec_lecture.pdf_1"]


def test_a_new_file_from_the_same_place_replaces_the_old(lectures):
    publish(lectures, a_lecture("old.pdf"), source="/slides.pdf")
    assert publish(lectures, a_lecture("new.pdf"), source="/slides.pdf") == ["lec_old.pdf"]
    assert [lecture.name for lecture in lectures.all()] == ["new.pdf"]


def test_words_are_found_by_stem_with_filters_and_any_text_is_a_query(database, lectures):
    publish(lectures, a_lecture())
    chunks = SqlChunks(database, owner="local")
    assert chunks.search_words("building a protein", chosen=ChunkFilter(), limit=1)[0][0].endswith("_2")
    assert chunks.search_words("protein", chosen=ChunkFilter(last_page=1), limit=9) == []
    assert chunks.search_words("protein", chosen=ChunkFilter(kinds=("table",)), limit=9) == []
    for odd in ('"', "a AND", "NEAR(", "*", "'; DROP TABLE chunks", "", "protein:", "-"):
        chunks.search_words(odd, chosen=ChunkFilter(), limit=1)


def test_token_vectors_come_back_in_their_shape(database, lectures):
    publish(lectures, a_lecture())
    tokens = SqlChunks(database, owner="local").tokens(["chk_lec_lecture.pdf_2", "unknown"])
    assert tokens["chk_lec_lecture.pdf_2"].shape == (3, 4)
    assert tokens["chk_lec_lecture.pdf_2"].dtype == np.int8


def test_a_document_that_is_made_again_replaces_the_first(database, subjects):
    documents = SqlDocuments(database, owner="local")
    for title in ("first", "second"):
        documents.add(a_document(title=title))
    assert [document.title for document in documents.all()] == ["second"]


def test_a_text_with_nul_is_refused_or_kept_but_never_crashes(database, subjects):
    with suppress(OptionsError):
        subjects.add(a_subject("with \0").model_copy(update={"id": "sub_2"}))


def test_deleting_frees_only_blobs_that_nobody_else_needs(lectures, subjects):
    shared, own = "a" * 64, "b" * 64
    box = BBox(x0=0, y0=0, x1=1, y1=1)
    figure = Figure(id="fig", page=1, box=box, blob=shared, width_px=1, height_px=1)
    page = a_page(1).model_copy(update={"figures": (figure,)})
    publish(lectures, a_lecture("a.pdf").model_copy(update={"blob": own}), texts=["x"], pages=[page])
    publish(lectures, a_lecture("b.pdf"), texts=["x"], pages=[page])
    assert lectures.delete("lec_a.pdf") == [own]
    assert set(subjects.delete("sub_biology")) == {shared, "0" * 64}
    assert lectures.all() == []


def test_pages_read_ahead_are_kept_by_options_and_go_with_the_lecture(lectures):
    lectures.save_read("lec_lecture.pdf", options="abc", page=a_page(2))
    lectures.save_read("lec_lecture.pdf", options="abc", page=a_page(1))
    assert [page.number for page in lectures.saved_reads("lec_lecture.pdf", options="abc")] == [1, 2]
    assert lectures.saved_reads("lec_lecture.pdf", options="other") == []
    publish(lectures, a_lecture())
    lectures.delete("lec_lecture.pdf")
    assert lectures.saved_reads("lec_lecture.pdf", options="abc") == []


def test_a_stranger_reaches_nothing(database, lectures):
    publish(lectures, a_lecture())
    stranger = SqlLectures(database, owner="stranger")
    assert stranger.all() == []
    for call in (stranger.get, stranger.pages, stranger.delete):
        with pytest.raises(NotFound):
            call("lec_lecture.pdf")
    chunks = SqlChunks(database, owner="stranger")
    assert chunks.search_words("energy", chosen=ChunkFilter(), limit=9) == []
    assert chunks.where(ChunkFilter()) == []
    assert chunks.get(["chk_lec_lecture.pdf_1"]) == []
    assert chunks.tokens(["chk_lec_lecture.pdf_1"]) == {}
