"""Files under their hash, in a folder and in S3-compatible storage: the same tests for both."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from smartnotes.bootstrap import build_blobs
from smartnotes.client.doctor import examine
from smartnotes.core.errors import NotFound, SettingsError, Unavailable
from smartnotes.core.ids import sha256_hex
from smartnotes.settings import Settings
from smartnotes.stores.blobs import FolderBlobs
from smartnotes.stores.s3blobs import Bucket, S3Blobs
from tests.services import S3_BUCKET, S3_KEY, S3_SECRET, free_port, running_s3

NOBODYS = "f" * 64


@pytest.fixture(scope="module")
def s3():
    with running_s3() as address:
        yield address


def bucket(address, *, prefix="", secret=S3_SECRET, name=S3_BUCKET):
    return Bucket(name, prefix=prefix, endpoint=address, access_key=S3_KEY, secret_key=secret)


@pytest.fixture(params=["folder", "s3"])
def blobs(request, tmp_path):
    if request.param == "folder":
        return FolderBlobs(tmp_path / "blobs")
    place = bucket(request.getfixturevalue("s3"), prefix=f"some/{tmp_path.name}")
    return S3Blobs(place, cache=tmp_path / "cache", cache_bytes=1 << 20)


def test_bytes_are_kept_once_under_their_hash(blobs, tmp_path):
    source = tmp_path / "file"
    source.write_bytes(b"content")
    first = blobs.put(b"content")
    assert first == sha256_hex(b"content")
    assert blobs.put_file(source) == blobs.put(b"content") == first
    assert blobs.get(first) == b"content"
    assert list(blobs.older(datetime.now(UTC) + timedelta(hours=1))) == [first]
    assert list(blobs.older(datetime.now(UTC) - timedelta(hours=1))) == []


def test_an_empty_file_is_a_file(blobs, tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    assert blobs.get(blobs.put_file(tmp_path / "empty")) == b""


def test_bytes_are_opened_as_a_file_with_a_harmless_name(blobs):
    blob = blobs.put(b"content")
    for _ in range(2):
        with blobs.open_path(blob, name="../../my notes.md") as path:
            assert path.name == "my notes.md"
            assert path.read_bytes() == b"content"
        assert not path.exists()
    assert blobs.get(blob) == b"content"


def test_what_is_deleted_is_gone_and_what_is_not_there_may_be_deleted(blobs):
    blob = blobs.put(b"content")
    with blobs.open_path(blob, name="x"):
        pass
    blobs.delete([blob, NOBODYS])
    blobs.delete([blob])
    with pytest.raises(NotFound):
        blobs.get(blob)
    with pytest.raises(NotFound), blobs.open_path(blob, name="x"):
        pass


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "x" * 64 + "/", "." * 64, "é" * 64])
def test_an_id_that_is_none_leads_nowhere(blobs, name):
    with pytest.raises(NotFound):
        blobs.get(name)
    with pytest.raises(NotFound):
        blobs.delete([name])


def test_a_store_that_works_says_so(blobs):
    blobs.check()


def test_a_large_file_goes_there_and_back_in_parts(blobs, tmp_path):
    data = os.urandom(1 << 20) * 40
    (tmp_path / "large").write_bytes(data)
    blob = blobs.put_file(tmp_path / "large")
    with blobs.open_path(blob, name="large.pdf") as path:
        assert sha256_hex(path.read_bytes()) == blob == sha256_hex(data)


def test_the_cache_keeps_to_its_size_and_what_is_open_stays_open(s3, tmp_path):
    blobs = S3Blobs(bucket(s3, prefix="cached"), cache=tmp_path / "cache", cache_bytes=2500)
    kept = [blobs.put(bytes([number]) * 1000) for number in range(5)]
    with blobs.open_path(kept[0], name="first") as first:
        for blob in kept[1:]:
            with blobs.open_path(blob, name="x") as path:
                assert len(path.read_bytes()) == 1000
        assert first.read_bytes() == bytes(1000)
    assert sum(path.stat().st_size for path in (tmp_path / "cache").glob("??/*")) <= 2500
    with blobs.open_path(kept[0], name="again") as first:
        assert first.read_bytes() == bytes(1000)


def test_many_may_open_files_while_the_cache_is_full(s3, tmp_path):
    blobs = S3Blobs(bucket(s3, prefix="crowd"), cache=tmp_path / "cache", cache_bytes=3000)
    kept = [blobs.put(bytes([number]) * 1000) for number in range(6)]

    def read(number):
        with blobs.open_path(kept[number % 6], name="x") as path:
            return path.read_bytes() == bytes([number % 6]) * 1000

    with ThreadPoolExecutor(3) as pool:
        assert all(pool.map(read, range(60)))


def test_doctor_tells_whether_the_storage_answers(s3, tmp_path):
    storage = {"url": f"s3://{S3_BUCKET}", "endpoint": s3, "access_key": S3_KEY, "secret_key": S3_SECRET}
    for secret, works in ((S3_SECRET, True), ("not the secret key", False)):
        settings = Settings.model_validate({"storage": storage | {"secret_key": secret}, "llm": {"engine": "none"}})
        (check,) = [check for check in examine(settings, home=tmp_path) if check.name == "storage"]
        assert check.ok is works


def test_sending_a_large_file_needs_little_memory(s3, tmp_path):
    """What it adds to a process of its own, whose libraries are loaded: under 100 MB for 400 MB."""
    program = (
        "import resource, sys; from pathlib import Path;"
        "from tests.integration.test_blobs import *;"
        "blobs = S3Blobs(bucket(sys.argv[1]), cache=Path(sys.argv[2]) / 'c', cache_bytes=0); blobs.put(b'first');"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024; before = peak();"
        "blob = blobs.put_file(Path(sys.argv[2]) / 'large');"
        "opened = blobs.open_path(blob, name='x'); assert opened.__enter__().stat().st_size == 400 << 20;"
        "opened.__exit__(None, None, None); blobs.delete([blob]); print(peak() - before)"
    )
    with (tmp_path / "large").open("wb") as file:
        file.truncate(400 << 20)
    done = subprocess.run(
        [sys.executable, "-c", program, s3, str(tmp_path)], check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < 100


def test_storage_that_refuses_or_is_away_says_so_without_telling_the_keys(s3, tmp_path):
    nowhere = f"http://127.0.0.1:{free_port()}"
    for place, says in (
        (bucket(s3, secret="not the secret key"), "refuses"),
        (bucket(s3, name="no-such-bucket"), "no-such-bucket"),
        (bucket(nowhere), "cannot be used"),
    ):
        with pytest.raises(Unavailable, match=says) as caught:
            S3Blobs(place, cache=tmp_path, cache_bytes=0, retry_s=1.0).check()
        assert caught.value.hint
        assert place.secret_key not in caught.value.message
        assert place.secret_key not in repr(Settings.model_validate({"storage": {"secret_key": place.secret_key}}))


def test_settings_choose_folder_or_bucket(s3, tmp_path):
    storage = {"url": f"s3://{S3_BUCKET}/set", "endpoint": s3, "access_key": S3_KEY, "secret_key": S3_SECRET}
    chosen = build_blobs(Settings.model_validate({"storage": storage}), tmp_path)
    blob = chosen.put(b"content")
    assert not (tmp_path / "blobs").exists()
    assert build_blobs(Settings(), tmp_path).put(b"content") == blob
    assert (tmp_path / "blobs").exists()


@pytest.mark.parametrize(
    "settings",
    [
        {"storage": {"url": "https://bucket"}},
        {"storage": {"url": "s3://"}},
        {"storage": {"url": "s3://notes", "endpoint": "127.0.0.1:9000"}},
        {"storage": {"url": "s3://notes", "access_key": "only this"}},
        {"storage": {"url": "s3://notes"}, "network": {"offline": True}},
    ],
)
def test_settings_that_cannot_work_are_refused(settings, tmp_path):
    with pytest.raises(SettingsError):
        build_blobs(Settings.model_validate(settings), tmp_path)
