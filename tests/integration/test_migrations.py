"""The tables are made, moved up and moved down without losing a row, on both databases."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from smartnotes.cli.main import app
from smartnotes.core.errors import Conflict, Unavailable
from smartnotes.server.app import create_app
from smartnotes.settings import Settings
from smartnotes.stores.database import Database
from smartnotes.stores.schema import MIGRATIONS, UNVERSIONED, alone, is_ours, move, newest, version_of
from smartnotes.stores.tables import metadata

VERSIONS = sorted(path.name[:4] for path in MIGRATIONS.glob("versions/[0-9]*.py"))
WHEN = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def target(request, tmp_path):
    return tmp_path / "notebook.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def engine(target):
    """An engine of a database without tables."""
    engine = Database(target).engine()
    yield engine
    engine.dispose()


def go(engine, to, *, direction="up"):
    with alone(engine) as connection:
        move(connection, to=to, direction=direction)


def reflected(connection):
    """The tables that are there, those that hold rows of their own."""
    tables = sa.MetaData()
    names = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    if connection.dialect.name == "sqlite":
        names = {name for name in names if not name.startswith("chunk_words")}
    else:
        # a partition's rows are its table's
        names -= set(connection.scalars(sa.text("SELECT relname FROM pg_class WHERE relispartition")))
    tables.reflect(connection, only=sorted(names))
    return tables


def fill(engine, *, rows=2):
    """Put rows into every table, each with a value in every column."""
    with engine.connect().execution_options(immediate=True) as connection, connection.begin():
        tables = reflected(connection)
        for table in tables.sorted_tables:
            for number in range(rows):
                values = {column.name: a_value(column, number) for column in table.columns}
                connection.execute(table.insert().values(values))
        if connection.dialect.name == "sqlite":
            words = sa.text("INSERT INTO chunk_words (rowid, context, text) VALUES (:row, 'cells', 'energy')")
            connection.execute(words, [{"row": number} for number in range(rows)])


def a_value(column, number):
    kind = column.type
    if isinstance(kind, sa.DateTime):
        # SQLite has no zones
        return WHEN if kind.timezone else WHEN.replace(tzinfo=None)
    if isinstance(kind, sa.Boolean):
        return bool(number)
    if isinstance(kind, (sa.Integer, sa.Numeric)):
        return number
    if isinstance(kind, sa.LargeBinary):
        return bytes([number])
    if isinstance(kind, sa.Date):
        return WHEN.date()
    return f"id{number}"


def contents(engine):
    """All rows as sets of (column, value) by table."""
    with engine.connect() as connection:
        found = {}
        for table in reflected(connection).sorted_tables:
            rows = connection.execute(sa.select(table)).mappings()
            found[table.name] = sorted(({name: row[name] for name in row} for row in rows), key=str)
    # On PostgreSQL there are labels among the words, which say nothing that the chunk's row does not say.
    for row in found.get("chunk_words", ()):
        row["words"] = re.sub(r"':(owner|subject|lecture|kind|page)x\w*x'", "", row["words"]).strip()
    return found


def assert_kept(before, after):
    """What has a place in both is the same in both."""
    for table in before.keys() & after.keys():
        both = [row.keys() & other.keys() for row, other in zip(before[table], after[table], strict=True)]
        for row, other, names in zip(before[table], after[table], both, strict=True):
            assert {name: row[name] for name in names} == {name: other[name] for name in names}, table


def words_found(engine):
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return len(
                connection.execute(sa.text("SELECT rowid FROM chunk_words WHERE chunk_words MATCH 'energy'")).all()
            )
        return len(
            connection.execute(sa.text("SELECT 1 FROM chunk_words WHERE words @@ to_tsquery('id0 | id1')")).all()
        )


def test_versions_are_numbered_one_after_another():
    assert [int(version) for version in VERSIONS] == list(range(1, len(VERSIONS) + 1))


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_owners_users_and_what_foreign_keys_refer_to_are_found_by_an_index(table):
    """Else taking an account, a subject or a lecture away would read the whole table."""
    groups = [index.columns for index in table.indexes] + [table.primary_key.columns]
    groups += [rule.columns for rule in table.constraints if isinstance(rule, sa.UniqueConstraint)]
    first = {next(iter(group)).name for group in groups}
    named = {column.name for column in table.columns if column.name in ("owner", "user_id")}
    assert named | {key.parent.name for key in table.foreign_keys} <= first


def test_every_table_column_and_index_of_the_metadata_has_a_migration(engine):
    """Whoever changes a table writes a migration: python docs/make_migration.py "what changed"."""
    go(engine, "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, metadata) == []


def test_a_database_made_at_once_is_the_one_that_migrations_make(target, engine):
    go(engine, "head")
    database = Database(target)
    with database.read() as connection:
        migrated = shape(connection)
    database.close()
    go(engine, "base", direction="down")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
        assert reflected(connection).sorted_tables == []
    with database.read() as connection:
        assert shape(connection) == migrated
    database.close()


def shape(connection):
    """All that the database says of its tables."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(sa.text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {(row.type, row.name, *sorted(_words(row.sql))) for row in found}
    found = set()
    for query in (
        "SELECT table_name, column_name, data_type, is_nullable, character_maximum_length, column_default"
        " FROM information_schema.columns WHERE table_schema = current_schema()",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = current_schema()::regnamespace",
        "SELECT oid::regclass::text, relkind, pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid)"
        " FROM pg_class WHERE relnamespace = current_schema()::regnamespace",
    ):
        found |= {tuple(row) for row in connection.execute(sa.text(query))}
    return found


def _words(sql):
    return "".join(character if character.isalnum() or character == "_" else " " for character in sql).split()


def test_no_row_is_lost_on_the_way_up(engine):
    """At every version every table is filled; at the newest, all of it is still there and found by its words."""
    for version in VERSIONS:
        go(engine, version)
        fill(engine)
        before = contents(engine)
        assert all(len(rows) == 2 for rows in before.values())
        go(engine, "head")
        assert_kept(before, contents(engine))
        assert words_found(engine) == 2
        go(engine, "base", direction="down")


def test_what_an_older_version_knows_survives_the_way_down_and_up_again(engine):
    go(engine, "head")
    fill(engine)
    newest_rows = contents(engine)
    for version in reversed(VERSIONS):
        go(engine, version, direction="down")
        assert_kept(newest_rows, contents(engine))
    older_rows = contents(engine)
    go(engine, "head")
    assert_kept(older_rows, contents(engine))
    assert words_found(engine) == 2


def test_tables_from_before_there_were_versions_are_taken_over(target, engine):
    """SQLite files are upgraded when they are opened, after a copy was made; servers wait for `migrate`."""
    go(engine, VERSIONS[0])
    fill(engine)
    before = contents(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    database = Database(target)
    if isinstance(target, str):
        with pytest.raises(Unavailable, match="0000") as refused, database.read():
            pass
        assert "admin migrate" in refused.value.hint
        assert database.migrate() == (UNVERSIONED, newest())
    database.check()
    database.close()
    assert_kept(before, contents(engine))
    if not isinstance(target, str):
        copy = Database(target.with_name("notebook.db.0000")).engine()
        assert contents(copy) == before
        copy.dispose()


def test_newer_tables_are_refused(target, engine):
    Database(target).check()
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database = Database(target)
    with pytest.raises(Conflict, match="9999"):
        database.check()
    with pytest.raises(Conflict, match="newer"):
        database.migrate()


def test_readiness_sees_that_a_migration_is_missing(target, engine):
    database = Database(target)
    database.check()
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(Unavailable, match="0000"):
        database.check()
    database.close()


def test_a_gateway_says_what_it_waits_for_and_is_ready_after_the_migration(postgres_url, tmp_path):
    engine = Database(postgres_url).engine()
    go(engine, VERSIONS[-2])
    engine.dispose()
    settings = Settings.model_validate({"llm": {"engine": "none"}, "database": {"url": postgres_url}})
    with TestClient(create_app(settings, home=tmp_path)) as client:
        waiting = client.get("/readyz")
        assert (waiting.status_code, waiting.json()["code"]) == (503, "unavailable")
        assert newest() in waiting.json()["detail"]
        assert waiting.json()["hint"] == "Run: smartnotes admin migrate"
        assert client.get("/livez").status_code == 200
        assert Database(postgres_url).migrate() == (VERSIONS[-2], newest())
        assert client.get("/readyz").status_code == 200


def test_many_that_open_an_empty_database_at_once_all_find_its_tables(target):
    def open_it(_):
        database = Database(target)
        database.check()
        database.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_it, range(8)))


def test_many_that_migrate_at_once_do_it_once(target, engine):
    go(engine, VERSIONS[0])
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    with ThreadPoolExecutor(6) as pool:
        results = sorted(pool.map(lambda _: Database(target).migrate(), range(6)))
    assert results == [(UNVERSIONED, newest())] + [(newest(), newest())] * 5
    with engine.connect() as connection:
        assert version_of(connection).number == newest()


def test_a_migration_that_fails_leaves_everything_as_it_was(target, engine):
    go(engine, "head")
    fill(engine)
    before = contents(engine)
    with suppress(ZeroDivisionError), alone(engine) as connection:
        move(connection, to="base", direction="down")
        raise ZeroDivisionError
    assert contents(engine) == before


def test_opening_does_not_import_alembic(tmp_path):
    """It costs more than reading the notebook does."""
    program = (
        "import sys; from pathlib import Path; from smartnotes.stores.database import Database\n"
        "for _ in range(2):\n    Database(Path(sys.argv[1])).check()\n"
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program, str(tmp_path / "notebook.db")], check=True)


def test_the_command_says_what_it_did(tmp_path):
    def run():
        return CliRunner().invoke(app, ["--notebook", str(tmp_path), "admin", "migrate"]).stderr

    assert run() == f"The tables were made: those of version {newest()}.\n"
    assert run() == "Nothing to do.\n"
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'notebook.db'}")
    go(engine, VERSIONS[-2], direction="down")
    engine.dispose()
    assert run() == f"The tables were those of version {VERSIONS[-2]}, and are those of {newest()}.\n"
