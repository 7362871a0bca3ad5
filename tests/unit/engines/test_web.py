"""Fetching from the public web: only there, only so long, only so much; against a server of this test."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from smartnotes.engines.webaddress import is_public
from smartnotes.engines.webfetch import FetchLimits, NotFetched, PageFetcher

PAGE = b"<html><title>T</title><body><p>Hello there.</p></body></html>"


class Site(BaseHTTPRequestHandler):
    """Answers as the path says."""

    asked: ClassVar[list[tuple[str, dict[str, str]]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers.items())))
        getattr(self, self.path.strip("/").split("?")[0] or "page")()

    def page(self) -> None:
        self._send(PAGE)

    def pdf(self) -> None:
        self._send(b"%PDF", kind="application/pdf")

    def cookie(self) -> None:
        self._send(PAGE, **{"Set-Cookie": "a=b"})

    def round(self) -> None:
        self._send(b"", status=302, Location="/round")

    def inside(self) -> None:
        self._send(b"", status=302, Location="http://169.254.169.254/latest/meta-data")

    def once(self) -> None:
        self._send(b"", status=301, Location="/cookie")

    def file(self) -> None:
        self._send(b"", status=302, Location="file:///etc/passwd")

    def bomb(self) -> None:
        self._send(gzip.compress(b"a" * 20_000_000), **{"Content-Encoding": "gzip"})

    def broken(self) -> None:
        self._send(b"not gzip", **{"Content-Encoding": "gzip"})

    def brotli(self) -> None:
        self._send(b"x", **{"Content-Encoding": "br"})

    def missing(self) -> None:
        self._send(b"", status=404)

    def drip(self) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 200:
            try:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    def _send(self, body: bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Be quiet."""


@pytest.fixture
def site() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Site.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def to_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"] if host == "notes.example" else [host]


def only_loopback(address: str, port: int) -> bool:
    return address == "127.0.0.1"


def a_fetcher(limits: FetchLimits | None = None) -> PageFetcher:
    return PageFetcher(resolve=to_loopback, permits=only_loopback, limits=limits)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
        "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.5", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
        "2001::1", "2001:db8::1", "100::1", "fec0::1", "5f00::1", "3fff::1", "localhost", "", "8.8.8.8.8",
    ],
)  # fmt: skip
def test_what_is_not_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address, 80)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::5e"]
)
def test_public_addresses_are_reached_on_the_ports_of_the_web_only(address: str) -> None:
    assert is_public(address, 80)
    assert is_public(address, 443)
    assert not is_public(address, 22)
    assert not is_public(address, 6379)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_by_default_this_machine_is_not_reached_however_it_is_written(site: int, host: str) -> None:
    with pytest.raises(NotFetched):
        PageFetcher().fetch(f"http://{host}:{site}/page")
    with pytest.raises(NotFetched):
        PageFetcher(permits=lambda address, port: is_public(address, 80)).fetch(f"http://{host}:{site}/page")
    assert Site.asked == []


def test_a_page_is_fetched_from_the_address_that_was_checked_under_its_own_name(site: int) -> None:
    found = a_fetcher().fetch(f"http://notes.example:{site}/page#part")
    assert found.body == PAGE
    [(path, headers)] = Site.asked
    assert path == "/page"
    assert headers["Host"] == f"notes.example:{site}"


def test_the_host_is_resolved_once_for_a_connection(site: int) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    PageFetcher(resolve=rebinding, permits=only_loopback).fetch(f"http://notes.example:{site}/page")
    assert asked == ["notes.example"]


def test_one_bad_address_among_good_ones_spoils_the_lot(site: int) -> None:
    fetcher = PageFetcher(resolve=lambda host, port: ["127.0.0.1", "10.0.0.1"], permits=only_loopback)
    with pytest.raises(NotFetched, match="not public"):
        fetcher.fetch(f"http://notes.example:{site}/page")
    assert Site.asked == []


def test_redirects_are_followed_without_cookies_and_checked_each(site: int) -> None:
    assert a_fetcher().fetch(f"http://notes.example:{site}/once").url.endswith("/cookie")
    assert all("Cookie" not in headers for _, headers in Site.asked)
    for path, why in (("inside", "not public"), ("file", "none of the web"), ("round", "again and again")):
        with pytest.raises(NotFetched, match=why):
            a_fetcher().fetch(f"http://notes.example:{site}/{path}")


@pytest.mark.parametrize("path", ["pdf", "broken", "brotli", "missing"])
def test_what_is_no_page_is_not_taken(site: int, path: str) -> None:
    with pytest.raises(NotFetched):
        a_fetcher().fetch(f"http://notes.example:{site}/{path}")


@pytest.mark.parametrize(
    "url", ["ftp://notes.example/", "http://user:secret@notes.example/", "notes.example", "http://", "http://[", ""]
)
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(NotFetched):
        a_fetcher().fetch(url)


def test_a_bomb_is_cut_off_where_it_is_large_enough(site: int) -> None:
    assert len(a_fetcher(FetchLimits(bytes_unpacked=50_000)).fetch(f"http://notes.example:{site}/bomb").body) == 50_000


def test_bytes_that_drip_end_with_the_time_of_a_page(site: int) -> None:
    started = time.monotonic()
    with pytest.raises(NotFetched):
        a_fetcher(FetchLimits(seconds=0.4)).fetch(f"http://notes.example:{site}/drip")
    assert time.monotonic() - started < 3


def test_proxies_of_the_environment_are_not_used(site: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://10.0.0.1:1")
    assert a_fetcher().fetch(f"http://notes.example:{site}/page").body == PAGE
