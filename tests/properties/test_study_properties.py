"""What holds for every schedule and every quiz."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smartnotes.core.model import Page
from smartnotes.core.options import CardsOptions, QuizOptions
from smartnotes.core.steps.flashcards import make_cards
from smartnotes.core.steps.quiz import make_quiz
from smartnotes.core.steps.review import new_review, review
from smartnotes.core.study import QuestionKind, Rating
from smartnotes.core.teaching.distractors import change_numbers
from smartnotes.core.teaching.facts import find_facts
from tests.builders import NOON, a_deck_of_slides, a_lecture, a_slide

RATINGS = st.lists(st.sampled_from(Rating), max_size=40)
VOCABULARY = (
    "a an the cache memory is are that which holds data: → \N{EN DASH} | 3 12% two of (fast) “x” list - A. {{ = ∑ it"
)
WORDS = st.sampled_from(VOCABULARY.split())
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), max_size=8)


@given(RATINGS)
def test_ease_stays_above_its_floor_and_intervals_grow_while_a_card_is_known(ratings: list[Rating]) -> None:
    state = new_review(now=NOON)
    for rating in ratings:
        after = review(state, rating, now=state.due)
        assert after.ease >= 1.3
        assert after.due > state.due
        assert (after.repetitions == 0) == (rating is Rating.AGAIN)
        if rating is not Rating.AGAIN:
            assert after.interval_days >= state.interval_days or state.repetitions == 0
        state = after


@given(RATINGS)
def test_a_better_rating_never_comes_back_sooner_the_next_time(ratings: list[Rating]) -> None:
    state = new_review(now=NOON)
    for rating in ratings:
        state = review(state, rating, now=state.due)
    ranked = [review(state, rating, now=state.due) for rating in (Rating.HARD, Rating.GOOD, Rating.EASY)]
    assert [one.ease for one in ranked] == sorted(one.ease for one in ranked)


@given(LINES)
def test_any_page_gives_facts_that_cite_it_exactly(lines: list[str]) -> None:
    page = a_slide(1, "Memory", *lines)
    for fact in find_facts([page], lecture=a_lecture()):
        assert page.text[fact.source.start : fact.source.end] == fact.source.quote != ""


@given(st.integers(min_value=0, max_value=2**31), st.integers(min_value=1, max_value=20))
def test_every_quiz_is_sound(seed: int, count: int) -> None:
    pages = {page.number: page for page in a_deck_of_slides()}
    quiz = make_quiz(
        [(a_lecture(), list(pages.values()))],
        options=QuizOptions(count=count, seed=seed),
        quiz_id="quiz_1",
        title="Caches",
        now=NOON,
    )
    assert 0 < len(quiz.questions) <= count
    assert len({question.prompt for question in quiz.questions}) == len(quiz.questions)
    for question in quiz.questions:
        assert pages[question.source.page].text[question.source.start : question.source.end] == question.source.quote
        if question.kind is QuestionKind.MULTIPLE_CHOICE:
            assert question.options.count(question.answer) == 1
            assert len({option.casefold() for option in question.options}) == len(question.options) == 4
        elif question.kind is QuestionKind.TRUE_FALSE:
            assert question.options == ("True", "False")
            assert question.answer in question.options
        elif question.kind is QuestionKind.CLOZE:
            assert question.prompt.count("_____") == 1
            assert question.answer.casefold() not in question.prompt.casefold().split()


@given(st.lists(LINES, max_size=3))
def test_no_page_breaks_quiz_or_cards(slides: list[list[str]]) -> None:
    pages: list[Page] = [a_slide(number, "Memory", *lines) for number, lines in enumerate(slides, 1)]
    material = [(a_lecture(), pages)]
    quiz = make_quiz(material, options=QuizOptions(), quiz_id="quiz_1", title="t", now=NOON)
    deck = make_cards(material, options=CardsOptions(), deck_id="deck_1", title="t", now=NOON)
    assert len(quiz.questions) <= 10
    assert len({card.front for card in deck.cards}) == len(deck.cards)


@given(st.text(alphabet="0123456789.,% abcxO()~-\N{EN DASH}", max_size=40), st.randoms(use_true_random=False))
def test_changed_numbers_differ_from_the_text_and_each_other(text: str, rng: object) -> None:
    made = change_numbers(text, rng=rng)  # type: ignore[arg-type]
    assert text not in made
    assert len(set(made)) == len(made)
