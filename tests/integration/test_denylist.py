"""Two gateways that remember whom they saw: what ends at one is over at the other with its next request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import redis
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from smartnotes.core.accounts import Principal, Registration, Role
from smartnotes.core.errors import RateLimited
from smartnotes.core.usecases import access
from smartnotes.core.usecases import accounts as usecases
from smartnotes.server import principal, problems
from smartnotes.server.denylist import REMEMBERED_S, Denylist
from smartnotes.server.principal import Administrator, CurrentUser
from smartnotes.server.redislog import PASSWORD_S, RedisPasswords, connect
from smartnotes.server.sealing import Seal
from smartnotes.settings import Settings
from smartnotes.stores.database import Database
from tests.services import running_redis

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def redis_url():
    with running_redis() as url:
        yield url


class Gateway:
    """The part of a gateway that says who somebody is, with one route for users and one for administrators."""

    def __init__(self, database, redis_url, folder, **server):
        settings = Settings.model_validate({"server": {"password_cost": 4} | server, "redis": {"url": redis_url}})
        app = FastAPI()
        principal.install(app, settings, database=database, home=folder)
        problems.install(app)

        @app.get("/me")
        def me(who: CurrentUser) -> Principal:
            return who

        @app.get("/admin")
        def admin(who: Administrator) -> Principal:
            return who

        self.accounts, self.client, self.app = app.state.accounts, TestClient(app), app

    def status(self, tokens, path="/me"):
        return self.client.get(path, headers={"Authorization": f"Bearer {tokens.access_token}"}).status_code

    def enter(self, name):
        return usecases.register(Registration(name=name, password=PASSWORD), accounts=self.accounts)

    def who(self, tokens):
        return usecases.authenticate(tokens.access_token, accounts=self.accounts)

    def close(self):
        self.app.state.password_door.close()
        self.app.state.denylist.close()


@contextmanager
def queries():
    """Give the statements that are sent to any database meanwhile."""
    sent = []

    def note(*event):
        sent.append(event[2])

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    target = tmp_path / "notebook.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(target)
    yield database
    database.close()


@pytest.fixture
def pair(database, redis_url, tmp_path):
    """Two gateways of one server."""
    made = [Gateway(database, redis_url, tmp_path) for _ in range(2)]
    yield made
    for gateway in made:
        gateway.close()


def test_who_was_seen_is_known_without_the_database(pair):
    here, _ = pair
    tokens = here.enter("ann")
    assert here.status(tokens) == 200
    with queries() as sent:
        assert [here.status(tokens) for _ in range(5)] == [200] * 5
    assert sent == []


def ends(here, who, tokens):
    return {
        "signing out": lambda: usecases.logout(who, accounts=here.accounts),
        "signing out everywhere": lambda: usecases.logout_all(who, accounts=here.accounts),
        "ending a session": lambda: usecases.end_session(who.session_id, principal=who, accounts=here.accounts),
        "suspending": lambda: here.accounts.users.change(who.user_id, role=None, suspended=True),
        "deleting": lambda: here.accounts.users.delete(who.user_id),
    }


@pytest.mark.parametrize("what", ends(None, None, None))
def test_what_ends_at_one_gateway_is_refused_by_the_other_at_once(pair, what):
    here, there = pair
    here.enter("ann")
    tokens = here.enter("bob")
    assert [gateway.status(tokens) for gateway in (here, there, there)] == [200] * 3
    ends(here, here.who(tokens), tokens)[what]()
    assert there.status(tokens) in (401, 403)
    assert here.status(tokens) in (401, 403)


def test_a_role_that_was_taken_away_is_gone_at_the_other_gateway(pair):
    here, there = pair
    ann, bob = here.enter("ann"), here.enter("bob")
    here.accounts.users.change(bob.user.id, role=Role.ADMIN, suspended=None)
    assert [gateway.status(bob, "/admin") for gateway in (here, there)] == [200, 200]
    here.accounts.users.change(bob.user.id, role=Role.USER, suspended=None)
    assert [gateway.status(bob, "/admin") for gateway in (there, here)] == [403, 403]
    assert [gateway.status(ann, "/admin") for gateway in (there, here)] == [200, 200]


def test_a_stolen_refresh_token_ends_the_session_everywhere(pair):
    here, there = pair
    first = here.enter("ann")
    second = usecases.refresh(first.refresh_token, accounts=here.accounts)
    usecases.refresh(second.refresh_token, accounts=here.accounts)
    assert there.status(second) == 200
    with pytest.raises(Exception, match="used before"):
        usecases.refresh(first.refresh_token, accounts=here.accounts)
    assert there.status(second) == 401


def test_calls_are_counted_over_all_gateways(database, redis_url, tmp_path):
    pair = [Gateway(database, redis_url, tmp_path, requests_per_minute=20) for _ in range(2)]
    tokens = pair[0].enter("ann")
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda number: pair[number % 2].status(tokens), range(40)))
    # The limit moves over two windows of a minute: what falls into the next one may add some.
    assert 20 <= statuses.count(200) <= 40
    assert set(statuses) <= {200, 429}
    for gateway in pair:
        gateway.close()


def test_of_many_at_once_no_more_are_admitted_than_the_limit(redis_url):
    denylist = Denylist(redis_url, requests_per_minute=60)

    def admitted(_):
        try:
            return denylist.count("usr_at_once")
        except RateLimited:
            return False

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(admitted, range(75))) <= 60
    denylist.close()


def test_while_redis_is_away_the_rows_decide(database, tmp_path):
    with running_redis() as url:
        here, there = (Gateway(database, url, tmp_path) for _ in range(2))
        here.enter("ann")
        tokens = here.enter("bob")
        assert there.status(tokens) == 200
    assert there.status(tokens) == 200
    usecases.logout(here.who(tokens), accounts=here.accounts)
    assert there.status(tokens) == 401
    for gateway in (here, there):
        gateway.close()


def test_what_changed_is_forgotten_when_nobody_remembers_what_was_before(redis_url):
    denylist = Denylist(redis_url, requests_per_minute=60)
    denylist.add(["ses_one"])
    with redis.Redis.from_url(redis_url) as client:
        (key,) = client.scan_iter("smartnotes:changed:ses_one")
        assert REMEMBERED_S < client.ttl(key) <= 2 * REMEMBERED_S
    denylist.close()


def test_an_administrators_change_and_deletion_reach_the_other_gateway(pair):
    here, there = pair
    ann, bob = here.enter("ann"), here.enter("bob")
    change = access.UserChange(suspended=True)
    assert there.status(bob) == 200
    access.change_user(bob.user.id, change, principal=here.who(ann), accounts=here.accounts)
    assert there.status(bob) == 401


def test_passwords_of_files_are_sealed_in_redis_and_not_kept_long(redis_url):
    with connect(redis_url) as client:
        passwords = RedisPasswords(client, seal=Seal([b"a secret of the server " * 2]))
        passwords.keep("job_1", "hunter2")
        (key,) = client.scan_iter("smartnotes:password:*")
        assert "hunter2" not in str(client.get(key))
        assert 0 < client.ttl(key) <= PASSWORD_S
        client.expire(key, 5)
        assert passwords.get("job_1") == "hunter2"
        assert client.ttl(key) > 5
        client.set("smartnotes:password:job_2", str(client.get(key)))
        assert passwords.get("job_2") is None
        assert RedisPasswords(client, seal=Seal([b"another secret " * 3])).get("job_1") is None
        passwords.forget("job_1")
        assert passwords.get("job_1") is None
