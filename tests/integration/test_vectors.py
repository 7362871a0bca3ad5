"""`ChromaVectors`, on a folder and on a Chroma server: the same tests for both."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from smartnotes.bootstrap import build_vectors
from smartnotes.core.errors import Conflict, SettingsError, Unavailable
from smartnotes.core.model import Chunk, ChunkKind
from smartnotes.core.ports import ChunkFilter, Vectors
from smartnotes.settings import Settings
from smartnotes.stores.chromafolder import ChromaFolder
from smartnotes.stores.chromaserver import ChromaServer
from smartnotes.stores.vectors import Chroma, ChromaVectors
from tests.services import ChromaProcess

ALL = ChunkFilter()


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


@pytest.fixture(params=["folder", "server"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Chroma]]:
    """Opens the same database each time it is called, as different processes do."""
    opened: list[Chroma] = []

    def open_one() -> Chroma:
        folder = request.param == "folder"
        opened.append(
            ChromaFolder(tmp_path / "vectors") if folder else ChromaServer(request.getfixturevalue("chroma_url"))
        )
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def owner(tmp_path: Path) -> str:
    """Nobody else's name, for the server is shared by all tests."""
    return str(tmp_path)


@pytest.fixture
def index(database: Callable[[], Chroma], owner: str) -> ChromaVectors:
    vectors = ChromaVectors(database(), owner=owner)
    chunks = [chunk(0), chunk(1, page=2), chunk(2, page=3, kind=ChunkKind.CODE)]
    vectors.upsert("sub_a", chunks=chunks, vectors=unit(0, 1, 2), model="m")
    return vectors


def ids(found: list[tuple[str, float]]) -> list[str]:
    return [chunk_id for chunk_id, _ in found]


def test_the_nearest_comes_first_with_its_cosine(index: ChromaVectors) -> None:
    query = np.array([0.6, 0.8, 0.0, 0.0], dtype=np.float32)
    found = index.search(query, chosen=ALL, limit=2)
    assert ids(found) == ["chk_lec_a_1", "chk_lec_a_0"]
    assert [score for _, score in found] == pytest.approx([0.8, 0.6], abs=1e-5)


def test_filters_limit_lecture_page_and_kind(index: ChromaVectors) -> None:
    index.upsert("sub_a", chunks=[chunk(3, lecture="lec_b")], vectors=unit(3), model="m")
    query = unit(0)[0]
    assert ids(index.search(query, chosen=ChunkFilter(lecture_ids=("lec_b",)), limit=9)) == ["chk_lec_b_3"]
    assert ids(index.search(query, chosen=ChunkFilter(kinds=("code",)), limit=9)) == ["chk_lec_a_2"]
    pages = ChunkFilter(("sub_a",), lecture_ids=("lec_a",), first_page=2, last_page=2)
    assert ids(index.search(query, chosen=pages, limit=9)) == ["chk_lec_a_1"]


def test_several_subjects_are_searched_as_one(index: ChromaVectors) -> None:
    index.upsert("sub_b", chunks=[chunk(3, lecture="lec_b")], vectors=unit(0), model="m")
    query = np.array([0.8, 0.6, 0.0, 0.0], dtype=np.float32)
    expected = ["chk_lec_a_0", "chk_lec_b_3", "chk_lec_a_1"]
    assert ids(index.search(query, chosen=ALL, limit=3)) == expected
    assert ids(index.search(query, chosen=ChunkFilter(("sub_b", "sub_a", "sub_b")), limit=3)) == expected
    assert ids(index.search(query, chosen=ChunkFilter(("sub_b",)), limit=3)) == ["chk_lec_b_3"]


def test_an_unknown_subject_has_no_vectors(index: ChromaVectors) -> None:
    assert index.search(unit(0)[0], chosen=ChunkFilter(("sub_other",)), limit=9) == []


def test_upserting_again_overwrites_and_never_doubles(index: ChromaVectors) -> None:
    index.upsert("sub_a", chunks=[chunk(0)], vectors=unit(3), model="m")
    found = index.search(unit(3)[0], chosen=ALL, limit=9)
    assert len(found) == 3
    assert found[0][0] == "chk_lec_a_0"


def test_more_vectors_than_a_batch_are_written_and_forgotten_in_several(
    database: Callable[[], Chroma], owner: str
) -> None:
    chroma = database()
    chroma.batch = 40
    index = ChromaVectors(chroma, owner=owner)
    many = [chunk(number) for number in range(130)]
    index.upsert("sub_a", chunks=many, vectors=unit(*(number % 4 for number in range(130))), model="m")
    assert len(index.search(unit(0)[0], chosen=ALL, limit=500)) == 130
    index.keep_only("sub_a", lecture_id="lec_a", chunk_ids=[many[0].id])
    assert ids(index.search(unit(0)[0], chosen=ALL, limit=500)) == [many[0].id]


def test_many_small_subjects_are_all_found_again(index: ChromaVectors) -> None:
    """More than Chroma keeps open: by default it loses small indexes that it closed."""
    subjects = [f"sub_{number}" for number in range(100)]
    for subject in subjects:
        index.upsert(subject, chunks=[chunk(0)], vectors=unit(0), model="m")
    for subject in subjects:
        assert ids(index.search(unit(0)[0], chosen=ChunkFilter((subject,)), limit=9)) == ["chk_lec_a_0"]
    for subject in subjects:
        index.delete_subject(subject)


def test_subjects_that_lost_all_their_lectures_are_no_hindrance(index: ChromaVectors) -> None:
    for number in range(90):
        index.upsert(f"sub_{number}", chunks=[chunk(number)], vectors=unit(0), model="m")
    for number in range(0, 90, 2):
        index.keep_only(f"sub_{number}", lecture_id="lec_a", chunk_ids=())
    mine = ChunkFilter(tuple(f"sub_{number}" for number in range(90)))
    for _ in range(2):
        assert len(index.search(unit(0)[0], chosen=mine, limit=100)) == 45


def test_a_search_beside_writes_finds_what_was_there_before(index: ChromaVectors) -> None:
    over = threading.Event()

    def search() -> int:
        searches = 0
        while not over.is_set():
            assert "chk_lec_a_0" in ids(index.search(unit(0)[0], chosen=ALL, limit=1000))
            searches += 1
        return searches

    with ThreadPoolExecutor(3) as pool:
        searching = [pool.submit(search) for _ in range(3)]
        for number in range(15):
            index.upsert(f"sub_{number}", chunks=[chunk(number, lecture="lec_b")], vectors=unit(0), model="m")
            if number % 2:
                index.delete_subject(f"sub_{number}")
        over.set()
        assert all(one.result() for one in searching)


def test_another_model_or_dimension_is_refused_with_a_hint(index: ChromaVectors) -> None:
    with pytest.raises(Conflict) as caught:
        index.upsert("sub_a", chunks=[chunk(9)], vectors=unit(0), model="other")
    assert caught.value.hint
    with pytest.raises(Conflict):
        index.upsert("sub_a", chunks=[chunk(9)], vectors=np.ones((1, 3), dtype=np.float32), model="m")
    with pytest.raises(Conflict):
        index.search(np.ones(3, dtype=np.float32), chosen=ALL, limit=1)


def test_what_a_lecture_lost_is_forgotten(index: ChromaVectors) -> None:
    index.upsert("sub_a", chunks=[chunk(3, lecture="lec_b")], vectors=unit(3), model="m")
    index.keep_only("sub_a", lecture_id="lec_a", chunk_ids=["chk_lec_a_1"])
    assert sorted(ids(index.search(unit(0)[0], chosen=ALL, limit=9))) == ["chk_lec_a_1", "chk_lec_b_3"]
    index.delete_subject("sub_a")
    index.delete_subject("sub_a")
    assert index.search(unit(0)[0], chosen=ALL, limit=9) == []


def test_a_subject_that_was_deleted_may_be_written_again_with_another_model(index: ChromaVectors) -> None:
    index.delete_subject("sub_a")
    index.upsert("sub_a", chunks=[chunk(0)], vectors=np.ones((1, 3), dtype=np.float32), model="other")
    assert ids(index.search(np.ones(3, dtype=np.float32), chosen=ALL, limit=9)) == ["chk_lec_a_0"]


@pytest.mark.parametrize("subject", ["sub_a", "../sub_a", "sub_a?x=1", "%2e%2e/sub_a"])
def test_owners_never_reach_each_other_whatever_subject_they_name(index: ChromaVectors, subject: str) -> None:
    other = index.of_owner("somebody")
    assert other.search(unit(0)[0], chosen=ALL, limit=9) == []
    assert other.search(unit(0)[0], chosen=ChunkFilter((subject,)), limit=9) == []
    other.keep_only(subject, lecture_id="lec_a", chunk_ids=[])
    other.delete_subject(subject)
    assert len(index.search(unit(0)[0], chosen=ALL, limit=9)) == 3


def test_the_same_subject_of_two_owners_is_two_collections(index: ChromaVectors) -> None:
    other = index.of_owner("somebody")
    other.upsert("sub_a", chunks=[chunk(7)], vectors=unit(3), model="another")
    assert ids(other.search(unit(3)[0], chosen=ChunkFilter(("sub_a",)), limit=9)) == ["chk_lec_a_7"]
    assert len(index.search(unit(0)[0], chosen=ALL, limit=9)) == 3
    other.delete_subject("sub_a")
    assert len(index.search(unit(0)[0], chosen=ALL, limit=9)) == 3


def test_a_collection_whose_metadata_names_somebody_else_is_not_touched(
    index: ChromaVectors, database: Callable[[], Chroma]
) -> None:
    """Where a name were the same by whatever accident: neither found, nor written, nor deleted."""
    chroma = database()
    intruder = ChromaVectors(chroma, owner="intruder")
    intruder._space = index._space
    assert intruder.search(unit(0)[0], chosen=ALL, limit=9) == []
    with pytest.raises(Conflict):
        intruder.upsert("sub_a", chunks=[chunk(0)], vectors=unit(3), model="m")
    intruder.keep_only("sub_a", lecture_id="lec_a", chunk_ids=[])
    intruder.delete_subject("sub_a")
    assert ids(index.search(unit(0)[0], chosen=ALL, limit=1)) == ["chk_lec_a_0"]


def test_what_another_process_wrote_is_found_on_the_next_search(
    index: ChromaVectors, database: Callable[[], Chroma], owner: str
) -> None:
    assert len(index.search(unit(0)[0], chosen=ALL, limit=9)) == 3
    chroma = database()
    opened = (
        f"ChromaServer({chroma.url!r})"
        if isinstance(chroma, ChromaServer)
        else f"ChromaFolder(Path({owner!r})/'vectors')"
    )
    program = (
        "from pathlib import Path; from tests.integration.test_vectors import *;"
        f"ChromaVectors({opened}, owner={owner!r}).upsert('sub_a', chunks=[chunk(7)], vectors=unit(3), model='m')"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert ids(index.search(unit(3)[0], chosen=ALL, limit=1)) == ["chk_lec_a_7"]


def test_a_folder_that_is_not_there_holds_nothing_and_is_not_made(tmp_path: Path) -> None:
    index = ChromaVectors(ChromaFolder(tmp_path / "none"), owner="local")
    assert index.search(unit(0)[0], chosen=ALL, limit=1) == []
    index.keep_only("sub_a", lecture_id="lec_a", chunk_ids=[])
    index.delete_subject("sub_a")
    assert not (tmp_path / "none").exists()


def test_the_folder_is_an_ordinary_chroma_database(tmp_path: Path) -> None:
    """The official client opens it and counts the same vectors; run apart, for its import starts threads."""
    index = ChromaVectors(ChromaFolder(tmp_path / "vectors"), owner="local")
    index.upsert("sub_a", chunks=[chunk(0), chunk(1), chunk(2)], vectors=unit(0, 1, 2), model="m")
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


def test_a_server_that_is_killed_keeps_what_it_took_and_is_found_again(tmp_path: Path) -> None:
    server = ChromaProcess(tmp_path)
    server.start()
    index = ChromaVectors(ChromaServer(server.url, sleep=lambda _: None), owner="local")
    try:
        index.upsert("sub_a", chunks=[chunk(0), chunk(1)], vectors=unit(0, 1), model="m")
        server.kill()
        with pytest.raises(Unavailable) as caught:
            index.search(unit(1)[0], chosen=ALL, limit=1)
        assert caught.value.hint
        with pytest.raises(Unavailable):
            index.check()
        server.start()
        assert ids(index.search(unit(1)[0], chosen=ALL, limit=1)) == ["chk_lec_a_1"]
    finally:
        index.close()
        server.stop()


def test_settings_choose_folder_or_server(chroma_url: str, tmp_path: Path) -> None:
    chosen = build_vectors(Settings.model_validate({"vectors": {"url": chroma_url}}), tmp_path)
    chosen.check()
    chosen.close()
    assert not (tmp_path / "vectors").exists()
    build_vectors(Settings(), tmp_path).check()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"redis": {"url": "redis://127.0.0.1/0"}}, "vectors.url"),
        ({"vectors": {"url": "vectors:8001"}}, "http://"),
        ({"vectors": {"url": "http://elsewhere:1"}, "network": {"offline": True}}, "elsewhere"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, object], says: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        build_vectors(Settings.model_validate(settings), tmp_path)
    assert says in caught.value.message + caught.value.hint
