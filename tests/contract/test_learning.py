"""Learning, whichever notebook holds the cards."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from smartnotes import (
    CardsOptions,
    CardText,
    Conflict,
    DueOptions,
    GivenAnswer,
    NotFound,
    OptionsError,
    QuizOptions,
    Rating,
    StatisticsOptions,
    StudyKind,
    StudySession,
)

NOTES = """# Cells

A mitochondrion is an organelle that makes the energy of a cell.

A ribosome is a particle that builds proteins from amino acids.

A membrane is a thin layer that separates a cell from its surroundings.

# Transport

Osmosis is the movement of water through a membrane that lets water pass.

Diffusion is the spreading of particles from where there are many to where there are few.
"""


@pytest.fixture
def taught(notebook, tmp_path):
    """A notebook with one lecture and a deck."""
    path = tmp_path / "cells.md"
    path.write_text(NOTES)
    notebook.ingest(path, subject="Biology").result()
    notebook.make_cards(options=CardsOptions(count=20)).result()
    return notebook


def test_a_deck_that_is_made_again_has_the_same_cards_with_their_history(taught):
    cards = taught.cards()
    assert cards
    taught.review(cards[0].id, rating=Rating.GOOD)
    edited = taught.edit_card(cards[0].id, change=CardText(front="What makes the energy?"))
    again = taught.make_cards(options=CardsOptions(count=20)).result()
    assert [card.id for card in again.cards] == [card.id for card in cards]
    assert again.cards[0].front == edited.front == "What makes the energy?"
    assert again.cards[0].review.repetitions == 1
    assert taught.cards(deck=again.id) == list(again.cards) == taught.cards(subject="bio")


def test_a_card_is_found_by_the_beginning_of_its_id(taught):
    card = taught.cards()[0]
    assert taught.card(card.id) == taught.card(card.id[:20]) == card
    for ref in ("card_nothing", "", "x" * 29):
        with pytest.raises(NotFound):
            taught.card(ref)
    with pytest.raises(Conflict):
        taught.card("card_")


def test_what_is_due_keeps_to_the_limits_of_the_day(taught):
    everything = taught.due_cards()
    count = len(everything.cards)
    assert [one.cards.new for one in everything.counts] == [count]
    assert len(taught.due_cards(options=DueOptions(new_per_day=2)).cards) == 2
    taught.review(everything.cards[0].id, rating=Rating.GOOD)
    left = taught.due_cards(options=DueOptions(new_per_day=2, subject="Biology"))
    assert (len(left.cards), left.new_left) == (1, 1)
    assert everything.cards[0].id not in {card.id for card in left.cards}
    with pytest.raises(NotFound):
        taught.due_cards(options=DueOptions(subject="Chemistry"))


def test_a_review_sent_twice_counts_once_and_can_be_taken_back(taught):
    card = taught.cards()[0]
    first = taught.review(card.id, rating=Rating.GOOD, review_id="rev_1", duration_s=3.5)
    assert taught.review(card.id, rating=Rating.EASY, review_id="rev_1") == first
    assert (first.before, first.after) == (card.review, taught.card(card.id).review)
    assert taught.reviews() == [first]
    undone = taught.undo_review("rev_1")
    assert undone == taught.undo_review("rev_1") == first.model_copy(update={"undone": True})
    assert taught.card(card.id) == card
    assert taught.reviews(card=card.id) == [undone]
    with pytest.raises(Conflict):
        taught.review(taught.cards()[1].id, rating=Rating.GOOD, review_id="rev_1")


def test_only_the_last_review_of_a_card_is_taken_back(taught):
    card = taught.cards()[0]
    first = taught.review(card.id, rating=Rating.GOOD)
    second = taught.review(card.id, rating=Rating.AGAIN)
    with pytest.raises(Conflict):
        taught.undo_review(first.id)
    assert taught.undo_review().id == second.id
    assert taught.undo_review().id == first.id
    with pytest.raises(NotFound):
        taught.undo_review()
    with pytest.raises(NotFound):
        taught.undo_review("nothing")
    assert taught.card(card.id) == card


def test_a_suspended_card_is_not_due(taught):
    card = taught.cards()[0]
    assert taught.edit_card(card.id, change=CardText(suspended=True)).suspended
    assert card.id not in {one.id for one in taught.due_cards().cards}
    assert taught.statistics().cards.suspended == 1
    assert taught.edit_card(card.id, change=CardText(suspended=False)) == card


def test_a_card_has_two_sides(taught):
    card = taught.cards()[0]
    with pytest.raises(OptionsError):
        taught.edit_card(card.id, change=CardText(back="  "))
    assert taught.card(card.id) == card


def test_cards_go_with_their_lecture(taught):
    card = taught.cards()[0]
    taught.review(card.id, rating=Rating.GOOD)
    taught.delete_lecture("cells")
    assert taught.cards() == []
    assert taught.reviews() == []


def test_a_deleted_card_takes_its_history_along(taught):
    card = taught.cards()[0]
    taught.review(card.id, rating=Rating.GOOD)
    assert taught.delete_card(card.id).id == card.id
    assert card.id not in {one.id for one in taught.cards()}
    assert taught.reviews() == []
    with pytest.raises(NotFound):
        taught.review(card.id, rating=Rating.GOOD)


def test_cards_follow_their_words_when_the_lecture_changes(taught, tmp_path):
    before = {card.front: card for card in taught.cards()}
    taught.review(taught.cards()[0].id, rating=Rating.GOOD)
    kept = NOTES.replace("Osmosis is the movement of water through", "Osmosis means that water crosses")
    (tmp_path / "cells.md").write_text(f"# Before\n\nThis page came later.\n\n{kept}")
    lecture = taught.ingest(tmp_path / "cells.md", subject="Biology").result().lecture
    text = {page.number: page.text for page in taught.pages(lecture.id)}
    after = {card.front: card for card in taught.cards()}
    assert {front: card.id for front, card in before.items()} == {front: card.id for front, card in after.items()}
    assert [front for front, card in after.items() if card.suspended] == [f for f in before if "smosis" in f]
    for card in after.values():
        if not card.suspended:
            assert card.source.lecture_id == lecture.id
            assert text[card.source.page][card.source.start : card.source.end] == card.source.quote
    again = taught.make_cards(options=CardsOptions(count=20)).result()
    assert {card.id for card in again.cards} & {card.id for card in before.values()}


def test_a_quiz_is_taken_graded_and_kept(taught):
    quiz = taught.make_quiz(options=QuizOptions(count=4)).result()
    assert taught.quiz(quiz.id[:12]) == quiz
    right = [GivenAnswer(question_id=one.id, text=one.answer) for one in quiz.questions[:-1]]
    assert taught.grade(quiz.id, answer=right[0]).right
    attempt = taught.take_quiz(quiz.id, answers=right, attempt_id="try_1", duration_s=60)
    assert [grade.right for grade in attempt.grades] == [True] * len(right) + [False]
    assert attempt.score == len(right) / len(quiz.questions)
    assert all(grade.source == one.source for grade, one in zip(attempt.grades, quiz.questions, strict=True))
    assert taught.take_quiz(quiz.id, answers=[], attempt_id="try_1") == attempt
    assert taught.quiz_attempts(quiz=quiz.id) == taught.quiz_attempts(subject="Biology") == [attempt]


def test_answers_belong_to_the_quiz_and_come_once(taught):
    quiz = taught.make_quiz(options=QuizOptions(count=2)).result()
    answer = GivenAnswer(question_id=quiz.questions[0].id, text="x")
    for answers in ([answer, answer], [GivenAnswer(question_id="q_other", text="x")]):
        with pytest.raises(OptionsError):
            taught.take_quiz(quiz.id, answers=answers)
    for call in (taught.quiz, lambda ref: taught.take_quiz(ref, answers=[])):
        with pytest.raises(NotFound):
            call("quiz_nothing")
    assert taught.quiz_attempts() == []


def test_study_sessions_are_kept_once(taught):
    began = datetime.now(UTC) - timedelta(minutes=10)
    subject = taught.subject("Biology").id
    session = StudySession(
        id="s_1", kind=StudyKind.REVIEW, subject_id=subject, at=began, duration_s=300, items=12, score=0.75
    )
    assert taught.record_session(session) == taught.record_session(session) == session
    chat = session.model_copy(update={"id": "s_2", "kind": StudyKind.CHAT, "subject_id": None, "score": None})
    taught.record_session(chat)
    assert len(taught.study_sessions()) == 2
    assert taught.study_sessions(kind=StudyKind.REVIEW) == taught.study_sessions(subject="bio") == [session]
    with pytest.raises(NotFound):
        taught.record_session(session.model_copy(update={"id": "s_3", "subject_id": "sub_nothing"}))
    with pytest.raises(OptionsError):
        taught.record_session(session.model_copy(update={"id": "s_4", "at": began + timedelta(days=3)}))


def test_statistics_count_what_was_done(taught):
    cards = taught.cards()
    for card, rating in zip(cards, (Rating.AGAIN, Rating.GOOD, Rating.EASY), strict=False):
        taught.review(card.id, rating=rating)
    quiz = taught.make_quiz(options=QuizOptions(count=2)).result()
    taught.take_quiz(quiz.id, answers=[])
    found = taught.statistics(options=StatisticsOptions(days=2, subject="Biology"))
    assert (found.cards.total, found.cards.learning) == (len(cards), 3)
    assert [(day.reviews, day.again, day.new, day.questions) for day in found.days][-1] == (
        3,
        1,
        3,
        len(quiz.questions),
    )
    assert (found.retention, found.quiz_score, found.streak_days) == (pytest.approx(2 / 3), 0, 1)
    assert [one.score for one in found.quizzes] == [0]
    assert found.weak[0].lecture_name == "cells.md"
    assert found.weak[0].wrong >= 1
    assert sum(day.cards for day in found.upcoming) == 3


def test_an_exported_deck_has_the_schedule_as_it_is_now(taught):
    card = taught.cards()[0]
    taught.review(card.id, rating=Rating.GOOD)
    deck = taught.documents()[0]
    assert json.loads(taught.render(deck.id, format="json"))["cards"][0]["review"]["repetitions"] == 1
