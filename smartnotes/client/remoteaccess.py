"""Signing in at a server and out again, and opening the notebook there."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from smartnotes.client.credentials import Login, SavedLogins, normalised, token_login
from smartnotes.client.remote import RemoteNotebook
from smartnotes.client.remoteconnection import Connection
from smartnotes.core.accounts import Credentials, Registration, Tokens, User
from smartnotes.core.addresses import LOOPBACK
from smartnotes.core.errors import NotSignedIn, SettingsError, SmartNotesError
from smartnotes.settings import Settings


def open_remote(server: str, *, settings: Settings) -> RemoteNotebook:
    """Open the notebook at a server, as whoever is signed in there on this machine.

    Raises `NotSignedIn` where nobody is, `SettingsError` where the settings forbid the connection.
    """
    return RemoteNotebook(connect_signed_in(server, settings=settings))


def connect_signed_in(server: str, *, settings: Settings) -> Connection:
    """Return a connection as whoever is signed in: by the token in the environment, or by an earlier `sign_in`."""
    address = checked(server, settings=settings)
    kept = SavedLogins()
    login = token_login(address) or kept.get(address)
    if login is None:
        raise NotSignedIn(f"Nobody is signed in at {address}.", hint=f"Sign in: smartnotes login {address}")
    return Connection(address, login=login, on_renewed=kept.replace, reload=lambda: kept.get(address))


def sign_in(server: str, credentials: Credentials, *, settings: Settings) -> Login:
    """Sign in, or make the account where `credentials` are a `Registration`, and keep the login on this machine."""
    address = checked(server, settings=settings)
    connection = Connection(address)
    path = "/auth/register" if isinstance(credentials, Registration) else "/auth/login"
    try:
        tokens = connection.call("POST", path, body=credentials, answer=Tokens)
    finally:
        connection.close()
    login = Login(
        server=address,
        user=tokens.user.name,
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        signed_in_at=datetime.now(UTC),
    )
    SavedLogins().keep(login)
    return login


def sign_out(server: str, *, settings: Settings) -> SmartNotesError | None:
    """Forget the login on this machine and end its session at the server.

    Returns the error where the server could not be told. Raises `NotSignedIn` where there is no login.
    """
    address = checked(server, settings=settings)
    kept = SavedLogins()
    login = kept.get(address)
    if login is None:
        raise NotSignedIn(f"Nobody is signed in at {address}.")
    kept.remove(address)
    connection = Connection(address, login=login)
    try:
        connection.data("POST", "/auth/logout")
    except NotSignedIn:
        return None  # the session had ended already
    except SmartNotesError as error:
        return error
    finally:
        connection.close()
    return None


def who_am_i(server: str, *, settings: Settings) -> User:
    """Return who is signed in at the server, as the server says. Raises like `open_remote`."""
    connection = connect_signed_in(server, settings=settings)
    try:
        return connection.call("GET", "/auth/me", answer=User)
    finally:
        connection.close()


def is_private(server: str) -> bool:
    """Return whether nobody on the way can read along: the connection is encrypted or stays on this machine."""
    parts = urlsplit(server)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def checked(server: str, *, settings: Settings) -> str:
    """Return the address as it is kept. Raises `SettingsError` for none, or another machine in offline mode."""
    address = normalised(server)
    if settings.network.offline and urlsplit(address).hostname not in LOOPBACK:
        raise SettingsError(
            f"Offline mode is on and {address} is another machine.", hint="Set network.offline to false to use it."
        )
    return address
