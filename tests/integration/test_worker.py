"""Two gateways and a worker process on PostgreSQL and Redis: a team's server, small."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from smartnotes.core.errors import OptionsError, SettingsError
from smartnotes.core.jobs import Queue
from smartnotes.server.app import create_app
from smartnotes.server.queues import HueyBell
from smartnotes.server.redislog import connect
from smartnotes.server.worker import run_worker
from smartnotes.settings import Settings
from tests.services import running_chroma, running_postgres, running_redis
from tests.waiting import wait_for_job

EXAMPLES = Path(__file__).parents[2] / "examples"
API = "/api/v1"
SECRET = "a secret that only this test knows"
WORKER = ("-m", "smartnotes", "worker", "--queue", "ocr", "-q", "ai", "-q", "generation", "--concurrency", "2")


class Team:
    """The services, a worker process, and clients of two gateways that are signed in as the same user."""

    def __init__(self, folder, database_url, redis_url, vectors_url):
        self.redis_url = redis_url
        self.settings = Settings.model_validate(
            {
                "llm": {"engine": "none"},
                "server": {"password_cost": 4, "secret": SECRET},
                "database": {"url": database_url},
                "redis": {"url": redis_url},
                "vectors": {"url": vectors_url},
            }
        )
        self.log = folder / "worker.log"
        self.environment = os.environ | {
            "SMARTNOTES_HOME": str(folder),
            "SMARTNOTES_LLM__ENGINE": "none",
            "SMARTNOTES_SERVER__SECRET": SECRET,
            "SMARTNOTES_DATABASE__URL": database_url,
            "SMARTNOTES_REDIS__URL": redis_url,
            "SMARTNOTES_VECTORS__URL": vectors_url,
        }
        self.apps = [create_app(self.settings, home=folder / "server") for _ in range(2)]
        self.worker = self.start_worker()

    def start_worker(self):
        with self.log.open("ab") as log:
            return subprocess.Popen([sys.executable, *WORKER], env=self.environment, stdout=log, stderr=log)


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    with running_postgres() as database_url, running_redis() as redis_url, running_chroma() as vectors_url:
        team = Team(tmp_path_factory.mktemp("team"), database_url, redis_url, vectors_url)
        with TestClient(team.apps[0]) as one, TestClient(team.apps[1]) as two:
            credentials = {"name": "ann", "password": "the password of ann"}
            tokens = one.post(f"{API}/auth/register", json=credentials).json()
            for client in (one, two):
                client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
            team.user, team.one, team.two = tokens["user"]["id"], one, two
            yield team
        team.worker.terminate()
        assert team.worker.wait(40) == 0, team.log.read_text()


def upload(client, name, subject):
    subject_id = client.post(f"{API}/subjects", json={"name": subject}).json()["id"]
    data = (EXAMPLES / name).read_bytes()
    answer = client.post(f"{API}/subjects/{subject_id}/lectures/upload", params={"name": name}, content=data)
    assert answer.status_code == 202, answer.text
    return answer.json()


def test_a_lecture_uploaded_at_one_gateway_is_read_by_a_worker_and_followed_at_the_other(team):
    with team.two.websocket_connect(f"{API}/ws/{team.user}") as socket:
        assert socket.receive_json()["kind"] == "jobs"
        job = upload(team.one, "lecture.pdf", "Algorithms")
        steps, end = set(), None
        while end is None:
            event = socket.receive_json()["event"]
            steps.add(event.get("progress", {}).get("step"))
            if event.get("job", {}).get("state") in ("done", "failed", "dead"):
                end = event["job"]
    assert (end["id"], end["state"]) == (job["id"], "done"), team.log.read_text()
    assert len(steps) > 2
    hits = team.two.post(f"{API}/search", json={"query": "hash table"}).json()
    assert hits
    assert "event: end" in team.two.get(f"{API}/tasks/{job['id']}/events").text


def test_what_is_generated_by_a_worker_is_there_for_every_gateway(team):
    subject = upload(team.one, "lecture.pdf", "Quizzes")
    wait_for_job(team.one, subject["id"])
    wanted = {"kind": "quiz", "options": {"scope": {"subject": "Quizzes"}}}
    answer = team.one.post(f"{API}/documents/generate", json=wanted)
    assert answer.status_code == 202, answer.text
    assert wait_for_job(team.two, answer.json()["id"])["state"] == "done"
    assert team.two.get(f"{API}/documents").json()


def test_a_worker_that_is_killed_loses_nothing(team):
    job = upload(team.one, "lecture-scan.pdf", "Scans")
    until = time.monotonic() + 30
    while team.one.get(f"{API}/tasks/{job['id']}").json()["state"] != "running":
        assert time.monotonic() < until
        time.sleep(0.02)
    team.worker.send_signal(signal.SIGKILL)
    team.worker.wait()
    team.worker = team.start_worker()
    done = wait_for_job(team.two, job["id"], timeout_s=120)
    assert (done["state"], done["attempts"]) == ("done", 2)


class Forged:
    """Runs code in whoever unpickles it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_message_that_is_not_signed_is_never_opened(team, tmp_path):
    forged = pickle.dumps(Forged(tmp_path / "forged"))
    key = HueyBell(team.redis_url, secret=b"x").huey[Queue.OCR].storage.queue_key
    connect(team.redis_url).lpush(key, forged, forged + b":" + b"0" * 40)
    job = upload(team.one, "lecture.pdf", "Signatures")
    assert wait_for_job(team.one, job["id"])["state"] == "done"
    assert not (tmp_path / "forged").exists()


def test_a_worker_without_redis_or_with_an_unknown_queue_says_so(tmp_path):
    with pytest.raises(SettingsError, match="Redis"):
        run_worker(Settings(), home=tmp_path)
    settings = Settings.model_validate({"redis": {"url": "redis://127.0.0.1:1/0"}})
    with pytest.raises(OptionsError, match="no queue"):
        run_worker(settings, home=tmp_path, queues=["cooking"])
