"""Share links on real databases: how often, how long and what exactly they can be used for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from smartnotes.bootstrap import build_stores
from smartnotes.core.accounts import CredentialKind, Registration, Role
from smartnotes.core.errors import AccessDenied, NotFound, NotSignedIn, OptionsError
from smartnotes.core.model import BBox, Figure
from smartnotes.core.ports.accounts import AccessPolicy, Accounts
from smartnotes.core.sharing import SharedKind, ShareOpening, ShareOptions, ShareRequest
from smartnotes.core.usecases import accounts as usecases
from smartnotes.core.usecases import library, sharing
from smartnotes.server.app import create_app
from smartnotes.server.passwords import BcryptHasher, common_passwords
from smartnotes.server.tokens import JwtSigner
from smartnotes.settings import ServerSettings, Settings
from smartnotes.stores.accounts import SqlUsers
from smartnotes.stores.audit import SqlAudit
from smartnotes.stores.database import Database
from smartnotes.stores.sessions import SqlApiTokens, SqlSessions
from smartnotes.stores.share_tables import share_passes, shares
from smartnotes.stores.shares import SqlSharedReader, SqlShares
from tests.builders import NOON, a_document, a_lecture, a_page, a_subject

SECRET = b"a secret of the server that is long enough"
API = "/api/v1"


class Place:
    """A server's rows with two users, each with a subject, two lectures and a document; the clock is ours."""

    def __init__(self, database, folder):
        self.database, self.folder, self.now = database, folder, NOON
        self.accounts = Accounts(
            users=SqlUsers(database),
            sessions=SqlSessions(database),
            api_tokens=SqlApiTokens(database),
            shares=SqlShares(database),
            audit=SqlAudit(database, keep_days=30),
            hasher=BcryptHasher(cost=4),
            common=common_passwords,
            signer=JwtSigner(SECRET),
            policy=AccessPolicy(),
            clock=lambda: self.now,
        )
        self.reader = SqlSharedReader(database)
        self.ann, self.bob = (self.user(name) for name in ("ann", "bob"))

    def user(self, name):
        tokens = usecases.register(Registration(name=name, password="correct horse"), accounts=self.accounts)
        who = usecases.authenticate(tokens.access_token, accounts=self.accounts)
        stores = self.stores(who)
        stores.subjects.add(a_subject(f"of {name}").model_copy(update={"id": f"sub_{name}"}))
        for number in (1, 2):
            blob = stores.blobs.put(f"{name} {number}".encode())
            lecture = a_lecture(f"{name}{number}.pdf", subject=f"sub_{name}").model_copy(update={"blob": blob})
            stores.lectures.publish(lecture, pages=[a_page(1), a_page(2)], chunks=[], tokens=[], source="")
        update = {"id": f"quiz_{name}", "subject_id": f"sub_{name}"}
        stores.documents.add(a_document(title=f"Quiz of {name}").model_copy(update=update))
        return who

    def stores(self, who):
        return build_stores(self.folder, owner=who.user_id, database=self.database)

    def share(self, kind=SharedKind.LECTURE, target="lec_ann1.pdf", *, who=None, **options):
        request = ShareRequest(kind=kind, target_id=target, options=ShareOptions(**options))
        return sharing.make_share(request, principal=who or self.ann, accounts=self.accounts)

    def open(self, made, password=None):
        return sharing.open_share(ShareOpening(token=made.token, password=password), accounts=self.accounts)

    def guest(self, opened):
        return usecases.authenticate(opened.access_token, accounts=self.accounts)

    def opens(self, made):
        with suppress(NotFound):
            return bool(self.open(made))
        return False


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    target = tmp_path / "notebook.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(target)
    yield Place(database, tmp_path)
    database.close()


def test_of_75_who_open_a_link_at_once_that_60_may_open_60_get_in(place):
    made = place.share(max_views=60)
    with ThreadPoolExecutor(25) as threads:
        assert sum(threads.map(lambda _: place.opens(made), range(75))) == 60
    (listed,) = place.accounts.shares.all(place.ann.user_id)
    assert listed.views == 60
    with place.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(share_passes)) == 60


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    expires_in_s=st.integers(60, 10_000),
    limit=st.none() | st.integers(1, 4),
    tries=st.lists(st.integers(0, 4000), min_size=1, max_size=8),
)
def test_a_link_opens_as_often_and_as_long_as_it_says_and_a_pass_never_outlives_it(place, expires_in_s, limit, tries):
    made = place.share(expires_in_s=expires_in_s, max_views=limit)
    began, views = place.now, 0
    for pause in tries:
        place.now += timedelta(seconds=pause)
        may = (place.now - began).total_seconds() < expires_in_s and (limit is None or views < limit)
        if not may:
            assert not place.opens(made)
            continue
        opened = place.open(made)
        views += 1
        assert place.now + timedelta(seconds=opened.expires_in_s) <= made.share.expires_at
        assert place.guest(opened).share.share_id == made.share.id
    (listed,) = [share for share in place.accounts.shares.all(place.ann.user_id) if share.id == made.share.id]
    assert (listed.views, listed.is_over(place.now)) == (
        views,
        place.now >= made.share.expires_at or views == limit,
    )


def test_a_link_that_is_unknown_expired_used_up_or_revoked_says_one_and_the_same(place):
    password = "a word for the door"
    unknown = place.share(password=password)
    unknown = unknown.model_copy(update={"token": unknown.token[:-1] + ("A" if unknown.token[-1] != "A" else "B")})
    expired, used, revoked = (place.share(password=password, max_views=1) for _ in range(3))
    place.open(used, password)
    sharing.revoke_share(revoked.share.id, principal=place.ann, accounts=place.accounts)
    place.now += timedelta(days=29)
    late = place.share(password=password, expires_in_s=60)
    place.now += timedelta(days=2)
    told = set()
    for link in (unknown, expired, used, revoked, late):
        for given_password in (None, password, "a wrong word here"):
            with pytest.raises(NotFound) as caught:
                place.open(link, given_password)
            told.add((caught.value.message, caught.value.hint))
    assert len(told) == 1


def test_a_password_is_compared_also_where_there_is_no_link(place):
    """The time it takes would tell otherwise."""

    class Counting(BcryptHasher):
        asked = 0

        def verify(self, password, hashed):
            self.asked += 1
            return super().verify(password, hashed)

    hasher = Counting(cost=4)
    counted = place.accounts._replace(hasher=hasher)
    for token in (place.share().token, place.share(password="a word for the door").token, "sns_unknown"):
        before = hasher.asked
        with suppress(AccessDenied, NotFound):
            sharing.open_share(ShareOpening(token=token, password="another"), accounts=counted)
        assert hasher.asked == before + 1


def test_a_wrong_password_is_no_view(place):
    made = place.share(password="a word for the door", max_views=1)
    for wrong in (None, "another", ""):
        with pytest.raises((AccessDenied, ValueError)):
            place.open(made, wrong)
    assert place.open(made, "a word for the door")


def test_a_password_that_is_tried_first_is_refused(place):
    for password in ("short", "password123"):
        with pytest.raises(OptionsError):
            place.share(password=password)


def test_only_a_digest_of_link_and_pass_is_kept(place):
    made = place.share(password="a word for the door")
    opened = place.open(made, "a word for the door")
    with place.database.read() as connection:
        rows = [*connection.execute(sa.select(shares)), *connection.execute(sa.select(share_passes))]
    kept = repr(rows)
    for secret in (made.token, opened.access_token, "a word for the door"):
        assert secret not in kept
        assert secret[4:] not in kept


# What a pass reads


def seen(place, guest):
    return (
        {lecture.id for lecture in place.reader.lectures(guest)},
        {document.id for document in place.reader.documents(guest)},
    )


@pytest.mark.parametrize(
    ("kind", "target", "lectures", "documents"),
    [
        (SharedKind.LECTURE, "lec_ann1.pdf", {"lec_ann1.pdf"}, set()),
        (SharedKind.DOCUMENT, "quiz_ann", set(), {"quiz_ann"}),
        (SharedKind.SUBJECT, "sub_ann", {"lec_ann1.pdf", "lec_ann2.pdf"}, {"quiz_ann"}),
    ],
)
def test_a_pass_reads_what_was_shared_and_nothing_else(place, kind, target, lectures, documents):
    grant = place.guest(place.open(place.share(kind, target))).share
    assert seen(place, grant) == (lectures, documents)
    for who in ("ann", "bob"):
        for lecture_id in (f"lec_{who}1.pdf", f"lec_{who}2.pdf"):
            if lecture_id in lectures:
                assert place.reader.lecture(grant, lecture_id).id == lecture_id
                assert len(place.reader.pages(grant, lecture_id, first=1, last=1)) == 1
            else:
                with pytest.raises(NotFound):
                    place.reader.lecture(grant, lecture_id)
                with pytest.raises(NotFound):
                    place.reader.pages(grant, lecture_id, first=1, last=None)
        if f"quiz_{who}" not in documents:
            with pytest.raises(NotFound):
                place.reader.document(grant, f"quiz_{who}")


def with_figure(number, blob):
    figure = Figure(
        id=f"fig_{number}", page=number, box=BBox(x0=0, y0=0, x1=1, y1=1), blob=blob, width_px=1, height_px=1
    )
    return a_page(number).model_copy(update={"figures": (figure,)})


def test_a_picture_is_seen_through_the_link_of_its_lecture_and_an_original_file_is_none(place):
    stores = place.stores(place.ann)
    for number, blob in ((1, "a" * 64), (2, "b" * 64)):
        lecture = stores.lectures.get(f"lec_ann{number}.pdf")
        # A name that looks like the place where an original file is named.
        named = lecture.model_copy(update={"name": f'"blob":"{blob}"'})
        stores.lectures.publish(named, pages=[with_figure(1, blob)], chunks=[], tokens=[], source="")
    shared = place.guest(place.open(place.share())).share
    document = place.guest(place.open(place.share(SharedKind.DOCUMENT, "quiz_ann"))).share
    lecture = stores.lectures.get("lec_ann1.pdf")
    assert place.reader.has_picture(shared, "a" * 64)
    for blob in ("b" * 64, lecture.blob, a_document().blob, "%", "_" * 64, ""):
        assert not place.reader.has_picture(shared, blob)
        assert not place.reader.has_picture(document, blob)


def test_a_grant_put_together_by_hand_reads_nothing(place):
    grant = place.guest(place.open(place.share())).share
    forged = grant.model_copy(update={"owner": place.bob.user_id})
    assert seen(place, forged) == (set(), set())


def test_what_belongs_to_somebody_else_cannot_be_shared(place):
    for kind, target in (
        (SharedKind.LECTURE, "lec_bob1.pdf"),
        (SharedKind.DOCUMENT, "quiz_bob"),
        (SharedKind.SUBJECT, "sub_bob"),
        (SharedKind.LECTURE, "quiz_ann"),
    ):
        with pytest.raises(NotFound):
            place.share(kind, target)


def test_a_link_of_somebody_else_cannot_be_revoked(place):
    made = place.share()
    with pytest.raises(NotFound):
        sharing.revoke_share(made.share.id, principal=place.bob, accounts=place.accounts)
    assert place.opens(made)


def test_a_guest_is_nobody_with_no_scope(place):
    guest = place.guest(place.open(place.share()))
    assert (guest.kind, guest.scopes, guest.role) == (CredentialKind.SHARE, frozenset(), Role.USER)
    assert guest.user_id not in (place.ann.user_id, place.bob.user_id)
    assert not guest.is_admin


def test_a_link_ends_with_what_it_leads_to_and_does_not_come_back_with_it(place):
    links = {
        "lecture": place.share(),
        "document": place.share(SharedKind.DOCUMENT, "quiz_ann"),
        "subject": place.share(SharedKind.SUBJECT, "sub_ann"),
    }
    guest = place.guest(place.open(links["lecture"])).share
    stores = place.stores(place.ann)
    lecture = stores.lectures.get("lec_ann1.pdf")
    library.delete_lecture("lec_ann1.pdf", stores=stores)
    assert not place.opens(links["lecture"])
    assert place.opens(links["document"])
    stores.lectures.publish(lecture, pages=[a_page(1)], chunks=[], tokens=[], source="")
    assert not place.opens(links["lecture"])
    with pytest.raises(NotFound):
        place.reader.lecture(guest, lecture.id)
    library.delete_subject("sub_ann", stores=stores)
    assert [place.opens(link) for link in links.values()] == [False] * 3
    with place.database.read() as connection:
        assert not connection.execute(sa.select(shares)).all()


def test_a_lecture_that_is_read_again_keeps_its_links(place):
    made, stores = place.share(), place.stores(place.ann)
    lecture = stores.lectures.get("lec_ann1.pdf")
    stores.lectures.publish(lecture, pages=[a_page(1), a_page(2)], chunks=[], tokens=[], source="")
    assert place.opens(made)


def test_links_end_with_their_owner_and_rest_while_the_owner_is_suspended(place):
    made = place.share(SharedKind.LECTURE, "lec_bob1.pdf", who=place.bob)
    opened = place.open(made)
    place.accounts.users.change(place.bob.user_id, role=None, suspended=True)
    assert not place.opens(made)
    with pytest.raises(NotSignedIn):
        place.guest(opened)
    place.accounts.users.change(place.bob.user_id, role=None, suspended=False)
    assert place.opens(made)
    place.accounts.users.delete(place.bob.user_id)
    assert not place.opens(made)
    with place.database.read() as connection:
        assert not connection.execute(sa.select(share_passes)).all()


def test_a_pass_ends_within_the_hour_or_with_its_link(place):
    made = place.share()
    opened = place.open(made)
    place.now += timedelta(seconds=opened.expires_in_s)
    with pytest.raises(NotSignedIn):
        place.guest(opened)
    again = place.open(made)
    sharing.revoke_share(made.share.id, principal=place.ann, accounts=place.accounts)
    with pytest.raises(NotSignedIn):
        place.guest(again)


# HTTP


@pytest.fixture
def server(tmp_path):
    app = create_app(Settings(server=ServerSettings(password_cost=4)), home=tmp_path)
    with TestClient(app) as server:
        yield server


def test_the_pass_of_a_link_is_good_for_no_other_route(server):
    """Whatever routes there are: each is asked with a pass, and none but those of links lets it in."""
    answer = server.post(f"{API}/auth/register", json={"name": "ann", "password": "correct horse"}).json()
    ann = {"Authorization": f"Bearer {answer['access_token']}"}
    subject = server.post(f"{API}/subjects", json={"name": "Biology"}, headers=ann).json()
    wanted = {"kind": "subject", "target_id": subject["id"]}
    made = server.post(f"{API}/shares", json=wanted, headers=ann).json()
    opened = server.post(f"{API}/shared/open", json={"token": made["token"]}).json()
    guest = {"Authorization": f"Bearer {opened['access_token']}"}
    assert server.get(f"{API}/shared", headers=guest).json()["name"] == "Biology"
    assert server.get(f"{API}/shared", headers=ann).status_code == 403
    refused = 0
    for path, item in server.app.openapi()["paths"].items():
        for method, operation in item.items():
            if not operation.get("security") or path.startswith(f"{API}/shared"):
                continue
            place = path
            for parameter in operation.get("parameters", []):
                known = subject["id"] if parameter["name"] == "subject_id" else "quiz"
                place = place.replace("{%s}" % parameter["name"], known)  # noqa: UP031
            got = server.request(method, place, headers=guest, json={} if "requestBody" in operation else None)
            assert got.status_code in (401, 403), (method, path, got.status_code, got.text)
            refused += 1
    assert refused > 20


def test_guessing_the_password_of_a_link_is_slowed_down(server):
    answer = server.post(f"{API}/auth/register", json={"name": "ann", "password": "correct horse"}).json()
    ann = {"Authorization": f"Bearer {answer['access_token']}"}
    subject = server.post(f"{API}/subjects", json={"name": "Biology"}, headers=ann).json()
    wanted = {"kind": "subject", "target_id": subject["id"], "options": {"password": "a word for the door"}}
    made = server.post(f"{API}/shares", json=wanted, headers=ann).json()
    assert "a word" not in str(made)

    def opening(password):
        body = {"token": made["token"], "password": password}
        return server.post(f"{API}/shared/open", json=body).status_code

    assert [opening("another") for _ in range(31)] == [403] * 30 + [429]
    assert opening("a word for the door") == 429


def test_an_export_has_the_links_without_what_opens_them(server):
    answer = server.post(f"{API}/auth/register", json={"name": "ann", "password": "correct horse"}).json()
    ann = {"Authorization": f"Bearer {answer['access_token']}"}
    subject = server.post(f"{API}/subjects", json={"name": "Biology"}, headers=ann).json()
    wanted = {"kind": "subject", "target_id": subject["id"], "options": {"password": "a word for the door"}}
    made = server.post(f"{API}/shares", json=wanted, headers=ann).json()
    database = server.app.state.gateway.database
    with database.read() as connection:
        row = connection.execute(sa.select(shares)).one()
    users = server.app.state.accounts.users
    exported = {table.name: table.lines for table in users.owned_rows(answer["user"]["id"])}
    assert made["share"]["id"] in exported["shares"]
    for secret in (row.digest, row.password_hash):
        assert secret not in "".join(exported.values())
