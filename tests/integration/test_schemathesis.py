"""Data made from the schema, for every operation: no 5xx, and no answer that the schema does not declare.

As a user with notes of their own and as an administrator. Half of the ids in paths are those of things that exist. What
is made is the same in every run.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from tests.integration.matrix_rows import ROWS, Row
from tests.integration.matrix_world import World
from tests.integration.test_matrix import make_world, rows

SCHEMA = Path(__file__).parents[2] / "docs" / "openapi.json"  # `test_openapi.py` compares it with the server's
EXAMPLES = 10
"""Data sets for each operation and user."""

load_all_checks()
CHECKED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)
schema = schemathesis.openapi.from_path(SCHEMA)
fixed = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/offset+octet-stream")
def part_of_a_file(_context, value):
    return value


@pytest.fixture(scope="module")
def world(tmp_path_factory, ollama):
    return make_world(tmp_path_factory.mktemp("schemathesis"), ollama=ollama)


@schema.parametrize()
@fixed
def test_a_user_gets_what_is_declared(case, world):
    check(case, world, credential=None)


@schema.parametrize()
@fixed
def test_an_administrator_gets_what_is_declared(case, world):
    check(case, world, credential=world.admin.tokens.access_token)


def check(case, world: World, *, credential: str | None) -> None:
    row: Row = rows(case.operation.definition.raw["operationId"])[0]
    if row.alone:
        credential = world.person().tokens.access_token
    for name, part in row.path.items():
        given = str(case.path_parameters.get(name, ""))
        if sum(given.encode(errors="replace")) % 2:
            case.path_parameters[name] = part(world)
    sent = case.as_transport_kwargs(base_url="http://testserver")
    body = sent.pop("data", None)
    sent.pop("cookies", None)
    client = world.client(credential or world.owner.tokens.access_token)
    if body is not None:
        sent["content"] = body.encode() if isinstance(body, str) else body
    given = dict(sent["headers"]).items()
    sent["headers"] = {name: value.encode("latin-1", "replace") for name, value in given if name != "Authorization"}
    answer = client.request(sent.pop("method"), sent.pop("url"), **sent)
    case.validate_response(answer, checks=CHECKED)


def test_all_operations_are_called():
    operations = {one.ok().definition.raw["operationId"] for one in schema.get_all_operations()}
    assert operations == set(ROWS)
