"""The notebooks that must behave alike. Each kind gets the same tests."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import smartnotes
from smartnotes.client.credentials import Login
from smartnotes.client.remote import RemoteNotebook
from smartnotes.client.remoteconnection import Connection
from smartnotes.core.accounts import Registration, Tokens
from smartnotes.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
LOCAL = "local"
EMBEDDED = "embedded server"
TEAM = "team server"
KINDS = (LOCAL, EMBEDDED, TEAM)
PLAIN = {"llm": {"engine": "none", "host": "http://127.0.0.1:9"}}
START_S = 30.0

_numbers = itertools.count()
"""Every notebook at a server that tests share is a user of their own."""


@pytest.fixture(params=KINDS)
def notebook(request, tmp_path):
    """An empty notebook."""
    with open_notebook(request.param, tmp_path, request) as notebook:
        yield notebook


@pytest.fixture(params=KINDS, scope="module")
def studied(request, tmp_path_factory):
    """A notebook with the example lecture in the subject Algorithms; tests leave it as it is."""
    with open_notebook(request.param, tmp_path_factory.mktemp("notebook"), request) as notebook:
        notebook.ingest(EXAMPLES / "lecture.pdf", subject="Algorithms").result()
        yield notebook


@pytest.fixture(scope="session")
def team(tmp_path_factory):
    """The address of a gateway with a worker on PostgreSQL, Redis, Chroma and S3, which all tests share."""
    from tests.team import running_team  # noqa: PLC0415 - only this kind needs the services

    with running_team(tmp_path_factory.mktemp("team")) as address:
        yield address


@contextmanager
def open_notebook(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[smartnotes.Notebook]:
    if kind == LOCAL:
        with smartnotes.connect(folder, settings=Settings.model_validate(PLAIN)) as notebook:
            yield notebook
        return
    if kind == TEAM:
        with RemoteNotebook(signed_up(request.getfixturevalue("team"))) as notebook:
            yield notebook
        return
    assert kind == EMBEDDED
    with serving(folder) as address, RemoteNotebook(signed_up(address)) as notebook:
        yield notebook


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The real application under uvicorn, on a thread of this process and a port that was free; gives its address."""
    import uvicorn  # noqa: PLC0415 - only this kind needs the server's libraries

    from smartnotes.server.app import create_app  # noqa: PLC0415

    # The cheapest password hash that the server takes: what hashing costs is not what is tested here.
    settings = Settings.model_validate(PLAIN | {"server": {"password_cost": 4}})
    app = create_app(settings, home=folder / "server")
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        until = time.monotonic() + START_S
        while not server.started:
            assert thread.is_alive(), "The server did not start; its log says why."
            assert time.monotonic() < until, f"The server did not start within {START_S} s."
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def signed_up(address: str) -> Connection:
    """A connection of a new user."""
    stranger = Connection(address)
    wanted = Registration(name=f"ada-{next(_numbers)}", password="a password for the contract")
    tokens = stranger.call("POST", "/auth/register", body=wanted, answer=Tokens)
    stranger.close()
    login = Login(server=address, access_token=tokens.access_token, refresh_token=tokens.refresh_token)
    return Connection(address, login=login)
