"""The system's keyring: used where it answers, never waited for."""

from __future__ import annotations

import threading
import time

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from smartnotes.client.credentials import Login, SavedLogins
from smartnotes.client.keychain import Keychain, system_keychain
from smartnotes.core.errors import NotSignedIn

DESKTOP = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere", "DISPLAY": ":0"}
SERVER = "https://a.example"
LOGIN = Login(server=SERVER, user="ada", access_token="hush", refresh_token="again")


class MemoryKeyring(KeyringBackend):
    """A backend as systems have one."""

    priority = 5

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


class LockedKeyring(MemoryKeyring):
    def get_password(self, service, username):
        raise KeyringLocked("nobody unlocks it")


class WaitingKeyring(MemoryKeyring):
    def __init__(self):
        super().__init__()
        self.unlocked = threading.Event()

    def get_password(self, service, username):
        self.unlocked.wait(10)


class ForgetfulKeyring(MemoryKeyring):
    def set_password(self, service, username, password):
        """Say yes and keep nothing."""


@pytest.fixture
def chosen():
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def saved(tmp_path, backend):
    return SavedLogins(tmp_path / "logins.json", keychain=lambda: Keychain(backend, answer_s=0.2))


def test_with_a_keyring_no_token_is_in_the_file(tmp_path):
    backend = MemoryKeyring()
    logins = saved(tmp_path, backend)
    logins.keep(LOGIN)
    text = (tmp_path / "logins.json").read_text()
    assert "hush" not in text
    assert "again" not in text
    assert (logins.default(), logins.get(SERVER)) == (SERVER, LOGIN)
    renewed = LOGIN.model_copy(update={"access_token": "whisper"})
    logins.replace(renewed)
    assert logins.get(SERVER) == renewed
    assert "whisper" not in (tmp_path / "logins.json").read_text()
    logins.remove(SERVER)
    assert (backend.kept, logins.get(SERVER)) == ({}, None)


def test_the_server_in_use_is_known_without_the_keyring(tmp_path):
    saved(tmp_path, MemoryKeyring()).keep(LOGIN)

    def unwanted():
        raise AssertionError("every command would pay for it")

    assert SavedLogins(tmp_path / "logins.json", keychain=unwanted).default() == SERVER


@pytest.mark.parametrize("kind", [LockedKeyring, WaitingKeyring, ForgetfulKeyring])
def test_a_keyring_that_does_not_work_leaves_the_tokens_to_the_file(tmp_path, kind):
    began = time.monotonic()
    backend = kind()
    logins = saved(tmp_path, backend)
    logins.keep(LOGIN)
    assert logins.get(SERVER) == LOGIN
    assert "hush" in (tmp_path / "logins.json").read_text()
    assert time.monotonic() - began < 5
    if kind is WaitingKeyring:
        backend.unlocked.set()


def test_a_keyring_that_is_locked_later_is_named(tmp_path):
    saved(tmp_path, MemoryKeyring()).keep(LOGIN)
    with pytest.raises(NotSignedIn, match="keyring") as caught:
        saved(tmp_path, LockedKeyring()).get(SERVER)
    assert "smartnotes login" in caught.value.hint


def test_a_login_of_before_is_still_read(tmp_path):
    path = tmp_path / "logins.json"
    path.write_text('{"default": "%s", "logins": [%s]}' % (SERVER, LOGIN.model_dump_json()))  # noqa: UP031
    assert SavedLogins(path, keychain=lambda: None).get(SERVER) == LOGIN


def test_the_systems_keyring_is_used_on_a_desktop(chosen):
    backend = MemoryKeyring()
    chosen(backend)
    found = system_keychain(environ=DESKTOP, platform="linux")
    assert found is not None
    assert found.keep(SERVER, "secret")
    assert backend.kept == {("smartnotes", SERVER): "secret"}


@pytest.mark.parametrize("environ", [{}, {"DISPLAY": ":0"}, {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}])
def test_without_a_desktop_nothing_is_tried(chosen, environ):
    chosen(MemoryKeyring())
    assert system_keychain(environ=environ, platform="linux") is None


def test_a_backend_that_keeps_nothing_is_none(chosen):
    from keyring.backends import fail, null  # noqa: PLC0415 - the names of backends that are refused

    for backend in (fail.Keyring(), null.Keyring()):
        chosen(backend)
        assert system_keychain(environ=DESKTOP, platform="linux") is None
