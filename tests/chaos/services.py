"""PostgreSQL, Redis and workers that are killed with SIGKILL and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psycopg2
import redis

from tests.services import _program, _unprivileged, free_port


class Service:
    """A program in a process group of its own; `answers` says whether it is up."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        answers: Callable[[], bool],
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.kills = 0
        self._command = list(command)
        self._answers = answers
        self._environment = {**os.environ, **(environment or {})}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=Path(__file__).parents[2],
                env=self._environment,
            )
        until = time.monotonic() + 30
        while wait and not self._answers():
            if self._process.poll() is not None:  # it found the traces of the one that was killed still there
                time.sleep(0.2)
                self.start(wait=False)
            assert time.monotonic() < until, f"{self.name} does not start: {self._log.read_text()[-2000:]}"
            time.sleep(0.05)

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Kill it and all it started, without a warning."""
        assert self._process is not None
        self.kills += 1
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def end(self) -> int:
        """Tell it to stop; returns its exit code."""
        assert self._process is not None
        self._process.terminate()
        try:
            return self._process.wait(40)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


def postgres(folder: Path) -> tuple[Service, str]:
    as_user, data, port = _unprivileged(folder), folder / "data", free_port()
    options = ("-U", "smartnotes", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
    initdb = [*as_user, _program("initdb"), "-D", str(data), *options]
    subprocess.run(initdb, check=True, capture_output=True, cwd="/")
    url = f"postgresql://smartnotes@127.0.0.1:{port}/postgres"

    def answers() -> bool:
        try:
            psycopg2.connect(url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    command = [*as_user, _program("postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"]
    return Service("PostgreSQL", command, answers=answers, log=folder / "postgres.log"), url


def durable_redis(folder: Path) -> tuple[Service, str]:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"

    def answers() -> bool:
        client = redis.Redis.from_url(url, socket_timeout=1)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    options = ("--bind", "127.0.0.1", "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction")
    command = ["redis-server", "--port", str(port), "--dir", str(folder), *options]
    return Service("Redis", command, answers=answers, log=folder / "redis.log"), url


def worker(number: int, database_url: str, redis_url: str, *, folder: Path) -> Service:
    command = [sys.executable, "-m", "tests.chaos.worker", database_url, redis_url]
    return Service(f"worker {number}", command, answers=lambda: True, log=folder / f"worker{number}.log")


def team_worker(number: int, environment: Mapping[str, str], *, folder: Path) -> Service:
    command = [sys.executable, "-m", "tests.chaos.team_worker"]
    log = folder / f"worker{number}.log"
    return Service(f"worker {number}", command, answers=lambda: True, log=log, environment=environment)


def gateway(number: int, environment: Mapping[str, str], *, folder: Path) -> tuple[Service, str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/livez", timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except OSError:
            return False

    command = [sys.executable, "-m", "smartnotes", "serve", "--port", str(port)]
    log = folder / f"gateway{number}.log"
    return Service(f"gateway {number}", command, answers=answers, log=log, environment=environment), url
