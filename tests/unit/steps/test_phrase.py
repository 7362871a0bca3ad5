"""Other ways to say a question: taken from a model where they are of use, never at the cost of the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

import pytest

from smartnotes.core.errors import Unavailable
from smartnotes.core.steps.phrase import other_phrasings
from tests.fakes import ScriptedLlm

QUESTION = "How do I get out of a loop?"


def clock(step: float = 0.0) -> Iterator[float]:
    return (number * step for number in count())


def ask(*replies: str | Exception, question: str = QUESTION, step: float = 0.0) -> tuple[str, ...]:
    ticks = clock(step)
    return other_phrasings(question, llm=ScriptedLlm(*replies), clock=lambda: next(ticks))


def said(*phrasings: str) -> str:
    return json.dumps({"phrasings": phrasings})


def test_what_a_model_says_is_taken() -> None:
    assert ask(said("How is a loop  interrupted?", "break statement")) == (
        "How is a loop interrupted?",
        "break statement",
    )


def test_at_most_three_are_taken_and_none_that_adds_no_word() -> None:
    said_words = said("get out of the loop", "?", "one thing", "two things more", "two things more!", "third", "fourth")
    assert ask(said_words) == ("one thing", "two things more", "third")


@pytest.mark.parametrize("useless", ["x" * 300, "in\x00visible"])
def test_what_is_too_long_or_invisible_is_left_out(useless: str) -> None:
    assert ask(said(useless, "break statement")) == ("break statement",)


def test_a_reply_that_does_not_fit_is_asked_for_once_more_and_then_given_up() -> None:
    assert ask("I cannot.", said("break statement")) == ("break statement",)
    assert ask("I cannot.", "No.") == ()


def test_a_model_that_fails_costs_nothing() -> None:
    assert ask(Unavailable("Ollama does not run.")) == ()


def test_a_model_that_is_slow_is_given_up() -> None:
    assert ask(said("break statement"), step=5.0) == ()


def test_a_long_question_is_not_said_in_other_ways() -> None:
    assert ask(question="word " * 100) == ()
