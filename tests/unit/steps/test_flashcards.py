"""Flashcards: what goes on each side, and what they remember."""

from __future__ import annotations

from smartnotes.core.model import BBox, Figure, Page
from smartnotes.core.options import CardsOptions
from smartnotes.core.steps.flashcards import make_cards
from smartnotes.core.study import CardKind, Deck
from tests.builders import NOON, a_deck_of_slides, a_lecture, a_slide


def deck_of(*pages: Page, count: int = 40, deck_id: str = "deck_1") -> Deck:
    options = CardsOptions(count=count)
    return make_cards([(a_lecture(), list(pages))], options=options, deck_id=deck_id, title="Caches", now=NOON)


def sides(*lines: str, title: str = "Caches") -> list[tuple[str, str]]:
    return [(card.front, card.back) for card in deck_of(a_slide(1, title, *lines)).cards]


def test_a_definition_asks_for_its_text() -> None:
    assert sides("- A cache is a small memory that keeps copies.") == [
        ("What is a cache?", "A small memory that keeps copies")
    ]
    assert sides("- Union → combines two sets", title="Sets") == [("What does Union do?", "Combines two sets")]
    assert sides("- SE - Single end dataset", title="Reads") == [
        ("What does SE stand for? (Reads)", "Single end dataset")
    ]


def test_a_list_goes_on_one_card() -> None:
    assert sides("- Lists can contain:", "-- numbers", "-- strings") == [
        ("Lists can contain …? (Caches)", "• numbers\n• strings")
    ]


def test_a_row_goes_on_one_card_whatever_its_columns() -> None:
    table = ("Country | Capital | Language", "Austria | Vienna | German", "Denmark | Copenhagen | Danish")
    assert sides(*table, title="Europe")[0] == (
        "Europe: what goes with “Austria”?",
        "Capital: Vienna\nLanguage: German",
    )


def test_a_sentence_becomes_a_gap_where_a_term_of_the_lecture_stands() -> None:
    deck = deck_of(a_slide(1, "Cache", "The processor looks into the cache before it asks the main memory."))
    (card,) = deck.cards
    assert card.kind is CardKind.CLOZE
    assert card.front.count("{{...}}") == 1
    assert card.back == "cache"


def test_all_cards_are_due_now_and_never_reviewed() -> None:
    for card in deck_of(*a_deck_of_slides()).cards:
        assert card.review.due == NOON
        assert card.review.repetitions == 0


def test_making_a_deck_again_finds_the_same_cards() -> None:
    first, second = deck_of(*a_deck_of_slides()), deck_of(*a_deck_of_slides(), deck_id="deck_2")
    assert [card.fingerprint for card in first.cards] == [card.fingerprint for card in second.cards]
    assert not {card.id for card in first.cards} & {card.id for card in second.cards}
    assert len({card.fingerprint for card in first.cards}) == len(first.cards)


def test_the_surest_cards_stay_in_the_order_of_the_notes() -> None:
    few = deck_of(*a_deck_of_slides(), count=4).cards
    assert len(few) == 4
    assert [card.source.page for card in few] == sorted(card.source.page for card in few)
    assert any(card.front.startswith("What is a") for card in few)


def a_figure(caption: str = "") -> Figure:
    box = BBox(x0=0.1, y0=0.4, x1=0.8, y1=0.9)
    return Figure(id="fig_1", page=1, box=box, caption=caption, blob="b" * 64, width_px=800, height_px=400)


def test_a_card_takes_the_figure_that_its_title_or_caption_is_about() -> None:
    page = a_slide(1, "What is a cache?", "- A cache is a small memory that keeps copies.")
    (card,) = deck_of(page.model_copy(update={"figures": (a_figure(),)})).cards
    assert card.figure == "b" * 64
    other = a_slide(1, "Registers", "- A cache is a small memory that keeps copies.")
    (card,) = deck_of(other.model_copy(update={"figures": (a_figure(),)})).cards
    assert card.figure is None


def test_notes_without_facts_give_an_empty_deck_and_say_so() -> None:
    deck = deck_of(a_slide(1, "Thank you"))
    assert deck.cards == ()
    assert deck.notices
