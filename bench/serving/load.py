"""The client, in a process of its own: reads a plan (JSON) from stdin, keeps connections busy, prints what it saw.

A plan has `port`, `request` (the raw bytes as text), `connections`, and either `requests` (how many in all) or
`seconds`. Connections are kept alive and each sends its next request as soon as the answer has come whole. `NUMBER` in
a request counts them. With `addresses` each connection comes from a loopback address of its own; with `polite` it waits
as long as `Retry-After` says. `requests_of` gives each connection a request of its own, in turn.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any


class Load:
    """What all connections have still to send, and what has come back."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.given = plan.get("requests_of") or [plan["request"]]
        self.polite = plan.get("polite", False)
        self.left = plan.get("requests", 1 << 60)
        self.until = time.monotonic() + plan["seconds"] if "seconds" in plan else float("inf")
        self.statuses: Counter[str] = Counter()
        self.times: list[float] = []

    def next(self, connection: int) -> bytes | None:
        """Return a connection's next request, None where all is done."""
        if self.left <= 0 or time.monotonic() > self.until:
            return None
        self.left -= 1
        text = self.given[connection % len(self.given)]
        return text.replace("NUMBER", f"{self.left % 1_000_000:06}").encode()

    def pause_s(self, head: bytes) -> float:
        """Return how long to wait after an answer."""
        told = head.lower().partition(b"retry-after:")[2].partition(b"\r\n")[0]
        return float(told or 0) if self.polite else 0.0


class Connection(asyncio.Protocol):
    """One kept-alive connection; answers need a Content-Length."""

    def __init__(self, load: Load, number: int) -> None:
        self._load = load
        self._number = number
        self._received = b""
        self._sent_at = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if len(body) < length:
            return
        self._load.times.append(time.monotonic() - self._sent_at)
        self._load.statuses[head[9:12].decode()] += 1
        self._received = b""
        pause = self._load.pause_s(head)
        if pause:
            asyncio.get_running_loop().call_later(pause, self._send)
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed the connection"))

    def _send(self) -> None:
        request = self._load.next(self._number)
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.monotonic()
        self._transport.write(request)  # type: ignore[attr-defined]


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Carry the plan out."""
    load, loop = Load(plan), asyncio.get_running_loop()
    began = time.monotonic()
    connections = []
    for number in range(plan["connections"]):
        source = (f"127.0.1.{number + 1}", 0) if plan.get("addresses") else None
        _, connection = await loop.create_connection(
            lambda number=number: Connection(load, number), "127.0.0.1", plan["port"], local_addr=source
        )
        connections.append(connection.done)
    await asyncio.gather(*connections)
    elapsed, times = time.monotonic() - began, sorted(load.times)
    return {
        "seconds": elapsed,
        "requests": len(times),
        "statuses": load.statuses,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[len(times) * 99 // 100] * 1000,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.load(sys.stdin)))))
