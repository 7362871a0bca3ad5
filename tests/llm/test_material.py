"""Study material and summaries with a real model: all of the notes are gone through, and what is kept is true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import smartnotes
from smartnotes.core.events import Progress
from smartnotes.core.options import ChatOptions, PageRange, QuizOptions, Scope
from smartnotes.settings import Settings
from tests.llm.conftest import MODEL

LECTURE = Path(__file__).parents[2] / "examples" / "lecture.pdf"
WAYS = ("embedded", "openai", "ollama")


@pytest.fixture(scope="module", params=WAYS)
def notebook(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, gguf: Path, llama_server: str, ollama: str
) -> Iterator[smartnotes.Notebook]:
    llm: dict[str, Any] = {"engine": request.param, "file": str(gguf), "base_url": llama_server, "host": ollama}
    settings = Settings.model_validate({"llm": llm})
    with smartnotes.connect(tmp_path_factory.mktemp("notebook"), settings=settings) as notebook:
        notebook.ingest(LECTURE, subject="Algorithms").result()
        yield notebook


def test_every_engine_lists_its_model(notebook: smartnotes.Notebook) -> None:
    found = {engine.engine: engine for engine in notebook.models().engines}
    assert set(found) == set(WAYS)
    assert not [engine.problem for engine in found.values() if engine.problem]
    assert MODEL in [model.name for model in found["ollama"].models]
    assert found["embedded"].models[0].context_tokens


def test_a_quiz_is_whole_whatever_the_model_writes(notebook: smartnotes.Notebook) -> None:
    steps: list[Progress] = []
    options = QuizOptions(count=2, scope=Scope(pages=PageRange(first=7, last=10)))
    quiz = notebook.make_quiz(options=options).result(emit=steps.append)
    texts = {page.number: page.text for page in notebook.pages("lecture")}
    assert len(quiz.questions) == 2
    for question in quiz.questions:
        place = question.source
        assert texts[place.page][place.start : place.end] == place.quote
    assert any("wrote" in notice for notice in quiz.notices)
    assert any(step.step == "write" and step.unit == "parts" and step.done == step.total for step in steps)


def test_a_summary_goes_through_all_pages_and_each_line_is_cited(notebook: smartnotes.Notebook) -> None:
    options = ChatOptions(scope=Scope(pages=PageRange(first=7, last=10)))
    answer = notebook.ask("Summarise the lecture", options=options)
    texts = {page.number: page.text for page in notebook.pages("lecture")}
    assert answer.sentences
    for sentence in answer.sentences:
        assert sentence.citations
    for made in answer.citations:
        assert texts[made.page][made.start : made.end] == made.quote
