"""Quizzes on paper."""

from __future__ import annotations

import io

from pypdf import PdfReader

from smartnotes.core.kinds import QuestionKind
from smartnotes.core.model import Provenance
from smartnotes.core.study import Citation, Question, Quiz
from smartnotes.writers.quiz_pdf import quiz_pdf
from tests.builders import NOON


def a_question(number: int, prompt: str, **fields: object) -> Question:
    quote = "A cache is a small memory."
    source = Citation(lecture_id="lec_1", lecture_name="caches.pdf", page=7, start=0, end=len(quote), quote=quote)
    base = {"id": f"qst_{number}", "kind": QuestionKind.SHORT_ANSWER, "prompt": prompt, "answer": "memory"}
    return Question.model_validate(base | {"source": source} | fields)


def a_quiz(*questions: Question, title: str = "Caches") -> Quiz:
    return Quiz(id="quiz_1", title=title, questions=questions, created_at=NOON, provenance=Provenance(pipeline="1"))


def pages_of(quiz: Quiz) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(quiz_pdf(quiz))).pages]


def test_answers_stand_on_a_page_of_their_own_with_lecture_and_page() -> None:
    options = ("disk", "memory", "bus", "register")
    choice = a_question(1, "What is a cache?", kind=QuestionKind.MULTIPLE_CHOICE, options=options)
    questions, answers = pages_of(a_quiz(choice))
    assert "What is a cache?" in questions
    assert all(option in questions for option in options)
    assert "caches.pdf" not in questions
    assert "B) memory" in answers
    assert "caches.pdf, p. 7" in answers


def test_symbols_of_mathematics_and_other_alphabets_are_written() -> None:
    text = pages_of(a_quiz(a_question(1, "Is δ ≤ β → ∑ x² ∈ ∂, and “да”?")))[0]
    assert "Is δ ≤ β → ∑ x² ∈ ∂, and “да”?" in text


def test_a_character_that_no_font_has_is_shown_as_missing() -> None:
    assert "Kanji \N{REPLACEMENT CHARACTER}" in pages_of(a_quiz(a_question(1, "Kanji 漢")))[0]


def test_many_questions_run_over_pages_and_none_is_divided() -> None:
    text = "Which of these words fits the description that stands here and fills more than a line of the page? "
    quiz = a_quiz(*(a_question(number, f"Q{number}q {text * 3}end{number}e") for number in range(1, 31)))
    pages = pages_of(quiz)
    assert len(pages) > 3
    for number in range(1, 31):
        assert [f"Q{number}q" in page for page in pages] == [f"end{number}e" in page for page in pages]


def test_an_empty_quiz_says_so() -> None:
    (page,) = pages_of(a_quiz())
    assert "gave no question" in page
