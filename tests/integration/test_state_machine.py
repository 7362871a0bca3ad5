"""Whatever several users do, in whatever order: API, SQL, files and vectors say the same after every step.

The server is the real one in this process, with files read in real sandboxes; only the embedded models are fakes, for
speed. It is restarted in the middle, also while jobs are under way.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from pathlib import Path

import sqlalchemy as sa
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from smartnotes.core.ports import Engines
from smartnotes.engines.sandbox import SandboxedReader
from smartnotes.server.app import create_app
from smartnotes.settings import Settings
from smartnotes.stores import tables
from tests.fakes import WordEmbedder, WordEncoder
from tests.waiting import wait_for_job

API = "/api/v1"
ADMIN, ANN, BOB = "admin", "ann", "bob"
STUDENTS = (ANN, BOB)
WORDS = ("lakes", "rivers", "mountains")
"""Few, so that two users often have the same file."""

students = st.sampled_from(STUDENTS)
words = st.sampled_from(WORDS)


def text_on(word: str) -> bytes:
    return f"# About {word}\n\nThe {word} are large.\n\n# More about {word}\n\nOld {word} are deep.\n".encode()


class Notes(RuleBasedStateMachine):
    """A server with two students and an administrator. `model` is what each of them has."""

    subjects = Bundle("subjects")
    lectures = Bundle("lectures")
    passes = Bundle("passes")

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="smartnotes-machine-"))
        self.running = contextlib.ExitStack()
        self.tokens: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.model: dict[str, dict[str, dict[str, str]]] = {who: {} for who in (ADMIN, *STUDENTS)}
        self.links: dict[str, tuple[str, str, str]] = {}
        self.documents: dict[str, tuple[str, str]] = {}
        self.suspended: set[str] = set()
        self.names = iter(range(1_000_000))
        self.start()

    def start(self):
        chosen = Settings.model_validate(
            {"llm": {"engine": "none"}, "server": {"password_cost": 4, "requests_per_minute": 1_000_000}}
        )
        engines = Engines(reader=SandboxedReader(), embedder=WordEmbedder(), encoder=WordEncoder())
        self.app = create_app(chosen, home=self.folder, engines=engines)
        self.running.enter_context(TestClient(self.app))

    def teardown(self):
        self.running.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def as_(self, who: str) -> TestClient:
        return TestClient(self.app, headers={"Authorization": f"Bearer {self.tokens[who]}"})

    def sign_up(self):
        for who in (ADMIN, *STUDENTS):
            wanted = {"name": who, "password": "the same for everybody"}
            made = TestClient(self.app).post(f"{API}/auth/register", json=wanted).json()
            self.tokens[who], self.ids[who] = made["access_token"], made["user"]["id"]

    @initialize(target=lectures, word=words)
    def begin_with_a_lecture(self, word):
        self.sign_up()
        return self.upload((ANN, self.make_subject(ANN)[1]), word, interrupted=False)

    # What students do

    @rule(target=subjects, who=students)
    def another_subject(self, who):
        return self.make_subject(who)

    @rule(target=lectures, into=subjects, word=words, interrupted=st.booleans())
    def another_lecture(self, into, word, interrupted):
        return self.upload(into, word, interrupted=interrupted)

    def make_subject(self, who):
        answer = self.as_(who).post(f"{API}/subjects", json={"name": f"Subject {next(self.names)}"})
        if self.refused(who, answer):
            return multiple()
        assert answer.status_code == 201
        subject = answer.json()["id"]
        self.model[who][subject] = {}
        return (who, subject)

    def upload(self, into, word, *, interrupted):
        who, subject = into
        path = f"{API}/subjects/{subject}/lectures/upload"
        answer = self.as_(who).post(path, params={"name": f"{word}.md"}, content=text_on(word))
        if self.refused(who, answer):
            return multiple()
        if subject not in self.model[who]:
            assert answer.status_code == 404
            return multiple()
        assert answer.status_code == 202, answer.text
        if interrupted:
            self.restart()
        job = wait_for_job(self.as_(who), answer.json()["id"])
        assert job["state"] == "done", job
        lecture = json.loads(job["result"])["lecture"]["id"]
        self.model[who][subject][lecture] = word
        return (who, subject, lecture)

    @rule(lecture=lectures)
    def read(self, lecture):
        who, subject, lecture_id = lecture
        answer = self.as_(who).get(f"{API}/lectures/{lecture_id}/pages")
        if self.refused(who, answer) or not self.is_there(lecture, answer):
            return
        word = self.model[who][subject][lecture_id]
        assert word in answer.json()[0]["text"]
        assert self.as_(who).get(f"{API}/lectures/{lecture_id}/original").content == text_on(word)

    @rule(who=students, word=words)
    def search(self, who, word):
        answer = self.as_(who).post(f"{API}/search", json={"query": f"large {word}", "options": {"limit": 100}})
        if self.refused(who, answer):
            return
        found = {hit["chunk"]["lecture_id"] for hit in answer.json()}
        mine = {lecture: about for held in self.model[who].values() for lecture, about in held.items()}
        assert found <= set(mine)
        assert {lecture for lecture, about in mine.items() if about == word} <= found

    @rule(lecture=lectures)
    def make_cards(self, lecture):
        who, subject, _ = lecture
        body = {"kind": "cards", "options": {"scope": {"subject": subject}}}
        answer = self.as_(who).post(f"{API}/documents/generate", json=body)
        if self.refused(who, answer):
            return
        job = wait_for_job(self.as_(who), answer.json()["id"])
        if job["state"] == "done":
            assert self.model[who][subject]
            self.documents[json.loads(job["result"])["id"]] = (who, subject)
        else:
            assert job["error"]["code"] in ("not_found", "options"), job

    @rule(lecture=consumes(lectures))
    def delete_lecture(self, lecture):
        who, subject, lecture_id = lecture
        answer = self.as_(who).delete(f"{API}/lectures/{lecture_id}")
        if not self.refused(who, answer) and self.is_there(lecture, answer):
            del self.model[who][subject][lecture_id]

    @rule(subject=consumes(subjects))
    def delete_subject(self, subject):
        who, subject_id = subject
        answer = self.as_(who).delete(f"{API}/subjects/{subject_id}")
        if not self.refused(who, answer):
            assert answer.status_code == (204 if subject_id in self.model[who] else 404)
            self.model[who].pop(subject_id, None)
            self.documents = {key: held for key, held in self.documents.items() if held[1] != subject_id}

    @rule(lecture=lectures)
    def try_anothers(self, lecture):
        _, subject, lecture_id = lecture
        other = self.as_(BOB if lecture[0] == ANN else ANN)
        for path in (f"/lectures/{lecture_id}", f"/subjects/{subject}", f"/lectures/{lecture_id}/original"):
            assert other.get(API + path).status_code in (403, 404)
        assert other.delete(f"{API}/lectures/{lecture_id}").status_code in (403, 404)

    # Links

    @rule(target=passes, lecture=lectures)
    def share(self, lecture):
        who, subject, lecture_id = lecture
        answer = self.as_(who).post(f"{API}/shares", json={"kind": "lecture", "target_id": lecture_id})
        if self.refused(who, answer) or not self.is_there(lecture, answer):
            return multiple()
        made = answer.json()
        opened = TestClient(self.app).post(f"{API}/shared/open", json={"token": made["token"]})
        self.links[made["share"]["id"]] = (who, subject, lecture_id)
        return (made["share"]["id"], opened.json()["access_token"])

    @rule(guest=passes)
    def guest_reads(self, guest):
        self.read_as_guest(guest)

    def read_as_guest(self, guest):
        share_id, token = guest
        client = TestClient(self.app, headers={"Authorization": f"Bearer {token}"})
        answer = client.get(f"{API}/shared")
        who, subject, lecture = self.links.get(share_id, ("", "", ""))
        if who and who not in self.suspended and lecture in self.model[who].get(subject, {}):
            assert [one["id"] for one in answer.json()["lectures"]] == [lecture]
            pages = client.get(f"{API}/shared/lectures/{lecture}/pages").json()
            assert self.model[who][subject][lecture] in pages[0]["text"]
        else:
            assert answer.status_code in (401, 403, 404), answer.text
        assert client.get(f"{API}/lectures").status_code in (401, 403)

    @rule(guest=passes)
    def unshare(self, guest):
        share_id = guest[0]
        if share_id in self.links:
            who = self.links[share_id][0]
            answer = self.as_(who).delete(f"{API}/shares/{share_id}")
            if not self.refused(who, answer):
                assert answer.status_code in (204, 404)
                del self.links[share_id]
                self.read_as_guest(guest)

    # What the administrator does, and what happens to the server

    @rule(who=students, for_long=st.booleans())
    def suspend(self, who, for_long):
        self.as_(ADMIN).put(f"{API}/auth/users/{self.ids[who]}", json={"suspended": True})
        self.suspended.add(who)
        assert self.refused(who, self.as_(who).get(f"{API}/subjects"))
        if not for_long:
            self.let_in_again()

    @precondition(lambda self: self.suspended)
    @rule()
    def forgive(self):
        self.let_in_again()

    def let_in_again(self):
        for who in sorted(self.suspended):
            self.as_(ADMIN).put(f"{API}/auth/users/{self.ids[who]}", json={"suspended": False})
            signed_in = {"name": who, "password": "the same for everybody"}
            made = TestClient(self.app).post(f"{API}/auth/login", json=signed_in)
            self.tokens[who] = made.json()["access_token"]
        self.suspended.clear()

    @rule()
    def restart(self):
        self.running.close()
        self.start()

    # What must be true after every step

    @invariant()
    def api_says_what_was_done(self):
        for who in self.tokens:
            answer = self.as_(who).get(f"{API}/subjects")
            if self.refused(who, answer):
                continue
            counted = {one["id"]: one["lectures"] for one in answer.json()}
            assert counted == {subject: len(held) for subject, held in self.model[who].items()}
            listed = {one["id"] for one in self.as_(who).get(f"{API}/lectures").json()}
            assert listed == {lecture for held in self.model[who].values() for lecture in held}
            made = {one["id"] for one in self.as_(who).get(f"{API}/documents").json()}
            assert made == {document for document, held in self.documents.items() if held[0] == who}

    @invariant()
    def rows_files_and_vectors_agree(self):
        gateway = self.app.state.gateway
        with gateway.database.read() as connection:
            lectures = dict(connection.execute(sa.select(tables.lectures.c.id, tables.lectures.c.owner)).all())
            chunks = connection.execute(
                sa.select(tables.chunks.c.subject_id, tables.chunks.c.id, tables.chunks.c.lecture_id)
            ).all()
            pages = set(connection.scalars(sa.select(tables.pages.c.lecture_id)))
            reads = set(connection.scalars(sa.select(tables.page_reads.c.lecture_id)))
            documents = set(connection.scalars(sa.select(tables.documents.c.id)))
            holds = connection.execute(sa.select(tables.blob_uses.c.holder, tables.blob_uses.c.blob)).all()
        owned = {lecture: self.ids[who] for who, held in self.model.items() for one in held.values() for lecture in one}
        assert lectures == owned
        assert documents == set(self.documents)
        assert {lecture for _, _, lecture in chunks} == pages == set(lectures)
        assert reads <= set(lectures)
        assert {holder for holder, _ in holds} == set(lectures) | documents
        files = {path.name for path in (self.folder / "blobs").glob("??/*") if not path.name.startswith(".")}
        assert files == {blob for _, blob in holds}
        indexed = {}
        for who in self.ids:
            vectors = gateway.vectors.of_owner(self.ids[who])
            for collection in vectors._chosen(()):
                there = vectors._chroma.ids(vectors._space, collection, {"page": {"$gte": 0}})
                indexed |= dict.fromkeys(there, self.ids[who])
        assert indexed == {chunk: lectures[lecture] for _, chunk, lecture in chunks}

    def refused(self, who, answer):
        """Whether somebody who is suspended was turned away, as they must be."""
        if who in self.suspended:
            assert answer.status_code in (401, 403), answer.text
            return True
        return False

    def is_there(self, lecture, answer):
        """Whether a lecture is there still; where not, the answer must say so."""
        who, subject, lecture_id = lecture
        there = lecture_id in self.model[who].get(subject, {})
        assert answer.is_success if there else answer.status_code == 404, answer.text
        return there


TestNotes = Notes.TestCase
TestNotes.settings = settings(
    max_examples=8,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
