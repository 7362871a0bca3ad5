"""What is written down of accounts, who reads it, and what is never in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from smartnotes.core.auditing import AuditEvent, AuditKind
from smartnotes.core.errors import NotFound
from smartnotes.server.app import create_app
from smartnotes.settings import ServerSettings, Settings
from smartnotes.stores.audit import SqlAudit
from smartnotes.stores.database import Database

API = "/api/v1"
PASSWORD = "correct horse"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def server(tmp_path):
    app = create_app(Settings(server=ServerSettings(password_cost=4)), home=tmp_path)
    with TestClient(app, client=("203.0.113.7", 5000)) as server:
        yield server


class Caller:
    """Somebody who talks to the server with one credential."""

    def __init__(self, server, tokens):
        self.server, self.tokens, self.id = server, tokens, tokens["user"]["id"]

    def __call__(self, method, path, body=None, **more):
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return self.server.request(method, f"{API}{path}", json=body, headers=headers, **more)

    def kinds(self, path="/auth/events", **query):
        return [event["kind"] for event in self("GET", path, params=query).json()]


def enter(server, name, *, path="register", password=PASSWORD):
    answer = server.post(f"{API}/auth/{path}", json={"name": name, "password": password})
    return Caller(server, answer.json()) if answer.is_success else answer


@pytest.fixture
def admin(server):
    return enter(server, "ann")


@pytest.fixture
def bob(server, admin):
    return enter(server, "bob")


def test_a_user_sees_what_happened_to_the_own_account_newest_first(server, bob):
    enter(server, "bob", path="login", password="wrong")
    again = enter(server, "bob", path="login")
    subject = again("POST", "/subjects", {"name": "Biology"}).json()["id"]
    made = again("POST", "/shares", {"kind": "subject", "target_id": subject}).json()
    server.post(f"{API}/shared/open", json={"token": made["token"]})
    again("DELETE", f"/shares/{made['share']['id']}")
    token = again("POST", "/auth/tokens", {"name": "script"}).json()["info"]["id"]
    again("DELETE", f"/auth/tokens/{token}")
    again("POST", "/auth/password", {"password": "wrong", "new_password": "battery staple"})
    again("POST", "/auth/password", {"password": PASSWORD, "new_password": "battery staple"})
    again("GET", "/auth/export")
    assert again.kinds() == [
        "exported",
        "password_changed",
        "password_refused",
        "token_removed",
        "token_made",
        "share_revoked",
        "share_opened",
        "share_made",
        "signed_in",
        "sign_in_failed",
        "registered",
    ]
    event = again("GET", "/auth/events").json()[0]
    assert event["address"] == "203.0.113.7"
    assert event["request_id"].startswith("req_")


def test_an_event_has_the_id_of_its_request(server, bob):
    answer = bob("POST", "/auth/tokens", {"name": "script"})
    assert bob("GET", "/auth/events").json()[0]["request_id"] == answer.headers["x-request-id"]


def test_a_refresh_token_that_came_twice_is_written_down(server, bob):
    first = bob.tokens["refresh_token"]
    second = server.post(f"{API}/auth/refresh", json={"refresh_token": first}).json()
    third = server.post(f"{API}/auth/refresh", json={"refresh_token": second["refresh_token"]}).json()
    assert server.post(f"{API}/auth/refresh", json={"refresh_token": first}).status_code == 401
    assert server.get(f"{API}/auth/me", headers={"Authorization": f"Bearer {third['access_token']}"}).status_code == 401
    assert enter(server, "bob", path="login").kinds()[:2] == ["signed_in", "refresh_reused"]


def test_what_an_administrator_did_is_in_the_log_of_whom_it_was_done_to(server, admin, bob):
    for change in ({"suspended": True}, {"suspended": False}, {"role": "admin"}, {"role": "admin"}):
        admin("PUT", f"/auth/users/{bob.id}", change)
    events = enter(server, "bob", path="login")("GET", "/auth/events").json()
    assert [(one["kind"], one["by"], one["detail"]) for one in events[1:4]] == [
        ("role_changed", admin.id, "admin"),
        ("let_in_again", admin.id, ""),
        ("suspended", admin.id, ""),
    ]


def test_an_administrator_sees_all_or_one_and_others_only_their_own(server, admin, bob):
    assert admin.kinds("/auth/audit", kind="registered") == ["registered"] * 2
    assert admin.kinds("/auth/audit", user_id=bob.id) == ["registered"]
    assert bob("GET", "/auth/audit").status_code == 403
    assert {event["user_id"] for event in bob("GET", "/auth/events").json()} == {bob.id}
    theirs = admin("GET", "/auth/events").json()[0]["id"]
    assert bob("GET", "/auth/events", params={"before": theirs}).status_code == 404


def test_events_come_in_pieces(admin):
    for number in range(5):
        admin("POST", "/auth/tokens", {"name": f"script {number}"})
    whole = admin("GET", "/auth/events").json()
    found, before = [], {}
    while piece := admin("GET", "/auth/events", params={"limit": 2} | before).json():
        found += piece
        before = {"before": piece[-1]["id"]}
    assert found == whole


def test_a_deleted_account_leaves_only_that_it_was_deleted(server, admin, bob):
    admin("DELETE", f"/auth/users/{bob.id}")
    assert admin.kinds("/auth/audit", user_id=bob.id) == []
    (event,) = admin("GET", "/auth/audit", params={"kind": "deleted"}).json()
    assert (event["user_id"], event["by"], event["detail"]) == (None, admin.id, bob.id)


def test_nothing_secret_and_nothing_a_stranger_typed_is_in_the_log(server, admin, bob):
    enter(server, "my secret password typed as a name", path="login", password="hunter2")
    enter(server, "bob", path="login", password="hunter2")
    token = bob("POST", "/auth/tokens", {"name": "script"}).json()["token"]
    invitation = admin("POST", "/auth/invitations").json()["code"]
    text = json.dumps(admin("GET", "/auth/audit").json())
    secrets = (PASSWORD, "hunter2", "my secret", token, invitation, *bob.tokens.values())
    assert not [secret for secret in secrets if isinstance(secret, str) and secret != "bearer" and secret in text]


def test_events_are_kept_as_long_as_said(tmp_path):
    database = Database(tmp_path / "notebook.db")
    for place, age_days in enumerate((31, 29, 0)):
        event = AuditEvent(id=f"evt_{place}", at=NOW - timedelta(days=age_days), kind=AuditKind.SIGNED_IN)
        SqlAudit(database, keep_days=30).add(event)
    assert [event.id for event in SqlAudit(database, keep_days=30).all(limit=10)] == ["evt_2", "evt_1"]
    with pytest.raises(NotFound):
        SqlAudit(database, keep_days=30).all(before="evt_0", limit=10)
    database.close()


# Invitations and sessions


def test_an_invitation_is_listed_without_its_code_and_can_be_made_void(tmp_path):
    settings = Settings(server=ServerSettings(password_cost=4, registration="invite"))
    with TestClient(create_app(settings, home=tmp_path)) as server:
        admin = enter(server, "ann")
        codes = [admin("POST", "/auth/invitations").json()["code"] for _ in range(2)]
        listed = admin("GET", "/auth/invitations").json()
        assert len(listed) == 2
        assert not [code for code in codes if code in json.dumps(listed)]
        body = {"name": "bob", "password": PASSWORD, "invitation": codes[0]}
        assert server.post(f"{API}/auth/register", json=body).status_code == 201
        (left,) = admin("GET", "/auth/invitations").json()
        assert admin("DELETE", f"/auth/invitations/{left['id']}").status_code == 204
        assert admin("DELETE", f"/auth/invitations/{left['id']}").status_code == 404
        body |= {"name": "cem", "invitation": codes[1]}
        assert server.post(f"{API}/auth/register", json=body).status_code == 403
        assert enter(server, "bob", path="login")("GET", "/auth/invitations").status_code == 403


def test_one_of_the_own_sessions_can_be_ended_and_nobody_elses(server, admin, bob):
    other = enter(server, "bob", path="login")
    sessions = [session["id"] for session in bob("GET", "/auth/sessions").json()]
    assert len(sessions) == 2
    assert admin("DELETE", f"/auth/sessions/{sessions[0]}").status_code == 404
    assert bob("DELETE", f"/auth/sessions/{sessions[0]}").status_code == 204
    assert sorted([bob("GET", "/auth/me").status_code, other("GET", "/auth/me").status_code]) == [200, 401]
