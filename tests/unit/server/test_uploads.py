from __future__ import annotations

import asyncio
import hashlib

import pytest
from fastapi import Request

from smartnotes.core.errors import EmptyFile, InputError, TooLarge
from smartnotes.core.options import Limits
from smartnotes.server.uploading import narrowed
from smartnotes.server.uploads import display_name, receive


def a_request(*parts, announced=None, breaks_off=False):
    """A request whose body comes in these parts."""
    headers = [] if announced is None else [(b"content-length", str(announced).encode())]
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.disconnect"} if breaks_off else {"type": "http.request", "body": b""})
    left = iter(messages)

    async def give():
        return next(left)

    return Request({"type": "http", "method": "POST", "headers": headers}, give)


def take(request, folder, *, limit=100):
    async def run():
        async with receive(request, folder=folder, limit=limit) as received:
            return received, received.path.read_bytes()

    return asyncio.run(run())


def test_a_body_becomes_a_file_with_its_hash_and_goes_again(tmp_path):
    received, data = take(a_request(b"abc", b"def"), tmp_path)
    assert data == b"abcdef"
    assert (received.sha256, received.size_bytes) == (hashlib.sha256(b"abcdef").hexdigest(), 6)
    assert list(tmp_path.iterdir()) == []


def test_too_much_is_cut_off_where_it_was_announced_and_where_it_was_not(tmp_path):
    with pytest.raises(TooLarge, match="upload_bytes"):
        take(a_request(announced=101), tmp_path)
    endless = a_request(*[b"x" * 60] * 1000)
    with pytest.raises(TooLarge):
        take(endless, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_body_of_exactly_the_limit_is_taken(tmp_path):
    assert take(a_request(b"x" * 100, announced=100), tmp_path)[0].size_bytes == 100


def test_nothing_is_no_file(tmp_path):
    with pytest.raises(EmptyFile):
        take(a_request(), tmp_path)


def test_a_client_that_goes_away_leaves_nothing(tmp_path):
    with pytest.raises(InputError, match="broke off"):
        take(a_request(b"abc", breaks_off=True), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("week 3.pdf", "week 3.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\week 3.pdf", "week 3.pdf"),
        ("Übung\x00 1\n.pdf", "Übung 1.pdf"),
        ("", "upload"),
        ("/", "upload"),
        ("x" * 500 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_for_display_only(given, shown):
    assert display_name(given) == shown


def test_a_client_may_ask_for_tighter_limits_only():
    asked = Limits(pages=10, memory_bytes=1 << 50)
    assert narrowed(asked, to=Limits(pages=100)) == Limits(pages=10)
