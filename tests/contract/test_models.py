"""Language models, whichever notebook is asked."""

from __future__ import annotations

import pytest

from smartnotes import AccessDenied, OptionsError, QuizOptions, SettingsError, Unavailable
from smartnotes.core.llms import Task


def test_every_task_has_its_model_and_every_engine_says_what_it_has(studied):
    found = studied.models()
    assert [one.task for one in found.tasks] == list(Task)
    assert all(one.engine == "none" and not one.problem for one in found.tasks)  # as these notebooks are set up
    assert "ollama" in [engine.engine for engine in found.engines]
    assert all(engine.models or engine.problem for engine in found.engines)


@pytest.mark.parametrize("name", ["", "two words", "openai:gpt", "../up"])
def test_what_is_no_name_is_not_pulled(studied, name):
    with pytest.raises((OptionsError, AccessDenied)):
        studied.pull_model(name)


def test_pulling_without_ollama_says_what_is_missing(studied):
    with pytest.raises((Unavailable, AccessDenied, SettingsError)) as caught:
        studied.pull_model("llama3:8b")
    assert caught.value.message


def test_a_summary_goes_through_the_whole_lecture_and_every_line_is_cited(studied):
    answer = studied.ask("Summarise the lecture on hash tables")
    assert answer.covered
    assert all(sentence.citations for sentence in answer.sentences)
    assert len({made.page for made in answer.citations}) > 8
    texts = {page.number: page.text for page in studied.pages("lecture")}
    assert all(texts[made.page][made.start : made.end] == made.quote for made in answer.citations)


def test_material_may_be_asked_for_without_a_model(studied):
    quiz = studied.make_quiz(options=QuizOptions(count=2, model="none")).result()
    assert len(quiz.questions) == 2
    assert not any("wrote" in notice for notice in quiz.notices)
