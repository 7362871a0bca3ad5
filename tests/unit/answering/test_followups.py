"""Follow-ups in words that stand on their own, by rules."""

from __future__ import annotations

import pytest

from smartnotes.core.answering.followups import Asked, standing_alone, topic

COLLISIONS = Asked(
    "In which ways are collisions resolved?", ("Chaining: a list in each bucket.", "Open addressing: another bucket.")
)


@pytest.mark.parametrize(
    ("before", "question", "alone"),
    [
        ("What is a hash table?", "Why is it fast?", "Why is the hash table fast?"),
        ("What is osmosis?", "Who discovered it?", "Who discovered osmosis?"),
        ("What are enzymes?", "when do they stop?", "when do enzymes stop?"),
        ("What is a hash table?", "and its cost?", "the cost? (hash table)"),
        ("What is a hash table?", "why?", "why? (hash table)"),
        ("Is a hash table ordered?", "Why?", "Why is a hash table ordered?"),
        ("What is a stack?", "and a queue?", "What is a queue?"),
        ("What is separate chaining?", "and open addressing?", "What is open addressing?"),
        ("What is chaining?", "what about open addressing?", "What is open addressing?"),
        ("What does lookup in a hash table cost?", "and a list?", "What does lookup in a list cost?"),
        ("What does lookup in a hash table cost?", "and in a list?", "What does lookup in a list cost?"),
        ("What is lookup in a list?", "what about the worst case?", "what about the worst case? (lookup in a list)"),
        ("What is a hash table?", "What about the load factor?", "the load factor? (hash table)"),
        ("Why does open addressing need tombstones?", "and chaining?", "Why does chaining need tombstones?"),
        ("Why is open addressing slow on full tables?", "and chaining?", "Why is chaining slow on full tables?"),
        ("Who compared enzymes and catalysts?", "and hormones?", "hormones?"),
        ("How many chromosomes do humans have?", "and dogs?", "How many chromosomes do dogs have?"),
        ("What is the derivative of sin x?", "and of cos x?", "What is the derivative of cos x?"),
        ("What is Newton's first law?", "and the second?", "What is Newton's second law?"),
        ("Who was Gregor Mendel?", "what did he discover?", "what did Gregor Mendel discover?"),
        ("How does DNA replication start?", "and transcription?", "How does transcription start?"),
        ("How does DNA replication start?", "how does it end?", "how does DNA replication end?"),
        ("What is TCP?", "how is it different from UDP?", "how is TCP different from UDP?"),
        ("Why is the load factor limited?", "What does that mean?", "What does that mean? (load factor limited)"),
    ],
)  # fmt: skip
def test_what_is_meant_is_put_in_place(before, question, alone):
    assert standing_alone(question, Asked(before)) == alone


@pytest.mark.parametrize(
    ("question", "named"), [("what about the second one?", "Open addressing"), ("explain the first", "Chaining")]
)
def test_an_ordinal_means_a_point_of_the_answer(question, named):
    assert named in standing_alone(question, COLLISIONS)


def test_an_ordinal_without_its_point_means_the_topic():
    assert standing_alone("and the fifth one?", COLLISIONS) == "and the fifth one? (collisions resolved)"


@pytest.mark.parametrize(
    "question", ["What is quicksort?", "How does quicksort choose its pivot?", "And what is a heap?"]
)
def test_a_new_topic_is_not_mixed_with_the_old_one(question):
    assert standing_alone(question, Asked("What is a hash table?")) == question


def test_a_chain_of_follow_ups_keeps_its_topic():
    second = standing_alone("why?", Asked("What is a hash table?"))
    assert "hash table" in standing_alone("and its cost?", Asked(second))


def test_nothing_to_refer_to_changes_nothing():
    assert standing_alone("why?", Asked("And then?")) == "why?"


def test_a_topic_is_told_in_the_words_of_the_question():
    assert topic("What is the load factor of a hash table?") == "load factor of a hash table"
    assert topic("Why?") == ""


def test_a_comparison_means_what_was_asked_last_and_before_that():
    earlier, before = Asked("What is separate chaining?"), Asked("What is open addressing?")
    alone = standing_alone("which one is faster?", before, earlier=earlier)
    assert alone == "which one is faster? (separate chaining, open addressing)"
    assert standing_alone("which one is faster?", before) == "which one is faster? (open addressing)"
