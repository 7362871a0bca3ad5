"""The API's description: complete, and the one that is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from smartnotes.core.errors import error_class
from smartnotes.server.app import create_app
from smartnotes.server.idempotency import UNKEPT
from smartnotes.server.problems import status_of
from smartnotes.settings import Settings

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"
METHODS = {"get", "head", "post", "put", "patch", "delete"}


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
    assert all(operation["summary"].strip() for _, _, operation in operations)


def test_operations_have_a_tag_that_is_described(schema, operations):
    described = {tag["name"] for tag in schema["tags"] if tag["description"]}
    for path, method, operation in operations:
        assert operation["tags"], (path, method)
        assert set(operation["tags"]) <= described, (path, method)


def test_credentials_are_described(schema, operations):
    schemes = schema["components"]["securitySchemes"]
    assert all(scheme["type"] == "http" and scheme["description"] for scheme in schemes.values())
    asked = {name for _, _, operation in operations for one in operation.get("security", ()) for name in one}
    assert asked == set(schemes)


def _shown(content):
    if "example" in content:
        return [content["example"]]
    return [example["value"] for example in content.get("examples", {}).values()]


def test_every_body_and_every_answer_in_json_has_an_example_that_fits(schema, operations):
    for path, method, operation in operations:
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media_type, content in part.get("content", {}).items():
                if media_type in ("application/json", "application/problem+json"):
                    examples = _shown(content)
                    assert examples, (path, method, media_type)
                    fits = Draft202012Validator(content["schema"] | {"components": schema["components"]})
                    for example in examples:
                        assert not list(fits.iter_errors(example)), (path, method, example)


def test_every_error_answer_names_the_problems_it_may_be(operations):
    for path, method, operation in operations:
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                content = answer["content"]["application/problem+json"]
                codes = content["schema"]["allOf"][1]["properties"]["code"]["enum"]
                assert codes, (path, method, status)
                assert set(content["examples"]) == set(codes)
                assert all(status_of(error_class(code)("")) == int(status) for code in codes)


def test_lists_come_in_pieces(operations):
    whole = {"listFormats", "listQueues", "search"}  # short by nature, or limited by an option
    for path, method, operation in operations:
        content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
        if content.get("schema", {}).get("type") == "array" and operation["operationId"] not in whole:
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            # The log of accounts goes on behind the id of an event.
            assert {"limit", "before"} <= names or {"limit", "cursor"} <= names, (path, method)
            if "cursor" in names:
                assert "Link" in operation["responses"]["200"]["headers"], (path, method)


def test_what_makes_something_takes_a_key(operations):
    for path, method, operation in operations:
        if method == "post" and operation.get("security") and path not in UNKEPT:
            assert "Idempotency-Key" in {one["name"] for one in operation["parameters"]}, path
            assert "409" in operation["responses"], path


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
