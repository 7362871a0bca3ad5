from __future__ import annotations

import inspect

import pytest
from fastapi import APIRouter, FastAPI, Response
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from smartnotes.core.model import Value
from smartnotes.server import app as application
from smartnotes.server.dispatch import Dispatch, flatten

router = APIRouter(prefix="/things")


class Thing(Value):
    name: str


@router.get("")
def all_things() -> list[Thing]:
    return [Thing(name="one"), Thing(name="two")]


@router.get("/newest")
async def newest() -> Thing:
    return Thing(name="newest")


@router.get("/{name}")
def one(name: str, response: Response) -> Thing:
    response.headers["ETag"] = '"1"'
    return Thing(name=name)


@router.post("", status_code=201)
def make(thing: Thing) -> Thing:
    return thing


@router.delete("/{name}", status_code=204)
def delete(name: str) -> None:
    pass


@router.get("/{name}/files/{path:path}")
def file(name: str, path: str) -> Thing:
    return Thing(name=f"{name}:{path}")


@pytest.fixture(scope="module")
def client():
    app = FastAPI(openapi_url=None)
    app.router.routes += flatten([router], prefix="/api/v1")
    app.router.middleware_stack = Dispatch(app.router.routes, otherwise=app.router.app)
    return TestClient(app)


def test_what_a_route_returns_is_json(client):
    answer = client.get("/api/v1/things")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == [{"name": "one"}, {"name": "two"}]


def test_of_two_routes_that_fit_the_first_answers(client):
    assert client.get("/api/v1/things/newest").json() == {"name": "newest"}


def test_headers_that_a_route_sets_are_sent(client):
    answer = client.get("/api/v1/things/a%20b")
    assert (answer.json(), answer.headers["etag"]) == ({"name": "a b"}, '"1"')


def test_a_route_has_its_own_status(client):
    assert client.post("/api/v1/things", json={"name": "new"}).status_code == 201
    gone = client.delete("/api/v1/things/new")
    assert (gone.status_code, gone.content) == (204, b"")


def test_a_parameter_may_have_slashes(client):
    assert client.get("/api/v1/things/x/files/a/b.txt").json() == {"name": "x:a/b.txt"}


@pytest.mark.parametrize("path", ["/", "/things", "/api/v1/nothing", "/api/v1/things/x/y", "//api/v1/things"])
def test_other_paths_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_another_method_is_told_which_are_allowed(client):
    answer = client.put("/api/v1/things/newest")
    assert answer.status_code == 405
    assert answer.headers["allow"]


def test_a_slash_too_many_is_redirected(client):
    assert client.get("/api/v1/things/", follow_redirects=False).status_code == 307


def test_no_dependency_of_a_route_costs_a_thread_of_its_own():
    """A plain function among them would be sent to another thread and back for every request."""
    for route in flatten(application.ROUTERS):
        if isinstance(route, APIRoute):
            waiting = list(route.dependant.dependencies)
            while waiting:
                found = waiting.pop()
                call = found.call if inspect.isroutine(found.call) else type(found.call).__call__
                assert inspect.iscoroutinefunction(call), f"{route.path}: {found.call}"
                waiting += found.dependencies
