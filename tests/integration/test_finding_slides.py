"""Finding in a deck: tables by kind, slides that go on, copies of a lecture."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import smartnotes
from smartnotes import ChatOptions, ChunkKind, Scope, SearchOptions
from smartnotes.bootstrap import build_engines, build_stores
from smartnotes.core.events import ignore
from smartnotes.core.usecases.finding import ask_notes
from smartnotes.settings import Settings
from tests.fakes import ScriptedLlm

SETTINGS = Settings.model_validate({"llm": {"engine": "none"}})
DECK = """---
marp: true
---

# Engines

| Engine | Fuel | Power |
|---|---|---|
| Turboprop | kerosene | 800 kW |
| Piston | petrol | 120 kW |

Power falls with height.

---

# Maintenance (1)

Every engine is inspected after 50 hours of flight by a mechanic:

- oil level
- spark plugs

---

# Maintenance (2)

- air filter of the intake
- propeller blades

---

# Weather

Fog is a cloud that touches the ground.
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deck")
    with smartnotes.connect(folder / "notes", settings=SETTINGS) as notebook:
        for year, weather in (("2025", "ground"), ("2026", "ground, and stops all flights")):
            (folder / f"{year}.md").write_text(DECK.replace("ground", weather), encoding="utf-8")
            notebook.ingest(folder / f"{year}.md", subject="Aviation", name=year).result()
    return folder / "notes"


@pytest.fixture
def notebook(home):
    with smartnotes.connect(home, settings=SETTINGS) as notebook:
        yield notebook


def test_a_table_is_found_by_its_kind_and_quoted_without_the_words_around_it(notebook):
    options = SearchOptions(scope=Scope(kinds=(ChunkKind.TABLE,)))
    [hit] = notebook.search("power of the piston engine", options=options)
    assert hit.chunk.kind is ChunkKind.TABLE
    assert "Piston\tpetrol\t120 kW" in hit.chunk.text
    assert "Power falls" not in hit.chunk.text
    assert "Power falls with height." in hit.chunk.indexed_text


def test_of_two_years_decks_the_latest_one_is_found_but_both_where_they_differ(notebook):
    hits = notebook.search("How often is an engine inspected?")
    assert {hit.lecture_name for hit in hits if hit.chunk.headings == ("Maintenance (1)",)} == {"2026"}
    assert len([hit for hit in hits if hit.chunk.headings != ("Weather",)]) == 4
    assert {hit.lecture_name for hit in hits if hit.chunk.headings == ("Weather",)} == {"2025", "2026"}
    old = notebook.search("engine inspected", options=SearchOptions(scope=Scope(lectures=("2025",))))
    assert {hit.lecture_name for hit in old} == {"2025"}


def test_a_model_sees_the_slide_that_goes_on_under_a_marker_of_its_own(home):
    llm = ScriptedLlm("Every engine is inspected after 50 hours of flight:\n\n- oil level\n- air filter of the intake")
    stores = build_stores(home)
    try:
        answer = ask_notes(
            "What is inspected after 50 hours of flight?",
            options=ChatOptions(evidence=1, fresh=True),
            engines=build_engines(SETTINGS),
            llm=llm,
            stores=stores,
            emit=ignore,
            now=datetime.now(UTC),
        )
    finally:
        stores.close()
    assert llm.prompts[0].count("marker=") == 2
    assert "propeller blades" in llm.prompts[0]
    assert {citation.page for citation in answer.citations} <= {2, 3}
    assert any(citation.page == 3 and "air filter" in citation.quote for citation in answer.citations)


def test_without_a_model_the_list_goes_on_with_the_next_slide_and_each_line_cites_its_own_page(notebook):
    answer = notebook.ask(
        "What is inspected after 50 hours of flight by a mechanic?", options=ChatOptions(model="none")
    )
    pages = {citation.quote: citation.page for citation in answer.citations}
    assert pages["spark plugs"] == 2
    assert pages["propeller blades"] == 3
