"""A lecture's name, whichever notebook holds it."""

from __future__ import annotations

import pytest

from smartnotes import NotFound, OptionsError


def test_a_lecture_is_renamed(notebook, tmp_path):
    path = tmp_path / "lakes.md"
    path.write_text("# Lakes\n\nA lake is a body of water.\n")
    lecture = notebook.ingest(path, subject="Geography").result().lecture
    assert notebook.rename_lecture("lakes", name="  Still   waters ").name == "Still waters"
    assert notebook.lecture("still") == lecture.model_copy(update={"name": "Still waters"})
    with pytest.raises(OptionsError):
        notebook.rename_lecture("still", name="")
    with pytest.raises(NotFound):
        notebook.rename_lecture("lakes", name="x")
