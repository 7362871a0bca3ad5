"""The operating system's keyring, where there is one that answers without asking anybody.

Behind the optional extra ``keyring``. Without a desktop session (a server, a container, SSH) nothing is tried: a
keyring there would wait for somebody to unlock it.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from importlib.util import find_spec
from typing import Protocol, TypeVar

T = TypeVar("T")
log = logging.getLogger("smartnotes.client")

SERVICE = "smartnotes"
ANSWER_S = 5.0
"""A keyring that takes longer is waiting for somebody; the file is used instead."""
NOT_OURS = ("keyrings.alt.", "keyring.backends.fail", "keyring.backends.null")
"""Backends that keep nothing, or files that are no safer than ours or ask for a password on the terminal."""


class Backend(Protocol):
    """What the library `keyring` calls a backend."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""
        ...


class Keychain:
    """Secrets by the server they are for. No method raises: what does not work within seconds says so by its result."""

    def __init__(self, backend: Backend, *, answer_s: float = ANSWER_S) -> None:
        self._backend = backend
        self._answer_s = answer_s

    def get(self, server: str) -> str | None:
        """Return the secret, None where there is none or the keyring does not answer."""
        return self._asked(lambda: self._backend.get_password(SERVICE, server))

    def keep(self, server: str, secret: str) -> bool:
        """Keep a secret; return whether it can be read again."""

        def kept() -> bool:
            self._backend.set_password(SERVICE, server, secret)
            return self._backend.get_password(SERVICE, server) == secret

        return bool(self._asked(kept))

    def forget(self, server: str) -> None:
        """Forget a secret, if it is there."""
        self._asked(lambda: self._backend.delete_password(SERVICE, server))

    def _asked(self, question: Callable[[], T]) -> T | None:
        answers: list[T] = []

        def ask() -> None:
            try:
                answers.append(question())
            except Exception as error:  # noqa: BLE001 - backends raise whatever their system's library does
                log.info("the keyring cannot be used: %s", error)

        # A thread that nobody waits for at the end: a keyring that hangs must not hang us.
        thread = threading.Thread(target=ask, name="keyring", daemon=True)
        thread.start()
        thread.join(self._answer_s)
        return answers[0] if answers else None


def _locked(kind: str) -> bool:
    """Return whether using this kind of backend would open a window that asks for a password."""
    if kind != "keyring.backends.SecretService":
        return False
    import secretstorage  # noqa: PLC0415 - comes with keyring on Linux

    with closing(secretstorage.dbus_init()) as bus:
        return bool(secretstorage.get_collection_by_alias(bus, "default").is_locked())


def system_keychain(*, environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Keychain | None:
    """Return the system's keyring, None where there is none to be used without asking somebody."""
    desktop = "DBUS_SESSION_BUS_ADDRESS" in environ and ("DISPLAY" in environ or "WAYLAND_DISPLAY" in environ)
    if find_spec("keyring") is None or (platform not in ("darwin", "win32") and not desktop):
        return None
    import keyring  # noqa: PLC0415 - an optional extra, and slow to import

    try:
        backend = keyring.get_keyring()
        kind = type(backend).__module__
        usable = backend.priority > 0 and not f"{kind}.".startswith(NOT_OURS) and not _locked(kind)
    except Exception as error:  # noqa: BLE001 - looking for a backend runs code of every one that is installed
        log.info("there is no keyring: %s", error)
        return None
    return Keychain(backend) if usable else None
