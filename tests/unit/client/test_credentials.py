"""The file of logins."""

from __future__ import annotations

import os
import stat

import pytest

from smartnotes import SettingsError
from smartnotes.client.credentials import Login, SavedLogins, normalised, token_login


def login(server="https://a.example", token="one"):
    return Login(server=server, user="ada", access_token=token, refresh_token="again")


def test_the_last_login_is_the_default_and_others_are_kept(tmp_path):
    saved = SavedLogins(tmp_path / "config" / "logins.json")
    saved.keep(login())
    saved.keep(login("https://b.example"))
    assert saved.default() == "https://b.example"
    assert saved.get("https://a.example") == login()
    saved.remove("https://b.example")
    assert (saved.default(), saved.get("https://b.example")) == (None, None)
    assert saved.get("https://a.example") == login()


def test_renewed_tokens_replace_the_old_and_change_nothing_else(tmp_path):
    saved = SavedLogins(tmp_path / "logins.json")
    saved.keep(login())
    saved.keep(login("https://b.example"))
    saved.replace(login(token="two"))
    assert saved.get("https://a.example") == login(token="two")
    assert saved.default() == "https://b.example"


def test_renewing_after_a_logout_does_not_bring_the_login_back(tmp_path):
    saved = SavedLogins(tmp_path / "logins.json")
    saved.replace(login())
    assert saved.get("https://a.example") is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes; its user folders are private")
def test_only_the_owner_can_read_the_file(tmp_path):
    path = tmp_path / "logins.json"
    SavedLogins(path).keep(login())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["logins.json"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"logins": 1}', b"\xff"])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path, content):
    path = tmp_path / "logins.json"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"logins\.json") as caught:
        SavedLogins(path).default()
    assert "login" in caught.value.hint


def test_tokens_are_not_shown(tmp_path):
    assert "again" not in repr(login())
    assert "hush" not in repr(login(token="hush"))


def test_a_token_of_the_environment_is_a_login_without_renewal():
    found = token_login("https://a.example", environ={"SMARTNOTES_TOKEN": " secret "})
    assert found == Login(server="https://a.example", access_token="secret")
    assert token_login("https://a.example", environ={"SMARTNOTES_TOKEN": " "}) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://Notes.Example.org/", "https://notes.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/api/v1/", "http://[::1]:8000"),
        ("https://example.org/notes/", "https://example.org/notes"),
    ],
)
def test_an_address_is_kept_in_one_form(written, kept):
    assert normalised(written) == kept


@pytest.mark.parametrize("text", ["", "example.org", "ftp://example.org", "http://", "http://a:b", "https://me@a.org"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(SettingsError):
        normalised(text)
