"""Options: what is said about limits."""

from __future__ import annotations

import re
from pathlib import Path

import smartnotes
from smartnotes.core.options import Limits, how_to_raise

PACKAGE = Path(smartnotes.__file__).parent


def test_the_hint_names_the_setting_that_raises_the_limit() -> None:
    assert how_to_raise("pages", instead="Split the file").endswith("smartnotes --set limits.pages=NUMBER ingest ...")


def test_every_limit_that_errors_tell_how_to_raise_exists() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    named = {*re.findall(r'how_to_raise\(\s*"(\w+)"', source), *re.findall(r"--set limits\.([a-z_]+)=", source)}
    assert {"pages", "page_s", "memory_bytes"} <= named <= set(Limits.model_fields)
