"""Answers with the help of other phrasings: what is asked of which model, what is told, and what a failure costs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

import smartnotes
from smartnotes.bootstrap import build_engines, build_stores
from smartnotes.core.errors import SettingsError, Unavailable
from smartnotes.core.options import ChatOptions, Scope
from smartnotes.core.usecases.finding import ask_notes
from smartnotes.settings import Settings
from tests.fakes import ScriptedLlm

SETTINGS = Settings.model_validate({"llm": {"engine": "none"}})
NOTES = "# Loops\n\nA loop repeats a block of statements.\n\nThe break statement interrupts a loop at once.\n"
QUESTION = "How do I interrupt a loop?"
PHRASINGS = json.dumps({"phrasings": ["break statement", "leave a loop early"]})
REPLY = "The break statement interrupts a loop at once."


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("phrasings")
    (folder / "loops.md").write_text(NOTES, encoding="utf-8")
    with smartnotes.connect(folder / "notes", settings=SETTINGS) as notebook:
        notebook.ingest(folder / "loops.md", subject="Python").result()
    return folder / "notes"


def ask(home, *, llm, rewriter, fresh=True, question=QUESTION):
    events = []
    stores = build_stores(home)
    try:
        answer = ask_notes(
            question,
            options=ChatOptions(scope=Scope(subject="Python"), fresh=fresh),
            engines=build_engines(SETTINGS),
            llm=llm,
            stores=stores,
            emit=events.append,
            now=datetime.now(UTC),
            rewriter=rewriter,
        )
    finally:
        stores.close()
    return answer, [event.message for event in events if event.step == "rewrite"]


def test_the_phrasings_of_the_model_are_searched_for_and_told(home):
    rewriter = ScriptedLlm(PHRASINGS)
    answer, told = ask(home, llm=ScriptedLlm(REPLY), rewriter=lambda: rewriter)
    assert QUESTION in rewriter.prompts[0]
    assert answer.searched_too == ("break statement", "leave a loop early")
    assert told[-1] == "Searching as well for: break statement; leave a loop early"
    assert answer.citations[0].quote in NOTES


def broken():
    raise SettingsError("There is no such model.")


@pytest.mark.parametrize(
    "rewriter", [lambda: None, lambda: ScriptedLlm(Unavailable("gone")), lambda: ScriptedLlm("No.", "No."), broken]
)
def test_a_model_that_has_none_costs_nothing(home, rewriter):
    answer, _ = ask(home, llm=ScriptedLlm(REPLY), rewriter=rewriter)
    assert answer.text == REPLY
    assert answer.model == "scripted"
    assert answer.searched_too == ()
    assert answer.notices == ()


def test_without_a_model_that_answers_none_is_asked_for_phrasings(home):
    answer, told = ask(home, llm=None, rewriter=lambda: pytest.fail("a model was asked for"))
    assert answer.covered
    assert told == []


def test_an_answer_that_is_kept_is_given_without_asking_for_phrasings(home):
    asked = {"question": "How is a loop interrupted?", "fresh": False}
    first, _ = ask(home, llm=ScriptedLlm(REPLY), rewriter=lambda: ScriptedLlm(PHRASINGS), **asked)
    again, told = ask(home, llm=ScriptedLlm(), rewriter=lambda: pytest.fail("a model was asked"), **asked)
    assert again.cached
    assert again.searched_too == first.searched_too != ()
    assert told == []
