"""Accounts over HTTP and SQL: who gets in, for how long, and what ends it."""

from __future__ import annotations

import io
import json
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from smartnotes.core.accounts import Credentials, Registration, RegistrationMode, Role
from smartnotes.core.errors import AccessDenied, Conflict, NotSignedIn
from smartnotes.core.ports.accounts import AccessPolicy, Accounts
from smartnotes.core.usecases import access
from smartnotes.core.usecases import accounts as usecases
from smartnotes.server.app import create_app
from smartnotes.server.passwords import BcryptHasher, common_passwords
from smartnotes.server.tokens import JwtSigner
from smartnotes.settings import ServerSettings, Settings
from smartnotes.stores.accounts import SqlUsers
from smartnotes.stores.audit import SqlAudit
from smartnotes.stores.database import Database
from smartnotes.stores.sessions import SqlApiTokens, SqlSessions
from smartnotes.stores.shares import SqlShares
from smartnotes.stores.tables import metadata
from tests.builders import NOON, a_lecture, a_page, a_subject

PASSWORD = "correct horse"
API = "/api/v1"


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now

    def move(self, **by):
        self.now += timedelta(**by)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "notebook.db")
    yield database
    database.close()


@pytest.fixture
def accounts(database, clock):
    return Accounts(
        users=SqlUsers(database),
        sessions=SqlSessions(database),
        api_tokens=SqlApiTokens(database),
        shares=SqlShares(database),
        audit=SqlAudit(database, keep_days=30),
        hasher=BcryptHasher(cost=4),
        common=common_passwords,
        signer=JwtSigner(b"a secret of the server that is long enough"),
        policy=AccessPolicy(),
        clock=clock,
    )


def register(accounts, name="ann", **more):
    return usecases.register(Registration(name=name, password=PASSWORD, **more), accounts=accounts)


def who(accounts, tokens):
    return usecases.authenticate(tokens.access_token, accounts=accounts)


# Registering


def test_only_the_first_user_of_a_server_is_its_administrator(accounts):
    assert [register(accounts, name).user.role for name in ("ann", "bob", "cem")] == [Role.ADMIN, Role.USER, Role.USER]


def test_of_many_who_register_first_at_once_one_is_administrator(accounts):
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda number: register(accounts, f"user{number}"), range(16)))
    assert sorted(tokens.user.role for tokens in made) == [Role.ADMIN] + [Role.USER] * 15


@pytest.mark.parametrize("other", ["ann", "ANN", " Ann ", "\uff21nn"])
def test_a_name_is_taken_in_every_spelling(accounts, other):
    register(accounts, "Ann")
    with pytest.raises(Conflict):
        register(accounts, other)
    assert usecases.login(Credentials(name=other, password=PASSWORD), accounts=accounts).user.name == "Ann"


def test_a_closed_server_lets_only_its_first_user_in(accounts):
    closed = accounts._replace(policy=AccessPolicy(registration=RegistrationMode.CLOSED))
    register(closed)
    with pytest.raises(AccessDenied):
        register(closed, "bob")


def test_an_invitation_lets_one_person_in_once_and_not_for_ever(accounts, clock):
    inviting = accounts._replace(policy=AccessPolicy(registration=RegistrationMode.INVITE))
    ann = who(inviting, register(inviting))
    with pytest.raises(AccessDenied):
        register(inviting, "bob")
    code = access.invite(ann, accounts=inviting).code
    assert register(inviting, "bob", invitation=code).user.name == "bob"
    with pytest.raises(AccessDenied):
        register(inviting, "cem", invitation=code)
    late = access.invite(ann, accounts=inviting).code
    clock.move(days=8)
    with pytest.raises(AccessDenied):
        register(inviting, "cem", invitation=late)


def test_a_taken_name_does_not_use_up_the_invitation(accounts):
    inviting = accounts._replace(policy=AccessPolicy(registration=RegistrationMode.INVITE))
    code = access.invite(who(inviting, register(inviting)), accounts=inviting).code
    with pytest.raises(Conflict):
        register(inviting, "ann", invitation=code)
    assert register(inviting, "bob", invitation=code)


# Sessions


def test_an_access_token_ends_after_its_time(accounts, clock):
    tokens = register(accounts)
    clock.move(seconds=tokens.expires_in_s - 1)
    assert who(accounts, tokens).user_id == tokens.user.id
    clock.move(seconds=1)
    with pytest.raises(NotSignedIn):
        who(accounts, tokens)


def test_a_refresh_token_that_is_used_again_within_ten_seconds_has_the_same_successor(accounts, clock):
    """A client whose connection broke asks again, and must not be thrown out for it."""
    first = register(accounts)
    second = usecases.refresh(first.refresh_token, accounts=accounts)
    clock.move(seconds=9)
    again = usecases.refresh(first.refresh_token, accounts=accounts)
    assert again.refresh_token == second.refresh_token != first.refresh_token
    assert usecases.refresh(second.refresh_token, accounts=accounts)


def test_a_refresh_token_that_is_used_again_later_ends_the_session_for_both(accounts, clock):
    first = register(accounts)
    second = usecases.refresh(first.refresh_token, accounts=accounts)
    clock.move(seconds=11)
    with pytest.raises(NotSignedIn, match="used before"):
        usecases.refresh(first.refresh_token, accounts=accounts)
    with pytest.raises(NotSignedIn):
        usecases.refresh(second.refresh_token, accounts=accounts)
    with pytest.raises(NotSignedIn):
        who(accounts, second)


def test_a_refresh_token_two_steps_old_ends_the_session_at_once(accounts):
    first = register(accounts)
    second = usecases.refresh(first.refresh_token, accounts=accounts)
    third = usecases.refresh(second.refresh_token, accounts=accounts)
    with pytest.raises(NotSignedIn, match="used before"):
        usecases.refresh(first.refresh_token, accounts=accounts)
    with pytest.raises(NotSignedIn):
        who(accounts, third)


def test_one_refresh_token_used_by_many_at_once_has_one_successor(accounts):
    first = register(accounts)
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: usecases.refresh(first.refresh_token, accounts=accounts), range(16)))
    assert len({tokens.refresh_token for tokens in made}) == 1
    assert usecases.refresh(made[0].refresh_token, accounts=accounts)


def test_a_forged_refresh_token_does_not_end_anybodys_session(accounts):
    tokens = register(accounts)
    with pytest.raises(NotSignedIn):
        usecases.refresh(tokens.refresh_token.replace(".0.", ".7."), accounts=accounts)
    assert who(accounts, tokens)


def test_a_session_ends_when_it_is_not_used_for_a_month_and_after_half_a_year_in_any_case(accounts, clock):
    unused, used = register(accounts), register(accounts, "bob")
    for _ in range(10):
        clock.move(days=18)
        if clock.now - NOON < timedelta(days=180):
            used = usecases.refresh(used.refresh_token, accounts=accounts)
    for tokens in (unused, used):
        with pytest.raises(NotSignedIn):
            usecases.refresh(tokens.refresh_token, accounts=accounts)


def test_a_session_that_was_just_seen_is_known_without_asking_the_database(accounts, database):
    remembering = accounts._replace(sessions=SqlSessions(database, keep_s=60))
    tokens = register(remembering)
    assert usecases.recall(tokens.access_token, accounts=remembering) is None
    assert usecases.recall(tokens.access_token, accounts=remembering) is None
    seen = who(remembering, tokens)
    assert usecases.recall(tokens.access_token, accounts=remembering) == seen
    usecases.logout(seen, accounts=remembering)
    assert usecases.recall(tokens.access_token, accounts=remembering) is None
    with pytest.raises(NotSignedIn):
        who(remembering, tokens)


def test_a_session_that_another_process_ended_is_remembered_no_longer_than_said(accounts, database):
    remembering = accounts._replace(sessions=SqlSessions(database, keep_s=0.05))
    tokens = register(accounts)
    seen = who(remembering, tokens)
    usecases.logout(seen, accounts=accounts)
    time.sleep(0.06)
    assert usecases.recall(tokens.access_token, accounts=remembering) is None
    with pytest.raises(NotSignedIn):
        who(remembering, tokens)


def test_a_hash_of_an_older_cost_is_replaced_at_the_next_sign_in(accounts):
    register(accounts)
    costlier = accounts._replace(hasher=BcryptHasher(cost=5))
    usecases.login(Credentials(name="ann", password=PASSWORD), accounts=costlier)
    known = accounts.users.named("ann")
    assert known is not None
    assert known.password_hash.startswith("$2b$05$")


def test_a_ticket_opens_one_socket_within_half_a_minute(accounts, clock):
    ann = who(accounts, register(accounts))
    ticket = access.issue_ticket(ann, accounts=accounts).ticket
    assert access.redeem_ticket(ticket, accounts=accounts).user_id == ann.user_id
    late = access.issue_ticket(ann, accounts=accounts).ticket
    clock.move(seconds=31)
    for unusable in (ticket, late, "snt_unknown"):
        with pytest.raises(NotSignedIn):
            access.redeem_ticket(unusable, accounts=accounts)


def test_of_many_who_come_with_one_ticket_one_gets_in(accounts):
    ticket = access.issue_ticket(who(accounts, register(accounts)), accounts=accounts).ticket

    def redeem(_):
        try:
            return bool(access.redeem_ticket(ticket, accounts=accounts))
        except NotSignedIn:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(redeem, range(16))) == 1


# HTTP


@pytest.fixture
def server(tmp_path):
    app = create_app(Settings(server=ServerSettings(password_cost=4)), home=tmp_path)
    with TestClient(app) as server:
        yield server


class Caller:
    """Somebody who talks to the server with one credential."""

    def __init__(self, server, credential):
        self.server, self.headers = server, {"Authorization": f"Bearer {credential}"}

    def __call__(self, method, path, body=None):
        return self.server.request(method, f"{API}{path}", json=body, headers=self.headers)


def sign_up(server, name):
    answer = server.post(f"{API}/auth/register", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return Caller(server, answer.json()["access_token"]), answer.json()


def sign_in(server, name, password=PASSWORD):
    answer = server.post(f"{API}/auth/login", json={"name": name, "password": password})
    return Caller(server, answer.json().get("access_token")), answer


@pytest.fixture
def admin(server):
    return sign_up(server, "ann")[0]


@pytest.fixture
def bob(server, admin):
    return sign_up(server, "bob")[0]


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(server, bob):
    wrong, unknown = (sign_in(server, name, "wrong")[1] for name in ("bob", "nobody"))
    assert code_of(wrong) == code_of(unknown) == (401, "not_signed_in")
    assert wrong.json()["detail"] == unknown.json()["detail"]
    assert wrong.headers["WWW-Authenticate"] == "Bearer"


def test_the_eleventh_guess_is_turned_away_and_the_right_password_elsewhere_is_not(server, bob):
    guesses = [sign_in(server, "bob", "wrong")[1].status_code for _ in range(11)]
    assert guesses == [401] * 10 + [429]
    assert sign_in(server, "bob")[1].status_code == 429
    assert sign_in(server, "ann")[1].status_code == 200


def test_signing_out_ends_this_session_only_and_signing_out_everywhere_all(server, bob):
    one, two = (sign_in(server, "bob")[0] for _ in range(2))
    assert one("POST", "/auth/logout").status_code == 204
    assert (one("GET", "/auth/me").status_code, two("GET", "/auth/me").status_code) == (401, 200)
    assert two("POST", "/auth/logout-all").status_code == 204
    assert (two("GET", "/auth/me").status_code, bob("GET", "/auth/me").status_code) == (401, 401)


def test_a_new_password_ends_the_other_sessions_and_the_old_one_is_void(server, bob):
    here = sign_in(server, "bob")[0]
    change = {"password": PASSWORD, "new_password": "battery staple"}
    assert here("POST", "/auth/password", {**change, "password": "wrong"}).status_code == 403
    assert here("POST", "/auth/password", change).status_code == 204
    assert (here("GET", "/auth/me").status_code, bob("GET", "/auth/me").status_code) == (200, 401)
    assert sign_in(server, "bob")[1].status_code == 401
    assert sign_in(server, "bob", "battery staple")[1].status_code == 200


@pytest.mark.parametrize("password", ["short", "bobbobbob2", "aaaaaaaaaaaa"])
def test_a_password_that_is_easy_to_guess_is_refused(server, password):
    name = "bobbobbob2"
    answer = server.post(f"{API}/auth/register", json={"name": name, "password": password})
    assert code_of(answer) == (422, "options")


@pytest.mark.parametrize(
    "body", [{}, {"name": "bob"}, {"name": "bob", "password": "x" * 2000}, [], {"name": "bob", "password": 1}]
)
def test_an_invalid_body_is_answered_without_repeating_it(server, body):
    answer = server.post(f"{API}/auth/login", json=body)
    assert answer.status_code == 422
    assert "xxx" not in answer.text


@pytest.mark.parametrize("name", ["two words", "<b>", "", "a/b", "\u202ebob", "x" * 65])
def test_an_impossible_name_is_refused(server, name):
    answer = server.post(f"{API}/auth/register", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 422


def test_an_api_token_reads_or_writes_as_its_scopes_say(server, bob):
    made = {
        scope: bob("POST", "/auth/tokens", {"name": scope, "scopes": [scope]}).json() for scope in ("read", "write")
    }
    reader, writer = (Caller(server, made[scope]["token"]) for scope in ("read", "write"))
    assert reader("GET", "/subjects").status_code == 200
    assert code_of(reader("POST", "/subjects", {"name": "Biology"})) == (403, "access_denied")
    assert writer("POST", "/subjects", {"name": "Biology"}).status_code == 201
    assert writer("GET", "/subjects").status_code == 403


def test_an_api_token_cannot_get_more_than_it_has(server, admin):
    token = admin("POST", "/auth/tokens", {"name": "all", "scopes": ["read", "write", "admin"]}).json()["token"]
    program = Caller(server, token)
    assert program("GET", "/auth/users").status_code == 200
    assert program("POST", "/auth/tokens", {"name": "more"}).status_code == 403
    assert (
        program("POST", "/auth/password", {"password": PASSWORD, "new_password": "battery staple"}).status_code == 403
    )
    assert program("DELETE", "/auth/me", {"password": PASSWORD}).status_code == 403
    assert program("GET", "/auth/export").status_code == 403


def test_a_user_cannot_make_a_token_for_administration(bob):
    assert bob("POST", "/auth/tokens", {"name": "x", "scopes": ["read", "admin"]}).status_code == 403


def test_a_revoked_api_token_is_void_and_others_cannot_revoke_it(server, admin, bob):
    made = bob("POST", "/auth/tokens", {"name": "script"}).json()
    program = Caller(server, made["token"])
    assert admin("DELETE", f"/auth/tokens/{made['info']['id']}").status_code == 404
    assert program("GET", "/auth/me").status_code == 200
    (listed,) = bob("GET", "/auth/tokens").json()
    assert listed["used_at"] is not None
    assert made["token"] not in json.dumps(listed)
    assert bob("DELETE", f"/auth/tokens/{listed['id']}").status_code == 204
    assert program("GET", "/auth/me").status_code == 401


def test_a_suspended_user_is_locked_out_with_every_credential_until_let_in_again(server, admin, bob):
    token = bob("POST", "/auth/tokens", {"name": "script"}).json()["token"]
    user_id = bob("GET", "/auth/me").json()["id"]
    refresh_token = sign_in(server, "bob")[1].json()["refresh_token"]
    assert admin("PUT", f"/auth/users/{user_id}", {"suspended": True}).json()["suspended"]
    assert bob("GET", "/auth/me").status_code == 401
    assert Caller(server, token)("GET", "/auth/me").status_code == 403
    assert code_of(sign_in(server, "bob")[1]) == (403, "access_denied")
    assert server.post(f"{API}/auth/refresh", json={"refresh_token": refresh_token}).status_code == 401
    admin("PUT", f"/auth/users/{user_id}", {"suspended": False})
    assert sign_in(server, "bob")[1].status_code == 200


def test_users_are_administered_by_administrators_only(admin, bob):
    user_id = bob("GET", "/auth/me").json()["id"]
    for method, path in (
        ("GET", "/auth/users"),
        ("PUT", f"/auth/users/{user_id}"),
        ("DELETE", f"/auth/users/{user_id}"),
        ("POST", "/auth/invitations"),
    ):
        assert code_of(bob(method, path, {"role": "admin"} if method == "PUT" else None)) == (403, "access_denied")
    assert admin("PUT", f"/auth/users/{user_id}", {"role": "admin"}).json()["role"] == "admin"
    assert bob("GET", "/auth/users").status_code == 200


def test_a_server_is_never_left_without_an_administrator(admin, bob):
    own = admin("GET", "/auth/me").json()["id"]
    assert admin("PUT", f"/auth/users/{own}", {"role": "user"}).status_code == 409
    assert admin("PUT", f"/auth/users/{own}", {"suspended": True}).status_code == 409
    assert admin("DELETE", "/auth/me", {"password": PASSWORD}).status_code == 409
    assert admin("GET", "/auth/me").json()["role"] == "admin"


def test_two_administrators_who_demote_each_other_at_once_leave_one(accounts):
    ann, bob = (register(accounts, name).user for name in ("ann", "bob"))
    for _ in range(10):
        for user in (ann, bob):
            accounts.users.change(user.id, role=Role.ADMIN, suspended=None)

        def demote(user):
            try:
                return accounts.users.change(user.id, role=Role.USER, suspended=None)
            except Conflict:
                return None

        with ThreadPoolExecutor(2) as threads:
            assert sum(done is not None for done in threads.map(demote, (ann, bob))) == 1


def keep_a_lecture(server, user_id):
    """Something in a notebook, without reading a file."""
    stores = server.app.state.stores_for(user_id)
    blob = stores.blobs.put(b"%PDF of " + user_id.encode())
    stores.subjects.add(a_subject().model_copy(update={"id": f"sub_{user_id}"}))
    lecture = a_lecture(subject=f"sub_{user_id}").model_copy(update={"id": f"lec_{user_id}", "blob": blob})
    stores.lectures.publish(lecture, pages=[a_page(1)], chunks=[], tokens=[], source="")
    return blob


def rows_by_table(server):
    """Count the rows of all tables but those in which the server itself says now and then that it is there."""
    with server.app.state.gateway.database.read() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in metadata.sorted_tables
            if table.name not in ("workers", "leases")
        }


def test_an_export_has_everything_of_the_account_and_nothing_secret_or_of_others(server, admin, bob):
    user_id = bob("GET", "/auth/me").json()["id"]
    token = bob("POST", "/auth/tokens", {"name": "script"}).json()["token"]
    keep_a_lecture(server, user_id)
    keep_a_lecture(server, admin("GET", "/auth/me").json()["id"])
    archive = zipfile.ZipFile(io.BytesIO(bob("GET", "/auth/export").content))
    files = {name: archive.read(name) for name in archive.namelist()}
    folder = f"lectures/lec_{user_id}"
    assert files[f"{folder}/original.pdf"] == b"%PDF of " + user_id.encode()
    assert {f"{folder}/lecture.json", f"{folder}/pages.jsonl", "tables/subjects.jsonl"} <= files.keys()
    assert sum(name.startswith("lectures/") for name in files) == 3
    account = json.loads(files["account.json"])
    assert (account["user"]["name"], account["api_tokens"][0]["name"]) == ("bob", "script")
    together = b"\n".join(files.values())
    assert b"$2b$" not in together
    assert token.encode() not in together
    assert b"ann" not in together


def test_a_deleted_account_leaves_no_row_and_no_file_behind(server, admin):
    empty = rows_by_table(server)
    bob = sign_up(server, "bob")[0]
    blob = keep_a_lecture(server, bob("GET", "/auth/me").json()["id"])
    bob("POST", "/auth/tokens", {"name": "script"})
    bob("POST", "/auth/ws-ticket")
    assert bob("DELETE", "/auth/me", {"password": "wrong"}).status_code == 403
    assert bob("DELETE", "/auth/me", {"password": PASSWORD}).status_code == 200
    assert bob("GET", "/auth/me").status_code == 401
    # That an account was deleted is still known, by its id.
    assert rows_by_table(server) == empty | {"audit_events": empty["audit_events"] + 1}
    assert not list((server.app.state.gateway.home / "blobs").rglob(f"{blob}*"))
    assert sign_up(server, "bob")[1]["user"]["name"] == "bob"


def test_the_only_user_of_a_server_may_leave_it(server, admin):
    assert admin("DELETE", "/auth/me", {"password": PASSWORD}).status_code == 200
    assert sign_up(server, "cem")[1]["user"]["role"] == "admin"


def test_an_administrator_deletes_an_account_with_all_it_holds(server, admin, bob):
    user_id = bob("GET", "/auth/me").json()["id"]
    keep_a_lecture(server, user_id)
    assert admin("DELETE", f"/auth/users/{user_id}").json()["name"] == "bob"
    assert rows_by_table(server)["lectures"] == 0
    assert admin("DELETE", f"/auth/users/{user_id}").status_code == 404
