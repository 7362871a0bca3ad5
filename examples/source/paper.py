"""Writes the past paper: an exam on the lecture, with numbered questions, sub-parts and marks."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF

from source.fonts import FAMILY, font_file
from source.pdf import MADE

PAPER: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    (
        "Hash functions.",
        (
            ("Define the term hash function.", 2),
            ("Name three properties of a good hash function.", 3),
            ("Explain why adding up the character codes is a bad hash function for user names.", 3),
        ),
    ),
    (
        "Collisions.",
        (
            ("What is a collision? Why can collisions not be avoided when there are more keys than buckets?", 3),
            ("Describe separate chaining, and how a key is searched with it.", 4),
            ("Why does open addressing need tombstones?", 3),
        ),
    ),
    (
        "Insert the keys 10, 24, 3, 17 and 5, in this order, into a table of m = 7 buckets with h(k) = k mod 7 and "
        "linear probing.",
        (
            ("Draw the table after each insertion.", 5),
            ("How many buckets are looked at in all?", 2),
            ("What is the load factor at the end, and what does it mean?", 2),
        ),
    ),
    (
        "Growing.",
        (
            ("What is rehashing, and why can the keys not stay where they are?", 3),
            ("Show that n insertions cost O(n) in all when the table doubles its size each time it grows.", 4),
        ),
    ),
    (
        "Choosing a structure.",
        (
            ("Give two situations in which a balanced search tree is the better choice.", 2),
            ("Describe hash flooding and the defence against it.", 3),
            ("State the running time of Dijkstra's algorithm with a binary heap.", 1),
        ),
    ),
)


class Exam(FPDF):
    """A portrait exam paper with a running foot."""

    def footer(self) -> None:
        """Print the page number."""
        self.set_y(-15)
        self.set_font(FAMILY, "", 9)
        self.cell(0, 5, f"Data Structures, written examination · page {self.page_no()}", align="C")


def _part(exam: Exam, letter: str, words: str, marks: int) -> None:
    exam.set_x(28)
    exam.cell(9, 6, f"({letter})")
    top = exam.get_y()
    exam.multi_cell(128, 6, words, align="L", new_x="LMARGIN", new_y="NEXT")
    bottom = exam.get_y()
    exam.set_xy(168, top)
    exam.cell(22, 6, f"[{marks} mark{'s' if marks > 1 else ''}]", align="R")
    exam.set_y(bottom + 2)


def write_paper(path: Path) -> None:
    """Write the exam."""
    exam = Exam(format="A4")
    exam.set_creation_date(MADE)
    exam.set_title("Data Structures: written examination on hash tables")
    exam.set_margins(20, 20, 20)
    exam.set_auto_page_break(True, margin=25)
    for style in ("", "B"):
        exam.add_font(FAMILY, style, font_file(style))
    exam.add_page()
    exam.set_font(FAMILY, "B", 20)
    exam.cell(0, 10, "Data Structures", align="C", new_x="LMARGIN", new_y="NEXT")
    exam.set_font(FAMILY, "", 13)
    exam.cell(0, 8, "Written examination: hash tables", align="C", new_x="LMARGIN", new_y="NEXT")
    exam.set_font(FAMILY, "", 11)
    total = sum(marks for _, parts in PAPER for _, marks in parts)
    exam.cell(0, 7, f"Time allowed: 45 minutes. Total: {total} marks.", align="C", new_x="LMARGIN", new_y="NEXT")
    exam.ln(2)
    exam.multi_cell(
        0, 6, "Answer all questions. Give a reason for each answer.", align="C", new_x="LMARGIN", new_y="NEXT"
    )
    exam.line(20, exam.get_y() + 2, 190, exam.get_y() + 2)
    exam.ln(7)
    for number, (stem, parts) in enumerate(PAPER, start=1):
        if exam.will_page_break(10 + 14 * len(parts)):
            exam.add_page()
        exam.set_font(FAMILY, "B", 11)
        exam.cell(8, 6, f"{number}.")
        exam.set_font(FAMILY, "", 11)
        exam.multi_cell(0, 6, stem, align="L", new_x="LMARGIN", new_y="NEXT")
        exam.ln(2)
        for index, (words, marks) in enumerate(parts):
            _part(exam, "abcdef"[index], words, marks)
        exam.ln(4)
    exam.output(str(path))
