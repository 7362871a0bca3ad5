"""How much memory a gateway takes while a large file comes in."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

from bench.serving.stage import API, Server, User, call, gateway, register

PIECE = 1 << 20
AIM_MB = 150.0
PARTS = 4
"""Requests that a resumable upload comes in."""


def measure(*, services: bool, size_mb: int) -> Iterator[dict[str, Any]]:
    """Give the gateway's largest memory during an upload, and what it had before."""
    size = size_mb * PIECE
    limits = {"server__upload_bytes": str(size), "limits__file_bytes": str(size)}
    for name, send in (("plain", _plain), ("resumable", _in_parts)):
        with gateway(services=services, **limits) as server:
            user = register(server)
            subject = call(server, "POST", f"{API}/subjects", user=user, body={"name": "Large"})["id"]
            before = server.memory_mb()
            server.forget_peak()
            cpu_s, began = server.cpu_s(), time.monotonic()
            send(server, user, f"{API}/subjects/{subject}", size)
            took_s, cpu_s = time.monotonic() - began, server.cpu_s() - cpu_s
            peak = server.memory_mb("VmHWM")
        what = f"{name} upload of {size_mb} MB"
        yield {"name": f"{what}: most memory", "value": peak, "unit": "MB", "aim": f"< {AIM_MB:g}"} | {
            "fits": peak < AIM_MB
        }
        yield {"name": "  memory before", "value": before, "unit": "MB"}
        yield {"name": "  speed", "value": size_mb / took_s, "unit": "MB a second"}
        yield {"name": "  CPU", "value": cpu_s / size_mb * 1000, "unit": "ms a MB"}


def _plain(server: Server, user: User, path: str, size: int) -> None:
    piece = os.urandom(PIECE)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=600)
    headers = user.headers | {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
    connection.request(
        "POST", f"{path}/lectures/upload?name=large.bin", body=(piece for _ in range(size // PIECE)), headers=headers
    )
    answer = connection.getresponse()
    text = answer.read()
    # What random bytes are is found out by the job that reads them, or at once: both take the whole file in first.
    assert answer.status in (202, 415), (answer.status, text)
    connection.close()


def _in_parts(server: Server, user: User, path: str, size: int) -> None:
    piece, part = os.urandom(PIECE), size // PARTS
    tus = user.headers | {"Tus-Resumable": "1.0.0"}
    connection = HTTPConnection("127.0.0.1", server.port, timeout=600)
    connection.request("POST", f"{path}/uploads", headers=tus | {"Upload-Length": str(part * PARTS)})
    begun = connection.getresponse()
    begun.read()
    for number in range(PARTS):
        headers = tus | {
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(part),
            "Upload-Offset": str(number * part),
        }
        body = (piece for _ in range(part // PIECE))
        connection.request("PATCH", str(begun.headers["Location"]), body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status in (204, 415), (answer.status, text)
    connection.close()
