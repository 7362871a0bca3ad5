"""`docs/security.md` names tests: they are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`(?P<file>tests/[\w/]+\.py)?(?:::(?P<test>test_\w+))?`")


def named():
    """Each test with the file it is in; a name without a file is in the file named last."""
    file = ""
    for found in NAMED.finditer(PAGE.read_text(encoding="utf-8")):
        file = found["file"] or file
        yield file, found["test"]


@pytest.mark.parametrize(("file", "test"), sorted(set(named()), key=str))
def test_what_the_page_names_exists(file, test):
    path = ROOT / file
    assert path.is_file()
    assert test is None or f"def {test}(" in path.read_text(encoding="utf-8")


def test_the_page_names_many():
    assert len(set(named())) > 50
