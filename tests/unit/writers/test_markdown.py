"""Quizzes and cheat sheets as Markdown."""

from __future__ import annotations

from markdown_it import MarkdownIt

from smartnotes.core.kinds import QuestionKind
from smartnotes.writers.markdown import cheatsheet_markdown, quiz_markdown
from tests.unit.writers.test_cheatsheet_docx import a_sheet, an_item
from tests.unit.writers.test_quiz_pdf import a_question, a_quiz


def test_a_quiz_has_its_answers_after_a_rule() -> None:
    options = ("a*b", "memory", "c", "d")
    quiz = a_quiz(a_question(1, "What is a_b_c?", kind=QuestionKind.MULTIPLE_CHOICE, options=options))
    questions, answers = quiz_markdown(quiz).decode().split("\n---\n")
    assert "1. What is a\\_b\\_c?" in questions
    assert "- A) a\\*b" in questions
    assert "1. B) memory (caches.pdf, p. 7)" in answers


def test_code_stays_code_whatever_it_holds() -> None:
    code = "x = '```'\nprint(x)"
    text = cheatsheet_markdown(a_sheet(an_item(code, code=True)), images=lambda blob: b"").decode()
    fences = [token.content for token in MarkdownIt().parse(text) if token.type == "fence"]
    assert fences == [f"{code}\n"]


def test_every_line_of_a_cheat_sheet_names_its_page() -> None:
    text = cheatsheet_markdown(a_sheet(an_item("a small memory", term="cache")), images=lambda blob: b"").decode()
    assert "- **cache**: a small memory (p. 3)" in text
