"""`ChromaVectors` on a real folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from smartnotes.core.errors import Conflict
from smartnotes.core.model import Chunk, ChunkKind
from smartnotes.core.ports import ChunkFilter, Vectors
from smartnotes.stores.vectors import ChromaVectors


def chunk(number: int, *, lecture: str = "lec_a", page: int = 1, kind: ChunkKind = ChunkKind.TEXT) -> Chunk:
    text = f"chunk {number}"
    return Chunk(
        id=f"chk_{lecture}_{number}",
        subject_id="sub_a",
        lecture_id=lecture,
        page=page,
        start=0,
        end=len(text),
        kind=kind,
        text=text,
    )


def unit(*indices: int) -> Vectors:
    vectors = np.zeros((len(indices), 4), dtype=np.float32)
    vectors[range(len(indices)), indices] = 1.0
    return vectors


@pytest.fixture
def index(tmp_path: Path) -> ChromaVectors:
    vectors = ChromaVectors(tmp_path / "vectors", owner="local")
    chunks = [chunk(0), chunk(1, page=2), chunk(2, page=3, kind=ChunkKind.CODE)]
    vectors.upsert("sub_a", chunks=chunks, vectors=unit(0, 1, 2), model="m")
    return vectors


def ids(found: list[tuple[str, float]]) -> list[str]:
    return [chunk_id for chunk_id, _ in found]


def test_the_nearest_comes_first_with_its_cosine(index: ChromaVectors) -> None:
    query = np.array([0.6, 0.8, 0.0, 0.0], dtype=np.float32)
    found = index.search(query, chosen=ChunkFilter(), limit=2)
    assert ids(found) == ["chk_lec_a_1", "chk_lec_a_0"]
    assert [score for _, score in found] == pytest.approx([0.8, 0.6], abs=1e-5)


def test_filters_limit_lecture_page_and_kind(index: ChromaVectors) -> None:
    index.upsert("sub_a", chunks=[chunk(3, lecture="lec_b")], vectors=unit(3), model="m")
    query = unit(0)[0]
    assert ids(index.search(query, chosen=ChunkFilter(lecture_ids=("lec_b",)), limit=9)) == ["chk_lec_b_3"]
    assert ids(index.search(query, chosen=ChunkFilter(kinds=("code",)), limit=9)) == ["chk_lec_a_2"]
    pages = ChunkFilter(("sub_a",), lecture_ids=("lec_a",), first_page=2, last_page=2)
    assert ids(index.search(query, chosen=pages, limit=9)) == ["chk_lec_a_1"]


def test_an_unknown_subject_has_no_vectors(index: ChromaVectors) -> None:
    assert index.search(unit(0)[0], chosen=ChunkFilter(("sub_other",)), limit=9) == []


def test_upserting_again_overwrites_and_never_doubles(index: ChromaVectors) -> None:
    index.upsert("sub_a", chunks=[chunk(0)], vectors=unit(3), model="m")
    found = index.search(unit(3)[0], chosen=ChunkFilter(), limit=9)
    assert len(found) == 3
    assert found[0][0] == "chk_lec_a_0"


def test_another_model_or_dimension_is_refused_with_a_hint(index: ChromaVectors) -> None:
    with pytest.raises(Conflict) as caught:
        index.upsert("sub_a", chunks=[chunk(9)], vectors=unit(0), model="other")
    assert caught.value.hint
    with pytest.raises(Conflict):
        index.search(np.ones(3, dtype=np.float32), chosen=ChunkFilter(), limit=1)


def test_what_a_lecture_lost_is_forgotten(index: ChromaVectors) -> None:
    index.upsert("sub_a", chunks=[chunk(3, lecture="lec_b")], vectors=unit(3), model="m")
    index.keep_only("sub_a", lecture_id="lec_a", chunk_ids=["chk_lec_a_1"])
    assert sorted(ids(index.search(unit(0)[0], chosen=ChunkFilter(), limit=9))) == ["chk_lec_a_1", "chk_lec_b_3"]
    index.delete_subject("sub_a")
    index.delete_subject("sub_a")
    assert index.search(unit(0)[0], chosen=ChunkFilter(), limit=9) == []


def test_owners_do_not_see_each_other(index: ChromaVectors, tmp_path: Path) -> None:
    other = ChromaVectors(tmp_path / "vectors", owner="somebody")
    assert other.search(unit(0)[0], chosen=ChunkFilter(), limit=9) == []
    other.delete_subject("sub_a")
    assert len(index.search(unit(0)[0], chosen=ChunkFilter(), limit=9)) == 3


def test_a_folder_that_is_not_there_holds_nothing_and_is_not_made(tmp_path: Path) -> None:
    index = ChromaVectors(tmp_path / "none", owner="local")
    assert index.search(unit(0)[0], chosen=ChunkFilter(), limit=1) == []
    index.keep_only("sub_a", lecture_id="lec_a", chunk_ids=[])
    index.delete_subject("sub_a")
    assert not (tmp_path / "none").exists()


def test_what_another_process_wrote_is_found_on_the_next_search(index: ChromaVectors, tmp_path: Path) -> None:
    assert len(index.search(unit(0)[0], chosen=ChunkFilter(), limit=9)) == 3
    program = (
        "import sys; from pathlib import Path; from tests.integration.test_vectors import *;"
        "ChromaVectors(Path(sys.argv[1]), owner='local').upsert("
        "'sub_a', chunks=[chunk(7)], vectors=unit(3), model='m')"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "vectors")], check=True)
    assert ids(index.search(unit(3)[0], chosen=ChunkFilter(), limit=1)) == ["chk_lec_a_7"]


def test_the_folder_is_an_ordinary_chroma_database(index: ChromaVectors, tmp_path: Path) -> None:
    """The official client opens it and counts the same vectors; run apart, for its import starts threads."""
    assert index.search(unit(0)[0], chosen=ChunkFilter(), limit=1)
    program = (
        "import sys, chromadb;"
        "client = chromadb.PersistentClient(sys.argv[1], settings=chromadb.Settings(anonymized_telemetry=False));"
        "[c] = client.list_collections();"
        "c = client.get_collection(c.name, embedding_function=None);"
        "print(c.count(), c.metadata['model'], c.query(query_embeddings=[[0, 1, 0, 0]], n_results=1)['ids'][0][0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "vectors")], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["3", "m", "chk_lec_a_1"]
