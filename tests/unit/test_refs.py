from __future__ import annotations

import pytest

from smartnotes.core.errors import Conflict, NotFound
from smartnotes.core.refs import resolve
from tests.builders import a_subject

SUBJECTS = [a_subject("Biology"), a_subject("Biophysics"), a_subject("Bio"), a_subject("Chemistry")]


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ("sub_biology", "Biology"),
        ("biology", "Biology"),
        ("chem", "Chemistry"),
        ("Bio", "Bio"),
        (" biop ", "Biophysics"),
    ],
)
def test_an_id_a_name_or_a_beginning_finds_the_one_thing(ref, name):
    assert resolve(ref, SUBJECTS, what="subject").name == name


def test_an_ambiguous_beginning_names_what_it_may_mean():
    with pytest.raises(Conflict, match=r"Biology.*Biophysics"):
        resolve("bi", SUBJECTS[:2], what="subject")


def test_a_typing_mistake_is_answered_with_the_nearest_name():
    with pytest.raises(NotFound) as caught:
        resolve("chemistri", SUBJECTS, what="subject")
    assert "Chemistry" in caught.value.hint


def test_an_empty_notebook_says_how_to_begin():
    with pytest.raises(NotFound) as caught:
        resolve("x", [], what="subject")
    assert "ingest" in caught.value.hint


def test_an_empty_reference_finds_nothing():
    with pytest.raises(NotFound):
        resolve("  ", SUBJECTS, what="subject")
