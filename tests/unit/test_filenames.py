"""Names of files made from what other people called something."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartnotes.core.filenames import LONGEST, safe_name


@given(st.text() | st.text(alphabet="./\\:.. ~-\0"))
def test_a_name_leads_to_no_other_folder(text):
    name = safe_name(text)
    for kind in (PurePosixPath, PureWindowsPath):
        path = kind(name)
        assert (path.name, path.parts, path.is_absolute()) == (name, (name,), False)
    assert name.strip(" .") == name
    assert not name.startswith("-")
    assert 0 < len(name) <= LONGEST + 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("week 3.pdf", "week 3.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\notes.pdf", "notes.pdf"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("con.txt", "_con.txt"),
        ("", "unnamed"),
        ("...", "unnamed"),
        ("Übung (2).pdf", "Übung (2).pdf"),
    ],
)
def test_what_can_stay_stays(text, name):
    assert safe_name(text) == name
