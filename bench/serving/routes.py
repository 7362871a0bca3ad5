"""CPU per request of routes, as multiples of a bare Starlette hello that is measured in turn with them."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bench.serving.stage import API, Server, User, call, database_of, gateway, hello, http_text, load, register
from smartnotes.bootstrap import LOCAL_OWNER, build_stores
from smartnotes.core.ids import new_id, sha256_hex
from smartnotes.core.jobs import JobInfo, JobState
from smartnotes.core.model import Lecture, Provenance
from smartnotes.core.study import Document, DocumentKind
from smartnotes.stores.database import Database

LISTED = 20
LIST_AIM = 35


class Route(NamedTuple):
    """What is asked for and how much it may cost."""

    name: str
    path: str
    aim: float
    signed_in: bool = True


ROUTES = (
    Route("livez", "/livez", 3, signed_in=False),
    Route("signed in, no database", f"{API}/documents/formats/quiz", 14),
    Route("who am I", f"{API}/auth/me", 20),
    Route(f"{LISTED} subjects", f"{API}/subjects", LIST_AIM),
    Route(f"{LISTED} lectures", f"{API}/lectures", LIST_AIM),
    Route(f"{LISTED} documents", f"{API}/documents", LIST_AIM),
    Route(f"{LISTED} tasks", f"{API}/tasks", LIST_AIM),
)


def measure(*, services: bool, rounds: int, requests: int, connections: int) -> Iterator[dict[str, Any]]:
    """Give a result for each route; lists also as they cost where none is kept in the cache."""
    load_of = {"requests": requests, "connections": connections}
    with (
        hello() as bare,
        gateway(services=services) as served,
        gateway(services=services, database__cache_s="0") as uncached,
    ):
        asked = [(route.name, served, route) for route in ROUTES]
        asked += [(f"{route.name}, not kept", uncached, route) for route in ROUTES if route.aim == LIST_AIM]
        users = {server.pid: register(server) for server in (served, uncached)}
        for server in (served, uncached):
            fill(server, users[server.pid])
        ratios: dict[str, list[float]] = {name: [] for name, _, _ in asked}
        base = []
        for number in range(rounds + 1):
            basis = cpu_a_request(bare, "/hello", requests=requests * 4, connections=connections)
            found = {
                name: cpu_a_request(server, route.path, user=users[server.pid] if route.signed_in else None, **load_of)
                for name, server, route in asked
            }
            if number:  # the first round warms up
                base.append(basis)
                for name, cost in found.items():
                    ratios[name].append(cost / basis)
    yield {"name": "bare Starlette hello", "value": statistics.median(base) * 1e6, "unit": "us of CPU a request"}
    for name, _, route in asked:
        values = ratios[name]
        yield {
            "name": name,
            "value": statistics.median(values),
            "unit": "x hello",
            "aim": f"<= {route.aim:g}",
            "fits": statistics.median(values) <= route.aim,
            "spread": [min(values), max(values)],
        }


def cpu_a_request(server: Server, path: str, *, requests: int, connections: int, user: User | None = None) -> float:
    """Return the server's processor seconds for one request."""
    before = server.cpu_s()
    seen = load(
        {
            "port": server.port,
            "request": http_text(server, "GET", path, user=user),
            "requests": requests,
            "connections": connections,
        }
    )
    assert seen["statuses"] == {"200": requests}, (path, seen)
    return (server.cpu_s() - before) / requests


def fill(server: Server, user: User) -> None:
    """Give the user twenty of each: subjects, lectures, documents, ended jobs."""
    now = datetime.now(UTC)
    subjects = [
        call(server, "POST", f"{API}/subjects", user=user, body={"name": f"Subject number {number}"})["id"]
        for number in range(LISTED)
    ]
    url = database_of(server)
    database = Database(url or server.home / "notebook.db")
    stores = build_stores(server.home, owner=user.id, database=database)
    assert user.id != LOCAL_OWNER
    for number, subject in enumerate(subjects):
        made = now - timedelta(minutes=number)
        lecture = Lecture(
            id=new_id("lec"),
            subject_id=subject,
            name=f"Lecture {number}.pdf",
            title=f"What lecture {number} is about",
            media_type="application/pdf",
            blob=sha256_hex(f"{number}".encode()),
            size_bytes=1_000_000 + number,
            pages=30,
            figures=12,
            words=4000,
            created_at=made,
            provenance=Provenance(pipeline="1", engines=("pypdfium2 5", "tesserocr 2"), options="0" * 40),
        )
        stores.lectures.publish(lecture, pages=[], chunks=[], tokens=[], source=f"/notes/{number}.pdf")
        document = Document(
            id=new_id("quiz"),
            kind=DocumentKind.QUIZ,
            subject_id=subject,
            lectures=(lecture.id,),
            title=f"Quiz on lecture {number}",
            blob=sha256_hex(f"quiz {number}".encode()),
            created_at=made,
        )
        stores.documents.add(document)
        job = JobInfo(
            id=new_id("job"), kind="quiz", state=JobState.QUEUED, request=document.model_dump_json(), created_at=made
        )
        stores.jobs.add(job)
        stores.jobs.cancel(job.id)
    database.close()
