"""What a model wrote comes before what the rules make, and passes the same checks."""

from __future__ import annotations

from collections import Counter

from smartnotes.core.kinds import QuestionKind
from smartnotes.core.options import CardsOptions, CheatSheetOptions, QuizOptions
from smartnotes.core.steps.cheatsheet import make_cheatsheet
from smartnotes.core.steps.flashcards import make_cards
from smartnotes.core.steps.quiz import make_quiz
from smartnotes.core.study import Citation
from smartnotes.core.teaching.facts import Fact, FactKind
from smartnotes.core.teaching.questions import Draft
from smartnotes.core.teaching.written import Piece, Written
from tests.builders import NOON, a_deck_of_slides, a_lecture

PAGES = a_deck_of_slides()
LECTURE = a_lecture()
QUOTE = "A cache is a small memory that keeps copies of data used recently."


def source(quote: str = QUOTE, page: int = 2) -> Citation:
    text = next(one for one in PAGES if one.number == page).text
    start = text.index(quote)
    return Citation(
        lecture_id=LECTURE.id, lecture_name=LECTURE.name, page=page, start=start, end=start + len(quote), quote=quote
    )


def a_draft(prompt: str = "What holds copies of recent data?", answer: str = "a small memory") -> Draft:
    return Draft(QuestionKind.SHORT_ANSWER, prompt, answer, Fact(FactKind.STATEMENT, QUOTE, source(), ("Cache",)))


def a_piece(first: str = "Why is a cache fast?", second: str = "It is small memory.") -> Piece:
    return Piece(first, second, source(), ("What is a cache?",))


def test_a_models_question_comes_first_and_rules_make_up_the_number():
    written = Written("m", (a_draft(),), Counter({"its words are not in the notes": 2}), ("One part failed.",))
    made = make_quiz(
        [(LECTURE, PAGES)], options=QuizOptions(count=4), quiz_id="q", title="T", now=NOON, written=written
    )
    assert "What holds copies of recent data?" in [question.prompt for question in made.questions]
    assert len(made.questions) == 4
    assert {one.reason: one.count for one in made.rejected}["its words are not in the notes"] == 2
    assert made.notices == ("One part failed.", "m wrote 1 of the 4 questions, the others are made by rules.")
    assert "m" in made.provenance.engines


def test_a_models_question_that_gives_its_answer_away_is_not_asked():
    written = Written("m", (a_draft("Which small memory keeps copies?"),), Counter())
    made = make_quiz(
        [(LECTURE, PAGES)], options=QuizOptions(count=4), quiz_id="q", title="T", now=NOON, written=written
    )
    assert "Which small memory keeps copies?" not in [question.prompt for question in made.questions]
    assert "gives its answer away" in [one.reason for one in made.rejected]


def test_a_models_card_takes_the_place_of_the_one_on_the_same_words():
    plain = make_cards([(LECTURE, PAGES)], options=CardsOptions(), deck_id="d", title="T", now=NOON)
    written = Written("m", (a_piece(second="A small memory that keeps copies of data used recently."),), Counter())
    made = make_cards([(LECTURE, PAGES)], options=CardsOptions(), deck_id="d", title="T", now=NOON, written=written)
    assert "Why is a cache fast?" in [card.front for card in made.cards]
    on_cache = [card for card in made.cards if card.source.page == 2 and card.source.start == source().start]
    assert len(on_cache) == 1
    assert len(made.cards) == len(plain.cards)
    assert made.provenance.engines[-1] == "m"


def test_a_models_line_stands_under_its_heading_and_replaces_the_rules_line():
    written = Written("m", (a_piece("cache", "small memory, keeps recent data"),), Counter({"not in the form": 1}))
    made = make_cheatsheet(
        [(LECTURE, PAGES)], options=CheatSheetOptions(), sheet_id="s", title="T", now=NOON, written=written
    )
    [section] = [one for one in made.sections if any(item.term == "cache" for item in one.items)]
    texts = [item.text for one in made.sections for item in one.items]
    assert section.heading == "cache"
    assert "small memory, keeps recent data" in texts
    assert not any("keeps copies of data used recently" in text for text in texts)
    assert "1 not in the form" in made.notices[0]
