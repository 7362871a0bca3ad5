"""Conversations and answers kept ready, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from smartnotes.core.conversations import Turn, new_conversation
from smartnotes.core.errors import NotFound
from smartnotes.core.study import Answer
from smartnotes.stores.conversation_cache import SqlAnswerCache
from smartnotes.stores.conversations import SqlConversations
from smartnotes.stores.database import Database
from smartnotes.stores.lectures import SqlLectures
from smartnotes.stores.listings import Window
from smartnotes.stores.subjects import SqlSubjects
from tests.builders import NOON, a_lecture, a_subject

ANSWER = Answer(question="What is it?", text="A table.", covered=True)
LATER = NOON + timedelta(hours=1)
EVER = NOON - timedelta(days=365)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, tmp_path):
    chosen = tmp_path / "notebook.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(chosen)
    yield database
    database.close()


@pytest.fixture
def conversations(database):
    return SqlConversations(database, owner="ada")


@pytest.fixture
def answers(database):
    return SqlAnswerCache(database, owner="ada", most=3)


def a_turn(number, *, at=NOON):
    return Turn(id=f"turn_{number}", at=at, answer=ANSWER.model_copy(update={"text": f"Answer {number}."}))


def begun(conversations, number, *, at=NOON):
    made = new_conversation(f"Question {number}?", conversation_id=f"conv_{number}", now=at)
    return conversations.append(a_turn(number, at=at), to=made, is_new=True)


def test_turns_are_kept_in_order_and_counted(conversations):
    first = begun(conversations, 1)
    second = conversations.append(a_turn(2, at=LATER), to=first, is_new=False)
    assert (second.turns, second.title, second.updated_at) == (2, "Question 1?", LATER)
    assert [turn.answer.text for turn in conversations.turns(first.id)] == ["Answer 1.", "Answer 2."]
    assert [turn.id for turn in conversations.turns(first.id, last=1)] == ["turn_2"]


def test_a_turn_that_is_sent_twice_is_kept_once(conversations):
    first = begun(conversations, 1)
    again = new_conversation("Question 1?", conversation_id="conv_9", now=LATER)
    assert conversations.append(a_turn(1), to=again, is_new=True) == first
    assert conversations.all() == [first]


def test_the_latest_conversation_comes_first_in_pieces_too(conversations):
    for number in range(5):
        begun(conversations, number, at=NOON + timedelta(minutes=number % 3))
    whole = [one.id for one in conversations.all()]
    assert whole == ["conv_2", "conv_1", "conv_4", "conv_0", "conv_3"]
    seen, after = [], None
    while True:
        piece = conversations.listed(Window(limit=2, after=after))
        seen += [one.id for one in piece.values]
        after = piece.next
        if after is None:
            break
    assert seen == whole


def test_another_owner_reaches_none_of_it(conversations, database):
    mine = begun(conversations, 1)
    others = SqlConversations(database, owner="bob")
    assert others.all() == []
    for reach in (
        lambda: others.get(mine.id),
        lambda: others.turns(mine.id),
        lambda: others.rename(mine.id, "Mine", now=LATER),
        lambda: others.delete(mine.id),
        lambda: others.append(a_turn(2), to=mine, is_new=False),
    ):
        with pytest.raises(NotFound):
            reach()
    assert conversations.turns(mine.id) == [a_turn(1)]


def test_two_owners_may_give_one_id_to_their_turns(conversations, database):
    begun(conversations, 1)
    other = new_conversation("Q?", conversation_id="conv_b", now=NOON)
    assert SqlConversations(database, owner="bob").append(a_turn(1), to=other, is_new=True).id == "conv_b"


def test_a_deleted_conversation_goes_with_its_turns(conversations):
    made = begun(conversations, 1)
    conversations.delete(made.id)
    assert conversations.all() == []
    # its turns are gone as well: their ids are free
    assert begun(conversations, 1).turns == 1


def test_an_answer_is_kept_ready_for_its_owner(answers, database):
    answers.put("key", ANSWER, subject_id="", now=NOON)
    assert answers.get("key", since=EVER, now=LATER) == ANSWER
    assert answers.get("other", since=EVER, now=LATER) is None
    assert SqlAnswerCache(database, owner="bob").get("key", since=EVER, now=LATER) is None


def test_an_answer_is_not_kept_for_ever(answers):
    answers.put("key", ANSWER, subject_id="", now=NOON)
    assert answers.get("key", since=LATER, now=LATER) is None
    assert answers.get("key", since=EVER, now=NOON + timedelta(days=31)) is None


def test_answers_used_least_recently_make_room(answers):
    for minutes in range(3):
        answers.put(f"key {minutes}", ANSWER, subject_id="", now=NOON + timedelta(minutes=minutes))
    answers.get("key 0", since=EVER, now=LATER)
    answers.put("key 3", ANSWER, subject_id="", now=LATER + timedelta(minutes=1))
    kept = [number for number in range(4) if answers.get(f"key {number}", since=EVER, now=LATER)]
    assert kept == [0, 2, 3]


def test_answers_are_forgotten_when_their_lectures_change(answers, database):
    subjects, lectures = SqlSubjects(database, owner="ada"), SqlLectures(database, owner="ada")
    for name in ("Biology", "Physics"):
        subjects.add(a_subject(name))

    def keep():
        for subject_id in ("sub_biology", "sub_physics", ""):
            answers.put(f"of {subject_id}", ANSWER, subject_id=subject_id, now=NOON)

    def kept():
        found = [one for one in ("sub_biology", "sub_physics", "") if answers.get(f"of {one}", since=EVER, now=LATER)]
        keep()
        return found

    keep()
    lectures.publish(a_lecture(), pages=[], chunks=[], tokens=[], source="")
    assert kept() == ["sub_physics"]
    lectures.rename(a_lecture().id, "other.pdf")
    assert kept() == ["sub_physics"]
    lectures.delete(a_lecture().id)
    assert kept() == ["sub_physics"]
    subjects.delete("sub_physics")
    assert kept() == ["sub_biology"]
