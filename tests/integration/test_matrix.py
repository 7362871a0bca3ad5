"""Every operation of the API against everybody who may try it; `matrix_rows` says who may."""

from __future__ import annotations

from enum import StrEnum

import pytest
from fastapi.testclient import TestClient

from smartnotes.core.accounts import Role
from smartnotes.core.ports import Engines
from smartnotes.engines.sandbox import SandboxedReader
from smartnotes.server.app import create_app
from smartnotes.settings import DatabaseSettings, Settings
from tests.fakes import WordEmbedder, WordEncoder
from tests.integration.matrix_rows import ROWS, Access, Row
from tests.integration.matrix_world import SECRET, World
from tests.services import fresh_database

METHODS = ("get", "head", "post", "put", "patch", "delete")


class Who(StrEnum):
    """Those who try.

    `READING` and `PROGRAM` are API tokens of the owner: one may read, the other write too. `GUEST` opened a link to a
    subject of the owner, `STRANGE_GUEST` a link to another thing.
    """

    OWNER = "owner"
    READING = "reading"
    PROGRAM = "program"
    OTHER = "other"
    ADMIN = "admin"
    SUSPENDED = "suspended"
    GUEST = "guest"
    STRANGE_GUEST = "strange guest"
    NOBODY = "nobody"
    FORGER = "forger"


def expected(row: Row, who: Who, *, method: str) -> int:
    """What somebody gets."""
    if row.access is Access.PUBLIC:
        return row.ok
    if who in (Who.NOBODY, Who.FORGER):
        return 401
    if row.access is Access.SHARED and who is Who.STRANGE_GUEST:
        return 404 if row.path else row.ok
    if who is Who.SUSPENDED or not _may(row, who, method=method):
        return 403
    return 404 if row.access is Access.OWNED and who in (Who.OTHER, Who.ADMIN) else row.ok


def _may(row: Row, who: Who, *, method: str) -> bool:
    if row.access is Access.SHARED or who in (Who.GUEST, Who.STRANGE_GUEST):
        return row.access is Access.SHARED and who is Who.GUEST
    if who is Who.READING and not (row.reads or method in ("get", "head")):
        return False
    if row.access is Access.ADMIN:
        return who is Who.ADMIN
    in_person = row.access is Access.IN_PERSON or row.in_person
    return not (in_person and who in (Who.READING, Who.PROGRAM))


def rows(operation: str) -> tuple[Row, ...]:
    found = ROWS[operation]
    return (found,) if isinstance(found, Row) else found


def make_world(folder, *, ollama, **database):
    chosen = Settings.model_validate(
        {
            "llm": {"engine": "none", "host": ollama.url},
            "server": {"password_cost": 4, "requests_per_minute": 1_000_000},
        }
        | database
    )
    engines = Engines(reader=SandboxedReader(), embedder=WordEmbedder(), encoder=WordEncoder())
    # Without its lifespan: jobs stay where they were put, and nothing happens but what is asked for.
    app = create_app(chosen, home=folder, engines=engines)
    return World(app, folder)


@pytest.fixture(scope="module")
def world(tmp_path_factory, ollama):
    return make_world(tmp_path_factory.mktemp("matrix"), ollama=ollama)


@pytest.fixture(scope="module")
def postgres_world(tmp_path_factory, postgres, ollama):
    with fresh_database(postgres) as url:
        folder = tmp_path_factory.mktemp("matrix")
        world = make_world(folder, ollama=ollama, database=DatabaseSettings(url=url).model_dump())
        yield world
        world.gateway.database.close()


@pytest.fixture(scope="module")
def operations(world):
    """Method and path of every operation, from the schema."""
    return {
        operation["operationId"]: (method, path)
        for path, item in world.app.openapi()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def client_of(world: World, who: Who, row: Row) -> TestClient:
    """Somebody; where the call uses them up, somebody new of the same kind."""
    if row.alone and who in (Who.OWNER, Who.OTHER, Who.ADMIN):
        person = world.person(Role.ADMIN if who is Who.ADMIN else None)
        return world.client(person.tokens.access_token)
    credentials = {
        Who.OWNER: world.owner.tokens.access_token,
        Who.READING: world.reading,
        Who.PROGRAM: world.program,
        Who.OTHER: world.other.tokens.access_token,
        Who.ADMIN: world.admin.tokens.access_token,
        Who.SUSPENDED: world.suspended.tokens.access_token,
        Who.GUEST: world.guest,
        Who.STRANGE_GUEST: world.strange_guest,
        Who.NOBODY: None,
        Who.FORGER: world.owner.tokens.access_token[:-4] + "AAAA",
    }
    return world.client(credentials[who])


def _sees(row: Row, who: Who) -> bool:
    return who in (
        (Who.GUEST, Who.STRANGE_GUEST) if row.access is Access.SHARED else (Who.OWNER, Who.READING, Who.PROGRAM)
    )


def call(world: World, row: Row, who: Who, *, method: str, path: str):
    """Make the call as somebody; whoever may not must neither see anything of the owner's nor change it."""
    parts = {name: part(world) for name, part in row.path.items()}
    query = {name: part(world) for name, part in row.query.items()}
    body = row.body(world) if row.body else None
    before = world.rows_of_owner()
    answer = client_of(world, who, row).request(
        method, path.format(**parts), params=query, json=body, content=row.content, headers=dict(row.headers)
    )
    if row.access is not Access.PUBLIC and not _sees(row, who):
        assert SECRET not in answer.text
        assert world.rows_of_owner() == before
    if not answer.is_success:
        assert world.rows_of_owner() == before
    return answer


def test_every_operation_has_a_row_and_every_row_an_operation(operations):
    missing, left_over = set(operations) - set(ROWS), set(ROWS) - set(operations)
    assert not missing, f"add rows to tests/integration/matrix_rows.py for: {sorted(missing)}"
    assert not left_over, f"no such operation: {sorted(left_over)}"


@pytest.mark.parametrize("who", Who)
@pytest.mark.parametrize("operation", ROWS)
def test_everybody_gets_what_is_theirs_and_nothing_else(world, operations, operation, who):
    method, path = operations[operation]
    for row in rows(operation):
        answer = call(world, row, who, method=method, path=path)
        assert answer.status_code == expected(row, who, method=method), answer.text


OWNED = [name for name in ROWS if any(row.access is Access.OWNED for row in rows(name))]


@pytest.mark.parametrize("operation", OWNED)
def test_another_users_ids_are_nowhere_on_postgresql_either(postgres_world, operations, operation):
    method, path = operations[operation]
    for row in rows(operation):
        for who in (Who.OTHER, Who.ADMIN, Who.OWNER):
            answer = call(postgres_world, row, who, method=method, path=path)
            assert answer.status_code == expected(row, who, method=method), answer.text
