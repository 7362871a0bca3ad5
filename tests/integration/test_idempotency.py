"""A request that is sent twice with one `Idempotency-Key` is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from smartnotes.server.app import create_app
from smartnotes.settings import DatabaseSettings
from smartnotes.stores.answers import KEPT_S, LEASE_S, SqlAnswers
from smartnotes.stores.gateway_tables import kept_answers
from tests.integration.test_gateway import API, assert_problem, settings, sign_up

KEY = {"Idempotency-Key": "7f3c-0b1e"}


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request, tmp_path):
    chosen = settings()
    if request.param == "postgresql":
        database = DatabaseSettings(url=request.getfixturevalue("postgres_url"))
        chosen = chosen.model_copy(update={"database": database})
    # Without its lifespan: jobs stay where they were put.
    return create_app(chosen, home=tmp_path)


@pytest.fixture
def ann(app):
    return sign_up(app, "ann")


def test_the_same_request_has_the_same_answer_and_is_done_once(ann):
    first = ann.post(f"{API}/subjects", json={"name": "Lakes"}, headers=KEY)
    again = ann.post(f"{API}/subjects", json={"name": "Lakes"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again.headers["location"]) == (first.content, first.headers["location"])
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(ann.get(f"{API}/subjects").json()) == 1
    # Without a key it is another request.
    assert_problem(ann.post(f"{API}/subjects", json={"name": "Lakes"}), 409, "conflict")


def test_another_request_with_the_key_is_refused(ann):
    ann.post(f"{API}/subjects", json={"name": "Lakes"}, headers=KEY)
    assert_problem(ann.post(f"{API}/subjects", json={"name": "Rivers"}, headers=KEY), 422, "options")
    assert_problem(ann.post(f"{API}/documents/generate", json={"kind": "quiz"}, headers=KEY), 422, "options")
    assert [one["name"] for one in ann.get(f"{API}/subjects").json()] == ["Lakes"]


def test_keys_are_a_users_own(ann, app):
    bob = sign_up(app, "bob")
    made = [client.post(f"{API}/subjects", json={"name": "Lakes"}, headers=KEY).json() for client in (ann, bob)]
    assert made[0]["id"] != made[1]["id"]


def test_a_token_that_may_not_write_learns_nothing(ann):
    ann.post(f"{API}/subjects", json={"name": "Lakes"}, headers=KEY)
    token = ann.post(f"{API}/auth/tokens", json={"name": "ci", "scopes": ["read"]}).json()["token"]
    answer = ann.post(f"{API}/subjects", json={"name": "Lakes"}, headers=KEY | {"Authorization": f"Bearer {token}"})
    assert_problem(answer, 403, "access_denied")


def test_a_request_that_failed_may_be_sent_again(ann):
    ann.post(f"{API}/subjects", json={"name": "Lakes"})
    assert_problem(ann.post(f"{API}/subjects", json={"name": "Lakes"}, headers=KEY), 409, "conflict")
    ann.delete(f"{API}/subjects/{ann.get(f'{API}/subjects').json()[0]['id']}")
    assert ann.post(f"{API}/subjects", json={"name": "Lakes"}, headers=KEY).status_code == 201


@pytest.mark.parametrize(
    ("path", "body", "counted"),
    [
        ("/subjects", {"name": "Lakes"}, "/subjects"),
        ("/documents/generate", {"kind": "quiz"}, "/tasks"),
        ("/auth/tokens", {"name": "ci"}, "/auth/tokens"),
    ],
)
def test_twenty_at_once_make_one_thing(app, ann, path, body, counted):
    def post(_):
        return TestClient(app, headers=dict(ann.headers)).post(API + path, json=body, headers=KEY)

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(post, range(20)))
    done = [answer for answer in answers if answer.is_success]
    assert done
    assert len({answer.content for answer in done}) == 1
    for answer in answers:
        if not answer.is_success:
            assert_problem(answer, 409, "in_progress")
            assert answer.headers["retry-after"] == "1"
    assert len(ann.get(API + counted).json()) == 1


def test_an_upload_is_one_job(app, ann):
    subject = ann.post(f"{API}/subjects", json={"name": "Lakes"}).json()["id"]
    path = f"{API}/subjects/{subject}/lectures/upload"
    first = ann.post(path, content=b"A lake is water.", headers=KEY)
    ann.delete(f"{API}/tasks/{first.json()['id']}")  # asked for anew it would be queued again
    again = ann.post(path, content=b"A lake is water.", headers=KEY)
    assert (again.status_code, again.content) == (202, first.content)
    assert_problem(ann.post(path, content=b"A lake is land.", headers=KEY), 422, "options")
    assert_problem(ann.post(path, content=b"A lake is water.", params={"name": "x"}, headers=KEY), 422, "options")


def test_what_is_kept_cannot_be_read_without_the_servers_secret(app, ann):
    token = ann.post(f"{API}/auth/tokens", json={"name": "ci"}, headers=KEY).json()["token"]
    with app.state.gateway.database.read() as connection:
        row = connection.execute(sa.select(kept_answers)).one()
    assert token not in row.answer
    assert token[4:] not in row.answer


def test_a_key_is_free_again_after_a_day_and_after_a_crash(app, ann):
    answers, noon = SqlAnswers(app.state.gateway.database), datetime(2026, 3, 1, 12, tzinfo=UTC)
    lost = answers.claim("usr", "digest", fingerprint="one", now=noon)
    later = answers.claim("usr", "digest", fingerprint="one", now=noon + timedelta(seconds=LEASE_S + 1))
    answers.keep(lost, "what the first would say")
    answers.keep(later, "an answer")
    found = answers.claim("usr", "digest", fingerprint="one", now=noon + timedelta(seconds=LEASE_S + 2))
    assert found.answer == "an answer"
    fresh = answers.claim("usr", "digest", fingerprint="two", now=noon + timedelta(seconds=KEPT_S + 2 * LEASE_S))
    assert fresh.answer is None


@pytest.mark.parametrize("key", ["", "with space", "x" * 256])
def test_a_key_has_a_form(ann, key):
    answer = ann.post(f"{API}/subjects", json={"name": "Lakes"}, headers={"Idempotency-Key": key})
    assert_problem(answer, 422, "options")


def test_a_body_that_is_too_large_is_refused_with_a_key_too(ann):
    assert_problem(ann.post(f"{API}/subjects", content=b" " * 5_000_000, headers=KEY), 413, "too_large")
