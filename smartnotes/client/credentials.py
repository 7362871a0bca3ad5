"""Who this machine is signed in as, at which servers: one file that only its owner can read.

Where the system has a keyring, the tokens are there and the file only says at which servers.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, ValidationError

from smartnotes.client.keychain import Keychain, system_keychain
from smartnotes.core.accounts import Tokens
from smartnotes.core.errors import NotSignedIn, SettingsError
from smartnotes.core.model import Value
from smartnotes.settings import user_file

PREFIX = "/api/v1"
"""Of every path at a server."""

TOKEN_VARIABLE = "SMARTNOTES_TOKEN"  # noqa: S105 - the variable's name
"""The environment variable that holds a personal API token, for scripts that cannot sign in."""


def normalised(url: str) -> str:
    """Return a server's address as it is kept: scheme, host, port. Raises `SettingsError` for what is no address."""
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError:
        port = None
        parts = parts._replace(scheme="")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise SettingsError(f"{url!r} is no server address.", hint="Write it like https://notes.example.org")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path.rstrip("/").removesuffix(PREFIX)
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{path}"


class Login(Value):
    """A session at a server. A personal API token has no refresh token and no user's name."""

    server: str
    user: str = ""
    access_token: Annotated[str, Field(repr=False)]
    refresh_token: Annotated[str | None, Field(repr=False)] = None
    signed_in_at: AwareDatetime | None = None

    def renewed(self, tokens: Tokens) -> Login:
        """Return the login with the tokens that replace its own."""
        update = {"access_token": tokens.access_token, "refresh_token": tokens.refresh_token, "user": tokens.user.name}
        return self.model_copy(update=update)


class _Entry(Login):
    """A login as the file has it; with `in_keyring` its tokens are elsewhere."""

    access_token: Annotated[str, Field(repr=False)] = ""
    in_keyring: bool = False

    def login(self, tokens: _Secrets) -> Login:
        """Return the login with these tokens."""
        plain = self.model_dump(exclude={"in_keyring", "access_token", "refresh_token"})
        return Login(**plain, **tokens.model_dump())


class _Secrets(Value):
    """What the keyring holds of a login."""

    access_token: Annotated[str, Field(repr=False)]
    refresh_token: Annotated[str | None, Field(repr=False)] = None


class _Kept(Value):
    """What the file holds; `default` is the server that commands use where none is named."""

    default: str | None = None
    logins: Annotated[tuple[_Entry, ...], Field(repr=False)] = ()


class SavedLogins:
    """The logins in a file with mode 0600, by default beside the user's settings, and in the system's keyring.

    `keychain` gives the keyring, None where there is none; it is asked for when tokens are needed.
    """

    def __init__(self, path: Path | None = None, *, keychain: Callable[[], Keychain | None] = system_keychain) -> None:
        self._path = path or user_file().with_name("logins.json")
        self._keychain = keychain

    def default(self) -> str | None:
        """Return the server of the last login that is still there. Raises `SettingsError` for a damaged file."""
        return self._read().default

    def get(self, server: str) -> Login | None:
        """Return the login at a server, None where there is none.

        Raises `SettingsError` for a damaged file, `NotSignedIn` where the keyring does not give the tokens it has.
        """
        found = next((login for login in self._read().logins if login.server == server), None)
        if found is None:
            return None
        if not found.in_keyring:
            return found.login(_Secrets(access_token=found.access_token, refresh_token=found.refresh_token))
        keychain = self._keychain()
        try:
            return found.login(_Secrets.model_validate_json((keychain.get(server) if keychain else None) or ""))
        except ValidationError as error:
            raise NotSignedIn(
                f"The system's keyring, which has the login at {server}, does not give it.",
                hint=f"Unlock it, or sign in again: smartnotes login {server}",
            ) from error

    def keep(self, login: Login) -> None:
        """Keep a login and make its server the default."""
        others = tuple(kept for kept in self._read().logins if kept.server != login.server)
        self._write(_Kept(default=login.server, logins=(*others, self._entry(login))))

    def replace(self, login: Login) -> None:
        """Keep the renewed tokens of a login, unless it was removed meanwhile; the default stays."""
        kept = self._read()
        if any(old.server == login.server for old in kept.logins):
            entry = self._entry(login)
            logins = tuple(entry if old.server == login.server else old for old in kept.logins)
            self._write(kept.model_copy(update={"logins": logins}))

    def remove(self, server: str) -> None:
        """Forget a login; without its server, there is no default."""
        kept = self._read()
        if any(login.in_keyring for login in kept.logins if login.server == server) and (keychain := self._keychain()):
            keychain.forget(server)
        others = tuple(login for login in kept.logins if login.server != server)
        self._write(_Kept(default=kept.default if kept.default != server else None, logins=others))

    def _entry(self, login: Login) -> _Entry:
        """Return what the file keeps of a login, having put its tokens into the keyring where that works."""
        keychain = self._keychain()
        secrets = _Secrets(access_token=login.access_token, refresh_token=login.refresh_token)
        if keychain is not None and keychain.keep(login.server, secrets.model_dump_json()):
            return _Entry(**login.model_dump(exclude={"access_token", "refresh_token"}), in_keyring=True)
        return _Entry(**login.model_dump())

    def _read(self) -> _Kept:
        try:
            return _Kept.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return _Kept()
        except (OSError, ValidationError) as error:
            message = f"The file of logins {self._path} cannot be read."
            raise SettingsError(message, hint="Remove it and sign in again: smartnotes login URL") from error

    def _write(self, kept: _Kept) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp makes the file readable for its owner only; the rename keeps that and leaves no half-written file.
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".logins-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(kept.model_dump_json(indent=1))
            Path(name).replace(self._path)
        finally:
            Path(name).unlink(missing_ok=True)


def token_login(server: str, *, environ: Mapping[str, str] = os.environ) -> Login | None:
    """Return the login that the personal API token of the environment is, None where there is none."""
    token = environ.get(TOKEN_VARIABLE, "").strip()
    return Login(server=server, access_token=token) if token else None
