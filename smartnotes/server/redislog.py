"""The event log in Redis, for several gateways and workers: a stream for each user, and one for all gateways to hear.

Each event is written to both in one step, so that all hear the events of a user in the order of their ids. A gateway
reads the common stream with one connection, however many clients it serves; what a client missed is read from its
user's stream. Both are bounded. Passwords of files wait here too, sealed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import redis

from smartnotes.core.errors import SettingsError, Unavailable
from smartnotes.core.jobs import Event, event_order
from smartnotes.server.events import KEPT_EVENTS, Listener, Told
from smartnotes.server.sealing import Seal

log = logging.getLogger("smartnotes.server")

PREFIX = "smartnotes:"
COMMON = f"{PREFIX}events"
KEPT_COMMON = 50_000
KEPT_S = 7 * 24 * 3600
"""A user's events are forgotten so long after the last one."""
PASSWORD_S = 2 * 3600
"""A file's password is forgotten when its job ends, and so long after the last try at the latest."""
BLOCK_MS = 500
AGAIN_S = 0.5

Entry = tuple[str, dict[str, str]]
"""An entry of a stream: id and fields, as the client gives them with `decode_responses`."""

_APPEND = """
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'e', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', 'u', ARGV[1], 'i', id, 'e', ARGV[2])
return id
"""


def connect(url: str) -> redis.Redis:
    """Return a client; nothing is connected before its first use. Threads may share it."""
    return redis.Redis.from_url(
        url, decode_responses=True, socket_timeout=10.0, socket_connect_timeout=3.0, health_check_interval=30
    )


@contextmanager
def reachable() -> Iterator[None]:
    """Turn Redis being away into `Unavailable`."""
    try:
        yield
    except redis.RedisError as error:
        raise Unavailable("Redis cannot be reached.", hint="Try again in a moment.") from error


def check_durable(client: redis.Redis) -> None:
    """Raise `SettingsError` where this Redis may forget what must not be lost, `Unavailable` where it is away."""
    with reachable():
        # Asked for in this way, not with CONFIG, which those who rent out Redis often forbid.
        told = cast("dict[str, object]", client.info("memory"))
    policy = str(told.get("maxmemory_policy", ""))
    if policy not in ("noeviction", ""):
        raise SettingsError(
            f"The Redis of redis.url may throw away jobs and sign-outs: its maxmemory-policy is {policy}.",
            hint="Set it to noeviction there, and give what may be forgotten a Redis of its own: redis.cache_url.",
        )


class RedisEvents:
    """`EventLog` in Redis."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._append = client.register_script(_APPEND)

    def append(self, user_id: str, event: Event) -> Event:
        """Keep the event; see `EventLog.append`."""
        keys = [_stream(user_id), COMMON]
        text = event.model_dump_json(exclude={"id"})
        arguments: list[str | int] = [user_id, text, KEPT_EVENTS, KEPT_COMMON, KEPT_S]
        with reachable():
            return event.model_copy(update={"id": str(self._append(keys, [*arguments]))})

    def since(self, user_id: str, after: str) -> list[Event]:
        """Return later events; see `EventLog.since`."""
        event_order(after)  # nothing but an id goes into the command
        with reachable():
            found = self._client.xrange(_stream(user_id), min=f"({after}" if after else "-")
        return [_event(entry_id, fields["e"]) for entry_id, fields in cast("list[Entry]", found)]

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell of new events; see `EventLog.listen`."""
        over, ready = threading.Event(), threading.Event()
        arguments = (listener, over, ready)
        thread = threading.Thread(target=self._listen, args=arguments, name="events", daemon=True)
        thread.start()
        # What is appended once this returns is heard, as long as Redis answers at all.
        ready.wait(5.0)

        def end() -> None:
            over.set()
            thread.join(2 * BLOCK_MS / 1000)

        return end

    def _listen(self, listener: Listener, over: threading.Event, ready: threading.Event) -> None:
        last, missed = "", False
        while not over.is_set():
            try:
                if not last:
                    newest = cast("list[Entry]", self._client.xrevrange(COMMON, count=1))
                    last = newest[0][0] if newest else "0-0"
                    ready.set()
                found = self._client.xread({COMMON: last}, count=1000, block=BLOCK_MS)
                if missed:
                    missed = False
                    listener([])
                for _, entries in _pairs(found):
                    listener([Told(fields["u"], _event(fields["i"], fields["e"])) for _, fields in entries])
                    last = entries[-1][0]
            except redis.RedisError as error:
                log.warning("events cannot be heard: %s", error)
                missed = True
                over.wait(AGAIN_S)


class RedisPasswords:
    """`Passwords` in Redis, sealed with the server's secret: whoever reads Redis reads none of them."""

    def __init__(self, client: redis.Redis, *, seal: Seal) -> None:
        self._client = client
        self._seal = seal

    def keep(self, job_id: str, password: str) -> None:
        """Keep a password for the job."""
        sealed = self._seal.close(password, purpose=_password_key(job_id))
        with reachable():
            self._client.set(_password_key(job_id), sealed, ex=PASSWORD_S)

    def get(self, job_id: str) -> str | None:
        """Return the job's password, and keep it for another try."""
        with reachable():
            found = self._client.getex(_password_key(job_id), ex=PASSWORD_S)
        return None if found is None else self._seal.open(str(found), purpose=_password_key(job_id))

    def forget(self, job_id: str) -> None:
        """Let go of it."""
        with reachable():
            self._client.delete(_password_key(job_id))


def _password_key(job_id: str) -> str:
    return f"{PREFIX}password:{job_id}"


def _stream(user_id: str) -> str:
    return f"{PREFIX}events:{user_id}"


def _event(event_id: str, text: str) -> Event:
    return Event.model_validate_json(text).model_copy(update={"id": event_id})


def _pairs(found: object) -> list[tuple[str, list[Entry]]]:
    """Return (stream, entries), in which the two versions of Redis's protocol differ."""
    if isinstance(found, dict):
        return [(name, [entry for part in parts for entry in part]) for name, parts in found.items()]
    return found if isinstance(found, list) else []
