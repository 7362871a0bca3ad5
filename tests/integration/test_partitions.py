"""Reviews and study sessions are kept by month on PostgreSQL; nothing is refused, nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from smartnotes.stores.database import Database
from smartnotes.stores.learning_tables import reviews, study_sessions
from smartnotes.stores.partitions import ensure_partitions

NOW = datetime(2026, 11, 23, 22, tzinfo=UTC)
MONTHS = ["2026_10", "2026_11", "2026_12", "2027_01", "2027_02"]
PARTITIONS = sorted(f"{table}_{month}" for table in ("reviews", "study_sessions") for month in MONTHS)


@pytest.fixture
def database(postgres_url):
    database = Database(postgres_url)
    yield database
    database.close()


def add_session(database, at, *, number=0):
    row = {"owner": "ann", "id": f"ses_{at:%Y%m%d}_{number}", "at": at, "kind": "cards", "value": "{}"}
    with database.write() as connection:
        connection.execute(study_sessions.insert().values(row))


def places(database):
    """How many study sessions each partition has."""
    counted = "SELECT tableoid::regclass::text AS place, count(*) AS rows FROM study_sessions GROUP BY 1"
    with database.read() as connection:
        return {row.place: row.rows for row in connection.execute(sa.text(counted))}


def test_partitions_are_there_ahead_of_time_and_made_once(database):
    assert sorted(ensure_partitions(database, now=NOW)) == PARTITIONS
    assert ensure_partitions(database, now=NOW) == []
    later = ensure_partitions(database, now=NOW + timedelta(days=10))
    assert sorted(later) == ["reviews_2027_03", "study_sessions_2027_03"]


def test_rows_go_to_their_month_in_utc_and_others_to_the_default(database):
    ensure_partitions(database, now=NOW)
    for at in ("2026-11-01T00:00:00+00:00", "2026-11-01T00:30:00+01:00", "2026-12-01T00:00:00+00:00", "1999-01-01T00Z"):
        add_session(database, datetime.fromisoformat(at))
    assert places(database) == {
        "study_sessions_2026_10": 1,
        "study_sessions_2026_11": 1,
        "study_sessions_2026_12": 1,
        "study_sessions_default": 1,
    }


def test_rows_that_came_before_their_partition_move_into_it(database):
    for day in range(1, 29):
        add_session(database, NOW.replace(day=day))
    assert places(database) == {"study_sessions_default": 28}
    ensure_partitions(database, now=NOW)
    assert places(database) == {"study_sessions_2026_11": 28}


def test_several_that_start_at_once_while_others_write_lose_nothing(database):
    def write(number):
        add_session(database, NOW, number=number)

    with ThreadPoolExecutor(8) as pool:
        writing = [pool.submit(write, number) for number in range(100)]
        made = list(pool.map(lambda _: ensure_partitions(database, now=NOW), range(4)))
        for one in writing:
            one.result()
    assert sorted(name for names in made for name in names) == PARTITIONS
    assert places(database) == {"study_sessions_2026_11": 100}


def test_a_query_of_a_month_looks_at_its_partition_only(database):
    ensure_partitions(database, now=NOW)
    today = (reviews.c.at >= NOW) & (reviews.c.at < NOW + timedelta(days=1))
    chosen = sa.select(reviews.c.id).where(reviews.c.owner == "ann", today)
    with database.read() as connection:
        text = str(chosen.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = "\n".join(connection.scalars(sa.text(f"EXPLAIN {text}")))
    assert "reviews_2026_11" in plan
    assert "default" not in plan


def test_a_deleted_subject_takes_its_sessions_along_in_every_partition(database):
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO subjects VALUES ('sub', 'ann', 'Biology', 'biology', now())")
        row = {"owner": "ann", "kind": "cards", "value": "{}", "subject_id": "sub"}
        for number, at in enumerate((NOW, NOW - timedelta(days=999))):
            connection.execute(study_sessions.insert().values(row | {"id": f"{number}", "at": at}))
    ensure_partitions(database, now=NOW)
    assert len(places(database)) == 2
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM subjects")
    assert places(database) == {}


def test_sqlite_has_plain_tables(tmp_path):
    database = Database(tmp_path / "notebook.db")
    assert ensure_partitions(database, now=NOW) == []
    add_session(database, NOW)
    database.close()
