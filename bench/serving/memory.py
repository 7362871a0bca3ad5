"""Memory of a gateway: at rest, and whether it grows with the requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.serving.routes import ROUTES, fill
from bench.serving.stage import Server, User, gateway, http_text, load, register


def measure(*, services: bool, requests: int, connections: int) -> Iterator[dict[str, Any]]:
    """Give the resident memory at rest, after some requests to each route, and the growth after four times as many."""
    with gateway(services=services) as server:
        yield {"name": "memory at rest", "value": server.memory_mb(), "unit": "MB"}
        user = register(server)
        fill(server, user)
        _ask(server, user, requests=requests, connections=connections)
        warm = server.memory_mb()
        yield {"name": f"after {requests * len(ROUTES)} requests", "value": warm, "unit": "MB"}
        _ask(server, user, requests=4 * requests, connections=connections)
        grown = server.memory_mb() - warm
        yield {"name": f"growth by {4 * requests * len(ROUTES)} more", "value": grown, "unit": "MB", "aim": "< 5"} | {
            "fits": grown < 5
        }


def _ask(server: Server, user: User, *, requests: int, connections: int) -> None:
    for route in ROUTES:
        request = http_text(server, "GET", route.path, user=user)
        load({"port": server.port, "request": request, "requests": requests, "connections": connections})
