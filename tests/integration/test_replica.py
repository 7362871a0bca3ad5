"""A streaming replica answers where it has all that the reader wrote; never less."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from smartnotes.bootstrap import build_database
from smartnotes.core.model import Subject
from smartnotes.settings import Settings
from smartnotes.stores.subjects import SqlSubjects
from tests.services import fresh_database, running_postgres, running_redis, running_replica

ROUNDS = 200


class Servers:
    """A primary, its replica and a Redis; `database()` is what a gateway would open."""

    def __init__(self, primary, replica, redis):
        self.primary, self.replica, self.redis = primary, replica, redis

    def database(self):
        given = {"database": {"url": self.primary, "replicas": [self.replica], "cache_s": 0}}
        return build_database(Settings.model_validate(given | {"redis": {"url": self.redis}}), home=None)


@pytest.fixture(scope="module")
def servers():
    with (
        running_postgres() as server,
        running_replica(server) as copy,
        running_redis() as redis,
        fresh_database(server) as primary,
    ):
        made = Servers(primary, f"{copy.rpartition('/')[0]}/{primary.rpartition('/')[2]}", redis)
        database = made.database()
        database.check()
        await_replica(made)
        yield made
        database.close()


def plain(url):
    """An engine that keeps nothing open."""
    address = sa.make_url(url).set(drivername="postgresql+psycopg2")
    return sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)


def await_replica(servers, *, timeout_s=20.0):
    """Wait until the replica has everything."""
    primary, replica = plain(servers.primary), plain(servers.replica)
    until = time.monotonic() + timeout_s
    with primary.connect() as connection:
        wanted = connection.exec_driver_sql("SELECT pg_current_wal_insert_lsn()").scalar_one()
    while True:
        try:
            with replica.connect() as connection:
                if connection.exec_driver_sql(f"SELECT pg_last_wal_replay_lsn() >= '{wanted}'").scalar_one():
                    return
        except sa.exc.OperationalError:
            # the database itself has not arrived yet
            pass
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def two(servers):
    """The database as two gateways have it open."""
    both = servers.database(), servers.database()
    yield both
    for database in both:
        database.close()


def a_subject(number, owner):
    return Subject(id=f"sub_{owner}_{number}", name=f"{owner} {number}", created_at=datetime.now(UTC))


def came_from(database, owner):
    """Where a read of this owner was answered."""
    with database.of(owner).read(from_replica=True) as connection:
        return "replica" if connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one() else "primary"


def test_whoever_wrote_reads_it_at_once_at_every_gateway(two):
    """Without the marks, nearly every one of these reads would be stale."""
    stale, places = 0, []
    for number in range(ROUNDS):
        SqlSubjects(two[0].of("ann"), owner="ann").add(a_subject(number, "ann"))
        for database in two:
            places.append(came_from(database, "ann"))
            found = SqlSubjects(database.of("ann"), owner="ann").all()
            stale += len(found) != number + 1
    assert stale == 0
    assert set(places) <= {"replica", "primary"}


def test_a_replica_that_is_behind_is_not_asked_by_the_writer_but_by_others(servers, two):
    await_replica(servers)
    stop = plain(servers.replica)
    with stop.connect() as connection:
        connection.exec_driver_sql("SELECT pg_wal_replay_pause()")
    try:
        for number in range(20):
            SqlSubjects(two[0].of("bob"), owner="bob").add(a_subject(number, "bob"))
            for database in two:
                assert len(SqlSubjects(database.of("bob"), owner="bob").all()) == number + 1
                assert came_from(database, "bob") == "primary"
                assert came_from(database, "somebody else") == "replica"
    finally:
        with stop.connect() as connection:
            connection.exec_driver_sql("SELECT pg_wal_replay_resume()")


def test_whoever_has_not_just_written_is_answered_by_the_replica(servers, two):
    SqlSubjects(two[0].of("cid"), owner="cid").add(a_subject(1, "cid"))
    await_replica(servers)
    assert {came_from(database, "cid") for database in two for _ in range(50)} == {"replica"}


def test_only_named_reads_of_an_owner_go_to_a_replica(servers, two):
    await_replica(servers)
    with two[0].of("ann").read() as connection:
        assert not connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one()
    with two[0].read(from_replica=True) as connection:
        assert not connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one()


def test_without_redis_the_primary_answers_and_writes_go_on(servers):
    with running_redis() as redis:
        lonely = Servers(servers.primary, servers.replica, redis).database()
        assert came_from(lonely, "dan") == "replica"
    SqlSubjects(lonely.of("dan"), owner="dan").add(a_subject(1, "dan"))
    assert came_from(lonely, "dan") == "primary"
    assert len(SqlSubjects(lonely.of("dan"), owner="dan").all()) == 1
    lonely.close()


def test_a_replica_that_dies_is_replaced_by_the_primary(servers):
    with running_replica(servers.primary) as copy:
        database = Servers(servers.primary, copy, servers.redis).database()
        assert came_from(database, "eve") == "replica"
    started = time.monotonic()
    assert [came_from(database, "eve") for _ in range(20)] == ["primary"] * 20
    assert time.monotonic() - started < 3
    database.close()
