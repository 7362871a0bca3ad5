"""Deleting what was made, whichever notebook holds it."""

from __future__ import annotations

import pytest

from smartnotes import CardsOptions, NotFound, QuizOptions, Rating


@pytest.fixture
def taught(notebook, tmp_path):
    path = tmp_path / "lakes.md"
    path.write_text("# Lakes\n\nA lake is a body of water.\n\nA river is a stream that flows into a sea.\n")
    notebook.ingest(path, subject="Geography").result()
    return notebook


def test_a_deck_goes_with_the_cards_that_are_in_no_other(taught):
    first = taught.make_cards(options=CardsOptions(count=1)).result()
    second = taught.make_cards(options=CardsOptions(count=9)).result()
    taught.review(first.cards[0].id, rating=Rating.GOOD)
    assert taught.delete_document(second.id[:14]).id == second.id
    assert [card.id for card in taught.cards()] == [card.id for card in first.cards]
    taught.delete_document(first.id)
    assert (taught.cards(), taught.reviews(), taught.documents()) == ([], [], [])


def test_a_quiz_goes_and_its_attempts_stay(taught):
    quiz = taught.make_quiz(options=QuizOptions(count=2)).result()
    attempt = taught.take_quiz(quiz.id, answers=[])
    taught.delete_document(quiz.id)
    assert taught.quiz_attempts() == [attempt]
    for call in (taught.quiz, taught.delete_document, lambda ref: taught.render(ref, format="json")):
        with pytest.raises(NotFound):
            call(quiz.id)
    with pytest.raises(NotFound):
        taught.delete_document("")
