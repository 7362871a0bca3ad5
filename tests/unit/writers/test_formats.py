"""The table of writers, and what every file they make has in common."""

from __future__ import annotations

import pytest

from smartnotes.core.errors import OptionsError
from smartnotes.core.options import CardsOptions, CheatSheetOptions, QuizOptions
from smartnotes.core.steps.cheatsheet import make_cheatsheet
from smartnotes.core.steps.flashcards import make_cards
from smartnotes.core.steps.quiz import make_quiz
from smartnotes.core.study import CheatSheet, Deck, DocumentKind, Quiz
from smartnotes.writers import formats_of, write
from tests.builders import NOON, a_deck_of_slides, a_lecture


def documents() -> dict[DocumentKind, Quiz | Deck | CheatSheet]:
    material = [(a_lecture(), a_deck_of_slides())]
    return {
        DocumentKind.QUIZ: make_quiz(material, options=QuizOptions(), quiz_id="quiz_1", title="Caches ≤ →", now=NOON),
        DocumentKind.CARDS: make_cards(material, options=CardsOptions(), deck_id="deck_1", title="Caches", now=NOON),
        DocumentKind.CHEATSHEET: make_cheatsheet(
            material, options=CheatSheetOptions(), sheet_id="sheet_1", title="Caches", now=NOON
        ),
    }


def no_image(blob: str) -> bytes:
    raise AssertionError(f"{blob} was not in the document")


def test_the_usual_format_comes_first() -> None:
    assert [formats_of(kind)[0] for kind in DocumentKind] == ["pdf", "json", "docx"]


@pytest.mark.parametrize(("kind", "form"), [(kind, form) for kind in DocumentKind for form in formats_of(kind)])
def test_the_same_value_gives_the_same_bytes(kind: DocumentKind, form: str) -> None:
    value = documents()[kind]
    data = write(value, format=form, images=no_image)
    assert data
    assert data == write(value, format=form, images=no_image)


@pytest.mark.parametrize("kind", DocumentKind)
def test_json_reads_back_as_the_value(kind: DocumentKind) -> None:
    value = documents()[kind]
    assert type(value).model_validate_json(write(value, format="json", images=no_image)) == value


def test_a_format_that_a_kind_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(OptionsError) as caught:
        write(documents()[DocumentKind.QUIZ], format="docx", images=no_image)
    assert "pdf, md, json" in caught.value.hint
