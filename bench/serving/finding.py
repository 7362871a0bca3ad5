"""Searching and asking through the gateway, against the same in the notebook of one process."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.serving.stage import API, Server, User, call, gateway, http_text, load, register, wait_for_job
from smartnotes.bootstrap import build_engines, build_stores
from smartnotes.client.local import LocalNotebook
from smartnotes.settings import Settings

LECTURE = Path(__file__).parents[2] / "examples" / "lecture.pdf"
QUERY = "hash table"
QUESTION = "What is a hash table?"
USERS = 8
TIMES = 10


def measure(*, services: bool, rounds: int) -> Iterator[dict[str, Any]]:
    """Give times through the gateway as multiples of those without, and the rate of eight users at once."""
    settings = Settings.model_validate({"llm": {"engine": "none"}})
    # Jobs are done by the gateway itself on SQLite; with Redis it would take workers, and nothing of finding changes.
    del services
    with gateway() as server, tempfile.TemporaryDirectory() as folder:
        users = [register(server, f"user{number}") for number in range(USERS)]
        for user in users:
            _upload(server, user)
        stores = build_stores(Path(folder))
        notebook = LocalNotebook(stores=stores, engines=build_engines(settings), settings=settings)
        notebook.ingest(LECTURE, subject="Algorithms").result()
        pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "search": (
                lambda: call(server, "POST", f"{API}/search", user=users[0], body={"query": QUERY}),
                lambda: notebook.search(QUERY),
            ),
            "chat": (
                lambda: call(server, "POST", f"{API}/chat", user=users[0], body={"question": QUESTION}),
                lambda: notebook.ask(QUESTION),
            ),
        }
        for name, (through, without) in pairs.items():
            ratios, times = [], []
            for number in range(rounds + 1):
                theirs, mine = _seconds(through), _seconds(without)
                if number:
                    ratios.append(theirs / mine)
                    times.append(theirs * 1000)
            yield {"name": f"{name} through the gateway", "value": statistics.median(times), "unit": "ms"}
            yield {
                "name": f"{name} against a local notebook",
                "value": statistics.median(ratios),
                "unit": "x",
                "spread": [min(ratios), max(ratios)],
            }
        notebook.close()
        alone = [_rate(server, users[:1]) for _ in range(rounds)]
        together = [_rate(server, users) for _ in range(rounds)]
        both = statistics.median(together) / statistics.median(alone)
        yield {"name": "searches of one user", "value": statistics.median(alone), "unit": "a second"}
        yield {"name": f"searches of {USERS} users at once", "value": both, "unit": "x the rate of one"}


def _upload(server: Server, user: User) -> None:
    subject = call(server, "POST", f"{API}/subjects", user=user, body={"name": "Algorithms"})["id"]
    path = f"{API}/subjects/{subject}/lectures/upload?name=lecture.pdf"
    job = call(server, "POST", path, user=user, body=LECTURE.read_bytes())
    ended = wait_for_job(server, user, job["id"])
    assert ended["state"] == "done", ended


def _seconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(TIMES):
        ask()
    return (time.perf_counter() - began) / TIMES


def _rate(server: Server, users: list[User]) -> float:
    asked = [http_text(server, "POST", f"{API}/search", user=user, body={"query": QUERY}) for user in users]
    seen = load({"port": server.port, "requests_of": asked, "connections": len(users), "seconds": 3.0})
    assert set(seen["statuses"]) == {"200"}, seen
    return float(seen["requests"] / seen["seconds"])
