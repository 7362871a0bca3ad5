"""Facts: what a lecture states, found by form alone."""

from __future__ import annotations

import pytest

from smartnotes.core.model import BBox, Page, RegionKind, Word
from smartnotes.core.teaching.facts import Fact, FactKind, find_facts
from tests.builders import a_deck_of_slides, a_lecture, a_slide


def facts_of(*lines: str, title: str = "Caches") -> list[Fact]:
    return list(find_facts([a_slide(1, title, *lines)], lecture=a_lecture()))


def defined(*lines: str, title: str = "Caches") -> list[tuple[str, str]]:
    return [(fact.term, fact.text) for fact in facts_of(*lines, title=title) if fact.kind is FactKind.DEFINITION]


@pytest.mark.parametrize(
    ("line", "term", "text"),
    [
        ("- A variable is a name that stores a value.", "variable", "a name that stores a value"),
        ("- Control flow refers to the order of statements.", "Control flow", "the order of statements"),
        ("- Union → combines two sets", "Union", "combines two sets"),
        ("- Union \uf0e0 combines two sets", "Union", "combines two sets"),
        ("- Operand: The value that the operator acts on", "Operand", "The value that the operator acts on"),
        ("- Fragment length: ~300-500bp", "Fragment length", "~300-500bp"),
        (
            "- Inner loop \N{EN DASH} runs for each turn of the outer one",
            "Inner loop",
            "runs for each turn of the outer one",
        ),
        ("- and → checks if both conditions are true", "and", "checks if both conditions are true"),
        ("- Files that end in .ipynb", "", ""),
        (
            "- Nested loops are loops that stand inside other loops",
            "Nested loops",
            "loops that stand inside other loops",
        ),
    ],
)
def test_definitions_are_found_by_their_form(line: str, term: str, text: str) -> None:
    assert defined(line) == ([(term, text)] if term else [])


@pytest.mark.parametrize(
    "line",
    [
        "- Note: the cache is small and fast",
        "- It is a memory that is small and fast.",
        "- This is a method that everybody uses.",
        "- Python is a great language to begin with.",
        "- Lists are created using square brackets.",
        "- If unsure: ask somebody who knows the answer",
        "- Homepage: https://example.org/notes",
        "- Technical replicates: Illumina has low variation between runs",
    ],
)
def test_what_is_no_definition_is_not_taken_for_one(line: str) -> None:
    assert defined(line) == []


def test_a_heading_is_defined_by_the_noun_phrase_below_it() -> None:
    found = defined("- The process by which plants turn light into sugar", title="Photosynthesis")
    assert found == [("Photosynthesis", "The process by which plants turn light into sugar")]


def test_a_definition_that_ends_in_a_list_takes_the_list_in() -> None:
    found = defined("- A Boolean is a data type with two possible values:", "-- True", "-- False")
    assert found == [("Boolean", "a data type with two possible values: True, False")]


def test_a_list_needs_a_line_that_announces_it_and_the_number_of_items_it_announces() -> None:
    (fact,) = (fact for fact in facts_of("- Lists can contain:", "-- Numbers", "-- Strings;") if fact.items)
    assert (fact.lead, fact.items) == ("Lists can contain", ("Numbers", "Strings"))
    assert not [fact for fact in facts_of("There are three colours:", "- red", "- green") if fact.items]


def test_a_list_that_builds_up_over_slides_is_kept_whole() -> None:
    pages = [
        a_slide(1, "Policies", "- A policy may:", "-- allow", "-- deny"),
        a_slide(2, "Policies", "- A policy may:", "-- allow", "-- deny", "-- ask"),
    ]
    (fact,) = (fact for fact in find_facts(pages, lecture=a_lecture()) if fact.items)
    assert fact.items == ("allow", "deny", "ask")
    assert fact.source.page == 2


def test_a_row_says_what_stands_in_each_column() -> None:
    facts = facts_of(
        "Country | Capital", "Austria | Vienna", "Finland | Helsinki", "Czechia | Prague", title="Capitals"
    )
    rows = {(fact.term, fact.label, fact.text) for fact in facts}
    assert ("Austria", "Capital", "Vienna") in rows
    assert facts[0].peers == ("Helsinki", "Prague")


def test_a_table_without_a_header_or_with_rows_of_its_own_length_gives_nothing() -> None:
    assert facts_of("1 | 2", "3 | 4", "5 | 6") == []
    assert facts_of("Country | Capital", "Austria | Vienna | German", "Finland | Helsinki") == []


@pytest.mark.parametrize(
    "line",
    [
        "This helps you to remember what the code does.",
        "They are created using curly braces.",
        "The figure below shows the three states of a process.",
        "As shown in Figure 3, the cost grows with the number of keys.",
        "Can be used to build better models of genes.",
        "Takes the name of the key and returns its value.",
        "What happens when the cache is full?",
        "See https://example.org for the rules of the course.",
        "The nut can be removed without harm to the bolt.",
    ],
)
def test_a_sentence_that_leans_on_its_surroundings_is_no_statement(line: str) -> None:
    assert facts_of(line) == []


def test_a_sentence_that_stands_alone_is_a_statement() -> None:
    (fact,) = facts_of("Each lane generates about 150 million reads.")
    assert (fact.kind, fact.text) == (FactKind.STATEMENT, "Each lane generates about 150 million reads.")


def test_pages_that_do_not_teach_give_nothing() -> None:
    pages = [page for page in a_deck_of_slides() if page.number in (1, 6, 7)]
    assert find_facts(pages, lecture=a_lecture()) == ()
    hidden = a_slide(1, "Caches", "- A cache is a memory that is fast.").model_copy(update={"hidden": True})
    assert find_facts([hidden], lecture=a_lecture()) == ()


def test_output_of_a_program_is_not_taught() -> None:
    assert facts_of("Stop 1 is Sheppard Yonge.", "Stop 2 is Bayview.", "Stop 3 is Bessarion Road.") == []


def test_words_recognised_poorly_are_not_built_on() -> None:
    page = a_slide(1, "Caches", "- A cache is a memory that is fast.")
    start = page.text.index("memory")
    box = BBox(x0=0, y0=0, x1=1, y1=1)
    blurred = page.model_copy(update={"words": (Word(start=start, end=start + 6, box=box, confidence=0.3),)})
    assert find_facts([page], lecture=a_lecture()) != ()
    assert find_facts([blurred], lecture=a_lecture()) == ()


def test_every_fact_cites_the_characters_it_was_taken_from() -> None:
    pages = {page.number: page for page in a_deck_of_slides()}
    facts = find_facts(list(pages.values()), lecture=a_lecture())
    assert {fact.kind for fact in facts} == set(FactKind) - {FactKind.FORMULA}
    for fact in facts:
        assert pages[fact.source.page].text[fact.source.start : fact.source.end] == fact.source.quote
        assert fact.source.quote


def test_the_last_page_of_a_build_up_speaks_for_the_others() -> None:
    first = a_slide(1, "Caches", "- A cache is a memory that is fast.")
    last = a_slide(2, "Caches", "- A cache is a memory that is fast.").model_copy(update={"stands_for": (1,)})
    (fact,) = find_facts([first, last], lecture=a_lecture())
    assert fact.source.page == 2


def test_what_is_drawn_above_a_title_stands_under_it() -> None:
    page = a_slide(1, "Caches", "- A cache is a memory that is fast.")
    title, item = page.regions
    text = f"{page.slice(item)}\n{page.slice(title)}"
    moved = (
        item.model_copy(update={"start": 0, "end": len(page.slice(item))}),
        title.model_copy(update={"start": len(page.slice(item)) + 1, "end": len(text)}),
    )
    turned = Page(id="p", number=1, text=text, regions=moved)
    assert turned.regions[1].kind is RegionKind.TITLE
    (fact,) = find_facts([turned], lecture=a_lecture())
    assert fact.heading == "Caches"
