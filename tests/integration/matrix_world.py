"""A gateway with an owner, who has something of everything, and with others who must not see any of it."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import sqlalchemy as sa
from fastapi.testclient import TestClient

from smartnotes.core.accounts import AccessScope, ApiTokenRequest, Principal, Registration, Role, Tokens
from smartnotes.core.conversations import Turn, new_conversation
from smartnotes.core.ids import new_id
from smartnotes.core.jobs import JobError, JobInfo, JobState
from smartnotes.core.model import Chunk, Figure, Lecture
from smartnotes.core.ports import ChunkFilter
from smartnotes.core.sharing import NewShare, SharedKind, ShareOpening, ShareOptions, ShareRequest
from smartnotes.core.study import (
    Answer,
    CardKind,
    Citation,
    Flashcard,
    Question,
    QuestionKind,
    Quiz,
    Rating,
    ReviewState,
)
from smartnotes.core.usecases import access, accounts, sharing
from smartnotes.server.resumable import About, Uploads
from smartnotes.stores.joboverview import SqlJobOverview
from smartnotes.stores.jobs import SqlJobQueue
from smartnotes.stores.tables import metadata
from tests.builders import NOON, a_document, a_lecture, a_page
from tests.fakes import WordEncoder

PASSWORD = "a password that nobody guesses"
SECRET = "ownersecret"


class Person(NamedTuple):
    """Somebody with an account, and their credentials."""

    id: str
    name: str
    tokens: Tokens


class Shared(NamedTuple):
    """What the link that guests come with leads to."""

    lecture: str
    document: str
    blob: str


class World:
    """The users, and things of the owner made as they are needed; all of them hold the word `secret`."""

    secret = SECRET

    def __init__(self, app, root) -> None:
        self.root = root
        self.app = app
        self.gateway = app.state.gateway
        self._numbers = itertools.count(1)
        self.admin = self.person()  # the first user of a server
        self.owner = self.person()
        self.other = self.person()
        self.suspended = self.person()
        app.state.accounts.users.change(self.suspended.id, role=None, suspended=True)
        self.stores = self.gateway.stores(self.owner.id)
        self.reading = self._api_token(self.owner, AccessScope.READ)
        self.shared = self._share_something()
        self.program = self._api_token(self.owner, AccessScope.READ, AccessScope.WRITE)

    def client(self, credential: str | None) -> TestClient:
        """Somebody with this credential."""
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        # From an address of its own: strangers who try too often are told to wait.
        return TestClient(self.app, headers=headers, client=(f"192.0.2.{next(self._numbers)}", 1))

    # People

    def person(self, role: Role | None = None) -> Person:
        """A new user."""
        wanted = Registration(name=self.new_name(), password=PASSWORD)
        tokens = accounts.register(wanted, accounts=self.app.state.accounts)
        if role is not None:
            self.app.state.accounts.users.change(tokens.user.id, role=role, suspended=None)
        return Person(tokens.user.id, tokens.user.name, tokens)

    def some_user(self) -> str:
        """Somebody whom only an administrator may change."""
        return self.person().id

    def new_name(self) -> str:
        """A name that nobody and nothing has."""
        return f"name-{next(self._numbers):06}"

    def refresh_token(self) -> str:
        """A refresh token that is still good."""
        return self.person().tokens.refresh_token

    def api_token(self) -> str:
        """The id of an API token of the owner."""
        wanted = ApiTokenRequest(name=f"{SECRET} {self.new_name()}")
        made = access.create_api_token(wanted, principal=_principal(self.owner), accounts=self.app.state.accounts)
        return made.info.id

    def _api_token(self, person: Person, *scopes: AccessScope) -> str:
        wanted = ApiTokenRequest(name=f"{SECRET} {len(scopes)}", scopes=frozenset(scopes))
        made = access.create_api_token(wanted, principal=_principal(person), accounts=self.app.state.accounts)
        return made.token

    def session(self) -> str:
        """The id of a session of the owner, another than the one that calls."""
        user = self.app.state.accounts.users.get(self.owner.id)
        accounts.open_session(user, accounts=self.app.state.accounts, label=SECRET)
        return self.app.state.accounts.sessions.all(self.owner.id)[0].id

    def invitation(self) -> str:
        """The id of an invitation that nobody has used."""
        admin = _principal(self.admin).model_copy(update={"role": Role.ADMIN})
        access.invite(admin, accounts=self.app.state.accounts)
        return access.list_invitations(admin, accounts=self.app.state.accounts)[0].id

    # Links

    def link(self) -> str:
        """The token of a link to something of the owner's."""
        return self._link(SharedKind.LECTURE, self.lecture()).token

    def share(self) -> str:
        """The id of a link of the owner's."""
        return self._link(SharedKind.LECTURE, self.lecture()).share.id

    def _link(self, kind: SharedKind, target_id: str) -> NewShare:
        wanted = ShareRequest(kind=kind, target_id=target_id, options=ShareOptions(original=True))
        return sharing.make_share(wanted, principal=_principal(self.owner), accounts=self.app.state.accounts)

    def _passed(self, link: str) -> str:
        return sharing.open_share(ShareOpening(token=link), accounts=self.app.state.accounts).access_token

    def _share_something(self) -> Shared:
        document = self.stores.documents.get(self.document())
        self.guest = self._passed(self._link(SharedKind.SUBJECT, document.subject_id).token)
        self.strange_guest = self._passed(self.link())
        (lecture,) = document.lectures
        return Shared(lecture, document.id, self.stores.lectures.figures(lecture)[0].blob)

    # Notes

    def subject(self) -> str:
        """A subject."""
        return self._notebook().create_subject(f"{SECRET} {self.new_name()}").id

    def lecture(self) -> str:
        """A lecture with two pages and a figure."""
        subject, name = self.subject(), f"{SECRET} {self.new_name()}.pdf"
        blob = self.stores.blobs.put(name.encode())
        lecture = a_lecture(name, subject=subject).model_copy(
            update={"blob": blob, "pages": 2, "id": f"lec_{blob[:24]}"}
        )
        picture = self.stores.blobs.put(f"picture {name}".encode())
        figure = Figure(
            id=f"fig_{blob[:24]}",
            page=1,
            box={"x0": 0, "y0": 0, "x1": 1, "y1": 1},
            blob=picture,
            width_px=1,
            height_px=1,
            caption=SECRET,
        )
        pages = [a_page(number, f"{SECRET} is on page {number}.") for number in (1, 2)]
        pages[0] = pages[0].model_copy(update={"figures": (figure,)})
        chunks = [
            Chunk(
                id=f"chk_{blob[:20]}_{page.number}",
                subject_id=subject,
                lecture_id=lecture.id,
                page=page.number,
                start=0,
                end=len(page.text),
                text=page.text,
            )
            for page in pages
        ]
        tokens = WordEncoder().encode_passages([chunk.text for chunk in chunks])
        self.stores.lectures.publish(lecture, pages=pages, chunks=chunks, tokens=tokens, source="")
        return lecture.id

    def searched_subject(self) -> str:
        """A subject with a lecture that can be found by its vectors too."""
        lecture = self.stores.lectures.get(self.lecture())
        chunks = self.stores.chunks.where(ChunkFilter(lecture_ids=(lecture.id,)))
        embedder = self.gateway.engines.embedder
        vectors = embedder.embed_passages([chunk.text for chunk in chunks])
        self.stores.vectors.upsert(lecture.subject_id, chunks=chunks, vectors=vectors, model=embedder.name)
        return lecture.subject_id

    def upload(self) -> str:
        """An upload of ten bytes of which none has come."""
        for one in self._uploads().all():  # nobody may begin very many
            self._uploads().delete(one.id)
        return self._uploads().begin(self.subject(), size_bytes=10, about=About(filename=SECRET)).id

    def complete_upload(self) -> str:
        """An upload of which all bytes have come, that nobody has finished."""
        upload_id = self.upload()
        (self.gateway.home / "uploads-in-parts" / f"{upload_id}.part").write_bytes(b"0123456789")
        return upload_id

    def _uploads(self) -> Uploads:
        return Uploads(self.gateway, owner=self.owner.id)

    def blob(self) -> str:
        """The picture of a lecture."""
        return self.stores.lectures.figures(self.lecture())[0].blob

    def document(self) -> str:
        """A quiz."""
        lecture = self.stores.lectures.get(self.lecture())
        name = self.new_name()
        question = Question(
            id="q_1", kind=QuestionKind.SHORT_ANSWER, prompt=SECRET, answer=SECRET, source=_source(lecture)
        )
        quiz = Quiz(
            id=f"quiz_{name}",
            title=f"{SECRET} {name}",
            questions=(question,),
            created_at=NOON,
            provenance=lecture.provenance,
        )
        blob = self.stores.blobs.put(quiz.model_dump_json().encode())
        document = a_document(title=quiz.title, blob=blob).model_copy(
            update={"id": quiz.id, "subject_id": lecture.subject_id, "lectures": (lecture.id,)}
        )
        self.stores.documents.add(document)
        return document.id

    def conversation(self) -> str:
        """The id of a conversation of one question."""
        answer = Answer(question=f"{SECRET} {self.new_name()}", text=SECRET, covered=True)
        to = new_conversation(answer.question, conversation_id=new_id("conv"), now=NOON)
        self.stores.conversations.append(Turn(id=new_id("turn"), at=NOON, answer=answer), to=to, is_new=True)
        return to.id

    def card(self) -> str:
        """The id of a flashcard."""
        lecture = self.stores.lectures.get(self.lecture())
        name = self.new_name()
        card = Flashcard(
            id=f"card_{name:0>30}",
            fingerprint=name,
            kind=CardKind.BASIC,
            front=f"{SECRET} {name}",
            back=SECRET,
            source=_source(lecture),
            review=ReviewState(due=NOON),
        )
        return self.stores.cards.keep(f"deck_{name}", subject_id=lecture.subject_id, cards=[card], now=NOON)[0].id

    def review(self) -> str:
        """The id of the last review of a flashcard."""
        return self._notebook().review(self.card(), rating=Rating.GOOD).id

    def task(self) -> str:
        """A job that waits."""
        job = JobInfo(
            id=f"job_{self.new_name()}",
            kind="quiz",
            state=JobState.QUEUED,
            request=f'{{"kind":"{SECRET}"}}',
            created_at=NOON,
        )
        return self.stores.jobs.add(job).id

    def finished_task(self) -> str:
        """A job that has failed."""
        job_id = self.task()
        claim = self.stores.jobs.claim(job_id, now=NOON, lease_s=60)
        self.stores.jobs.finish(claim, JobState.FAILED, error=JobError(code="error", message=SECRET))
        return job_id

    def others_task(self) -> str:
        """A job of somebody whom only an administrator may look after."""
        job = JobInfo(id=f"job_{self.new_name()}", kind="quiz", state=JobState.QUEUED, request="{}", created_at=NOON)
        return self.gateway.stores(self.some_user()).jobs.add(job).id

    def others_cancelled_task(self) -> str:
        """One that was cancelled."""
        job_id = self.others_task()
        SqlJobQueue(self.gateway.database).store(SqlJobOverview(self.gateway.database).job(job_id).owner).cancel(job_id)
        return job_id

    def rows_of_owner(self) -> dict[str, list[tuple]]:
        """Everything that the database keeps in the owner's name."""
        found = {}
        with self.gateway.database.read() as connection:
            for table in metadata.sorted_tables:
                if "owner" in table.c:
                    chosen = sa.select(table).where(table.c.owner == self.owner.id).order_by(*table.primary_key)
                    found[table.name] = [tuple(row) for row in connection.execute(chosen)]
        return found

    def _notebook(self):
        return self.gateway.notebook(self.owner.id)


def _source(lecture: Lecture) -> Citation:
    return Citation(lecture_id=lecture.id, lecture_name=lecture.name, page=1, start=0, end=len(SECRET), quote=SECRET)


def _principal(person: Person) -> Principal:
    return Principal(user_id=person.id, role=Role.USER, scopes=frozenset(AccessScope), kind="session")
