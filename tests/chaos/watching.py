"""A client of a team's server that keeps a WebSocket open, whatever happens, and notes where each job stands."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

API = "/api/v1"


class Watcher:
    """Connects to one gateway after the other, each time behind the last event it saw, and never for long."""

    def __init__(self, gateways: Sequence[str], *, user_id: str, token: str) -> None:
        self.states: dict[str, str] = {}
        self.connections = 0
        self.last_id = ""
        self.repeated = 0
        self._gateways = [f"{url.replace('http', 'ws', 1)}{API}/ws/{user_id}" for url in gateways]
        self._headers = {"Authorization": f"Bearer {token}"}
        self._over = threading.Event()
        self._chance = random.Random(user_id)  # noqa: S311 - when it loses its connection
        self._thread = threading.Thread(target=self._run, name=f"watcher-{user_id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(20)

    def _run(self) -> None:
        while not self._over.is_set():
            url = self._gateways[self.connections % len(self._gateways)]
            self.connections += 1
            try:
                with connect(f"{url}?last_event_id={self.last_id}", additional_headers=self._headers) as socket:
                    self._listen(socket, until=time.monotonic() + self._chance.uniform(1.0, 5.0))
            except (OSError, WebSocketException):
                time.sleep(0.2)

    def _listen(self, socket: ClientConnection, *, until: float) -> None:
        while not self._over.is_set() and time.monotonic() < until:
            with suppress(TimeoutError):
                self._note(json.loads(socket.recv(timeout=0.5)))

    def _note(self, sent: dict) -> None:
        for job in sent.get("jobs", ()):
            self.states[job["id"]] = job["state"]
        event = sent.get("event")
        if event is not None:
            self.repeated += _order(event["id"]) <= _order(self.last_id)
            self.last_id = event["id"]
            if "job" in event:
                self.states[event["job_id"]] = event["job"]["state"]


def _order(event_id: str) -> tuple[int, int]:
    first, _, second = (event_id or "0-0").partition("-")
    return int(first), int(second)
