"""The API's description: complete, and the one that is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smartnotes.server.app import create_app
from smartnotes.settings import Settings

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"
METHODS = {"get", "post", "put", "delete"}


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    return create_app(Settings(), home=tmp_path_factory.mktemp("server")).openapi()


@pytest.fixture(scope="module")
def operations(schema):
    return [
        (path, method, operation)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_the_kept_schema_is_what_the_server_says(schema):
    assert json.loads(KEPT.read_text(encoding="utf-8")) == schema, "run: python docs/make_openapi.py"


def test_operations_have_an_id_of_their_own_and_a_description(operations):
    ids = [operation["operationId"] for _, _, operation in operations]
    assert len(set(ids)) == len(ids)
    assert all(name.isalnum() and name[0].islower() for name in ids)
    assert all(operation["description"].strip() for _, _, operation in operations)


def test_every_error_is_declared_as_a_problem(operations):
    for path, method, operation in operations:
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (path, method, status)


def test_everything_but_signing_in_and_health_needs_a_credential(operations):
    public = {operation["operationId"] for _, _, operation in operations if not operation.get("security")}
    assert public == {"register", "login", "refresh", "openShare", "livez", "readyz", "metrics"}


def test_links_lead_to_operations_and_parameters_that_exist(operations):
    known = {operation["operationId"]: operation for _, _, operation in operations}
    links = [
        link
        for operation in known.values()
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert links
    for link in links:
        names = {parameter["name"] for parameter in known[link["operationId"]]["parameters"]}
        assert set(link["parameters"]) <= names


def test_bodies_have_examples_that_fit(schema, operations):
    for name in ("SubjectName", "LectureName", "SearchRequest", "ChatRequest", "QuizRequest", "CardsRequest"):
        found = schema["components"]["schemas"][name]
        assert all(set(example) <= set(found["properties"]) for example in found["examples"])
