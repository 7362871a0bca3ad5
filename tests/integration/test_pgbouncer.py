"""Behind PgBouncer in transaction mode every transaction may get another connection: nothing is kept in one."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from smartnotes.core.errors import Unavailable
from smartnotes.server.app import create_app
from smartnotes.settings import Settings
from smartnotes.stores.connections import Pool
from smartnotes.stores.database import Database
from smartnotes.stores.partitions import ensure_partitions
from tests.services import running_pgbouncer
from tests.waiting import wait_for_job

API = "/api/v1"
NOTES = b"# Rivers\n\nA river is water that flows to the sea.\n\n## Deltas\n\nA delta is land of what rivers carry.\n"


@pytest.fixture
def bouncer(postgres_url):
    """The URL of an empty database behind PgBouncer, which has fewer connections than there are users."""
    with running_pgbouncer(postgres_url, connections=3) as url:
        yield url


def test_the_flows_of_many_users_at_once_have_no_error(bouncer, tmp_path):
    given = {"llm": {"engine": "none"}, "server": {"password_cost": 4}}
    settings = Settings.model_validate(given | {"database": {"url": bouncer, "pgbouncer": True}})
    with TestClient(create_app(settings, home=tmp_path)) as client, ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda number: study(client, f"user{number}"), range(6)))
    assert results == [[]] * 6


def study(client, name):
    """What one user does; returns the answers that went wrong."""
    wrong = []

    def ask(method, path, **given):
        answer = client.request(method, API + path, headers=headers, **given)
        if answer.status_code >= 400:
            wrong.append((method, path, answer.status_code, answer.text))
        return answer

    headers = {}
    answer = ask("POST", "/auth/register", json={"name": name, "password": "several words that do not belong"})
    assert answer.status_code == 201, answer.text
    signed_up = answer.json()
    headers = {"Authorization": f"Bearer {signed_up['access_token']}"}
    subject = ask("POST", "/subjects", json={"name": "Geography"}).json()["id"]
    job = ask("POST", f"/subjects/{subject}/lectures/upload", params={"name": "rivers.md"}, content=NOTES).json()
    wait_for_me = _Signed(client, headers)
    lecture = json.loads(wait_for_job(wait_for_me, job["id"])["result"])["lecture"]
    for kind in ("quiz", "cards"):
        made = ask("POST", "/documents/generate", json={"kind": kind, "options": {"scope": {"subject": subject}}})
        wait_for_job(wait_for_me, made.json()["id"])
    for _ in range(5):
        assert ask("POST", "/search", json={"query": "what does a river carry"}).json()
        ask("POST", "/chat", json={"question": "What is a delta?"})
        ask("GET", "/subjects")
        ask("GET", f"/lectures/{lecture['id']}/pages")
        ask("GET", "/documents")
        ask("GET", "/tasks")
    refreshed = ask("POST", "/auth/refresh", json={"refresh_token": signed_up["refresh_token"]}).json()
    headers = {"Authorization": f"Bearer {refreshed['access_token']}"}
    ask("PUT", f"/subjects/{subject}", json={"name": "Rivers"})
    ask("DELETE", f"/subjects/{subject}")
    ask("POST", "/auth/logout")
    return wrong


class _Signed:
    """The client of one user, for `wait_for_job`."""

    def __init__(self, client, headers):
        self._client, self._headers = client, headers

    def get(self, path):
        return self._client.get(path, headers=self._headers)


def test_several_processes_make_tables_and_partitions_through_it(bouncer):
    def open_it(_):
        database = Database(bouncer, pool=Pool(pgbouncer=True))
        made = ensure_partitions(database, now=datetime(2026, 11, 23, tzinfo=UTC))
        database.close()
        return made

    with ThreadPoolExecutor(4) as pool:
        made = [name for names in pool.map(open_it, range(4)) for name in names]
    assert len(made) == len(set(made)) == 10


def test_a_statement_that_takes_too_long_is_stopped_and_the_limit_stays_in_its_transaction(bouncer, postgres_url):
    for url, pgbouncer in ((bouncer, True), (postgres_url, False)):
        database = Database(url, pool=Pool(statement_s=0.2, pgbouncer=pgbouncer))
        for _ in range(4):
            with pytest.raises(Unavailable, match="too long"), database.read() as connection:
                connection.exec_driver_sql("SELECT pg_sleep(5)")
        database.close()
    patient = Database(bouncer, pool=Pool(pgbouncer=True))
    for _ in range(6):
        with patient.write() as connection:
            connection.exec_driver_sql("SELECT pg_sleep(0.3)")
    patient.close()


def test_without_the_setting_the_error_says_what_to_set(bouncer):
    database = Database(bouncer)
    with pytest.raises(Unavailable) as refused:
        database.check()
    assert "database.pgbouncer" in refused.value.hint
