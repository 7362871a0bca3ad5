"""What is learned is kept, on both databases: once, whole, and by its owner alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from smartnotes.core.errors import Conflict, NotFound
from smartnotes.core.learning import CardText, StudyKind, StudySession
from smartnotes.core.steps.review import review_card, undo_review
from smartnotes.core.study import Rating
from smartnotes.stores.database import Database
from smartnotes.stores.learning_cards import SqlCards, forget_deck
from smartnotes.stores.learning_listings import SqlLearningListings
from smartnotes.stores.learning_reviews import SqlReviews
from smartnotes.stores.learning_study import SqlStudy
from smartnotes.stores.learning_tables import reviews
from smartnotes.stores.listings import Window
from smartnotes.stores.subjects import SqlSubjects
from tests.builders import NOON, a_card, a_subject

SUBJECT = a_subject().id


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, tmp_path):
    chosen = tmp_path / "notebook.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(chosen)
    SqlSubjects(database, owner="ada").add(a_subject())
    yield database
    database.close()


@pytest.fixture
def cards(database):
    return SqlCards(database, owner="ada")


@pytest.fixture
def log(database):
    return SqlReviews(database, owner="ada")


def keep(cards, *numbers, deck="deck_1", **details):
    made = [a_card(number, **details) for number in numbers]
    return cards.keep(deck, subject_id=SUBJECT, cards=made, now=NOON)


def rate(log, card, rating=Rating.GOOD, *, review_id="rev_1", now=NOON):
    return log.add(card.id, review_id, lambda current: review_card(current, rating, review_id=review_id, now=now))


def rows(database):
    with database.read() as connection:
        return connection.execute(sa.select(reviews).order_by(reviews.c.id)).all()


def test_a_card_made_again_keeps_its_id_its_words_and_its_history(cards, log):
    [first, _] = keep(cards, 1, 2)
    cards.change(first.id, CardText(front="Mine?"))
    rate(log, first)
    again = a_card(1).model_copy(update={"id": "card_other", "back": "Another back."})
    [kept] = cards.keep("deck_2", subject_id=SUBJECT, cards=[again], now=NOON)
    assert (kept.id, kept.front, kept.back, kept.review.repetitions) == (first.id, "Mine?", first.back, 1)
    assert cards.all(deck_id="deck_2") == [kept]
    assert len(cards.all()) == 2


def test_the_same_front_on_the_same_lecture_is_the_same_card(cards):
    [first] = keep(cards, 1)
    moved = a_card(1, page=2).model_copy(update={"id": "card_other", "fingerprint": "fpr_other"})
    [kept] = cards.keep("deck_1", subject_id=SUBJECT, cards=[moved], now=NOON)
    assert (kept.id, kept.source.page, kept.fingerprint) == (first.id, 2, "fpr_other")


def test_decks_made_at_once_share_their_cards(cards):
    with ThreadPoolExecutor(4) as pool:
        decks = list(pool.map(lambda number: keep(cards, 1, 2, 3, deck=f"deck_{number}"), range(4)))
    assert len(cards.all()) == 3
    assert len({tuple(card.id for card in deck) for deck in decks}) == 1


def test_a_review_sent_many_times_at_once_counts_once(cards, log, database):
    [card] = keep(cards, 1)
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: rate(log, card), range(6)))
    assert sum(fresh for _, fresh in results) == 1
    assert len(rows(database)) == 1
    assert cards.get(card.id).review.repetitions == 1


def test_reviews_of_one_card_at_once_are_all_logged_in_order(cards, log):
    [card] = keep(cards, 1)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: rate(log, card, review_id=f"rev_{number}"), range(6)))
    entries = log.all()
    assert cards.get(card.id).review == entries[0].after
    assert all(later.before == earlier.after for later, earlier in pairwise(entries))


def test_the_log_only_grows(cards, log, database):
    [card] = keep(cards, 1)
    rate(log, card)
    before = rows(database)
    undone = log.undo("rev_1", now=NOON + timedelta(minutes=1), restore=undo_review)
    assert undone.undone
    assert log.undo("rev_1", now=NOON, restore=undo_review) == undone
    after = rows(database)
    assert set(before) < set(after)
    assert len(after) == 2
    assert log.all() == []
    assert log.all(undone=True) == [undone]
    assert cards.get(card.id) == card


def test_undoing_one_that_is_not_the_last_changes_nothing(cards, log, database):
    [card] = keep(cards, 1)
    rate(log, card)
    rate(log, card, review_id="rev_2", now=NOON + timedelta(days=1))
    state = cards.get(card.id)
    with pytest.raises(Conflict):
        log.undo("rev_1", now=NOON, restore=undo_review)
    assert cards.get(card.id) == state
    assert len(rows(database)) == 2


def test_due_cards_come_longest_overdue_first_and_new_ones_as_they_were_made(cards, log):
    made = keep(cards, 1, 2, 3, 4, 5)
    rate(log, made[1], Rating.GOOD, review_id="a", now=NOON + timedelta(hours=1))
    rate(log, made[0], Rating.GOOD, review_id="b", now=NOON + timedelta(hours=2))
    cards.change(made[3].id, CardText(suspended=True))
    tomorrow = NOON + timedelta(days=2)
    assert [card.id for card in cards.due(before=tomorrow, subject_id=None, limit=9)] == [made[1].id, made[0].id]
    assert [card.id for card in cards.new(subject_id=SUBJECT, limit=9)] == [made[2].id, made[4].id]
    counts = cards.counts(before=tomorrow)[SUBJECT]
    assert (counts.total, counts.new, counts.learning, counts.known, counts.due, counts.suspended) == (5, 2, 2, 0, 2, 1)
    assert len(cards.due_times(before=tomorrow, subject_id=None)) == 2


def test_nobody_reaches_what_another_one_learns(cards, log, database):
    [card] = keep(cards, 1)
    rate(log, card)
    theirs, their_log = SqlCards(database, owner="eve"), SqlReviews(database, owner="eve")
    assert (theirs.all(), theirs.beginning("card_"), theirs.some([card.id]), their_log.all()) == ([], [], {}, [])
    for call in (
        lambda: theirs.get(card.id),
        lambda: theirs.change(card.id, CardText(front="x")),
        lambda: theirs.delete(card.id),
        lambda: theirs.keep("deck_1", subject_id=SUBJECT, cards=[a_card(2)], now=NOON),
        lambda: rate(their_log, card, review_id="rev_2"),
        lambda: their_log.undo("rev_1", now=NOON, restore=undo_review),
    ):
        with pytest.raises(NotFound):
            call()
    assert cards.get(card.id).front == card.front
    assert theirs.counts(before=NOON) == {}


def test_everything_goes_with_the_subject(cards, log, database):
    [card] = keep(cards, 1)
    rate(log, card)
    study = SqlStudy(database, owner="ada")
    study.add_session(StudySession(id="s_1", kind=StudyKind.CHAT, subject_id=SUBJECT, at=NOON, duration_s=9, items=1))
    SqlSubjects(database, owner="ada").delete(SUBJECT)
    assert (cards.all(), rows(database), study.sessions(), study.activity(since=NOON, subject_id=None)) == (
        [],
        [],
        [],
        [],
    )


def test_a_deck_that_is_forgotten_takes_along_what_is_in_no_other(cards, database):
    keep(cards, 1, 2)
    keep(cards, 2, 3, deck="deck_2")
    with database.write() as connection:
        forget_deck(connection, "deck_1", owner="ada")
    assert [card.id for card in cards.all()] == [a_card(2).id, a_card(3).id]


def test_lists_come_in_pieces_without_gaps(cards, log, database):
    made = keep(cards, *range(7))
    for number, card in enumerate(made):
        rate(log, card, review_id=f"rev_{number}", now=NOON + timedelta(minutes=number // 2))
    listings = SqlLearningListings(database, owner="ada")
    for whole, piece in (
        (cards.all(), listings.flashcards),
        (cards.all(), lambda window: listings.flashcards(window, deck_id="deck_1")),
        (log.all(), listings.reviews),
    ):
        found, window = [], Window(limit=3)
        while window is not None:
            part = piece(window)
            found += part.values
            window = Window(limit=3, after=part.next) if part.next is not None else None
        assert found == whole
