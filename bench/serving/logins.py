"""What is left of another route's rate while sixty clients sign in over and over."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.serving.stage import API, Server, User, gateway, http_text, load, register

FLOOD = 60
SECONDS = 3.0
AIM = 15.0


def measure(*, services: bool, rounds: int, connections: int) -> Iterator[dict[str, Any]]:
    """Give the share of the rate that is kept, with clients that wait when told to, and with some that do not."""
    # The real cost of a password; whoever floods comes from many addresses, so that no limit by address helps.
    with gateway(services=services, server__password_cost="12") as server:  # noqa: S106 - no password, its cost
        user = register(server)
        _rate(server, user, connections=connections, seconds=1.0)
        for name, polite in (("wait as Retry-After says", True), ("do not wait", False)):
            shares, signed_in = [], []
            for _ in range(rounds):
                alone = _rate(server, user, connections=connections, seconds=SECONDS)
                with ThreadPoolExecutor(1) as pool:
                    flood = pool.submit(load, _flood(server, polite=polite))
                    _rate(server, user, connections=connections, seconds=1.0)
                    shares.append(100 * _rate(server, user, connections=connections, seconds=SECONDS) / alone)
                    seen = flood.result()
                signed_in.append(seen["statuses"].get("401", 0) / seen["seconds"])
            kept = statistics.median(shares)
            yield {
                "name": f"rate kept, {FLOOD} sign in and {name}",
                "value": kept,
                "unit": "%",
                "aim": f">= {AIM:g}",
                "fits": kept >= AIM,
                "spread": [min(shares), max(shares)],
            }
            yield {"name": "  passwords checked meanwhile", "value": statistics.median(signed_in), "unit": "a second"}


def _rate(server: Server, user: User, *, connections: int, seconds: float) -> float:
    plan = {
        "port": server.port,
        "request": http_text(server, "GET", f"{API}/subjects", user=user),
        "connections": connections,
        "seconds": seconds,
    }
    seen = load(plan)
    assert set(seen["statuses"]) == {"200"}, seen
    return float(seen["requests"] / seen["seconds"])


def _flood(server: Server, *, polite: bool) -> dict[str, Any]:
    # A name that nobody has costs the same as a wrong password.
    body = {"name": "nobody-NUMBER", "password": "a wrong password"}
    return {
        "port": server.port,
        "request": http_text(server, "POST", f"{API}/auth/login", body=body),
        "connections": FLOOD,
        "addresses": True,
        "polite": polite,
        "seconds": SECONDS + 1.5,
    }
