"""Share links, one's own account and invitations, as typed in a terminal."""

from __future__ import annotations

import subprocess
import zipfile

import pytest

from tests.e2e.conftest import PROGRAM
from tests.e2e.test_server import PASSWORD, Client
from tests.e2e.test_server import server as server

NOTES = "# Lakes\n\nA lake is a body of water that is surrounded by land.\n"
WORD = "a word for the door"


def typed(client, *words, lines=(), code=0):
    """Run a command that reads these lines from standard input."""
    done = subprocess.run(
        [str(PROGRAM), *map(str, words)],
        input="".join(f"{line}\n" for line in lines),
        check=False,
        capture_output=True,
        text=True,
        env=client.environment,
        cwd=client.folder,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def ada(server, tmp_path_factory):
    """The administrator, who has one lecture."""
    client = Client(tmp_path_factory.mktemp("ada"))
    assert client.login(server, "ada", "--register").returncode == 0
    (client.folder / "lakes.md").write_text(NOTES)
    client("ingest", "lakes.md", "--subject", "Geography")
    return client


@pytest.fixture
def guest(tmp_path):
    """Somebody without an account."""
    return Client(tmp_path / "guest")


def test_a_link_opens_without_an_account_as_often_as_it_may(ada, guest, server):
    made = ada("share", "make", "--lecture", "lakes", "--views", "3", "--expires", "2h", "--original")
    link = made.out.strip()
    assert link.startswith(f"{server}/shared#sns_")
    assert "not shown again" in made.err
    assert "surrounded by land" in guest("share", "open", link, "--text").out
    guest("share", "open", link, "-o", "saved")
    assert (guest.folder / "saved" / "lakes.md" / "original-lakes.md").read_text() == NOTES
    (shared,) = guest("share", "open", link, "--json").lines()
    assert [lecture["name"] for lecture in shared["lectures"]] == ["lakes.md"]
    assert "hint: " in guest("share", "open", link, code=4).err
    (listed,) = ada("share", "list", "--json").json()
    assert (listed["views"], listed["max_views"]) == (3, 3)
    ada("share", "revoke", listed["id"])
    assert ada("share", "list", "--json").json() == []


def test_a_link_with_a_password_asks_for_it(ada, guest):
    making = ("share", "make", "--subject", "Geography", "--password-stdin")
    link = typed(ada, *making, lines=[WORD]).stdout.strip()
    guest("share", "open", link, code=8)
    typed(guest, "share", "open", link, "--password-stdin", lines=["another word"], code=8)
    assert "lakes.md" in typed(guest, "share", "open", link, "--password-stdin", lines=[WORD]).stdout
    assert "common" in typed(ada, *making, lines=["password1"], code=2).stderr
    ada("share", "revoke", "geo")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("make",), 2),
        (("make", "--lecture", "lakes", "--document", "quiz"), 2),
        (("make", "--lecture", "lakes", "--expires", "soon"), 2),
        (("make", "--lecture", "lakes", "--expires", "400d"), 2),
        (("make", "--lecture", "rivers"), 4),
        (("open", "https://notes.example.org"), 2),
        (("revoke", "shr_"), 4),
    ],
)
def test_what_makes_no_sense_is_said(ada, words, code):
    assert ada("share", *words, code=code).err.startswith("error: ")


def test_a_notebook_on_this_machine_says_why_it_cannot_be_shared(guest):
    done = guest("share", "make", "--subject", "Geography", code=4)
    assert "smartnotes login" in done.err


def test_an_account_is_looked_after_and_left(ada, server, tmp_path):
    bob = Client(tmp_path / "bob")
    assert bob.login(server, "bob", "--register").returncode == 0
    token = bob("account", "tokens", "--make", "script", "--scope", "read").out.strip()
    assert token.startswith("snp_")
    bob("account", "tokens", "--make", "x", "--scope", "all", code=2)
    (listed,) = bob("account", "tokens", "--json").json()
    bob("account", "tokens", "--revoke", listed["id"])
    assert bob.login(server, "bob").returncode == 0
    sessions = bob("account", "sessions", "--json").json()
    assert len(sessions) == 2
    bob("account", "sessions", "--end", sessions[1]["id"])
    assert len(bob("account", "sessions", "--json").json()) == 1
    new = "battery staple"
    typed(bob, "account", "password", "--password-stdin", lines=[PASSWORD, "short"], code=2)
    typed(bob, "account", "password", "--password-stdin", lines=["wrong", new], code=8)
    typed(bob, "account", "password", "--password-stdin", lines=[PASSWORD, new])
    kinds = [event["kind"] for event in bob("account", "events", "--json").json()]
    assert kinds[:3] == ["password_changed", "password_refused", "session_ended"]
    bob("account", "export", "-o", "all.zip")
    assert "account.json" in zipfile.ZipFile(bob.folder / "all.zip").namelist()
    bob("account", "delete", code=2)
    typed(bob, "account", "delete", "--yes", "--password-stdin", lines=["wrong"], code=8)
    typed(bob, "account", "delete", "--yes", "--password-stdin", lines=[new])
    bob("whoami", code=8)
    assert bob.login(server, "bob", password=new).returncode == 8


def test_signing_out_everywhere_ends_the_other_machines_too(server, tmp_path):
    here, there = (Client(tmp_path / name) for name in ("here", "there"))
    assert here.login(server, "cem", "--register").returncode == 0
    assert there.login(server, "cem").returncode == 0
    here("logout", "--everywhere")
    there("whoami", code=8)
    here("whoami", code=8)


def test_invitations_are_for_administrators(ada, server, tmp_path):
    code = ada("invitation", "make").out.strip()
    assert code.startswith("sni_")
    (listed,) = ada("invitation", "list", "--json").json()
    ada("invitation", "revoke", listed["id"])
    assert ada("invitation", "list", "--json").json() == []
    dan = Client(tmp_path / "dan")
    assert dan.login(server, "dan", "--register").returncode == 0
    dan("invitation", "make", code=8)
    dan("invitation", "list", code=8)
