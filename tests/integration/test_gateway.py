"""The gateway on SQLite, over HTTP: what routes promise beyond what every notebook does (`tests/contract`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from smartnotes.core.errors import SettingsError
from smartnotes.server.app import create_app
from smartnotes.settings import DatabaseSettings, Settings
from tests.waiting import wait_for_job

EXAMPLES = Path(__file__).parents[2] / "examples"
API = "/api/v1"


def settings(**server):
    return Settings.model_validate({"llm": {"engine": "none"}, "server": {"password_cost": 4} | server})


def sign_up(app, name):
    """A client that is signed in as a new user."""
    client = TestClient(app, base_url="http://testserver")
    answer = client.post(f"{API}/auth/register", json={"name": name, "password": f"the password of {name}"})
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    app = create_app(settings(), home=tmp_path_factory.mktemp("server"))
    with TestClient(app):
        yield app


@pytest.fixture(scope="module")
def ann(app):
    return sign_up(app, "ann")


@pytest.fixture(scope="module")
def bob(app):
    return sign_up(app, "bob")


@pytest.fixture(scope="module")
def lecture(ann):
    """A lecture of ann's, in a subject of its own; tests leave it as it is."""
    subject = ann.post(f"{API}/subjects", json={"name": "Algorithms"}).json()
    return upload(ann, subject["id"], (EXAMPLES / "lecture.pdf").read_bytes())["lecture"]


def upload(client, subject_id, data, **query):
    """Send a file, wait for its job and return what it made."""
    answer = client.post(f"{API}/subjects/{subject_id}/lectures/upload", params=query, content=data)
    assert answer.status_code == 202, answer.text
    return json.loads(wait_for_job(client, answer.json()["id"])["result"])


def assert_problem(answer, status, code):
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


def test_a_subject_lives(ann):
    made = ann.post(f"{API}/subjects", json={"name": "Botany"})
    assert made.status_code == 201
    address = made.headers["location"]
    assert ann.get(address).json() == made.json()
    assert ann.put(address, json={"name": "Plants"}).json()["name"] == "Plants"
    assert "Plants" in [subject["name"] for subject in ann.get(f"{API}/subjects").json()]
    assert ann.delete(address).status_code == 204
    assert_problem(ann.get(address), 404, "not_found")


def test_a_change_is_refused_where_another_came_first(ann):
    address = ann.post(f"{API}/subjects", json={"name": "Edited"}).headers["location"]
    seen = {"If-Match": ann.get(address).headers["etag"]}
    changed = ann.put(address, json={"name": "Edited once"}, headers=seen)
    assert changed.status_code == 200
    assert_problem(ann.put(address, json={"name": "Edited twice"}, headers=seen), 412, "outdated")
    again = {"If-Match": changed.headers["etag"]}
    assert ann.put(address, json={"name": "Edited twice"}, headers=again).json()["name"] == "Edited twice"


def test_a_lecture_is_renamed(ann):
    subject = ann.post(f"{API}/subjects", json={"name": "Renamed"}).json()["id"]
    lecture = upload(ann, subject, b"# Rivers\n\nA river is water that flows.\n", name="a.md")["lecture"]
    address = f"{API}/lectures/{lecture['id']}"
    seen = {"If-Match": ann.get(address).headers["etag"]}
    assert ann.put(address, json={"name": "b.md"}, headers=seen).json() == lecture | {"name": "b.md"}
    assert_problem(ann.put(address, json={"name": "c.md"}, headers=seen), 412, "outdated")
    assert_problem(ann.put(address, json={"name": ""}), 422, "options")
    assert ann.post(f"{API}/search", json={"query": "river that flows"}).json()[0]["lecture_name"] == "b.md"


def test_a_path_takes_ids_only(ann, lecture):
    assert_problem(ann.delete(f"{API}/subjects/Algorithms"), 404, "not_found")
    assert_problem(ann.delete(f"{API}/lectures/{lecture['id'][:8]}"), 404, "not_found")


def test_a_lecture_can_be_looked_at_from_all_sides(ann, lecture):
    address = f"{API}/lectures/{lecture['id']}"
    assert ann.get(address).json() == lecture
    assert lecture["id"] in [one["id"] for one in ann.get(f"{API}/lectures").json()]
    assert [page["number"] for page in ann.get(f"{address}/pages", params={"first": 14}).json()] == [14, 15]
    assert ann.get(f"{address}/pages", params={"first": 99}).json() == []
    original = ann.get(f"{address}/original")
    assert original.content == (EXAMPLES / "lecture.pdf").read_bytes()
    assert original.headers["content-type"] == "application/pdf"
    assert original.headers["content-disposition"].startswith("attachment")


def test_a_picture_is_sent_once(ann, lecture):
    figure = ann.get(f"{API}/lectures/{lecture['id']}/figures").json()[0]
    first = ann.get(f"{API}/blobs/{figure['blob']}")
    assert first.content.startswith(b"\x89PNG")
    again = ann.get(f"{API}/blobs/{figure['blob']}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_known_is_not_sent_again(ann, lecture):
    for path in ("/subjects", "/lectures", f"/lectures/{lecture['id']}", f"/lectures/{lecture['id']}/pages"):
        first = ann.get(API + path, params={"limit": 1})
        again = ann.get(API + path, params={"limit": 1}, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["etag"] == first.headers["etag"]
        other = ann.get(API + path, params={"limit": 1}, headers={"If-None-Match": '"another"'})
        assert other.content == first.content
    address = ann.post(f"{API}/subjects", json={"name": "Tagged"}).headers["location"]
    seen = ann.get(address).headers["etag"]
    ann.put(address, json={"name": "Tagged anew"})
    changed = ann.get(address, headers={"If-None-Match": seen})
    assert (changed.status_code, changed.json()["name"]) == (200, "Tagged anew")


def test_nothing_of_another_user_is_there(ann, bob, lecture):
    figure = ann.get(f"{API}/lectures/{lecture['id']}/figures").json()[0]
    for path in (
        f"/subjects/{lecture['subject_id']}",
        f"/subjects/{lecture['subject_id']}/lectures",
        f"/lectures/{lecture['id']}",
        f"/lectures/{lecture['id']}/pages",
        f"/lectures/{lecture['id']}/figures",
        f"/lectures/{lecture['id']}/original",
        f"/lectures/{lecture['id']}/documents",
        f"/blobs/{figure['blob']}",
        f"/blobs/{lecture['blob']}",
    ):
        assert_problem(bob.get(API + path), 404, "not_found")
    assert_problem(bob.put(f"{API}/subjects/{lecture['subject_id']}", json={"name": "Mine"}), 404, "not_found")
    assert_problem(bob.delete(f"{API}/lectures/{lecture['id']}"), 404, "not_found")
    into = f"{API}/subjects/{lecture['subject_id']}/lectures/upload"
    assert_problem(bob.post(into, content=b"x"), 404, "not_found")
    assert bob.post(f"{API}/search", json={"query": "hash table"}).json() == []
    assert bob.get(f"{API}/lectures").json() == bob.get(f"{API}/documents").json() == []


def test_two_users_with_one_file_do_not_disturb_each_other(ann, bob):
    data = b"# Lakes\n\nA lake is a body of water that is surrounded by land.\n"
    subjects = [client.post(f"{API}/subjects", json={"name": "Lakes"}).json()["id"] for client in (ann, bob)]
    made = [
        upload(client, subject, data, name="lakes.md") for client, subject in zip((ann, bob), subjects, strict=True)
    ]
    assert made[0]["lecture"]["blob"] == made[1]["lecture"]["blob"]
    ann.delete(f"{API}/subjects/{subjects[0]}")
    assert bob.get(f"{API}/lectures/{made[1]['lecture']['id']}/original").content == data


def test_a_document_is_made_listed_and_downloaded(ann, lecture):
    body = {"kind": "quiz", "options": {"count": 3, "scope": {"subject": lecture["subject_id"]}}}
    asked = ann.post(f"{API}/documents/generate", json=body)
    assert asked.status_code == 202
    quiz = json.loads(wait_for_job(ann, asked.json()["id"])["result"])
    assert [one["id"] for one in ann.get(f"{API}/lectures/{lecture['id']}/documents").json()] == [quiz["id"]]
    assert ann.get(f"{API}/documents", params={"kind": "cards"}).json() == []
    address = f"{API}/documents/{quiz['id']}"
    assert ann.get(f"{address}/download").content.startswith(b"%PDF")
    assert ann.get(f"{address}/download", params={"format": "json"}).json() == quiz
    assert_problem(ann.get(f"{address}/download", params={"format": "exe"}), 422, "options")
    assert ann.get(f"{API}/documents/formats/quiz").json()[0] == "pdf"


def test_chat_answers_whole_or_line_by_line(ann, lecture):
    body = {"question": "What is a hash table?"}
    whole = ann.post(f"{API}/chat", json=body).json()
    streamed = ann.post(f"{API}/chat", json=body, headers={"Accept": "application/x-ndjson"})
    lines = [json.loads(line) for line in streamed.text.splitlines()]
    told = {"cached", "conversation_id"}
    assert {key: value for key, value in lines[-1].items() if key not in told} == {
        key: value for key, value in whole.items() if key not in told
    }
    assert (whole["cached"], lines[-1]["cached"]) == (False, True)
    assert lines[-1]["conversation_id"] != whole["conversation_id"]
    assert whole["citations"]
    assert "".join(line["delta"] for line in lines[:-1]) == whole["text"]


def test_a_stream_that_fails_ends_in_a_problem(ann):
    body = {"question": "x", "options": {"scope": {"subject": "Nothing like that"}}}
    answer = ann.post(f"{API}/chat", json=body, headers={"Accept": "application/x-ndjson"})
    last = json.loads(answer.text.splitlines()[-1])
    assert (last["code"], last["request_id"]) == ("not_found", answer.headers["x-request-id"])


def test_a_file_that_is_none_ends_in_the_error_of_a_local_notebook(ann):
    subject = ann.post(f"{API}/subjects", json={"name": "Broken"}).json()["id"]
    asked = ann.post(
        f"{API}/subjects/{subject}/lectures/upload", params={"subject_is_new": True}, content=b"%PDF-1.4 nothing"
    )
    job = wait_for_job(ann, asked.json()["id"])
    assert (job["state"], job["error"]["code"]) == ("failed", "damaged_file")
    assert_problem(ann.get(f"{API}/subjects/{subject}"), 404, "not_found")


def test_every_error_is_a_problem(ann, app):
    assert_problem(ann.get(f"{API}/nothing"), 404, "not_found")
    assert_problem(ann.patch(f"{API}/subjects"), 405, "options")
    assert_problem(ann.post(f"{API}/subjects", json={"nam": "x"}), 422, "options")
    assert_problem(
        ann.post(f"{API}/subjects", content=b"{", headers={"Content-Type": "application/json"}), 422, "options"
    )
    assert_problem(ann.post(f"{API}/subjects", json={"name": "Algorithms"}), 409, "conflict")
    assert_problem(ann.post(f"{API}/search", json={"query": ""}), 422, "options")
    assert_problem(ann.post(f"{API}/search", json={"query": "x" * 5_000_000}), 413, "too_large")
    assert_problem(TestClient(app).get(f"{API}/subjects"), 401, "not_signed_in")


def test_what_was_sent_is_not_repeated_in_an_error(app):
    sent = {"name": "ann", "password": ["hunter2"]}
    assert "hunter2" not in TestClient(app).post(f"{API}/auth/login", json=sent).text


def test_an_error_nobody_expected_tells_nothing(tmp_path):
    app = create_app(settings(), home=tmp_path)
    app.add_api_route("/crash", lambda: 1 / 0)
    answer = TestClient(app).get("/crash")
    assert_problem(answer, 500, "error")
    assert "division" not in answer.text


def test_answers_carry_security_headers_and_an_id(ann):
    answer = ann.get(f"{API}/subjects", headers={"X-Request-ID": "from-the-proxy-1"})
    assert answer.headers["x-request-id"] == "from-the-proxy-1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert ann.get("/livez", headers={"X-Request-ID": "bad\tid"}).headers["x-request-id"].startswith("req_")


def test_limits_on_size_and_quota(tmp_path):
    app = create_app(settings(upload_bytes=100, quota_bytes=150), home=tmp_path)
    with TestClient(app):
        client = sign_up(app, "ann")
        subject = client.post(f"{API}/subjects", json={"name": "Notes"}).json()["id"]
        address = f"{API}/subjects/{subject}/lectures/upload"
        assert_problem(client.post(address, content=b"x" * 101), 413, "too_large")
        assert_problem(client.post(address, content=(b"x" * 60 for _ in range(2))), 413, "too_large")
        assert_problem(client.post(address, content=b""), 400, "empty_file")
        upload(client, subject, b"A lake is a body of water. " * 3, name="a.md")
        assert "quota" in assert_problem(client.post(address, content=b"y" * 90), 413, "too_large")["detail"]
    assert list((tmp_path / "uploads").iterdir()) == []


def test_other_hosts_and_other_pages_are_refused(tmp_path):
    app = create_app(
        settings(trusted_hosts=["notes.example.org"], cors_origins=["https://study.example.org"]), home=tmp_path
    )
    stranger = TestClient(app, base_url="http://evil.example.org")
    assert_problem(stranger.get("/livez"), 400, "input")
    with pytest.raises(WebSocketDisconnect) as closed, stranger.websocket_connect(f"{API}/ws/me"):
        pass
    assert closed.value.code == 1008
    client = TestClient(app, base_url="http://notes.example.org")
    asked = {"Access-Control-Request-Method": "GET"}
    allowed = client.options(f"{API}/subjects", headers=asked | {"Origin": "https://study.example.org"})
    assert allowed.headers["access-control-allow-origin"] == "https://study.example.org"
    refused = client.options(f"{API}/subjects", headers=asked | {"Origin": "https://evil.example.org"})
    assert "access-control-allow-origin" not in refused.headers


def test_a_server_open_to_every_page_does_not_start(tmp_path):
    with pytest.raises(SettingsError, match="cors_origins"):
        create_app(settings(cors_origins=["*"]), home=tmp_path)


def test_the_same_on_postgresql(tmp_path, postgres_url):
    chosen = settings().model_copy(update={"database": DatabaseSettings(url=postgres_url)})
    app = create_app(chosen, home=tmp_path)
    with TestClient(app):
        ann, bob = sign_up(app, "ann"), sign_up(app, "bob")
        subject = ann.post(f"{API}/subjects", json={"name": "Lakes"}).json()["id"]
        made = upload(ann, subject, b"# Lakes\n\nA lake is a body of water surrounded by land.\n", name="lakes.md")
        hits = ann.post(f"{API}/search", json={"query": "waters around a lake"}).json()
        assert hits[0]["chunk"]["lecture_id"] == made["lecture"]["id"]
        assert bob.post(f"{API}/search", json={"query": "lake"}).json() == []
        assert_problem(bob.get(f"{API}/lectures/{made['lecture']['id']}"), 404, "not_found")
        assert_problem(ann.get(f"{API}/tasks/%00"), 422, "options")
    assert not (tmp_path / "notebook.db").exists()


def test_health(ann):
    assert ann.get("/livez").json() == ann.get("/healthz").json() == ann.get("/readyz").json() == {"status": "ok"}


def test_metrics_name_routes_and_nobody(ann, app, lecture):
    ann.get(f"{API}/lectures/{lecture['id']}")
    text = TestClient(app).get("/metrics").text
    assert 'smartnotes_requests_total{method="GET",route="/api/v1/lectures/{lecture_id}",status="200"}' in text
    assert 'smartnotes_jobs{kind="ingest",state="done"}' in text
    assert lecture["id"] not in text
    assert ann.get(f"{API}/auth/me").json()["id"] not in text
