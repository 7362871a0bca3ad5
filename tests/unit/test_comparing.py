from __future__ import annotations

import pytest

from smartnotes.core.answering.cues import compared
from smartnotes.core.answering.excerpts import choose, excerpts
from smartnotes.core.model import Chunk
from smartnotes.core.study import Hit
from tests.fakes import WordEncoder


def hits(*texts: str) -> list[Hit]:
    return [
        Hit(
            chunk=Chunk(
                id=f"chk_{page}",
                subject_id="sub_a",
                lecture_id="lec_a",
                page=page,
                start=0,
                end=len(text),
                context="Biology",
                text=text,
            ),
            lecture_name="cells.pdf",
            score=0.9,
        )
        for page, text in enumerate(texts, start=1)
    ]


def told(question: str, *texts: str, room: int = 300) -> list[str]:
    found = hits(*texts)
    lines = excerpts(question, found, encoder=WordEncoder())
    chosen = choose(lines, found, max_characters=room, question=question)
    return [found[line.hit].chunk.text[line.start : line.end] for line in chosen]


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("What is the difference between a list and a tuple?", ("list", "tuple")),
        ("How does mitosis differ from meiosis?", ("mitosis", "meiosis")),
        ("How are arrays different from linked lists?", ("arrays", "linked lists")),
        ("Compare TCP with UDP.", ("TCP", "UDP")),
        ("TCP vs UDP", ("TCP", "UDP")),
        ("What is a list?", None),
        ("How do I make a list?", None),
    ],
)
def test_the_two_things_of_a_comparison_are_known(question: str, sides: tuple[str, str] | None) -> None:
    assert compared(question) == sides


def test_a_comparison_quotes_a_line_on_each_side() -> None:
    mitosis = "Mitosis gives two cells with all chromosomes."
    meiosis = "Meiosis gives four cells with half of the chromosomes."
    assert told("What is the difference between mitosis and meiosis?", mitosis, meiosis) == [mitosis, meiosis]


def test_a_comparison_takes_the_line_that_names_both() -> None:
    both = "The difference between mitosis and meiosis is the number of cells."
    assert both in told("What is the difference between mitosis and meiosis?", both, "Mitosis is a division.")


def test_both_sides_fit_into_the_room_for_an_answer() -> None:
    lines = told("Mitosis versus meiosis?", "Mitosis " + "divides " * 40, "Meiosis " + "halves " * 40, room=120)
    assert len(lines) == 2
    assert sum(map(len, lines)) < 120
