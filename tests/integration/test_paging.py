"""Lists in pieces: whatever the size of a piece, all of it in order and nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from smartnotes.core.jobs import JobInfo, JobState
from smartnotes.core.model import Figure
from smartnotes.server.app import create_app
from smartnotes.settings import DatabaseSettings
from tests.builders import NOON, a_document, a_lecture, a_page
from tests.integration.test_gateway import API, assert_problem, settings, sign_up

COUNT = 7


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(request, tmp_path_factory):
    """A user with `COUNT` of everything, and the paths of all lists."""
    chosen = settings()
    if request.param == "postgresql":
        url = request.getfixturevalue("module_postgres_url")
        chosen = chosen.model_copy(update={"database": DatabaseSettings(url=url)})
    app = create_app(chosen, home=tmp_path_factory.mktemp("paged"))
    # Without its lifespan: jobs stay as they were put.
    client = sign_up(app, "ann")
    yield client, _fill(app.state.gateway, client)
    app.state.gateway.close()


@pytest.fixture(scope="module")
def module_postgres_url(postgres):
    from tests.services import fresh_database  # noqa: PLC0415

    with fresh_database(postgres) as url:
        yield url


def _fill(gateway, client):
    for number in range(COUNT):
        client.post(f"{API}/subjects", json={"name": f"{'Ab'[number % 2]}{COUNT - number}"})
    subject = client.get(f"{API}/subjects").json()[0]["id"]
    stores = gateway.stores(client.get(f"{API}/auth/me").json()["id"])
    blob = stores.blobs.put(b"{}")
    for number in range(COUNT):
        name = f"{'Cd'[number % 2]}{COUNT - number}.pdf"
        lecture = a_lecture(name, subject=subject).model_copy(update={"pages": COUNT, "blob": blob})
        pages = [_with_figures(a_page(one), count=one % 3) for one in range(1, COUNT + 1)]
        stores.lectures.publish(lecture, pages=pages, chunks=[], tokens=[], source="")
        # Two at the same moment, so that the id has to tell them apart.
        at = NOON + timedelta(seconds=number // 2)
        made = a_document(blob=blob).model_copy(
            update={"id": f"quiz_{number}", "subject_id": subject, "created_at": at, "lectures": (lecture.id,) * 2}
        )
        stores.documents.add(made.model_copy(update={"lectures": ("lec_C7.pdf",)}))
        stores.jobs.add(JobInfo(id=f"job_{number}", kind="nothing", state=JobState.QUEUED, request="{}", created_at=at))
    return [
        "/subjects",
        f"/subjects/{subject}/lectures",
        "/lectures",
        "/lectures/lec_C7.pdf/pages",
        "/lectures/lec_C7.pdf/figures",
        "/lectures/lec_C7.pdf/documents",
        "/documents",
        "/tasks",
    ]


def _with_figures(page, *, count):
    figures = tuple(
        Figure(
            id=f"fig_{page.number}_{number}",
            page=page.number,
            box={"x0": 0, "y0": 0, "x1": 1, "y1": 1},
            blob="0" * 64,
            width_px=1,
            height_px=1,
        )
        for number in range(count)
    )
    return page.model_copy(update={"figures": figures})


def pieces(client, path, **query):
    """Follow the links of a list; what each piece holds."""
    answer = client.get(API + path, params=query)
    while True:
        assert answer.status_code == 200, answer.text
        yield answer.json()
        if "next" not in answer.links:
            return
        answer = client.get(answer.links["next"]["url"])


@pytest.mark.parametrize("limit", [1, 2, 3, COUNT, COUNT + 1])
def test_the_pieces_of_a_list_are_the_list(full, limit):
    client, paths = full
    for path in paths:
        whole = client.get(API + path)
        assert len(whole.json()) >= COUNT, path
        assert "link" not in whole.headers
        taken = list(pieces(client, path, limit=limit))
        assert [one for piece in taken for one in piece] == whole.json(), path
        assert all(len(piece) == limit for piece in taken[:-1]), path


def test_lists_are_in_the_order_of_a_local_notebook(full):
    client, _ = full
    assert [one["name"] for one in client.get(f"{API}/subjects").json()] == ["A1", "A3", "A5", "A7", "b2", "b4", "b6"]
    names = [one["name"] for one in client.get(f"{API}/lectures").json()]
    assert names == [f"{name}.pdf" for name in ("C1", "C3", "C5", "C7", "d2", "d4", "d6")]
    assert [one["id"] for one in client.get(f"{API}/documents").json()] == [f"quiz_{n}" for n in (6, 4, 5, 2, 3, 0, 1)]


def test_what_comes_or_goes_meanwhile_moves_nothing_else(full):
    client, _ = full
    first = client.get(f"{API}/subjects", params={"limit": 3})
    made = client.post(f"{API}/subjects", json={"name": "A0"}).headers["location"]
    assert client.get(first.links["next"]["url"]).json()[0]["name"] == "A7"
    client.delete(made)
    assert client.get(first.links["next"]["url"]).json()[0]["name"] == "A7"


def test_pages_between_two_are_pieces_too(full):
    client, _ = full
    got = pieces(client, "/lectures/lec_C7.pdf/pages", first=2, last=6, limit=2)
    assert [[page["number"] for page in piece] for piece in got] == [[2, 3], [4, 5], [6]]


FOREIGN = ("x", "!", "e30", "WzFd", "W10", "WyJhIl0", "bnVsbA", "WyJhIiwiYlx1MDAwMCJd", "WyIyIiwieCJd")


@pytest.mark.parametrize("cursor", FOREIGN)
def test_a_cursor_of_nobody_is_refused(full, cursor):
    client, paths = full
    for path in paths:
        answer = client.get(API + path, params={"cursor": cursor})
        # what is a key of this very list by chance is as good as any
        assert answer.status_code == 422 or answer.is_success, path
        if answer.status_code == 422:
            assert_problem(answer, 422, "options")


def test_a_piece_has_a_size(full):
    client, paths = full
    for path in paths:
        for limit in (0, 1001, "x"):
            assert_problem(client.get(API + path, params={"limit": limit}), 422, "options")
