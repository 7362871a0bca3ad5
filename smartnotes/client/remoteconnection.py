"""HTTP with one server as one user: retries, renewed tokens, and errors that are ours again."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2

from smartnotes.client.credentials import PREFIX, Login, normalised
from smartnotes.client.remoteanswers import (
    is_busy,
    parsed,
    raise_problem,
    read,
    retry_after,
    tls_failure,
    unavailable,
    worth_waiting,
)
from smartnotes.core.accounts import RefreshRequest, Tokens
from smartnotes.core.ids import new_id
from smartnotes.core.model import Value

T = TypeVar("T")

RETRIES = 4
"""How often a call is tried again that may safely be made twice."""

FIRST_PAUSE_S = 0.2
"""Before the first new try; every further pause is twice as long."""

CONNECT_S = 5.0
READ_S = 120.0
"""Between two pieces of an answer; a language model on a slow machine takes its time."""

UNKEPT = frozenset({"/auth/logout", "/auth/logout-all"})
"""After these the credential is void, and with it the key."""
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})

Query = Mapping[str, str | int | bool | None]


class Connection:
    """One user's connection with a server; threads may share it.

    `login` None is nobody: only registering and signing in work. `on_renewed` is told the login whose tokens were
    renewed, `reload` gives the login as another process may have renewed it meanwhile. `transport` takes the place of
    the network in tests.
    """

    def __init__(
        self,
        server: str,
        *,
        login: Login | None = None,
        on_renewed: Callable[[Login], None] | None = None,
        reload: Callable[[], Login | None] | None = None,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.server = normalised(server)
        self._login = login
        self._on_renewed = on_renewed
        self._reload = reload
        self._sleep = sleep
        self._renewing = threading.Lock()
        self._http = httpx2.Client(
            base_url=self.server,
            transport=transport,
            timeout=httpx2.Timeout(READ_S, connect=CONNECT_S),
            headers={"User-Agent": "smartnotes"},
        )

    def close(self) -> None:
        """Close the sockets."""
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        answer: type[T],
        query: Query | None = None,
        body: Value | Mapping[str, object] | None = None,
        safe: bool = False,
    ) -> T:
        """Make a call and return its JSON as `answer`.

        `safe` says that a POST changes nothing and may be repeated. Raises the error that the server names,
        `Unavailable` where it cannot be reached.
        """
        content = _json(body) if body is not None else None
        headers = {"Content-Type": "application/json"} if content is not None else {}
        data = self.data(method, path, query=query, content=content, headers=headers, safe=safe)
        return parsed(data, answer, server=self.server)

    def collect(self, path: str, *, of: type[T], query: Query | None = None) -> list[T]:
        """GET a list and return all of it; the server gives it in pieces, each with a `Link` to the next."""
        values: list[T] = []
        asked = dict(query or {})
        while True:
            with self._answered("GET", path, asked, lambda: None, None, repeatable=True) as response:
                values += parsed(read(response), list[of], server=self.server)  # type: ignore[valid-type]  # a list of what was asked for
                further = response.links.get("next", {}).get("url", "")
            if not further:
                return values
            asked["cursor"] = parse_qs(urlsplit(further).query)["cursor"][0]

    def data(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        safe: bool = False,
    ) -> bytes:
        """Make a call and return the bytes of its answer; b"" where a repeated DELETE finds nothing more."""
        repeatable = safe or method in REPEATABLE
        with self._answered(method, path, query, lambda: content, headers, repeatable=repeatable) as response:
            return read(response)

    def headers(
        self,
        method: str,
        path: str,
        *,
        pieces: Callable[[], Iterable[bytes] | None] = lambda: None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Mapping[str, str]:
        """Make a call and return the headers of its answer, whose body is of no interest."""
        with self._answered(method, path, None, pieces, headers, repeatable=repeatable) as response:
            return response.headers

    def upload(
        self,
        path: str,
        *,
        query: Query,
        pieces: Callable[[], Iterable[bytes]],
        headers: Mapping[str, str],
        answer: type[T],
    ) -> T:
        """POST a body that is streamed from `pieces`, which is called anew for every try."""
        with self._answered("POST", path, query, pieces, headers, repeatable=True) as response:
            return parsed(read(response), answer, server=self.server)

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        *,
        body: Value | Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[httpx2.Response]:
        """Give the answer to read piece by piece; a connection that breaks meanwhile raises `Unavailable`."""
        content = _json(body) if body is not None else None
        kind = {"Content-Type": "application/json"} if content is not None else {}
        with self._answered(method, path, None, lambda: content, {**kind, **(headers or {})}, repeatable=True) as got:
            try:
                yield got
            except httpx2.RequestError as error:
                raise unavailable(error, server=self.server) from error

    @contextmanager
    def _answered(
        self,
        method: str,
        path: str,
        query: Query | None,
        content: Callable[[], bytes | Iterable[bytes] | None],
        headers: Mapping[str, str] | None,
        *,
        repeatable: bool,
    ) -> Iterator[httpx2.Response]:
        """Give a successful answer, not yet read: signed in, retried and with the server's error raised.

        What makes something is sent with a key, by which the server knows it when it comes again.
        """
        if method == "POST" and not repeatable and self._login is not None and path not in UNKEPT:
            headers, repeatable = {**(headers or {}), "Idempotency-Key": new_id("key")}, True
        renewed = False
        attempt = 0
        while True:
            login = self._login
            request = self._request(method, path, query, content(), headers, login=login)
            try:
                response = self._http.send(request, stream=True)
            except httpx2.TransportError as error:
                unsent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
                if not (unsent or repeatable) or attempt >= RETRIES or tls_failure(error) is not None:
                    raise unavailable(error, server=self.server) from error
                self._pause(attempt, None)
                attempt += 1
                continue
            try:
                if response.status_code == 401 and login is not None and not renewed:
                    renewed = True
                    if self._renew(login):
                        continue
                if is_busy(response) and repeatable and attempt < RETRIES and worth_waiting(response):
                    self._pause(attempt, response)
                    attempt += 1
                    continue
                if not response.is_success:
                    raise_problem(response, server=self.server)
                yield response
                return
            finally:
                response.close()

    def _request(
        self,
        method: str,
        path: str,
        query: Query | None,
        content: bytes | Iterable[bytes] | None,
        headers: Mapping[str, str] | None,
        *,
        login: Login | None,
    ) -> httpx2.Request:
        sent = dict(headers or {})
        if login is not None:
            sent["Authorization"] = f"Bearer {login.access_token}"
        params = {name: value for name, value in (query or {}).items() if value is not None}
        return self._http.build_request(method, PREFIX + path, params=params, content=content, headers=sent)

    def _renew(self, used: Login) -> bool:
        """Get new tokens in place of those that were refused; return whether there are any to try."""
        with self._renewing:
            if self._login is not used:
                return self._login is not None
            kept = self._reload() if self._reload else None
            if kept is not None and kept.access_token != used.access_token:
                self._login = kept
                return True
            if used.refresh_token is None:
                return False
            request = RefreshRequest(refresh_token=used.refresh_token)
            content = _json(request)
            headers = {"Content-Type": "application/json"}
            try:
                response = self._http.post(f"{PREFIX}/auth/refresh", content=content, headers=headers)
            except httpx2.RequestError as error:
                raise unavailable(error, server=self.server) from error
            if not response.is_success:
                return False
            self._login = used.renewed(Tokens.model_validate_json(response.content))
            if self._on_renewed:
                self._on_renewed(self._login)
            return True

    def _pause(self, attempt: int, response: httpx2.Response | None) -> None:
        asked = retry_after(response) if response is not None else None
        self._sleep(asked if asked is not None else FIRST_PAUSE_S * 2**attempt)


def _json(body: Value | Mapping[str, object]) -> bytes:
    if isinstance(body, Value):
        return body.model_dump_json().encode()
    return json.dumps(body).encode()
