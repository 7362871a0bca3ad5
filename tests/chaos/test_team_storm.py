"""A team's server in a storm: two gateways, four workers, real files, real engines; workers, Redis and PostgreSQL die.

What a client was told is kept: no upload and no job is lost, nothing is made twice, and whoever watches ends with the
right state. ``STORM_S=60`` makes the storm a long one; the order of the kills is fixed by the seed.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from smartnotes.stores.chromaserver import ChromaServer
from smartnotes.stores.database import Database
from tests.chaos import services
from tests.chaos.team_worker import POISON
from tests.chaos.watching import API, Watcher
from tests.services import ChromaProcess

log = logging.getLogger(__name__)

STORM_S = float(os.environ.get("STORM_S", "15"))
DRAIN_S = 30.0
WORKERS = 4
SEED = 20261123
EXAMPLE = Path(__file__).parents[2] / "examples" / "lecture.pdf"
FINAL = ("done", "failed", "cancelled", "dead")
WORDS = [
    "cell",
    "membrane",
    "osmosis",
    "enzyme",
    "protein",
    "nucleus",
    "mitosis",
    "tissue",
    "organ",
    "plasma",
    "vessel",
    "neuron",
]

ENDS = """
CREATE TABLE ends (job TEXT NOT NULL, state TEXT NOT NULL);
CREATE FUNCTION note_end() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO ends VALUES (NEW.id, NEW.state); RETURN NEW; END $$;
CREATE TRIGGER note_end AFTER UPDATE ON jobs FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state NOT IN ('queued', 'running'))
    EXECUTE FUNCTION note_end();
"""


class Team:
    """The services, and the accounts of two people."""

    def __init__(self, folder: Path) -> None:
        self.postgres, database_url = services.postgres(folder / "postgres")
        self.redis, redis_url = services.durable_redis(folder)
        self.chroma = ChromaProcess(folder / "chroma")
        environment = {
            "SMARTNOTES_HOME": str(folder),
            "SMARTNOTES_LLM__ENGINE": "none",
            "SMARTNOTES_SERVER__SECRET": "a secret that only this storm knows",
            "SMARTNOTES_SERVER__PASSWORD_COST": "4",
            "SMARTNOTES_SERVER__REQUESTS_PER_MINUTE": "100000",
            "SMARTNOTES_DATABASE__URL": database_url,
            "SMARTNOTES_DATABASE__TIMEOUT_S": "5",
            "SMARTNOTES_REDIS__URL": redis_url,
            "SMARTNOTES_VECTORS__URL": self.chroma.url,
            "SMARTNOTES_EMBEDDING__THREADS": "1",
        }
        for service in (self.postgres, self.redis, self.chroma):
            service.start()
        made = [services.gateway(number, environment, folder=folder) for number in range(2)]
        self.gateways, self.urls = [gateway for gateway, _ in made], [url for _, url in made]
        for gateway in self.gateways:
            gateway.start()
        self.database = Database(database_url)
        with self.database.write() as connection:
            connection.execute(sa.text(ENDS))
        self.workers = [services.team_worker(n, environment, folder=folder) for n in range(WORKERS)]
        for worker in self.workers:
            worker.start()

    def end(self) -> None:
        self.database.close()
        for service in (*self.workers, *self.gateways, self.redis, self.postgres):
            service.kill()
        self.chroma.kill()

    def keep_alive(self) -> None:
        """Start workers again that a poisoned job has killed, as whoever runs them would."""
        for worker in self.workers:
            if not worker.alive():
                worker.start()

    def rows(self, query: str, **values: object) -> list[tuple]:
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query), values)]


class Person:
    """Somebody who uploads small files and has cheat sheets made, and does not give up before an answer."""

    def __init__(self, team: Team, name: str) -> None:
        self.team, self.name = team, name
        self.files: dict[str, str] = {}
        self.sheets: list[str] = []
        self.again = 0
        self._client = httpx2.Client(timeout=20.0)
        credentials = {"name": name, "password": f"the password of {name}"}
        signed_in = self.post("/auth/register", json=credentials, key="register")
        self.id, self.token = signed_in["user"]["id"], signed_in["access_token"]
        self._client.headers["Authorization"] = f"Bearer {self.token}"
        self.subject = self.post("/subjects", json={"name": "Cells"}, key="subject")["id"]

    def close(self) -> None:
        self._client.close()

    def post(self, path: str, *, key: str, **sent: object) -> dict:
        """Send until there is an answer; a request that is sent again says so with its key."""
        tried = 0
        while True:
            url = self.team.urls[tried % 2] + API + path
            tried += 1
            try:
                answer = self._client.post(url, headers={"Idempotency-Key": f"storm-{self.name}-{key}"}, **sent)
            except httpx2.TransportError:
                pass
            else:
                if answer.is_success:
                    return dict(answer.json())
                assert answer.status_code >= 500 or answer.status_code in (409, 429), answer.text
            self.again += 1
            time.sleep(0.2)

    def upload(self, name: str, content: bytes) -> str:
        asked = {"params": {"name": name}, "content": content}
        self.files[name] = self.post(f"/subjects/{self.subject}/lectures/upload", key=name, **asked)["id"]
        return self.files[name]

    def make(self, number: int) -> None:
        wanted = {"kind": "cheatsheet", "options": {"scope": {"subject": "Cells"}}}
        self.sheets.append(self.post("/documents/generate", json=wanted, key=f"sheet-{number}")["id"])

    def work(self, over: threading.Event, chance: random.Random) -> None:
        number = 0
        while not over.is_set():
            number += 1
            if number % 3:
                self.upload(f"{number}.md", a_note(self.name, number))
            else:
                self.make(number)
            over.wait(chance.uniform(2.0, 3.5))


def a_note(owner: str, number: int) -> bytes:
    """Text that nobody else has, of a few lines."""
    chance = random.Random(f"{owner} {number}")  # noqa: S311 - the same text every time
    lines = [" ".join(chance.choice(WORDS) for _ in range(12)) + "." for _ in range(6)]
    return f"# Note {number} of {owner}\n\n{chr(10).join(lines)}\n".encode()


@pytest.fixture
def team():
    folder = Path(tempfile.mkdtemp(prefix="smartnotes-team-storm-"))
    folder.chmod(0o755)
    (folder / "postgres").mkdir()
    made = Team(folder)
    yield made
    made.end()
    if not os.environ.get("STORM_KEEP"):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def people(team):
    made = [Person(team, name) for name in ("ann", "bob")]
    yield made
    for one in made:
        one.close()


def test_what_was_acknowledged_is_done_once_and_every_watcher_ends_with_the_right_state(team, people):
    watchers = [Watcher(team.urls, user_id=one.id, token=one.token) for one in people for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    for one in people:
        one.upload(EXAMPLE.name, EXAMPLE.read_bytes())
    poison = people[0].upload(POISON, b"# Poison\n\nIt ends whoever reads it.\n")
    storm(team, people)
    began = time.monotonic()
    left = drain(team, [job for one in people for job in (*one.files.values(), *one.sheets)])
    log.info(
        "%d uploads, %d sheets, %d requests sent again, kills %s, drained in %.1f s",
        sum(len(one.files) for one in people),
        sum(len(one.sheets) for one in people),
        sum(one.again for one in people),
        {service.name: service.kills for service in (*team.workers, team.redis, team.postgres)},
        time.monotonic() - began,
    )
    assert not left, f"still under way: {left}"
    states = dict(team.rows("SELECT id, state FROM jobs"))
    assert states.pop(poison) == "dead"
    assert set(states.values()) == {"done"}, team.rows("SELECT id, state, error FROM jobs WHERE state <> 'done'")
    for one in people:
        nothing_is_lost_or_doubled(team, one)
    assert max(Counter(team.rows("SELECT job FROM ends")).values()) == 1, "a job ended twice"
    everybody_knows(watchers, people, {**states, poison: "dead"})


def storm(team, people):
    """Kill one service after the other while people work."""
    chance = random.Random(SEED)  # noqa: S311 - a storm that can be repeated
    over = threading.Event()
    working = [
        threading.Thread(target=one.work, args=(over, random.Random(f"{SEED} {one.name}")))  # noqa: S311
        for one in people
    ]
    for thread in working:
        thread.start()
    everything = [*team.workers, team.redis, team.postgres]
    deck: list[services.Service] = []
    until = time.monotonic() + STORM_S
    while time.monotonic() < until:
        time.sleep(chance.uniform(1.0, 2.0))
        team.keep_alive()
        deck = deck or chance.sample(everything, len(everything))
        victim = deck.pop()
        victim.kill()
        victim.start()
    over.set()
    for thread in working:
        thread.join()


def drain(team, jobs):
    """Wait until all jobs have ended; returns those that have not in time."""
    until = time.monotonic() + DRAIN_S
    while True:
        team.keep_alive()
        states = dict(team.rows("SELECT id, state FROM jobs"))
        left = {job: states.get(job, "lost") for job in jobs if states.get(job) not in FINAL}
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.2)


def nothing_is_lost_or_doubled(team, one):
    lectures = Counter(name for (name,) in team.rows("SELECT name FROM lectures WHERE owner = :id", id=one.id))
    assert lectures == Counter(name for name in one.files if name != POISON)
    sheets = team.rows("SELECT id FROM jobs WHERE owner = :id AND kind = 'cheatsheet'", id=one.id)
    assert {job for (job,) in sheets} == set(one.sheets)
    assert len(set(one.sheets)) == len(one.sheets)
    made = team.rows("SELECT id FROM documents WHERE owner = :id", id=one.id)
    assert len(made) == len(one.sheets)
    chunks = [chunk for (chunk,) in team.rows("SELECT id FROM chunks WHERE owner = :id", id=one.id)]
    assert len(chunks) == len(set(chunks))
    assert vectors_of(team, one) == Counter(chunks)


def vectors_of(team, one):
    chroma = ChromaServer(team.chroma.url)
    found: Counter[str] = Counter()
    for (space,) in [(name,) for name in spaces(team)]:
        for collection in chroma.collections(space):
            if collection.name.endswith(one.subject):
                found.update(chroma.ids(space, collection, {"page": {"$gte": 0}}))
    chroma.close()
    return found


def spaces(team):
    answer = httpx2.get(f"{team.chroma.url}/api/v2/tenants/default_tenant/databases").json()
    return [database["name"] for database in answer]


def everybody_knows(watchers, people, states):
    """Every watcher knows how each job of its user ended, soon after, and was told no event twice."""
    owners = [one for one in people for _ in range(2)]
    for watcher, one in zip(watchers, owners, strict=True):
        mine = {job: states[job] for job in (*one.files.values(), *one.sheets)}
        until = time.monotonic() + 15
        while not mine.items() <= watcher.states.items() and time.monotonic() < until:
            time.sleep(0.1)
        watcher.stop()
        wrong = {
            job: (watcher.states.get(job), state) for job, state in mine.items() if watcher.states.get(job) != state
        }
        assert not wrong, f"after {watcher.connections} connections"
        assert watcher.repeated == 0
