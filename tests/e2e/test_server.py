"""A server in one terminal, the commands in another."""

from __future__ import annotations

import json
import socket
import subprocess
import time

import pytest

from tests.e2e.conftest import EXAMPLES, PROGRAM, Shell

PASSWORD = "a password for the test"
START_S = 60.0


class Client(Shell):
    """A shell whose folder is made, and that can sign in."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        super().__init__(folder)

    def login(self, server, name, *words, password=PASSWORD):
        return subprocess.run(
            [str(PROGRAM), "login", server, "--name", name, "--password-stdin", *words],
            input=f"{password}\n",
            check=False,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.folder,
            timeout=60,
        )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a server that was started by its command."""
    shell = Client(tmp_path_factory.mktemp("server"))
    port = free_port()
    process = shell.start("--set", "llm.engine=none", "serve", "--embedded", "--port", str(port))
    until = time.monotonic() + START_S
    while True:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.communicate(timeout=60)


@pytest.fixture(scope="module")
def ada(server, tmp_path_factory):
    """Somebody who is signed in and has the example lecture there; tests leave it as it is."""
    client = Client(tmp_path_factory.mktemp("ada"))
    done = client.login(server, "ada", "--register")
    assert done.returncode == 0, done.stderr
    client("ingest", EXAMPLES / "lecture.pdf", "--subject", "Algorithms")
    return client


def test_the_same_commands_work_and_leave_nothing_on_this_machine(ada, server):
    assert ada("whoami").out == f"ada (admin) at {server}\n"
    assert [one["name"] for one in ada("lecture", "list", "--json").json()] == ["lecture.pdf"]
    (answer,) = ada("chat", "What is the load factor?", "--json").lines()
    assert "number of keys divided by the number of buckets" in answer["text"]
    ada("quiz", "make", "--count", "5", "-o", "quiz.pdf")
    assert (ada.folder / "quiz.pdf").read_bytes().startswith(b"%PDF")
    assert not (ada.folder / "home" / "notebook").exists()


def test_progress_comes_from_the_server(ada, tmp_path):
    notes = tmp_path / "notes.md"
    notes.write_text("# Osmosis\n\nOsmosis is the movement of water through a membrane.\n")
    done = ada("ingest", notes, "--subject", "Biology", "--json")
    assert [line["lecture"]["name"] for line in done.lines()] == ["notes.md"]
    assert {"read"} <= {json.loads(line)["step"] for line in done.err.splitlines()}
    ada("subject", "delete", "Biology", "--yes")


def test_a_bad_file_exits_as_it_does_without_a_server(ada, tmp_path):
    bad = tmp_path / "cut.pdf"
    bad.write_bytes(b"%PDF-1.7\n1 0 obj")
    done = ada("ingest", bad, "--subject", "Bad", code=3)
    assert "hint: " in done.err
    assert "Bad" not in ada("subject", "list").out


def test_nobody_sees_what_another_has(ada, server, tmp_path):
    bob = Client(tmp_path / "bob")
    assert bob.login(server, "bob", "--register").returncode == 0
    assert bob("subject", "list", "--json").json() == []
    lecture = ada("lecture", "list", "--json").json()[0]["id"]
    bob("lecture", "show", lecture, code=4)


def test_a_wrong_password_exits_with_8_and_keeps_no_login(ada, server, tmp_path):
    other = Client(tmp_path / "other")
    done = other.login(server, "ada", password="wrong")
    assert (done.returncode, done.stdout) == (8, "")
    assert done.stderr.startswith("error: ")
    other("whoami", code=8)


def test_after_logout_commands_use_this_machine_again(server, tmp_path):
    eve = Client(tmp_path / "eve")
    assert eve.login(server, "eve", "--register").returncode == 0
    eve("subject", "create", "There")
    eve("logout")
    assert eve("subject", "list", "--json").json() == []
    eve("whoami", code=8)
    eve("--server", server, "subject", "list", code=8)


def test_a_folder_that_is_named_wins_over_the_login(ada):
    assert ada("--notebook", "mine", "subject", "list", "--json").json() == []


def test_a_server_and_a_folder_together_are_a_usage_error(shell):
    shell("--server", "http://127.0.0.1:1", "--notebook", "x", "subject", "list", code=2)


def test_a_server_that_is_not_there_exits_with_7(shell):
    client = Client(shell.folder / "client")
    assert client.login(f"http://127.0.0.1:{free_port()}", "ada").returncode == 7
