"""Changing the model of an index: built beside the old one, resumable, swapped at the end; on both databases."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from smartnotes.bootstrap import build_stores
from smartnotes.core.errors import EngineMissing, Unavailable
from smartnotes.core.events import Level, ignore
from smartnotes.core.options import IngestOptions, Scope, SearchMode, SearchOptions
from smartnotes.core.ports import ChunkFilter, Engines
from smartnotes.core.usecases import indexing
from smartnotes.core.usecases.finding import search_notes
from smartnotes.core.usecases.indexing import index_status, rebuild_index
from smartnotes.core.usecases.library import delete_lecture
from smartnotes.core.usecases.reading import ingest_blob, keep_file
from smartnotes.stores.chromafolder import ChromaFolder
from smartnotes.stores.chromaserver import ChromaServer
from smartnotes.stores.database import Database
from smartnotes.stores.vectors import ChromaVectors
from tests.builders import NOON, a_page, a_subject
from tests.fakes import ProcessKilled, ScriptedReader, WordEmbedder, WordEncoder

PAGES = 12


class Embedder(WordEmbedder):
    """One of several models; it may die at a text, or be away. `made` are the passages it was given."""

    def __init__(self, name: str, dimension: int, *, die_after: int | None = None, away: bool = False) -> None:
        self.name = name
        self.dimension = dimension
        self.die_after = die_after
        self.away = away
        self.made: list[str] = []

    def embed_passages(self, texts):
        if self.away:
            raise Unavailable(f"{self.name} is away.")
        if self.die_after is not None and len(self.made) >= self.die_after:
            raise ProcessKilled
        self.made += texts
        return super().embed_passages(texts)

    def embed_query(self, text):
        if self.away:
            raise Unavailable(f"{self.name} is away.")
        return super().embed_query(text)


class OtherEncoder(WordEncoder):
    name = "word tokens 2"


OLD, NEW = "old", "new"


def engines(wanted, *others, encoder=None, reader=None):
    known = {one.name: one for one in (wanted, *others)}
    return Engines(
        reader=reader or ScriptedReader([]),
        embedder=wanted,
        encoder=encoder or WordEncoder(),
        embedder_named=known.get,
    )


@pytest.fixture(params=["folder", "servers"])
def stores(request, tmp_path):
    owner = "local"
    if request.param == "folder":
        database, chroma = Database(tmp_path / "notebook.db"), ChromaFolder(tmp_path / "vectors")
    else:
        owner = f"ada {tmp_path.name}"[:40]
        database = Database(request.getfixturevalue("postgres_url"))
        database.migrate()
        chroma = ChromaServer(request.getfixturevalue("chroma_url"))
    vectors = ChromaVectors(chroma, owner=owner)
    stores = build_stores(tmp_path, owner=owner, database=database, vectors=vectors)
    stores.subjects.add(a_subject())
    yield stores
    vectors.close()
    database.close()


def ingest(tmp_path: Path, stores, embedder, *others, name="lecture.pdf", pages=PAGES, emit=ignore):
    path = tmp_path / name
    path.write_bytes(b"%PDF- " + name.encode())
    ticks = count()
    about = f"The {path.stem} lecture is on caches, page"
    read = ScriptedReader([a_page(number, f"{about} {number}") for number in range(1, pages + 1)])
    return ingest_blob(
        keep_file(path, options=IngestOptions(), stores=stores),
        name=name,
        source=str(path),
        subject=a_subject(),
        options=IngestOptions(),
        engines=engines(embedder, *others, reader=read),
        stores=stores,
        emit=emit,
        clock=lambda: NOON + timedelta(seconds=next(ticks)),
    ).lecture


def rebuild(stores, wanted, *, force=False, request="req_1", emit=ignore, encoder=None):
    done = rebuild_index(
        (),
        force=force,
        request_id=request,
        engines=engines(wanted, encoder=encoder),
        stores=stores,
        emit=emit,
        clock=lambda: NOON,
    )
    return done.subjects[0]


def status(stores, wanted, *, encoder=None):
    return index_status(subject=None, engines=engines(wanted, encoder=encoder), stores=stores).subjects[0]


def found(stores, wanted, *others, query="caches", mode=SearchMode.DENSE, emit=ignore):
    options = SearchOptions(scope=Scope(), limit=50, mode=mode, rerank=False)
    return search_notes(query, options=options, engines=engines(wanted, *others), stores=stores, emit=emit)


def test_another_model_is_indexed_beside_the_old_one_and_takes_its_place(stores, tmp_path):
    old, new = Embedder(OLD, 16), Embedder(NEW, 24)
    ingest(tmp_path, stores, old)
    before = status(stores, new)
    assert (before.state, before.model, before.dimension, before.generation) == ("outdated", OLD, 16, 0)
    seen = []

    def searching(event):
        # The old index is searched until the very end.
        seen.append((event.done, len(found(stores, old, new))))

    done = rebuild(stores, new, emit=searching)
    assert (done.model, done.embedded, done.swapped) == (NEW, before.chunks, True)
    assert all(hits == seen[0][1] for _, hits in seen)
    after = status(stores, new)
    assert (after.state, after.model, after.dimension, after.generation) == ("current", NEW, 24, 1)
    assert after.vectors == before.chunks
    assert stores.vectors.keys(a_subject().id) == [f"{a_subject().id}-1"]
    assert found(stores, new)
    again = rebuild(stores, new)
    assert (again.embedded, again.swapped) == (0, False)


def test_a_rebuild_that_was_killed_goes_on_and_repeats_at_most_a_batch(stores, tmp_path, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 4)
    ingest(tmp_path, stores, Embedder(OLD, 16))
    chunks = status(stores, Embedder(OLD, 16)).chunks
    killed = Embedder(NEW, 24, die_after=5)
    with pytest.raises(ProcessKilled):
        rebuild(stores, killed)
    half = status(stores, killed)
    assert (half.state, half.building, half.model) == ("building", 8, OLD)
    second = Embedder(NEW, 24)
    done = rebuild(stores, second)
    assert done.swapped
    assert len(second.made) == chunks - 8
    assert status(stores, second).state == "current"


def test_forcing_makes_all_anew_once_for_each_request(stores, tmp_path):
    model = Embedder(OLD, 16)
    ingest(tmp_path, stores, model)
    chunks = status(stores, model).chunks
    assert rebuild(stores, model, force=True, request="req_1").embedded == chunks
    # The same request again, as after a crash between the swap and the end of the job, makes nothing twice.
    assert rebuild(stores, model, force=True, request="req_1").embedded == 0
    assert rebuild(stores, model, force=True, request="req_2").embedded == chunks


def test_a_model_that_is_changed_twice_leaves_nothing_of_the_one_between(stores, tmp_path, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 4)
    ingest(tmp_path, stores, Embedder(OLD, 16))
    with pytest.raises(ProcessKilled):
        rebuild(stores, Embedder("between", 8, die_after=4))
    new = Embedder(NEW, 24)
    assert rebuild(stores, new).swapped
    assert stores.vectors.keys(a_subject().id) == [f"{a_subject().id}-2"]
    assert [one.model for one in stores.indexes.all(a_subject().id)] == [NEW]


def test_lectures_that_come_and_go_during_a_rebuild_are_caught_up_with(stores, tmp_path, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 4)
    old, new = Embedder(OLD, 16), Embedder(NEW, 24)
    first = ingest(tmp_path, stores, old, name="first.pdf")
    todo = iter(
        [
            lambda: ingest(tmp_path, stores, new, old, name="second.pdf", pages=3),
            lambda: delete_lecture(first.id, stores=stores),
        ]
    )

    def meanwhile(event):
        if event.done >= 4:
            next(todo, lambda: None)()

    rebuild(stores, new, emit=meanwhile)
    after = status(stores, new)
    assert (after.state, after.model, after.missing, after.extra) == ("current", NEW, 0, 0)
    assert {hit.lecture_name for hit in found(stores, new)} == {"second.pdf"}


def test_a_lecture_published_right_after_the_swap_has_its_vectors(stores, tmp_path):
    old, new = Embedder(OLD, 16), Embedder(NEW, 24)
    ingest(tmp_path, stores, old, name="first.pdf")

    def meanwhile(event):
        if event.step == "save":  # its vectors are in the old index, its chunks are not published yet
            rebuild(stores, new)

    ingest(tmp_path, stores, old, new, name="second.pdf", emit=meanwhile)
    after = status(stores, new)
    assert (after.state, after.model, after.missing) == ("current", NEW, 0)


def test_missing_and_extra_vectors_are_told_and_mended(stores, tmp_path):
    model = Embedder(OLD, 16)
    ingest(tmp_path, stores, model)
    subject = a_subject().id
    [*ids] = stores.indexes.chunk_ids(subject)
    stray = stores.chunks.get(ids[:1])[0].model_copy(update={"id": "chk_stray"})
    stores.vectors.upsert(subject, chunks=[stray], vectors=np.ones((1, 16), dtype=np.float32), model=OLD)
    stores.vectors.forget(subject, chunk_ids=ids[:2])
    broken = status(stores, model)
    assert (broken.state, broken.missing, broken.extra) == ("incomplete", 2, 1)
    done = rebuild(stores, model)
    assert (done.embedded, done.removed, done.swapped) == (2, 1, False)
    assert status(stores, model).state == "current"


def test_token_vectors_of_another_encoder_are_made_anew_and_never_mixed(stores, tmp_path):
    model = Embedder(OLD, 16)
    ingest(tmp_path, stores, model)
    ids = stores.indexes.chunk_ids(a_subject().id)
    assert status(stores, model, encoder=OtherEncoder()).tokens_missing == len(ids)
    assert stores.chunks.tokens(ids, encoder=OtherEncoder.name) == {}
    done = rebuild(stores, model, encoder=OtherEncoder())
    assert (done.encoded, done.embedded) == (len(ids), 0)
    assert stores.chunks.tokens(ids, encoder=OtherEncoder.name).keys() == set(ids)
    assert status(stores, model, encoder=OtherEncoder()).state == "current"


def test_a_new_lecture_goes_into_the_index_that_is_there(stores, tmp_path):
    old, new = Embedder(OLD, 16), Embedder(NEW, 24)
    ingest(tmp_path, stores, old, name="first.pdf")
    ingest(tmp_path, stores, new, old, name="second.pdf")
    after = status(stores, new)
    assert (after.state, after.model, after.missing) == ("outdated", OLD, 0)
    assert len({hit.lecture_name for hit in found(stores, new, old)}) == 2


def test_a_new_lecture_is_found_by_words_until_the_rebuild_where_the_old_model_is_away(stores, tmp_path):
    old, new = Embedder(OLD, 16), Embedder(NEW, 24)
    ingest(tmp_path, stores, old, name="first.pdf")
    warnings = []
    away = Embedder(OLD, 16, away=True)
    ingest(tmp_path, stores, new, away, name="second.pdf", emit=warnings.append)
    [warning] = [event.message for event in warnings if event.level is Level.WARNING]
    assert "index rebuild" in warning
    assert status(stores, new).missing == PAGES
    hits = found(stores, new, away, query="second", mode=SearchMode.HYBRID)
    assert {hit.lecture_name for hit in hits} == {"second.pdf"}
    rebuild(stores, new)
    assert status(stores, new).state == "current"


def test_a_search_without_the_model_goes_by_words_and_says_so(stores, tmp_path):
    ingest(tmp_path, stores, Embedder(OLD, 16))
    new, events = Embedder(NEW, 24), []
    hits = found(stores, new, Embedder(OLD, 16, away=True), mode=SearchMode.HYBRID, emit=events.append)
    assert len(hits) > 0
    [warning] = [event.message for event in events if event.level is Level.WARNING]
    assert "words only" in warning
    with pytest.raises(Unavailable):
        found(stores, new, Embedder(OLD, 16, away=True), mode=SearchMode.DENSE)
    with pytest.raises(EngineMissing):  # nobody knows the model
        found(stores, new, mode=SearchMode.DENSE)


def test_a_search_with_another_model_than_the_one_that_is_set_says_how_to_change_that(stores, tmp_path):
    old, new = Embedder(OLD, 64), Embedder(NEW, 32)
    ingest(tmp_path, stores, old)
    for wanted, told in ((old, 0), (new, 1)):
        events = []
        search_notes(
            "caches", options=SearchOptions(), engines=engines(wanted, old, new), stores=stores, emit=events.append
        )
        assert sum("smartnotes index rebuild" in event.message for event in events) == told


def test_subjects_of_different_models_are_searched_together(stores, tmp_path):
    old, new = Embedder(OLD, 16), Embedder(NEW, 24)
    ingest(tmp_path, stores, old)
    other = a_subject().model_copy(update={"id": "sub_other", "name": "Other"})
    stores.subjects.add(other)
    [chunk] = stores.chunks.get(stores.indexes.chunk_ids(a_subject().id)[:1])
    copied = chunk.model_copy(update={"id": "chk_other", "subject_id": other.id})
    stores.indexes.first(other.id, model=NEW, dimension=24, now=NOON)
    stores.vectors.upsert(other.id, chunks=[copied], vectors=new.embed_passages([copied.text]), model=NEW)
    both = ChunkFilter(subject_ids=(a_subject().id, other.id))
    from smartnotes.core.usecases.searching import searched  # noqa: PLC0415 - the one test that looks inside

    way = searched(
        "caches", options=SearchOptions(), chosen=both, engines=engines(new, old), stores=stores, emit=ignore
    )
    ids = [one for one, _ in way.vectors.search(way.embedder.embed_query("caches"), chosen=both, limit=4)]
    assert "chk_other" in ids[:2]
    assert len(ids) == 4


def test_a_subject_without_lectures_takes_the_model_that_is_set(stores, tmp_path):
    lecture = ingest(tmp_path, stores, Embedder(OLD, 16))
    delete_lecture(lecture.id, stores=stores)
    new = Embedder(NEW, 24)
    ingest(tmp_path, stores, new, Embedder(OLD, 16, away=True))
    assert (status(stores, new).state, status(stores, new).model) == ("current", NEW)
    rebuild(stores, new)
    assert len(stores.vectors.keys(a_subject().id)) == 1


def test_all_of_an_owner_is_forgotten(stores, tmp_path):
    ingest(tmp_path, stores, Embedder(OLD, 16))
    rebuild(stores, Embedder(NEW, 24))
    stores.vectors.delete_owner()
    assert stores.vectors.keys(a_subject().id) == []
    stores.vectors.delete_owner()
