"""Names in questions: which the notes do not have, and which lines name somebody."""

from __future__ import annotations

import pytest

from smartnotes.core.answering.names import asks_for_maker, names_somebody, unknown_names

NOTES = (
    "Hannibal crossed the Alps.",
    "Natural language processing with Python at the University of Zurich; Hidden Markov models",
)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("When did Canada join?", ["Canada"]),
        ("How do I install it on Ubuntu?", ["Ubuntu"]),
        ("What did Hannibal cross?", []),
        ("What did Hanibal cross?", []),
        ("Who crossed the Alps' passes?", []),
        ("What is NLP?", []),
        ("What is the PCR?", ["PCR"]),
        ("How do I write that in Python?", []),
        ("What should I do?", []),
        ("Is it here? Maybe in Canada?", ["Canada"]),
        ("WHERE IS CANADA?", []),
        ("Was ist die Ableitung der Funktion nach der Zeit?", []),
        ("", []),
    ],
)
def test_names_that_no_text_has(question: str, names: list[str]) -> None:
    assert unknown_names(question, NOTES) == names


@pytest.mark.parametrize(
    "question", ["Who discovered the cycle?", "Who first proposed it?", "who originally invented it"]
)
def test_a_question_for_a_maker(question: str) -> None:
    assert asks_for_maker(question)


@pytest.mark.parametrize("question", ["Who bears the tax?", "Who can join?", "What was discovered?"])
def test_other_questions_for_somebody(question: str) -> None:
    assert not asks_for_maker(question)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("Peter Mitchell proposed the cycle in 1961", True),
        ("It was proposed by Mitchell", True),
        ("found by Rosalind Franklin and Gosling", True),
        ("The Calvin cycle makes sugar", False),
        ("Light reactions make ATP and NADPH", False),
        ("It is slow. Plants use it.", False),
    ],
)
def test_lines_that_name_somebody(line: str, named: bool) -> None:
    assert names_somebody(line, besides="Who discovered the Calvin cycle?") is named
