"""The installed command, run as a user runs it: in a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAM = Path(sys.executable).with_name("smartnotes")


class Outcome(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return stdout as the one JSON value it must be."""
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """Return stdout as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


class Shell:
    """Runs `smartnotes` in `folder`, whose subfolder `home` holds its data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SMARTNOTES_")}
        self.environment = kept | {"SMARTNOTES_HOME": str(folder / "home"), "PYTHONWARNINGS": "ignore"}
        # Whoever runs the tests may be signed in somewhere; on Linux this keeps them from seeing it.
        self.environment["XDG_CONFIG_HOME"] = str(folder / "config")

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start the command and return at once."""
        return subprocess.Popen(
            [str(PROGRAM), *map(str, words)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __call__(self, *words: str | Path, code: int = 0) -> Outcome:
        """Run the command, wait, and check its exit code."""
        process = self.start(*words)
        out, err = process.communicate(timeout=300)
        assert process.returncode == code, f"exit code {process.returncode}, not {code}\n{out}\n{err}"
        return Outcome(process.returncode, out, err)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Give an empty place."""
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Give a place where the example has been read in three forms; tests must not change it."""
    shell = Shell(tmp_path_factory.mktemp("library"))
    shell("ingest", EXAMPLES / "lecture.pdf", "--subject", "Slides")
    shell("ingest", EXAMPLES / "lecture.pptx", "--subject", "Deck")
    shell("ingest", EXAMPLES / "lecture-scan.pdf", "--subject", "Scan")
    return shell
