"""A question that names what it is about stands on its own; one that points back leans on the talk."""

from __future__ import annotations

import pytest

from smartnotes.core.answering.dependence import leaning, may_lean

LEANING = [
    "why?",
    "Why not?",
    "and its cost?",
    "How does it work?",
    "Who invented them?",
    "what about the second one?",
    "and the latter?",
    "explain that again",
    "Is this always true?",
    "What are the drawbacks?",
    "What is the time complexity?",
    "worst case?",
    "and in a linked list?",
    "What about the load factor?",
    "Give me an example",
    "another example?",
    "Does resizing change it?",
    "Which one is faster?",
    "tell me more",
    "Can you summarise that?",
    "ok, and what does it cost?",
    "what did he discover?",
    "Does this also hold for directed graphs?",
    "What does this enzyme do?",
    "how is it different from UDP?",
    "why is that?",
    "explain that in simpler words",
]
ALONE = [
    "What is osmosis?",
    "How does quicksort choose its pivot?",
    "Why is it important to choose a prime table size?",
    "How long does it take to boil an egg?",
    "What does it mean to be balanced?",
    "Why is it called a heap?",
    "If a table is full, how does it grow?",
    "What is a heap and how is it stored?",
    "How do we know that a heap is balanced?",
    "What is a tree that is balanced?",
    "Prove that primes are infinite",
    "What is the main topic of this lecture?",
    "Which cells are those that divide?",
    "State the second law of thermodynamics",
    "What is the difference between mitosis and meiosis?",
    "And what is a heap?",
    "What is probability?",
    "Define entropy",
    "hash table",
    "Which lecture talks about rehashing?",
    "Wie funktioniert die Zellatmung?",
    "",
]


@pytest.mark.parametrize("question", LEANING)
def test_what_points_back_leans(question):
    assert leaning(question)
    assert may_lean(question)


@pytest.mark.parametrize("question", ALONE)
def test_what_names_its_subject_stands_alone(question):
    assert not leaning(question)


def test_a_long_question_brings_along_what_it_is_about():
    assert not may_lean("Solve it. " + "The table has seven buckets and these keys. " * 8)
