"""What is cleared away is what nobody needs: everything a user has is there afterwards."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from smartnotes.client.localjob import now
from smartnotes.core.ids import new_id, sha256_hex
from smartnotes.core.jobs import JobInfo, JobState
from smartnotes.core.options import IngestOptions
from smartnotes.core.usecases.work import IngestWork
from smartnotes.server import housekeeping
from smartnotes.server.app import create_app
from smartnotes.server.housekeeping import chores, remove_old
from smartnotes.settings import Settings
from smartnotes.stores.account_tables import tickets
from smartnotes.stores.database import Database, metadata
from smartnotes.stores.jobs import SqlJobQueue
from smartnotes.stores.tables import jobs
from tests.waiting import wait_for_job

EXAMPLE = Path(__file__).parents[2] / "examples" / "lecture.pdf"
API = "/api/v1"
SETTINGS = Settings.model_validate({"llm": {"engine": "none"}, "server": {"password_cost": 4}})


@pytest.fixture
def home(tmp_path):
    return tmp_path / "server"


@pytest.fixture
def client(home):
    # Without the scheduler of the application: the tests are the ones who say what is done when.
    with TestClient(create_app(SETTINGS, home=home)) as client:
        client.app.state.gateway.scheduler.stop()
        answer = client.post(f"{API}/auth/register", json={"name": "ann", "password": "the password of ann"})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


@pytest.fixture
def database(home):
    home.mkdir(parents=True, exist_ok=True)
    database = Database(home / "notebook.db")
    yield database
    database.close()


def clear(home, database, *names, later=timedelta()):
    """Do these chores as if it were `later`; returns what each had to do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(housekeeping, "now", lambda: now() + later)
        return [chore.do() for chore in chores(SETTINGS, home=home, database=database) if chore.name in names]


def blobs_in(home):
    return {path.name for path in (home / "blobs").glob("??/*")}


def keep_blob(home, content):
    """Put a file among the blobs that no row names."""
    blob = sha256_hex(content)
    path = home / "blobs" / blob[:2] / blob
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return blob


def an_ingest(blob, *, age=timedelta()):
    work = IngestWork(subject_id="sub_1", blob=blob, name="a.md", source="", options=IngestOptions())
    request = work.model_dump_json()
    return JobInfo(id=new_id("job"), kind="ingest", state=JobState.QUEUED, request=request, created_at=now() - age)


def test_files_without_a_row_go_and_all_that_a_lecture_needs_stays(home, client, database):
    subject = client.post(f"{API}/subjects", json={"name": "Algorithms"}).json()["id"]
    sent = client.post(
        f"{API}/subjects/{subject}/lectures/upload", params={"name": "lecture.pdf"}, content=EXAMPLE.read_bytes()
    )
    done = wait_for_job(client, sent.json()["id"])
    assert done["state"] == "done"
    needed = blobs_in(home)
    lost = keep_blob(home, b"nobody names this")
    assert clear(home, database, "blobs", later=timedelta(days=1)) == [0], "it may be on its way into a row"
    assert clear(home, database, "blobs", later=timedelta(days=100)) == [1]
    assert blobs_in(home) == needed
    assert lost not in needed
    [lecture] = client.get(f"{API}/lectures").json()
    assert client.get(f"{API}/lectures/{lecture['id']}/original").content == EXAMPLE.read_bytes()
    for figure in client.get(f"{API}/lectures/{lecture['id']}/figures").json():
        assert client.get(f"{API}/blobs/{figure['blob']}").content.startswith(b"\x89PNG")


def test_a_file_whose_reading_waits_stays_until_its_job_is_long_over(home, database):
    blob = keep_blob(home, b"# A note that is still to be read\n")
    SqlJobQueue(database).store("ann").add(an_ingest(blob))
    assert clear(home, database, "blobs", later=timedelta(days=365)) == [0]
    with database.write() as connection:
        connection.execute(jobs.update().values(state=JobState.FAILED.value))
    assert clear(home, database, "blobs", later=timedelta(days=5)) == [0], "it may be asked for again"
    assert clear(home, database, "blobs", later=timedelta(days=9)) == [1]
    assert blobs_in(home) == set()


def test_jobs_are_known_for_a_month_dead_ones_for_three_and_waiting_ones_for_ever(home, database):
    store = SqlJobQueue(database).store("ann")
    for state in JobState:
        for days in (10, 40, 100):
            job = an_ingest("0" * 64, age=timedelta(days=days))
            store.add(job)
            with database.write() as connection:
                connection.execute(jobs.update().where(jobs.c.id == job.id).values(state=state.value))
    clear(home, database, "jobs")
    with database.read() as connection:
        left = sorted((row.state, (now() - row.created_at).days) for row in connection.execute(jobs.select()))
    waiting = [(state, days) for state in ("queued", "running") for days in (10, 40, 100)]
    ended = [(state.value, 10) for state in JobState if state.final]
    assert left == sorted([*waiting, *ended, ("dead", 40)])


def test_what_has_expired_goes_a_day_later_and_nothing_else(home, client, database):
    client.post(f"{API}/auth/ws-ticket")
    before = rows(database)
    assert before["tickets"] == 1
    clear(home, database, "expired", later=timedelta(hours=1))
    assert rows(database) == before
    clear(home, database, "expired", later=timedelta(days=2))
    assert rows(database) == before | {"tickets": 0}


def rows(database):
    watched = [tickets, *(metadata.tables[name] for name in ("users", "sessions", "subjects", "api_tokens"))]
    with database.read() as connection:
        return {table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in watched}


def test_the_audit_log_is_kept_for_as_long_as_is_set(home, client, database):
    days = SETTINGS.server.audit_days
    assert clear(home, database, "audit", later=timedelta(days=days - 1)) == [0]
    assert clear(home, database, "audit", later=timedelta(days=days + 1))[0] > 0


def test_old_temporary_files_go_and_young_ones_stay(tmp_path):
    old, young, folder = tmp_path / "old", tmp_path / "young", tmp_path / "folder"
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    for path in (old, young):
        path.write_text("left")
    folder.mkdir()
    (folder / "inside").write_text("left")
    link = tmp_path / "link"
    link.symlink_to(outside, target_is_directory=True)
    for path in (old, folder, link):
        os.utime(path, (0, 0), follow_symlinks=False)
    assert remove_old([old, young, folder, link, tmp_path / "missing"]) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside", "young"]
    assert (outside / "kept").exists()
