"""An answer that a real model writes from real notes: what is cited is true, and the rest is marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import smartnotes
from smartnotes.core.options import ChatOptions
from smartnotes.settings import Settings

LECTURE = Path(__file__).parents[2] / "examples" / "lecture.pdf"


@pytest.mark.parametrize("way", ["embedded", "openai", "ollama"])
def test_what_is_cited_stands_on_the_page_and_the_rest_is_marked(
    way: str, tmp_path: Path, gguf: Path, llama_server: str, ollama: str
) -> None:
    llm: dict[str, Any] = {"engine": way, "file": str(gguf), "base_url": llama_server, "host": ollama}
    settings = Settings.model_validate({"llm": llm})
    with smartnotes.connect(tmp_path, settings=settings) as notebook:
        lecture = notebook.ingest(LECTURE, subject="Algorithms").result().lecture
        pieces: list[str] = []
        answer = notebook.ask(
            "What is the load factor of a hash table?",
            options=ChatOptions(),
            emit=lambda event: pieces.append(event.delta),
        )
        texts = {page.number: page.text for page in notebook.pages(lecture.id)}
    assert answer.covered
    assert answer.model, answer.notices
    assert len([piece for piece in pieces if piece]) > 3
    for citation in answer.citations:
        assert citation.quote in texts[citation.page]
    unsupported = [sentence for sentence in answer.sentences if sentence.claim and not sentence.citations]
    assert bool(unsupported) == any("no support" in notice for notice in answer.notices)
