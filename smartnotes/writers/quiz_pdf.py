"""Quizzes as PDF: questions to fill in by hand, and the answer key on a page of its own at the end."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from importlib.resources import as_file, files

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from typing_extensions import override

from smartnotes.core.kinds import QuestionKind
from smartnotes.core.study import Question, Quiz
from smartnotes.writers.markdown import LETTERS, answer_text

_SANS = "DejaVu"
_FACES = (("", "DejaVuSansCondensed.ttf"), ("B", "DejaVuSansCondensed-Bold.ttf"))
_INK, _GREY, _ACCENT, _RULE = (25, 25, 25), (110, 110, 110), (31, 58, 95), (205, 210, 218)
_MARGIN = 20.0  # mm, as all lengths here
_NUMBER_WIDTH = 9.0
_TEXT_PT, _SMALL_PT = 10.5, 8.5
_TEXT_LINE, _SMALL_LINE = 5.4, 4.4
_WRITING_LINE = 8.5
_ASKED = {
    QuestionKind.MULTIPLE_CHOICE: "Choose one",
    QuestionKind.TRUE_FALSE: "True or false?",
    QuestionKind.CLOZE: "Fill the gap",
    QuestionKind.SHORT_ANSWER: "Answer in a few words",
}


class _Sheet(FPDF):
    """A4 pages with a line at the foot. Characters that the font lacks become the nearest it has, or U+FFFD."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4", unit="mm")
        self.foot = ""
        self.set_margins(_MARGIN, 18.0, _MARGIN)
        self.set_auto_page_break(True, margin=18.0)
        for style, name in _FACES:
            with as_file(files("smartnotes.writers") / "fonts" / name) as path:
                self.add_font(_SANS, style, path)
        self.foot = self.known(title)

    @override
    def footer(self) -> None:
        """Draw title and page number."""
        self.set_y(-13.0)
        self.face(_SMALL_PT, color=_GREY)
        title = self.foot if len(self.foot) <= 90 else f"{self.foot[:88]}…"
        self.cell(0, 5, title, align="L", new_x=XPos.LMARGIN, new_y=YPos.TOP)
        self.cell(0, 5, f"{self.page_no()}", align="R")

    def face(self, size: float, *, bold: bool = False, color: tuple[int, int, int] = _INK) -> None:
        """Set font and colour."""
        self.set_font(_SANS, "B" if bold else "", size)
        self.set_text_color(*color)

    def known(self, text: str) -> str:
        """Return the text in characters that the font has, on one line."""
        glyphs = self.fonts[_SANS.lower()].cmap  # type: ignore[union-attr]
        out = []
        for char in " ".join(unicodedata.normalize("NFC", text).split()):
            plain = char if ord(char) in glyphs else unicodedata.normalize("NFKD", char)
            out.append(plain if all(ord(part) in glyphs for part in plain) else "\N{REPLACEMENT CHARACTER}")
        return "".join(out)

    def put(self, text: str, *, indent: float, line: float = _TEXT_LINE) -> None:
        """Set a paragraph that starts `indent` from the margin."""
        self.set_x(self.l_margin + indent)
        self.multi_cell(0, line, self.known(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def height_of(self, text: str, *, indent: float, line: float = _TEXT_LINE) -> float:
        """Return how high `put` would make the paragraph."""
        height = self.multi_cell(self.epw - indent, line, self.known(text), align="L", dry_run=True, output="HEIGHT")
        return float(height)  # type: ignore[arg-type]


def quiz_pdf(quiz: Quiz) -> bytes:
    """Return the quiz as PDF. The file's date is that of the quiz, so the same quiz gives the same bytes."""
    sheet = _Sheet(quiz.title)
    sheet.set_creation_date(quiz.created_at)
    sheet.set_title(quiz.title)
    sheet.set_producer("smartnotes")
    sheet.set_lang("en")
    sheet.add_page()
    _head(sheet, quiz)
    for number, question in enumerate(quiz.questions, 1):
        _question(sheet, number, question)
    if not quiz.questions:
        sheet.face(_TEXT_PT)
        sheet.put("The notes gave no question.", indent=0)
    else:
        sheet.add_page()
        _key(sheet, quiz)
    return bytes(sheet.output())


def _head(sheet: _Sheet, quiz: Quiz) -> None:
    sheet.face(18, bold=True, color=_ACCENT)
    sheet.put(quiz.title, indent=0, line=8.5)
    sheet.ln(1.5)
    sheet.face(_SMALL_PT, color=_GREY)
    count = len(quiz.questions)
    sheet.put(
        f"{count} question{'' if count == 1 else 's'} · {quiz.created_at:%d %B %Y} · answers at the end", indent=0
    )
    sheet.ln(3)
    sheet.face(_TEXT_PT)
    width = sheet.epw
    for label, start, end in (("Name", 0.0, 0.56), ("Date", 0.6, 0.8), ("Score", 0.84, 1.0)):
        sheet.set_x(sheet.l_margin + start * width)
        sheet.cell(14, 6, label, new_x=XPos.LMARGIN, new_y=YPos.TOP)
        sheet.set_draw_color(*_GREY)
        line = sheet.get_y() + 5.2
        sheet.line(sheet.l_margin + start * width + 13, line, sheet.l_margin + end * width, line)
    sheet.ln(12)


def _question(sheet: _Sheet, number: int, question: Question) -> None:
    """Set one question; it moves to the next page as a whole where it does not fit."""
    sheet.face(_TEXT_PT)
    options = question.options if question.kind is not QuestionKind.TRUE_FALSE else ()
    height = _SMALL_LINE + 1 + sheet.height_of(question.prompt, indent=_NUMBER_WIDTH) + 5
    height += sum(sheet.height_of(text, indent=_NUMBER_WIDTH + 11) + 0.8 for text in options)
    height += 0.0 if options else _WRITING_LINE
    if sheet.get_y() + height > sheet.page_break_trigger and sheet.get_y() > 60:
        sheet.add_page()
    top = sheet.get_y()
    sheet.face(_SMALL_PT, color=_GREY)
    sheet.put(_ASKED[question.kind], indent=_NUMBER_WIDTH, line=_SMALL_LINE)
    sheet.set_y(top + _SMALL_LINE + 0.6)
    sheet.face(_TEXT_PT, bold=True, color=_ACCENT)
    sheet.cell(_NUMBER_WIDTH, _TEXT_LINE, f"{number}", new_x=XPos.LMARGIN, new_y=YPos.TOP)
    sheet.face(_TEXT_PT)
    sheet.put(question.prompt, indent=_NUMBER_WIDTH)
    sheet.ln(1.2)
    _answer_space(sheet, question, options)
    sheet.ln(4.5)


def _answer_space(sheet: _Sheet, question: Question, options: Sequence[str]) -> None:
    if question.kind is QuestionKind.TRUE_FALSE:
        top = sheet.get_y()
        for place, word in enumerate(("True", "False")):
            sheet.set_y(top)
            sheet.put(f"☐  {word}", indent=_NUMBER_WIDTH + 28 * place)
    elif options:
        for letter, text in zip(LETTERS, options, strict=False):
            top = sheet.get_y()
            sheet.put(f"☐  {letter}", indent=_NUMBER_WIDTH)
            sheet.set_y(top)
            sheet.put(text, indent=_NUMBER_WIDTH + 11)
            sheet.ln(0.8)
    elif question.kind is QuestionKind.SHORT_ANSWER:
        sheet.set_draw_color(*_RULE)
        line = sheet.get_y() + _WRITING_LINE - 1
        sheet.line(sheet.l_margin + _NUMBER_WIDTH, line, sheet.w - sheet.r_margin, line)
        sheet.ln(_WRITING_LINE)


def _key(sheet: _Sheet, quiz: Quiz) -> None:
    sheet.face(14, bold=True, color=_ACCENT)
    sheet.put("Answers", indent=0, line=8)
    sheet.ln(2)
    for number, question in enumerate(quiz.questions, 1):
        source = question.source
        text = answer_text(question)
        where = f"{source.lecture_name}, p. {source.page}"
        sheet.face(_TEXT_PT)
        height = sheet.height_of(text, indent=_NUMBER_WIDTH) + _SMALL_LINE + 2.2
        if sheet.get_y() + height > sheet.page_break_trigger:
            sheet.add_page()
        sheet.face(_TEXT_PT, bold=True, color=_ACCENT)
        sheet.cell(_NUMBER_WIDTH, _TEXT_LINE, f"{number}", new_x=XPos.LMARGIN, new_y=YPos.TOP)
        sheet.face(_TEXT_PT)
        sheet.put(text, indent=_NUMBER_WIDTH)
        sheet.face(_SMALL_PT, color=_GREY)
        sheet.put(where, indent=_NUMBER_WIDTH, line=_SMALL_LINE)
        sheet.ln(2.2)
