"""Finding chunks by their words: only the owner's, with the filters that vectors have, on both databases."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from smartnotes.bootstrap import build_stores
from smartnotes.core.model import Chunk, ChunkKind
from smartnotes.core.options import SearchOptions
from smartnotes.core.ports import ChunkFilter, Engines
from smartnotes.core.usecases import searching
from smartnotes.stores import chromafolder, words
from smartnotes.stores.chromafolder import ChromaFolder
from smartnotes.stores.database import Database
from smartnotes.stores.vectors import ChromaVectors
from tests.builders import a_lecture, a_subject

OWNERS = ("ada", "bob")
KINDS = (ChunkKind.TEXT, ChunkKind.CODE)


@pytest.fixture(params=["sqlite", "postgres"])
def homes(request, tmp_path):
    """The stores of two owners with the same four lectures in two subjects each, in one database."""
    if request.param == "sqlite":
        database = Database(tmp_path / "notebook.db")
    else:
        database = Database(request.getfixturevalue("postgres_url"))
        database.migrate()
    chroma = ChromaFolder(tmp_path / "vectors")
    made = {}
    for owner in OWNERS:
        vectors = ChromaVectors(chroma, owner=owner)
        made[owner] = build_stores(tmp_path, owner=owner, database=database, vectors=vectors)
        fill(made[owner], owner)
    yield made
    chroma.close()
    database.close()


class EightWide:
    """An embedder of the model that the vectors are said to be made with."""

    name = "m"
    dimension = 8

    def embed_query(self, text):
        return np.linspace(0.1, 0.5, 8, dtype=np.float32)


def fill(stores, owner):
    for subject, lecture in itertools.product(range(2), range(2)):
        subject_id, lecture_id = f"sub_{owner}_{subject}", f"lec_{owner}_{subject}_{lecture}"
        if not lecture:
            stores.subjects.add(a_subject().model_copy(update={"id": subject_id, "name": f"Subject {subject}"}))
        chunks = [
            Chunk(
                id=f"chk_{lecture_id}_{page}",
                subject_id=subject_id,
                lecture_id=lecture_id,
                page=page,
                start=0,
                end=20,
                kind=KINDS[page % 2],
                context=f"caches > part {page}",
                text=f"common words of page {page}",
            )
            for page in range(1, 7)
        ]
        tokens = [np.zeros((1, 64), dtype=np.int8)] * len(chunks)
        value = a_lecture().model_copy(update={"id": lecture_id, "subject_id": subject_id, "name": lecture_id})
        stores.vectors.upsert(subject_id, chunks=chunks, vectors=np.eye(6, 8, dtype=np.float32), model="m")
        stores.lectures.publish(value, pages=[], chunks=chunks, tokens=tokens, source="")


def test_words_of_others_are_never_met(homes):
    for owner, stores in homes.items():
        found = stores.chunks.search_words("common", chosen=ChunkFilter(), limit=100)
        assert len(found) == 24
        assert all(owner in chunk_id for chunk_id, _ in found)
    other = ChunkFilter(subject_ids=("sub_bob_0",))
    assert homes["ada"].chunks.search_words("common", chosen=other, limit=9) == []
    other = ChunkFilter(lecture_ids=("lec_bob_0_0",))
    assert homes["ada"].chunks.search_words("common", chosen=other, limit=9) == []


SUBJECTS = ((), ("sub_ada_0",), ("sub_ada_0", "sub_ada_1"))
LECTURES = ((), ("lec_ada_0_1",), ("lec_ada_0_0", "lec_ada_1_1"))
PAGES = ((None, None), (2, 3), (None, 2), (4, None), (1, 5_000), (7, 9))
FILTERS = [
    ChunkFilter(subjects, lectures, first, last, kinds)
    for subjects, lectures, (first, last), kinds in itertools.product(SUBJECTS, LECTURES, PAGES, ((), ("code",)))
]


def test_a_filter_chooses_the_same_chunks_by_words_by_vectors_and_by_itself(homes):
    stores = homes["ada"]
    query = np.full(8, 0.35, dtype=np.float32)
    for chosen in FILTERS:
        itself = sorted(chunk.id for chunk in stores.chunks.where(chosen))
        by_words = sorted(one for one, _ in stores.chunks.search_words("common", chosen=chosen, limit=100))
        by_vectors = sorted(one for one, _ in stores.vectors.search(query, chosen=chosen, limit=100))
        assert by_words == itself == by_vectors, chosen


@pytest.mark.parametrize("compared", [0, 100])
def test_the_few_that_fit_are_known_and_ranked_as_among_all(homes, monkeypatch, compared):
    stores = homes["ada"]
    monkeypatch.setattr(chromafolder, "_COMPARED", compared)
    query = np.linspace(0.1, 0.5, 8, dtype=np.float32)
    everything = [chunk.id for chunk in stores.chunks.where(ChunkFilter())]
    for chosen in FILTERS:
        itself = {chunk.id for chunk in stores.chunks.where(chosen)}
        assert stores.chunks.fitting([*everything, "chk_nobody"], chosen=chosen) == itself
        few = stores.chunks.few(chosen, most=len(itself))
        if few is None:
            continue
        assert set(few) == itself
        assert not itself or stores.chunks.few(chosen, most=len(itself) - 1) is None
        whole = dict(stores.vectors.search(query, chosen=chosen, limit=100))
        found = stores.vectors.search(query, chosen=chosen, limit=100, among=few)
        assert dict(found) == pytest.approx(whole, abs=1e-5)
    assert stores.chunks.few(ChunkFilter(("sub_ada_0",), ("lec_ada_0_1",), 2, 3, ()), most=2)


@pytest.mark.parametrize("few", [0, 3, 100])
def test_however_many_fit_a_filter_the_same_are_found(homes, monkeypatch, few):
    stores = homes["ada"]
    engines = Engines(reader=None, embedder=EightWide(), encoder=None)
    monkeypatch.setattr(searching, "_FEW", few)
    for chosen in FILTERS:
        if not chosen.subject_ids:
            continue
        way = searching.searched(
            "x", options=SearchOptions(), chosen=chosen, engines=engines, stores=stores, emit=print
        )
        for limit in (1, 100):
            expected = stores.vectors.search(way.embedder.embed_query("x"), chosen=chosen, limit=limit)
            found = way.vectors.search(way.embedder.embed_query("x"), chosen=chosen, limit=limit)
            assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)
            assert {one for one, _ in found} <= {chunk.id for chunk in stores.chunks.where(chosen)}


@pytest.mark.parametrize("few", [0, 12, 10_000])
def test_whichever_way_is_taken_the_chunks_are_the_same(homes, monkeypatch, few):
    stores = homes["ada"]
    before = [stores.chunks.search_words("common page 3", chosen=chosen, limit=30) for chosen in FILTERS]
    monkeypatch.setattr(words, "_MANY", 1)
    monkeypatch.setattr(words, "_FEW", few)
    after = [stores.chunks.search_words("common page 3", chosen=chosen, limit=30) for chosen in FILTERS]
    # words that most have are left out, and with them those that have no other
    assert all(set(now) <= {one for one, _ in was} for was, now in zip(before, map(dict, after), strict=True))
    assert [found[:1] and found[0][0] for found in after] == [found[:1] and found[0][0] for found in before]


@pytest.mark.parametrize("passed", [0, 10_000])
def test_the_best_is_found_among_whatever_is_chosen(homes, monkeypatch, passed):
    stores = homes["ada"]
    before = [stores.chunks.search_words("words 3", chosen=chosen, limit=1) for chosen in FILTERS]
    monkeypatch.setattr(words, "_MANY", 1)
    monkeypatch.setattr(words, "_PASSED", passed)
    after = [stores.chunks.search_words("words 3", chosen=chosen, limit=1) for chosen in FILTERS]
    assert [[score for _, score in found] for found in after] == [
        [pytest.approx(score, abs=1e-5) for _, score in found] for found in before
    ]


def test_a_label_is_no_word(homes):
    label = words.label("owner", "ada")
    assert homes["ada"].chunks.search_words(f"{label} codex kindxcodex", chosen=ChunkFilter(), limit=9) == []


def test_words_that_nearly_all_have_are_left_out_only_where_others_are_left(homes, monkeypatch):
    stores = homes["ada"]
    whole = [stores.chunks.search_words(query, chosen=ChunkFilter(), limit=9) for query in ("common page 3", "common")]
    monkeypatch.setattr(words, "_MANY", 1)
    few = [stores.chunks.search_words(query, chosen=ChunkFilter(), limit=9) for query in ("common page 3", "common")]
    assert [one for one, _ in few[0][:4]] == [one for one, _ in whole[0][:4]]
    assert len(few[1]) == len(whole[1]) == 9
    assert stores.chunks.search_words("nowhere", chosen=ChunkFilter(), limit=9) == []
    assert stores.chunks.search_words("nowhere common", chosen=ChunkFilter(), limit=9)
