"""Paragraphs, lists, code, formulas, headings and their text."""

from __future__ import annotations

from smartnotes.core.model import Page, RegionKind
from tests.raw_pages import SLIDE, column, composed, line, raw


def _kinds(page: Page) -> list[tuple[str, int, str]]:
    return [(region.kind.value, region.level, page.slice(region)) for region in page.regions]


def test_lines_of_a_paragraph_are_joined_and_a_broken_word_is_mended() -> None:
    lines = column(["The spectrum of a signal is deter-", "mined by its transform, and the", "rest follows."], 50, 100)
    assert composed(raw(lines)).text == "The spectrum of a signal is determined by its transform, and the rest follows."


def test_a_hyphen_that_belongs_to_a_compound_stays() -> None:
    lines = column(
        ["Seen in the center-of-mass frame it is in the center-", "of-mass at rest, with cross-", "sectional area."],
        50,
        100,
    )
    lines += column(["The cross-sectional area is small."], 50, 200)
    text = composed(raw(lines)).text
    assert "in the center-of-mass at rest" in text
    assert "with cross-sectional area." in text


def test_a_break_that_nothing_forced_ends_the_paragraph() -> None:
    lines = column(
        ["A first statement.", "A second statement that is a good deal longer than that.", "A third."], 50, 100
    )
    assert composed(raw(lines)).text.startswith("A first statement.\nA second")


def test_bullets_go_and_nesting_stays() -> None:
    lines = [
        line("• Fruits are sweet", 50, 100, size=20, on=SLIDE),
        line("- apples", 80, 130, size=20, on=SLIDE),
        line("- pears which are long and go on", 80, 160, size=20, on=SLIDE),
        line("over two lines", 100, 184, size=20, on=SLIDE),
        line("• Vegetables", 50, 220, size=20, on=SLIDE),
    ]
    assert _kinds(composed(raw(lines, on=SLIDE))) == [
        ("list", 0, "Fruits are sweet"),
        ("list", 1, "apples"),
        ("list", 1, "pears which are long and go on over two lines"),
        ("list", 0, "Vegetables"),
    ]


def test_numbers_of_list_items_stay_even_where_they_stand_apart() -> None:
    lines = [line("1.", 50, 100), line("Attend a talk", 80, 100), line("2. Write about it", 50, 120)]
    assert composed(raw(lines)).text == "1. Attend a talk\n2. Write about it"


def test_code_keeps_its_lines_and_indents_in_one_region() -> None:
    lines = [
        line("for x in range(3):", 50, 100, mono=True),
        line("if x > 1:", 70, 112, mono=True),
        line("print(x)", 90, 124, mono=True),
    ]
    page = composed(raw(lines))
    assert _kinds(page) == [("code", 0, "for x in range(3):\n    if x > 1:\n        print(x)")]
    assert all(page.slice(word).strip() == page.slice(word) for word in page.words)


def test_a_slides_title_is_its_largest_text_wherever_it_stands() -> None:
    lines = [
        line("• some words about the matter", 50, 100, size=20, on=SLIDE),
        line("The Title", 600, 480, size=44, on=SLIDE),
    ]
    assert composed(raw(lines, on=SLIDE)).title == "The Title"


def test_headings_below_the_title_are_ranked_by_size_then_weight() -> None:
    lines = [
        line("Mechanics", 50, 40, size=24),
        line("1 Forces", 50, 90, size=16),
        *column(
            ["A force changes the motion of a body, and is measured in", "newtons as everybody knows by now."], 50, 120
        ),
        line("Springs", 50, 170, bold=["Springs"]),
        *column(["A spring pulls back with a force that grows as it is", "pulled, up to a point."], 50, 184),
    ]
    headings = [(level, text) for kind, level, text in _kinds(composed(raw(lines))) if kind == "title"]
    assert headings == [(1, "Mechanics"), (2, "1 Forces"), (3, "Springs")]


def test_emphasis_covers_the_stressed_words_of_running_text() -> None:
    lines = column(["The marginal cost is what one more unit costs to make."], 50, 100)
    lines[0] = line("The marginal cost is what one more unit costs to make.", 50, 100, bold=["marginal", "cost"])
    page = composed(raw([*lines, *column(["Nothing is bold in this other sentence here."], 50, 140)]))
    assert [page.slice(span) for span in page.emphasis] == ["marginal cost"]


def test_a_displayed_formula_is_a_region_of_its_own() -> None:
    lines = [
        *column(["The energy is found from the mass of the body at rest, as", "shown by this equation."], 50, 100),
        line("E = m c2 + p2 / 2m", 220, 140),
        *column(["It holds in all frames."], 50, 170),
    ]
    assert [kind for kind, _, _ in _kinds(composed(raw(lines)))] == ["text", "formula", "text"]


def test_every_character_but_spaces_belongs_to_a_word() -> None:
    lines = column(
        ["• A list item that goes on to the end of the line and is bro-", "  ken there", "1. Another"], 50, 100
    )
    page = composed(raw(lines))
    covered = {index for word in page.words for index in range(word.start, word.end)}
    assert {index for index, character in enumerate(page.text) if not character.isspace()} == covered


def test_confidence_is_the_mean_of_the_words() -> None:
    lines = [line("sure", 50, 100, confidence=1.0), line("unsure", 50, 120, confidence=0.5)]
    page = composed(raw(lines, ordered=True))
    assert page.confidence == 0.75
    assert page.regions[0].kind is RegionKind.TEXT
