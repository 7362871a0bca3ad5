"""What is taken from a line and what is left: each case says why it exists. Expected exactly, without tolerance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from smartnotes.core.teaching.facts import FactKind, find_facts
from tests.builders import a_lecture, a_slide

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_facts(case: dict[str, Any]) -> None:
    facts = find_facts([a_slide(1, case.get("title", "Lecture"), *case["lines"])], lecture=a_lecture())
    found = {
        "definitions": {fact.term: fact.text for fact in facts if fact.kind is FactKind.DEFINITION},
        "statements": [fact.text for fact in facts if fact.kind is FactKind.STATEMENT],
        "lists": {fact.lead: list(fact.items) for fact in facts if fact.kind is FactKind.LIST},
        "rows": [f"{fact.term} {fact.label} {fact.text}" for fact in facts if fact.kind is FactKind.ROW],
    }
    assert {key: found[key] for key in found if key in case} == {key: case[key] for key in found if key in case}
