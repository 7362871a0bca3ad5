"""Edits of one thing do not overtake one another: neither in one gateway nor between several."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from smartnotes.client.localjob import now
from smartnotes.core.errors import Conflict
from smartnotes.server import editing
from smartnotes.server.app import create_app
from smartnotes.server.editing import Edits
from smartnotes.settings import Settings
from smartnotes.settings.sections import ServerSettings
from smartnotes.stores.database import Database
from smartnotes.stores.worker_tables import leases as leases_table
from smartnotes.stores.workers import SqlLeases

API = "/api/v1"
STRANGER = "elsewhere/1/1"


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "server.db")
    yield database
    database.close()


def taken_elsewhere(database, *, for_s):
    """Let another machine's gateway hold the one lease there is."""
    with database.write() as connection:
        values = {"holder": STRANGER, "until": now() + timedelta(seconds=for_s)}
        connection.execute(leases_table.update().values(values))


def test_of_many_edits_of_what_all_have_seen_one_is_made(tmp_path):
    app = create_app(Settings(server=ServerSettings(password_cost=4)), home=tmp_path)
    with TestClient(app) as client:
        signed_in = client.post(f"{API}/auth/register", json={"name": "ann", "password": "a long password"}).json()
        client.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        address = client.post(f"{API}/subjects", json={"name": "Edited"}).headers["location"]
        seen = {"If-Match": client.get(address).headers["etag"]}
        ready = threading.Barrier(12)

        def rename(number):
            ready.wait()
            return client.put(address, json={"name": f"Edited by {number}"}, headers=seen).status_code

        with ThreadPoolExecutor(12) as pool:
            answers = sorted(pool.map(rename, range(12)))
    assert answers == [200] + [412] * 11


def test_an_edit_waits_for_the_one_at_another_gateway(database):
    edits = Edits(SqlLeases(database))
    with edits.of("sub_1"):
        taken_elsewhere(database, for_s=0.2)
    with edits.of("sub_1"), database.read() as connection:
        (lease,) = connection.execute(leases_table.select())
        assert lease.holder != STRANGER


def test_an_edit_that_waits_for_too_long_says_so(database, monkeypatch):
    monkeypatch.setattr(editing, "WAIT_S", 0.05)
    edits = Edits(SqlLeases(database))
    with edits.of("sub_1"):
        taken_elsewhere(database, for_s=60)
    with pytest.raises(Conflict, match="being changed"), edits.of("sub_1"):
        raise AssertionError("two edit it")
    with edits.of("sub_2"):
        pass


def test_leases_of_the_dead_are_swept_those_of_chores_are_not(database):
    leases = SqlLeases(database)
    assert leases.due("chore:blobs", now=now(), every_s=-60)
    with Edits(leases).of("sub_1"):
        taken = leases.take("edit:left", now=now() - timedelta(hours=2), lease_s=10)
        assert taken
        assert leases.forget(before=now() - timedelta(hours=1)) == 1
    with database.read() as connection:
        assert [row.name for row in connection.execute(leases_table.select())] == ["chore:blobs"]
