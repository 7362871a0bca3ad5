"""The notebooks that must behave alike. Each kind gets the same tests."""

from __future__ import annotations

from pathlib import Path

import pytest

import smartnotes
from smartnotes.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
KINDS = ("local",)


@pytest.fixture(params=KINDS)
def notebook(request, tmp_path):
    """An empty notebook."""
    with open_notebook(request.param, tmp_path) as notebook:
        yield notebook


@pytest.fixture(params=KINDS, scope="module")
def studied(request, tmp_path_factory):
    """A notebook with the example lecture in the subject Algorithms; tests leave it as it is."""
    with open_notebook(request.param, tmp_path_factory.mktemp("notebook")) as notebook:
        notebook.ingest(EXAMPLES / "lecture.pdf", subject="Algorithms").result()
        yield notebook


def open_notebook(kind: str, folder: Path) -> smartnotes.Notebook:
    assert kind in KINDS
    settings = Settings.model_validate({"llm": {"engine": "none"}})
    return smartnotes.connect(folder, settings=settings)
