"""Reviewing and grading, whatever is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartnotes.core.days import day_of, start_of
from smartnotes.core.kinds import QuestionKind
from smartnotes.core.steps.review import EASE_FLOOR, review_card, undo_review
from smartnotes.core.study import Question, Rating
from smartnotes.core.teaching.grading import grade
from tests.builders import NOON, a_card

RATINGS = st.lists(st.sampled_from(list(Rating)), min_size=1, max_size=30)
WAITS = st.lists(st.timedeltas(timedelta(0), timedelta(days=400)), min_size=30, max_size=30)
WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=40)


def reviewed(ratings, waits):
    """Yield (card before, card after, entry) for reviews at growing times."""
    card, now = a_card(), NOON
    for number, (rating, wait) in enumerate(zip(ratings, waits, strict=False)):
        now += wait
        after, entry = review_card(card, rating, review_id=f"rev_{number}", now=now)
        yield card, after, entry
        card = after


@given(RATINGS, WAITS)
def test_a_review_only_moves_the_card_in_its_schedule_and_logs_both_states(ratings, waits):
    for before, after, entry in reviewed(ratings, waits):
        assert after.model_copy(update={"review": before.review}) == before
        assert (entry.before, entry.after, entry.card_id) == (before.review, after.review, before.id)


@given(RATINGS, WAITS)
def test_undoing_restores_the_exact_state_step_by_step(ratings, waits):
    steps = list(reviewed(ratings, waits))
    card = steps[-1][1]
    for before, _, entry in reversed(steps):
        card = undo_review(card, entry)
        assert card == before


@given(RATINGS, WAITS)
def test_the_schedule_keeps_the_rules_of_sm2(ratings, waits):
    last = None
    for before, after, entry in reviewed(ratings, waits):
        state = after.review
        assert state.ease >= EASE_FLOOR
        assert state.due - entry.at == timedelta(days=state.interval_days)
        assert state.due > entry.at
        assert last is None or entry.at > last
        if entry.rating is Rating.AGAIN:
            assert (state.repetitions, state.interval_days, state.ease) == (0, 1, before.review.ease)
        else:
            assert state.repetitions == before.review.repetitions + 1
            assert state.interval_days >= min(before.review.interval_days, 1)
        last = entry.at


@given(st.sampled_from(list(Rating)))
def test_a_time_without_a_zone_is_refused(rating):
    with pytest.raises(ValueError, match="time zone"):
        review_card(a_card(), rating, review_id="rev_1", now=NOON.replace(tzinfo=None))


@given(st.sampled_from(list(Rating)), st.timedeltas(timedelta(days=-3), timedelta(0)))
def test_reviews_of_a_card_are_in_order_whatever_the_clock_says(rating, back):
    card, first = review_card(a_card(), rating, review_id="rev_1", now=NOON)
    _, second = review_card(card, rating, review_id="rev_2", now=NOON + back)
    assert second.at > first.at


def a_question(answer, kind=QuestionKind.SHORT_ANSWER, options=()):
    return Question(id="q_1", kind=kind, prompt="?", answer=answer, options=options, source=a_card().source)


@given(WORDS.filter(str.strip))
def test_the_answer_itself_is_always_right(answer):
    assert grade(a_question(answer), answer).right
    assert grade(a_question(answer), f"  {answer} ").right


@given(WORDS, WORDS.filter(str.strip))
def test_anything_can_be_answered(given_text, answer):
    found = grade(a_question(answer), given_text)
    assert found.expected == answer
    assert found.right or found.given == " ".join(given_text.split())


OPTIONS = st.lists(st.text("abcxyzÀß ", min_size=2, max_size=12), min_size=2, max_size=5, unique_by=str.strip)


@given(OPTIONS.filter(lambda options: all(option.strip() == option for option in options)), st.data())
def test_of_the_options_only_the_right_one_is_right(options, data):
    right = data.draw(st.sampled_from(options))
    question = a_question(right, QuestionKind.MULTIPLE_CHOICE, tuple(" ".join(option.split()) for option in options))
    question = question.model_copy(update={"answer": " ".join(right.split())})
    for letter, option in zip("ABCDE", question.options, strict=False):
        assert grade(question, letter).right == grade(question, option).right == (option == question.answer)


@given(st.datetimes(timezones=st.timezones()), st.integers(-14 * 60, 14 * 60))
def test_a_day_begins_when_it_begins(time, offset):
    if not 2 <= time.year <= 9998:
        return
    day = day_of(time, utc_offset_min=offset)
    assert start_of(day, utc_offset_min=offset) <= time < start_of(day, utc_offset_min=offset) + timedelta(days=1)
