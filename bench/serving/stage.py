"""Servers on free ports and in temporary folders, started and stopped by the benchmark itself. Linux only."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
API = "/api/v1"
START_S = 60.0
PASSWORD = "four plain words of ours"  # noqa: S105 - of nobody


class Server(NamedTuple):
    """A running server; CPU and memory are those of its process alone, never of a client."""

    pid: int
    port: int
    home: Path

    def cpu_s(self) -> float:
        """Return the processor time it has used since its start, all threads together."""
        # The clock id of another process, as clock_getcpuclockid(3) makes it on Linux.
        return time.clock_gettime((~self.pid << 3) | 2)

    def memory_mb(self, field: str = "VmRSS") -> float:
        """Return its resident memory (`VmRSS`), or the most it ever was (`VmHWM`)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field)) / 1024

    def forget_peak(self) -> None:
        """Let `VmHWM` begin again at what it is now."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")


class User(NamedTuple):
    """Somebody who is signed in at a gateway."""

    id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@contextmanager
def hello() -> Iterator[Server]:
    """Run the bare Starlette application."""
    with _running("hello.py", []) as server:
        yield server


@contextmanager
def gateway(*, services: bool = False, feeding: Sequence[str] = (), **settings: str) -> Iterator[Server]:
    """Run a gateway: on SQLite, or with `services` on a PostgreSQL, a Redis and a Chroma of its own.

    `settings` are named like ``server__jobs``. Passwords are cheap and rate limits high, unless they say otherwise.
    """
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="smartnotes-bench-"))
        chosen = {"server__password_cost": "4", "server__requests_per_minute": "100000000", "llm__engine": "none"}
        if services:
            from tests.services import running_chroma, running_postgres, running_redis  # noqa: PLC0415 - they need the test libraries

            chosen["database__url"] = stack.enter_context(running_postgres())
            chosen["redis__url"] = stack.enter_context(running_redis())
            chosen["vectors__url"] = stack.enter_context(running_chroma())
            chosen["vectors__url"] = stack.enter_context(running_chroma())
        environment = {f"SMARTNOTES_{name.upper()}": value for name, value in (chosen | settings).items()}
        arguments = [home, "PORT", *(argument.replace("HOME", home) for argument in feeding)]
        server = stack.enter_context(_running("gateway.py", arguments, environment=environment, home=Path(home)))
        yield server


def redis_of(server: Server) -> str:
    """Return the URL of the Redis that a gateway was given."""
    environment = Path(f"/proc/{server.pid}/environ").read_text().split("\0")
    return next(line.partition("=")[2] for line in environment if line.startswith("SMARTNOTES_REDIS__URL="))


def database_of(server: Server) -> str:
    """Return the URL of the PostgreSQL that a gateway was given, "" for one on SQLite."""
    environment = Path(f"/proc/{server.pid}/environ").read_text().split("\0")
    return next((line.partition("=")[2] for line in environment if line.startswith("SMARTNOTES_DATABASE__URL=")), "")


def call(
    server: Server, method: str, path: str, *, user: User | None = None, body: Any = None, address: str = "127.0.0.1"
) -> Any:
    """Make one request and return its JSON; `address` is the loopback address it comes from."""
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    headers = {"Content-Type": kind} | (user.headers if user else {})
    connection = HTTPConnection("127.0.0.1", server.port, timeout=120, source_address=(address, 0))
    connection.request(method, path, body=data, headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
    return json.loads(text) if text else None


def register(server: Server, name: str = "ann", *, address: str = "127.0.0.1") -> User:
    """Make an account."""
    account = {"name": name, "password": PASSWORD}
    made = call(server, "POST", f"{API}/auth/register", body=account, address=address)
    return User(made["user"]["id"], made["access_token"])


def http_text(server: Server, method: str, path: str, *, user: User | None = None, body: Any = None) -> str:
    """Return a request as it goes over the wire, for `load`."""
    text = "" if body is None else json.dumps(body)
    headers = {"Host": f"127.0.0.1:{server.port}", "User-Agent": "bench", "Accept": "*/*"}
    if body is not None:
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(text))}
    headers |= user.headers if user else {}
    return "\r\n".join(
        (f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", text)
    )


def wait_for_job(server: Server, user: User, job_id: str) -> Any:
    """Return a job at its end."""
    while True:
        job = call(server, "GET", f"{API}/tasks/{job_id}", user=user)
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.1)


def load(plan: Mapping[str, Any]) -> Any:
    """Let the client process carry out a plan and return what it saw; see `bench/serving/load.py`."""
    done = subprocess.run(
        [sys.executable, str(HERE / "load.py")],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the client failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


@contextmanager
def _running(
    program: str, arguments: Sequence[str], *, environment: Mapping[str, str] | None = None, home: Path = HERE
) -> Iterator[Server]:
    port = free_port()
    words = [argument.replace("PORT", str(port)) for argument in arguments or ["PORT"]]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, str(HERE / program), *words],
            env=os.environ | {"PYTHONPATH": str(HERE.parent.parent)} | dict(environment or {}),
            cwd=home,
            stderr=log,
        )
        try:
            _await(process, port)
            yield Server(process.pid, port, home)
        except Exception as error:
            log.seek(0)
            error.add_note(log.read().decode()[-2000:])
            raise
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_S
    while True:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("a server does not start")
        time.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
