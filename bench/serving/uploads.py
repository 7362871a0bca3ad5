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


def measure(*, services: bool, size_mb: int) -> Iterator[dict[str, Any]]:
    """Give the gateway's largest memory during an upload, and what it had before."""
    size = size_mb * PIECE
    limits = {"server__upload_bytes": str(size), "limits__file_bytes": str(size)}
    for name, send in (("plain", _plain),):
        with gateway(services=services, **limits) as server:
            user = register(server)
            subject = call(server, "POST", f"{API}/subjects", user=user, body={"name": "Large"})["id"]
            before = server.memory_mb()
            server.forget_peak()
            cpu_s, began = server.cpu_s(), time.monotonic()
            send(server, user, f"{API}/subjects/{subject}/lectures/upload?name=large.bin", size)
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
    connection.request("POST", path, body=(piece for _ in range(size // PIECE)), headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    # What random bytes are is found out by the job that reads them, or at once: both take the whole file in first.
    assert answer.status in (202, 415), (answer.status, text)
    connection.close()
