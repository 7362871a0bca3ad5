"""Fetching a page from the public web, whatever it and its server try.

The host is resolved by us, every one of its addresses must be public, and the connection goes to the very address that
was checked: a second answer of the name server changes nothing. The name stays in the request and in the certificate
that is asked for. Redirects are followed by hand and checked like the first address. No proxy of the environment is
used, for it would connect where we cannot see; no cookies, no credentials.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import httpcore2
from typing_extensions import override

from smartnotes.engines.webaddress import Permits, Resolve, is_public, resolve

_AGENT = "smartnotes (a student's notebook; fetches single pages)"
_TYPES = ("text/html", "text/plain", "application/xhtml+xml")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class FetchLimits(NamedTuple):
    """Budgets of one page: seconds in all, bytes as sent and as unpacked, how often it may send us elsewhere."""

    seconds: float = 6.0
    bytes_sent: int = 1_500_000
    bytes_unpacked: int = 3_000_000
    redirects: int = 4


class Fetched(NamedTuple):
    """A page's bytes, where they came from in the end, and what the server says they are."""

    url: str
    content_type: str
    body: bytes


class NotFetched(Exception):
    """The page cannot be had; the message says why. Never leaves the engines."""


class PageFetcher:
    """Fetches pages. Threads may share it. `resolve` and `permits` are for tests, which have no public addresses."""

    def __init__(
        self,
        *,
        resolve: Resolve = resolve,
        permits: Permits = is_public,
        limits: FetchLimits | None = None,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._resolve = resolve
        self._permits = permits
        self._limits = limits or FetchLimits()
        self._tls = tls

    def fetch(self, url: str) -> Fetched:
        """Return the page at the address. Raises `NotFetched`."""
        until = time.monotonic() + self._limits.seconds
        try:
            for _ in range(self._limits.redirects + 1):
                found = self._one(_checked(url), until)
                if isinstance(found, Fetched):
                    return found
                url = found
        except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError) as error:
            raise NotFetched(str(error) or type(error).__name__) from error
        except (OSError, zlib.error, ValueError, httpcore2.UnsupportedProtocol) as error:
            raise NotFetched(str(error)) from error
        raise NotFetched("it sends us elsewhere again and again")

    def _one(self, url: str, until: float) -> Fetched | str:
        """Return the page, or the address that its server names instead."""
        backend = _Pinned(self._resolve, self._permits, until)
        headers: dict[bytes | str, bytes | str] = {
            "User-Agent": _AGENT,
            "Accept": "text/html, text/plain;q=0.8",
            "Accept-Encoding": "gzip",
        }
        with (
            httpcore2.ConnectionPool(ssl_context=self._tls(), max_connections=1, network_backend=backend) as pool,
            pool.stream("GET", url, headers=headers) as response,
        ):
            said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in _REDIRECTS and "location" in said:
                return urljoin(url, said["location"])
            if response.status != 200:
                raise NotFetched(f"its server answers {response.status}")
            if not said.get("content-type", "").lower().startswith(_TYPES):
                raise NotFetched("it is neither HTML nor plain text")
            return Fetched(url, said["content-type"], self._body(response.iter_stream(), said))

    def _body(self, parts: Iterable[bytes], said: Mapping[str, str]) -> bytes:
        """Return the bytes, unpacked; what is beyond a limit is left out."""
        encoding = said.get("content-encoding", "identity").lower()
        if encoding not in ("identity", "gzip", "x-gzip", ""):
            raise NotFetched(f"it is packed as {encoding}, which nobody asked for")
        unpacked = bytearray()
        unpack = zlib.decompressobj(31) if "gzip" in encoding else None
        sent = 0
        for part in parts:
            sent += len(part)
            room = self._limits.bytes_unpacked - len(unpacked)
            unpacked += unpack.decompress(part, room) if unpack else part[:room]
            if sent >= self._limits.bytes_sent or len(unpacked) >= self._limits.bytes_unpacked:
                break
        return bytes(unpacked)


def _checked(url: str) -> str:
    """Return the address without its fragment. Raises `NotFetched` for what is no plain address of the web."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotFetched("its address is none of the web")
    if parts.username is not None or parts.password is not None:
        raise NotFetched("its address has a password in it")
    return parts._replace(fragment="").geturl()


class _Pinned(httpcore2.NetworkBackend):
    """Connects to checked addresses only, and to the ones it checked; every wait ends with the page's time."""

    def __init__(self, resolve: Resolve, permits: Permits, until: float) -> None:
        self._resolve = resolve
        self._permits = permits
        self._until = until
        self._tcp = httpcore2.SyncBackend()

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = self._resolve(host, port)
        # One bad address spoils the lot: a name that mixes them is a trick.
        if not addresses or not all(self._permits(address, port) for address in addresses):
            raise NotFetched("its address is not public")
        stream = self._tcp.connect_tcp(
            addresses[0], port, timeout=_left(self._until), socket_options=list(socket_options or ())
        )
        return _Timed(stream, self._until)

    @override
    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        raise NotFetched("its address is not public")


class _Timed(httpcore2.NetworkStream):
    """A connection of which every step must be done by a point in time, however slowly the bytes drip."""

    def __init__(self, stream: httpcore2.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=_left(self._until))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=_left(self._until))

    @override
    def close(self) -> None:
        self._stream.close()

    @override
    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, timeout=_left(self._until)), self._until)

    @override
    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise NotFetched("it takes too long")
    return left
