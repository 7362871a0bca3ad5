"""Answers are judged by what is meant, and what is forgiven is said so."""

from __future__ import annotations

import pytest

from smartnotes.core.kinds import QuestionKind
from smartnotes.core.study import Citation, Question
from smartnotes.core.teaching.grading import NO_OPTION, NO_TRUTH, grade

SOURCE = Citation(lecture_id="lec_1", lecture_name="lecture.pdf", page=4, start=0, end=4, quote="heap")
OPTIONS = ("Heap", "Stack", "Queue", "2")


def a_question(answer, *, kind=QuestionKind.SHORT_ANSWER, options=(), accept=()):
    return Question(id="q_1", kind=kind, prompt="Which?", answer=answer, options=options, accept=accept, source=SOURCE)


def written(answer, given, **details):
    vocabulary = details.pop("vocabulary", frozenset())
    return grade(a_question(answer, **details), given, vocabulary=vocabulary)


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        ("heap", " The HEAP. "),
        ("self-locking nut", "self locking nut"),
        ("RNA-Seq", "rnaseq"),
        ("café", "cafe"),
        ("~300-500bp", "300–500 bp"),  # noqa: RUF001
        ("1,000", "1000"),
        ("0.5", "0,50"),
        ("80 ns", "80ns"),
        ("**", "**"),
        ("O(n log n)", "o(n log n)"),
        ("1,2,4", "1, 2, 4"),
    ],
)
def test_how_it_is_typed_does_not_matter(answer, given):
    found = written(answer, given)
    assert (found.right, found.reason) == (True, "")


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        ("mitosis", "meiosis"),
        ("hypothyroidism", "hyperthyroidism"),
        ("typical", "atypical"),
        ("not valid", "valid"),
        ("heap", "heep"),
        ("C++", "C"),
        ("/", "//"),
        ("-5", "5"),
        ("20", "20 %"),
        ("10", "1 0"),
        ("O(n)", "O(n^2)"),
        ("first in first out", "first in last out"),
    ],
)
def test_what_means_something_else_is_wrong(answer, given):
    assert not written(answer, given).right


def test_a_slip_of_the_keyboard_is_forgiven_and_said():
    for given in ("binray search tree", "binary serch tree", "binary searrch tree"):
        found = written("binary search tree", given)
        assert found.right
        assert "binary search tree" in found.reason


def test_another_form_of_the_word_is_right_and_said():
    found = written("variable", "variables")
    assert found.right
    assert "form" in found.reason


def test_a_word_of_the_notes_is_no_misspelling_of_another():
    assert written("alkane", "alkene").right
    assert not written("alkane", "alkene", vocabulary=frozenset({"alkane", "alkene"})).right


def test_a_number_needs_its_unit():
    found = written("80 ns", "80")
    assert not found.right
    assert "unit" in found.reason


def test_one_of_several_is_enough_and_none_of_several_may_be_wrong():
    items = ("Forward (second strand)", "Reverse (first strand)", "Unstranded")
    answer = "; ".join(items)
    assert written(answer, "unstranded", accept=items).right
    assert written(answer, "unstranded and reverse first strand", accept=items).right
    assert written(answer, answer, accept=items).right
    assert not written(answer, "unstranded, banana", accept=items).right


@pytest.mark.parametrize(
    ("given", "chosen"), [("a", "Heap"), ("B)", "Stack"), ("3", "Queue"), ("2", "2"), ("stack.", "Stack")]
)
def test_an_option_is_meant_by_its_words_letter_or_number(given, chosen):
    found = grade(a_question("Heap", kind=QuestionKind.MULTIPLE_CHOICE, options=OPTIONS), given)
    assert (found.given, found.right) == (chosen, chosen == "Heap")


def test_a_letter_is_no_option_that_only_lacks_its_article():
    question = a_question("A b", kind=QuestionKind.MULTIPLE_CHOICE, options=("A b", "Other"))
    assert grade(question, "B").given == "Other"


@pytest.mark.parametrize("given", ["z", "9", "tree"])
def test_what_is_no_option_is_said_so(given):
    found = grade(a_question("Heap", kind=QuestionKind.MULTIPLE_CHOICE, options=OPTIONS), given)
    assert (found.right, found.reason) == (False, NO_OPTION)


def test_true_and_false_have_many_names():
    question = a_question("False", kind=QuestionKind.TRUE_FALSE, options=("True", "False"))
    assert all(grade(question, given).right for given in ("f", "No", "FALSE.", "wrong"))
    assert not any(grade(question, given).right for given in ("t", "yes", "True"))
    assert grade(question, "perhaps").reason == NO_TRUTH


def test_a_grade_says_what_is_right_and_where_it_stands():
    found = written("heap", "")
    assert (found.right, found.expected, found.source, found.reason) == (False, "heap", SOURCE, "Not answered.")
