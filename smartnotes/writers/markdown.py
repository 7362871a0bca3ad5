"""Quizzes and cheat sheets as Markdown (CommonMark)."""

from __future__ import annotations

import re

from smartnotes.core.kinds import QuestionKind
from smartnotes.core.study import CheatSheet, Question, Quiz, SheetItem
from smartnotes.writers import Images
from smartnotes.writers.fitting import fit_sheet

LETTERS = "ABCDEFGHIJ"

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def quiz_markdown(quiz: Quiz) -> bytes:
    """Return the questions and, below a rule, the answer key with the source of each answer."""
    lines = [f"# {_plain(quiz.title)}", ""]
    for number, question in enumerate(quiz.questions, 1):
        lines += [f"{number}. {_plain(question.prompt)}", ""]
        if question.kind is QuestionKind.TRUE_FALSE:
            lines += ["   True / False", ""]
        elif question.options:
            lines += [f"   - {letter}) {_plain(text)}" for letter, text in zip(LETTERS, question.options, strict=False)]
            lines.append("")
    lines += ["---", "", "## Answers", ""]
    for number, question in enumerate(quiz.questions, 1):
        source = question.source
        lines.append(f"{number}. {_plain(answer_text(question))} ({_plain(source.lecture_name)}, p. {source.page})")
    return ("\n".join(lines) + "\n").encode()


def answer_text(question: Question) -> str:
    """Return the answer as a key prints it: with its letter for a choice, with the explanation where there is one."""
    text = question.answer
    if question.kind is QuestionKind.MULTIPLE_CHOICE and question.answer in question.options:
        text = f"{LETTERS[question.options.index(question.answer)]}) {text}"
    return f"{text}. {question.explanation}" if question.explanation else text


def cheatsheet_markdown(sheet: CheatSheet, *, images: Images) -> bytes:
    """Return the part of the sheet that fits its page budget; figures are named by their caption only."""
    lines = [f"# {_plain(sheet.title)}", ""]
    for section in fit_sheet(sheet, images=images).sections:
        lines += [f"{'##' if section.items else '#'} {_plain(section.heading)}", ""] if section.heading else []
        lines += [line for item in section.items for line in _item(item)]
        lines.append("")
    return ("\n".join(lines).rstrip() + "\n").encode()


def _item(item: SheetItem) -> list[str]:
    page = f"(p. {item.source.page})"
    if item.code:
        fence = "```"
        while fence in item.text:
            fence += "`"
        return [f"- {page}", "", *(f"  {line}" for line in (fence, *item.text.splitlines(), fence)), ""]
    if item.figure:
        return [f"- Figure: {_plain(item.text)} {page}"]
    term = f"**{_plain(item.term)}**: " if item.term else ""
    return [f"{'  ' * item.level}- {term}{_plain(item.text)} {page}"]


def _plain(text: str) -> str:
    """Return the text with Markdown's own marks escaped; a gap of underscores stays one."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
