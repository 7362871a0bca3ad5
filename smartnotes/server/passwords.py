"""Passwords: how they are hashed, and a door that lets only so many be hashed at a time."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Final, NoReturn, TypeVar

import bcrypt

from smartnotes.core.errors import RateLimited

T = TypeVar("T")

COST: Final = 12
"""Base-2 logarithm of bcrypt's rounds; 12 is about 0.4 s of one core."""
MOST_SENT_AWAY: Final = 1000
"""Requests kept waiting for the answer that there is no room."""


@cache
def common_passwords() -> Collection[str]:
    """Return the 30,000 most common passwords in small letters: zxcvbn's list (MIT), made from published leaks."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]  # noqa: PLC0415 - 0.1 s

    return frozenset(FREQUENCY_LISTS["passwords"])


class BcryptHasher:
    """`PasswordHasher` with bcrypt over base64(sha256(password)), because bcrypt itself reads 72 bytes only."""

    def __init__(self, *, cost: int = COST) -> None:
        self._cost = cost
        # Compared against where a name is unknown, so that the answer takes as long as for a known one.
        self._nobody = self.hash(base64.b64encode(os.urandom(24)).decode())

    def hash(self, password: str) -> str:
        """Return a salted hash, such as ``$2b$12$...``."""
        return bcrypt.hashpw(_prepared(password), bcrypt.gensalt(self._cost)).decode()

    def verify(self, password: str, hashed: str | None) -> bool:
        """Say whether the password fits; with None do the same work and say no."""
        fits = bcrypt.checkpw(_prepared(password), (hashed or self._nobody).encode())
        return fits and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Say whether a new hash would be made with another cost."""
        return hashed.split("$")[2] != f"{self._cost:02}"


class PasswordDoor:
    """Runs work that hashes passwords on threads of its own; the other threads of the server stay free.

    `at_once` hashes are computed at a time (bcrypt lets go of the interpreter's lock) and `waiting` more may stand in
    line; who comes then is turned away with `RateLimited`, `late_s` seconds late: clients that come again at once would
    otherwise keep the server so busy with turning them away that everybody else waits.
    """

    def __init__(self, *, at_once: int, waiting: int, late_s: float = 1.0) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="password")
        self._room = at_once + waiting
        self._inside = 0
        self._late_s = late_s
        self._sent_away = 0
        self._lock = threading.Lock()

    async def check_room(self) -> None:
        """Turn away who would find no room: asked before anything else is done, this costs next to nothing."""
        if self._inside >= self._room:
            await self.turn_away(_no_room())

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work and return what it returns. Raises `RateLimited` where too many wait."""
        if not self._enter():
            await self.turn_away(_no_room())
        future = self._threads.submit(work)
        future.add_done_callback(self._left)
        return await asyncio.wrap_future(future)

    async def turn_away(self, error: RateLimited) -> NoReturn:
        """Raise the error, late unless very many are being turned away: waiting costs a little memory each."""
        if self._sent_away < MOST_SENT_AWAY:
            self._sent_away += 1
            try:
                await asyncio.sleep(self._late_s)
            finally:
                self._sent_away -= 1
        raise error

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _enter(self) -> bool:
        with self._lock:
            if self._inside >= self._room:
                return False
            self._inside += 1
            return True

    def _left(self, _done: Future[T]) -> None:
        with self._lock:
            self._inside -= 1


def _no_room() -> RateLimited:
    return RateLimited("Too many people are signing in right now.", hint="Try again in a few seconds.")


def _prepared(password: str) -> bytes:
    return base64.b64encode(hashlib.sha256(password.encode(errors="surrogatepass")).digest())
