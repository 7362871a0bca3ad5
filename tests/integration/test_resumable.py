"""Uploads in parts (tus 1.0.0): whatever breaks, what has come is not sent again, and the file is whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import threading
import time
from base64 import b64encode
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from smartnotes.client.credentials import Login
from smartnotes.client.remote import RemoteNotebook
from smartnotes.client.remoteconnection import Connection
from smartnotes.client.remoteupload import IN_PARTS_BYTES
from smartnotes.core.accounts import Registration, Tokens
from smartnotes.server import resumable
from smartnotes.server.app import create_app
from tests.integration.test_gateway import API, assert_problem, settings, sign_up
from tests.services import free_port
from tests.waiting import wait_for_job

TEXT = b"# Lakes\n\nA lake is a body of water that is surrounded by land.\n"
TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**pairs):
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in pairs.items())


@pytest.fixture
def app(tmp_path):
    app = create_app(settings(upload_bytes=10_000, quota_bytes=15_000), home=tmp_path)
    with TestClient(app):
        yield app


@pytest.fixture
def ann(app):
    return sign_up(app, "ann")


@pytest.fixture
def subject(ann):
    return ann.post(f"{API}/subjects", json={"name": "Lakes"}).json()["id"]


def begin(client, subject, size, **pairs):
    headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata(**pairs)}
    answer = client.post(f"{API}/subjects/{subject}/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def append(client, address, data, *, offset, **headers):
    kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
    return client.patch(address, content=data, headers=TUS | kind | headers)


def test_a_file_comes_in_parts_and_is_read(ann, subject, tmp_path):
    address = begin(ann, subject, len(TEXT), filename="lakes.md", filetype="text/markdown")
    first = append(ann, address, TEXT[:20], offset=0)
    assert (first.status_code, first.headers["upload-offset"]) == (204, "20")
    asked = ann.head(address, headers=TUS)
    assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == ("20", str(len(TEXT)))
    assert (asked.headers["cache-control"], asked.headers["tus-resumable"]) == ("no-store", "1.0.0")
    last = append(ann, address, TEXT[20:], offset=20)
    assert last.headers["upload-offset"] == str(len(TEXT))
    task = last.headers["location"].rpartition("/")[2]
    assert ann.post(f"{address}/finish", headers=TUS).json()["id"] == task
    assert wait_for_job(ann, task)["state"] == "done"
    lecture = ann.get(f"{API}/lectures").json()[0]
    assert lecture["name"] == "lakes.md"
    assert ann.get(f"{API}/lectures/{lecture['id']}/original").content == TEXT
    assert list((tmp_path / "uploads-in-parts").iterdir()) == []


def test_a_part_belongs_where_the_last_one_ended(ann, subject):
    address = begin(ann, subject, len(TEXT))
    append(ann, address, TEXT[:20], offset=0)
    for offset in (0, 19, 21, len(TEXT)):
        assert_problem(append(ann, address, b"x", offset=offset), 409, "conflict")
    assert_problem(append(ann, address, b"x" * 100, offset=20), 413, "too_large")
    assert_problem(append(ann, address, iter([b"x" * 100]), offset=20), 413, "too_large")
    assert_problem(ann.post(f"{address}/finish"), 409, "conflict")
    assert ann.get(address).json()["offset_bytes"] == 20
    wrong = ann.patch(address, content=b"x", headers={"Upload-Offset": "20", "Content-Type": "text/plain"})
    assert_problem(wrong, 415, "unsupported_format")
    assert_problem(ann.get(address, headers={"Tus-Resumable": "0.2.2"}), 412, "outdated")


def test_another_file_than_announced_is_refused(ann, subject):
    good = begin(ann, subject, len(TEXT), sha256=hashlib.sha256(TEXT).hexdigest())
    assert append(ann, good, TEXT, offset=0).status_code == 204
    bad = begin(ann, subject, len(TEXT), sha256=hashlib.sha256(b"another").hexdigest())
    assert_problem(append(ann, bad, TEXT, offset=0), 400, "damaged_file")
    assert_problem(ann.get(bad), 404, "not_found")


def test_limits_are_those_of_other_uploads(ann, subject):
    def refused(size):
        headers = TUS | {"Upload-Length": str(size)}
        return ann.post(f"{API}/subjects/{subject}/uploads", headers=headers)

    assert_problem(refused(10_001), 413, "too_large")
    assert_problem(refused(0), 400, "empty_file")
    begin(ann, subject, 10_000)
    # What has begun counts: it will come.
    assert "quota" in assert_problem(refused(5_001), 413, "too_large")["detail"]
    for _ in range(19):
        begin(ann, subject, 1)
    assert_problem(refused(1), 409, "conflict")
    gone = ann.get(f"{API}/uploads").json()[0]["id"]
    assert ann.delete(f"{API}/uploads/{gone}").status_code == 204
    begin(ann, subject, 1)


def test_uploads_are_a_users_own(ann, app, subject):
    address = begin(ann, subject, len(TEXT))
    bob = sign_up(app, "bob")
    assert_problem(bob.get(address), 404, "not_found")
    assert bob.head(address).status_code == 404
    assert_problem(append(bob, address, TEXT, offset=0), 404, "not_found")
    assert_problem(bob.delete(address), 404, "not_found")
    assert_problem(bob.post(f"{address}/finish"), 404, "not_found")
    assert bob.get(f"{API}/uploads").json() == []


def test_one_request_writes_at_a_time(ann, subject, app):
    address = begin(ann, subject, len(TEXT))
    started, go_on = threading.Event(), threading.Event()

    def slowly():
        yield TEXT[:20]
        started.set()
        go_on.wait(10)
        yield TEXT[20:30]

    other = TestClient(app, headers=dict(ann.headers))
    thread = threading.Thread(target=lambda: append(other, address, slowly(), offset=0))
    path = app.state.gateway.home / "uploads-in-parts" / f"{address.rpartition('/')[2]}.part"
    with resumable._alone(path):
        assert_problem(append(ann, address, TEXT, offset=0), 409, "in_progress")
    thread.start()
    go_on.set()
    thread.join()
    assert ann.get(address).json()["offset_bytes"] == 30


def test_what_has_expired_is_gone_with_its_bytes(ann, subject, app, monkeypatch):
    address = begin(ann, subject, len(TEXT))
    append(ann, address, TEXT[:20], offset=0)
    later = resumable.now() + resumable.KEPT
    monkeypatch.setattr(resumable, "now", lambda: later)
    assert_problem(ann.get(address), 404, "not_found")
    resumable.sweep(app.state.gateway)
    assert list((app.state.gateway.home / "uploads-in-parts").iterdir()) == []


@pytest.mark.parametrize("pairs", ["filename !", "options e30x", "options IQ==", "filename /w=="])
def test_metadata_has_a_form(ann, subject, pairs):
    headers = TUS | {"Upload-Length": "1", "Upload-Metadata": pairs}
    assert_problem(ann.post(f"{API}/subjects/{subject}/uploads", headers=headers), 422, "options")


def test_a_browser_of_another_page_may_upload_where_that_is_allowed(tmp_path):
    app = create_app(settings(cors_origins=["https://study.example.org"]), home=tmp_path)
    asked = {
        "Origin": "https://study.example.org",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "Upload-Offset, Tus-Resumable, Authorization, Content-Type",
    }
    assert TestClient(app).options(f"{API}/uploads/upl_1", headers=asked).status_code == 200


@contextlib.contextmanager
def gateway_process(home: Path, port: int, **variables: str):
    """The real server in a process of its own, which can be killed."""
    environment = os.environ | {
        "SMARTNOTES_HOME": str(home),
        "SMARTNOTES_SERVER__PASSWORD_COST": "4",
        "SMARTNOTES_LLM__ENGINE": "none",
        **variables,
    }
    serve = [sys.executable, "-m", "smartnotes", "serve", "--embedded", "--port", str(port)]
    process = subprocess.Popen(serve, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                httpx2.get(f"http://127.0.0.1:{port}/livez")
                break
            except httpx2.TransportError:
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def test_an_upload_survives_a_gateway_that_is_killed(tmp_path, monkeypatch):
    """The gateway dies by SIGKILL in the middle of a file and comes back: the client goes on, the file is whole."""
    lines = b"".join(b"A lake number %07d is a body of water.\n" % number for number in range(1_000_000))
    data = lines[: IN_PARTS_BYTES + 4_000_000]
    file = tmp_path / "lakes.txt"
    file.write_bytes(data)
    home, port = tmp_path / "home", free_port()
    address = f"http://127.0.0.1:{port}"
    parts = home / "server" / "uploads-in-parts"
    sent = []
    from smartnotes.client import remoteupload  # noqa: PLC0415

    whole = remoteupload._rest

    def slowly(path, offset):
        sent.append(offset)
        for number, piece in enumerate(whole(path, offset)):
            if len(sent) == 1 and number % 4 == 0:
                time.sleep(0.05)
            yield piece

    monkeypatch.setattr(remoteupload, "_rest", slowly)
    with gateway_process(home, port) as first:
        stranger = Connection(address)
        wanted = Registration(name="ann", password="a password for uploads")
        tokens = stranger.call("POST", "/auth/register", body=wanted, answer=Tokens)
        stranger.close()
        login = Login(server=address, access_token=tokens.access_token, refresh_token=tokens.refresh_token)
        notebook = RemoteNotebook(Connection(address, login=login))
        jobs = []
        thread = threading.Thread(target=lambda: jobs.append(notebook.ingest(file, subject="Lakes")))
        thread.start()
        until = time.monotonic() + 60
        while not any(path.stat().st_size > 2_000_000 for path in parts.glob("*.part")):
            assert time.monotonic() < until
            time.sleep(0.01)
        first.kill()
        first.wait()
    with gateway_process(home, port):
        thread.join(60)
        assert jobs, "the upload did not end"
        assert len(sent) >= 2
        assert 0 < sent[-1] < len(data)
        blob = hashlib.sha256(data).hexdigest()
        assert (home / "server" / "blobs" / blob[:2] / blob).read_bytes() == data
        jobs[0].cancel()
        notebook.close()


@pytest.mark.parametrize(("trusted", "believed"), [("", False), ("192.0.2.1", False), ("192.0.2.1,127.0.0.1", True)])
def test_what_a_proxy_says_is_believed_from_listed_addresses_only(tmp_path, trusted, believed):
    port = free_port()
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
    with gateway_process(tmp_path, port, SMARTNOTES_SERVER__TRUSTED_PROXIES=trusted):
        answer = httpx2.get(f"http://127.0.0.1:{port}/livez", headers=said)
    assert ("strict-transport-security" in answer.headers) is believed
