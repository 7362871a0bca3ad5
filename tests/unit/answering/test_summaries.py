"""Which questions wish for a summary, and what they mean."""

from __future__ import annotations

import pytest

from smartnotes.core.answering.summaries import meant_chunks, wished
from tests.builders import a_hit, a_lecture


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Summarise lecture 3", "lecture 3"),
        ("Can you please summarize my notes?", "my notes"),
        ("Give me a short summary of the lecture on heaps.", "the lecture on heaps"),
        ("What is lecture 2 about?", "lecture 2"),
        ("what are the main points of week 4", "week 4"),
        ("What does this course cover?", "this course"),
        ("Overview of sorting in 5 sentences", "sorting"),
        ("Summarise everything in three short bullet points", "everything"),
        ("What topics are covered in lecture 5?", "lecture 5"),
    ],
)
def test_a_wish_for_a_summary_is_known_with_what_it_means(question, rest):
    assert wished(question) == rest


@pytest.mark.parametrize(
    "question",
    [
        "What is a heap?",
        "What is the overview table for?",
        "What did Darwin write about?",
        "How many keys does a node have?",
        "Why is quicksort fast?",
        "What are the main parts of a cell?",
    ],
)
def test_other_questions_are_left_to_be_answered(question):
    assert wished(question) is None


def two_lectures():
    first = a_lecture("lecture_03_heaps.pdf")
    second = a_lecture("week10-hashing.pdf").model_copy(update={"title": "Hash tables"})
    chunks = [
        a_hit("A heap is a tree.", page=1, headings=("Heaps", "Insertion")).chunk,
        a_hit("A hash table maps keys.", page=2, headings=("Hashing", "Collisions")).chunk,
    ]
    chunks = [
        chunk.model_copy(update={"lecture_id": lecture.id})
        for chunk, lecture in zip(chunks, (first, second), strict=True)
    ]
    return chunks, [first, second]


@pytest.mark.parametrize(
    ("rest", "pages"),
    [
        ("", [1, 2]),
        ("all my notes", [1, 2]),
        ("lecture 3", [1]),
        ("week 10", [2]),
        ("the lecture on hash tables", [2]),
        ("heaps", [1]),
        ("collisions", [2]),
        ("biology", [1, 2]),
    ],
)
def test_lectures_are_meant_by_number_name_title_or_subject_and_sections_by_heading(rest, pages):
    chunks, lectures = two_lectures()
    found = meant_chunks(rest, chunks, lectures=lectures, subjects={"sub_biology": "Biology"})
    assert found is not None
    assert [chunk.page for chunk in found] == pages


@pytest.mark.parametrize("rest", ["lecture 7", "the difference between heaps and stacks", "Darwin"])
def test_what_names_no_part_of_the_notes_is_no_summary(rest):
    chunks, lectures = two_lectures()
    assert meant_chunks(rest, chunks, lectures=lectures, subjects={}) is None
