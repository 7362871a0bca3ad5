"""The index that subjects are searched by, whichever notebook is asked."""

from __future__ import annotations

import pytest

from smartnotes import NotFound
from tests.contract.conftest import EXAMPLES

MODEL = "bge-small-en-v1.5-int8"


def only(status):
    [found] = status.subjects
    return found


def test_a_subject_says_which_model_it_is_searched_by_and_that_nothing_lacks(studied):
    status = studied.index_status()
    found = only(status)
    assert (status.model, found.model, found.dimension, found.state) == (MODEL, MODEL, 384, "current")
    assert (found.subject, found.missing, found.extra, found.tokens_missing) == ("Algorithms", 0, 0, 0)
    assert found.chunks == found.vectors > 0
    assert studied.index_status(subject="algo").subjects == (found,)


def test_an_empty_notebook_has_no_index_and_an_empty_subject_an_empty_one(notebook):
    assert notebook.index_status().subjects == ()
    assert notebook.rebuild_index().result().subjects == ()
    notebook.create_subject("Biology")
    assert only(notebook.index_status()).state == "empty"
    [done] = notebook.rebuild_index(subject="Biology").result().subjects
    assert (done.embedded, done.removed, done.encoded, done.swapped) == (0, 0, 0, False)


def test_an_unknown_subject_has_no_index(notebook):
    for call in (notebook.index_status, notebook.rebuild_index):
        with pytest.raises(NotFound) as caught:
            call(subject="nothing")
        assert "nothing" in caught.value.message


def test_a_whole_index_needs_nothing_and_force_makes_it_anew(notebook):
    notebook.ingest(EXAMPLES / "lecture.pdf", subject="Algorithms").result()
    before, hits = only(notebook.index_status()), notebook.search("binary search tree")
    [done] = notebook.rebuild_index().result().subjects
    assert (done.embedded, done.removed, done.encoded, done.swapped) == (0, 0, 0, False)
    events = []
    [done] = notebook.rebuild_index(subject="Algorithms", force=True).result(emit=events.append).subjects
    assert (done.subject, done.embedded, done.swapped, done.model) == ("Algorithms", before.chunks, True, MODEL)
    after = only(notebook.index_status())
    assert (after.state, after.vectors, after.generation) == ("current", before.vectors, before.generation + 1)
    assert [hit.chunk.id for hit in notebook.search("binary search tree")] == [hit.chunk.id for hit in hits]
    [done] = notebook.rebuild_index(force=True).result().subjects  # again means again
    assert done.swapped
    assert only(notebook.index_status()).generation == before.generation + 2
    job = next(job for job in notebook.jobs() if job.kind == "index")
    assert job.state == "done"
