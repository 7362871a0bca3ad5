"""Doctor tells whether the indexes were made with the model that is set."""

from __future__ import annotations

import smartnotes
from smartnotes.client.doctor import examine
from smartnotes.settings import Settings

PLAIN = Settings.model_validate({"llm": {"engine": "none"}})
OTHER = Settings.model_validate({"llm": {"engine": "none"}, "embedding": {"engine": "ollama", "model": "all-minilm"}})


def check(settings, home):
    [found] = [one for one in examine(settings, home=home) if one.name == "index"]
    return found


def test_an_index_of_another_model_is_told_with_its_subject_and_what_to_do(tmp_path):
    home = tmp_path / "notes"
    assert check(PLAIN, home).ok
    assert not (home / "notebook.db").exists()
    (tmp_path / "loops.md").write_text("# Loops\n\nA loop repeats a block.\n", encoding="utf-8")
    with smartnotes.connect(home, settings=PLAIN) as notebook:
        notebook.ingest(tmp_path / "loops.md", subject="Python").result()
    assert check(PLAIN, home).ok
    outdated = check(OTHER, home)
    assert not outdated.ok
    assert not outdated.required
    assert "Python" in outdated.detail
    assert outdated.hint == "smartnotes index rebuild"
