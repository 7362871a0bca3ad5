"""A team's server as it is run: a gateway and a worker, processes of their own, on real services."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.services import (
    S3_BUCKET,
    S3_KEY,
    S3_SECRET,
    free_port,
    running_chroma,
    running_postgres,
    running_redis,
    running_s3,
)

START_S = 60.0
STOP_S = 40.0


@contextmanager
def running_team(folder: Path) -> Iterator[str]:
    """Run it on PostgreSQL, Redis, Chroma and S3 and give its address; gateway and worker share no folder."""
    with ExitStack() as stack:
        settings = {
            "DATABASE__URL": stack.enter_context(running_postgres()),
            "REDIS__URL": stack.enter_context(running_redis()),
            "VECTORS__URL": stack.enter_context(running_chroma()),
            "STORAGE__URL": f"s3://{S3_BUCKET}/team",
            "STORAGE__ENDPOINT": stack.enter_context(running_s3()),
            "STORAGE__ACCESS_KEY": S3_KEY,
            "STORAGE__SECRET_KEY": S3_SECRET,
            "LLM__ENGINE": "none",
            "SERVER__SECRET": "a secret that only these tests know",
            # The cheapest password hash that the server takes: what hashing costs is not what is tested here.
            "SERVER__PASSWORD_COST": "4",
        }
        environment = os.environ | {f"SMARTNOTES_{name}": value for name, value in settings.items()}
        address = f"http://127.0.0.1:{(port := free_port())}"
        gateway = stack.enter_context(_process("serve", "--port", str(port), environment=environment, folder=folder))
        _await(f"{address}/readyz", gateway, log=folder / "serve.log")
        stack.enter_context(_process("worker", "--concurrency", "2", environment=environment, folder=folder))
        yield address


@contextmanager
def _process(
    command: str, *options: str, environment: dict[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of ours with a data folder of its own; it must end in order when it is told to."""
    log = folder / f"{command}.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "smartnotes", command, *options],
            env=environment | {"SMARTNOTES_HOME": str(folder / command)},
            cwd=folder,
            stdout=written,
            stderr=written,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            ended = process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            ended = process.wait()
    # uvicorn ends with the signal it was told to end with
    assert ended in (0, -15), f"{command} ended with {ended}: {log.read_text()}"


def _await(url: str, process: subprocess.Popen[bytes], *, log: Path) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        else:
            return
