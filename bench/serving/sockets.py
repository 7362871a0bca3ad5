"""Hundreds of WebSockets on one gateway: how late messages come, whether any is lost, what they cost.

The client is this file in a process of its own: it reads `port`, `users` ([id, token] each) from stdin, says `ready`
once every socket is open, and when it reads `end` prints what it saw.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

EVENT = re.compile(rb'"done":(\d+).*?"message":"(\d+\.\d+)"')
SETTLE_S = 1.5
AIM_MS = 20.0


def measure(*, services: bool, sockets: int, rate: float, seconds: float) -> Iterator[dict[str, Any]]:
    """Give delay, loss and cost of events sent to as many users."""
    from bench.serving.gateway import feed  # noqa: PLC0415 - the client needs none of this
    from bench.serving.stage import gateway, redis_of, register  # noqa: PLC0415

    with ExitStack() as stack:
        users_file = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "users"
        feeding = [] if services else [str(rate), str(users_file)]
        server = stack.enter_context(gateway(services=services, feeding=feeding))
        users = [register(server, f"user{number}", address=f"127.0.2.{number // 50 + 1}") for number in range(sockets)]
        if services:
            from smartnotes.server.redislog import RedisEvents, connect  # noqa: PLC0415

            events = RedisEvents(connect(redis_of(server)))
            options = {"rate": rate, "users_file": users_file}
            threading.Thread(target=feed, args=(events,), kwargs=options, daemon=True).start()
        client = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert client.stdin is not None
        assert client.stdout is not None
        client.stdin.write(json.dumps({"port": server.port, "users": users}) + "\n")
        client.stdin.flush()
        assert client.stdout.readline() == "ready\n"
        before = server.cpu_s()
        written = users_file.with_suffix(".new")
        written.write_text(" ".join(user.id for user in users))
        written.rename(users_file)
        time.sleep(seconds)
        users_file.unlink()
        time.sleep(SETTLE_S)
        cpu_s = server.cpu_s() - before
        sent = int(users_file.with_suffix(".sent").read_text())
        client.stdin.write("end\n")
        client.stdin.flush()
        seen = json.loads(client.stdout.readline())
        client.wait(10)
    lost = sent - seen["received"]
    name = f"{sockets} WebSockets"
    yield {"name": f"{name}: messages", "value": sent / seconds, "unit": "a second", "aim": f">= {rate * 0.95:g}"} | {
        "fits": sent / seconds >= rate * 0.95
    }
    yield {"name": f"{name}: delay, p50", "value": seen["p50_ms"], "unit": "ms"}
    yield {"name": f"{name}: delay, p99", "value": seen["p99_ms"], "unit": "ms", "aim": f"<= {AIM_MS:g}"} | {
        "fits": seen["p99_ms"] <= AIM_MS
    }
    yield {"name": f"{name}: lost or out of order", "value": lost + seen["gaps"], "unit": "", "aim": "0"} | {
        "fits": lost + seen["gaps"] == 0
    }
    yield {"name": f"{name}: CPU a message", "value": cpu_s / max(sent, 1) * 1e6, "unit": "us"}


class Socket(asyncio.Protocol):
    """One WebSocket that listens; it takes whole text frames from the server and nothing else."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._buffer = bytearray()
        self._next = 0
        self._upgraded = False
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self._buffer += data
        if not self._upgraded:
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            assert head.startswith(b"HTTP/1.1 101"), bytes(head)
            self._upgraded, self._buffer = True, rest
        while (frame := self._frame()) is not None:
            if not self.open.done():  # the first message says where all jobs stand
                self.open.set_result(None)
            for number, made in EVENT.findall(frame):
                self._seen.delays.append(now - float(made))
                self._seen.gaps += int(number) != self._next
                self._next = int(number) + 1

    def _frame(self) -> bytes | None:
        if len(self._buffer) < 2:
            return None
        length, start = self._buffer[1] & 127, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(self._buffer[2:start], "big")
        if len(self._buffer) < start + length:
            return None
        frame = bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        return frame


class Seen:
    """What all sockets saw together."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.gaps = 0


async def listen() -> None:
    """Be the client."""
    loop = asyncio.get_running_loop()
    plan = json.loads(sys.stdin.readline())
    seen, kept = Seen(), []
    for user_id, token in plan["users"]:
        transport, socket = await loop.create_connection(lambda: Socket(seen), "127.0.0.1", plan["port"])
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            f"GET /api/v1/ws/{user_id} HTTP/1.1",
            f"Host: 127.0.0.1:{plan['port']}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Authorization: Bearer {token}",
        )
        transport.write("\r\n".join((*lines, "", "")).encode())
        await socket.open
        kept.append((transport, socket))
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    delays = sorted(seen.delays)
    for transport, _ in kept:
        transport.abort()
    result = {
        "received": len(delays),
        "gaps": seen.gaps,
        "p50_ms": delays[len(delays) // 2] * 1000,
        "p99_ms": delays[len(delays) * 99 // 100] * 1000,
        "worst_ms": delays[-1] * 1000,
    }
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    asyncio.run(listen())
