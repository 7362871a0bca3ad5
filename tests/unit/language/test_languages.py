from __future__ import annotations

import pytest

from smartnotes.core.language.languages import guess_language

TEXTS = {
    "eng": "The cell is the smallest unit of life, and all living things are made of one or more of these cells.",
    "fra": "La cellule est la plus petite unité de la vie, et tous les êtres vivants sont faits d'une ou de plusieurs.",
    "deu": "Die Zelle ist die kleinste Einheit des Lebens, und alle Lebewesen bestehen aus einer oder aus mehreren.",
    "spa": "La célula es la unidad más pequeña de la vida y todos los seres vivos están hechos de una o de varias.",
    "ita": "La cellula è la più piccola unità della vita e tutti gli esseri viventi sono fatti di una o di molte.",
    "por": "A célula é a menor unidade da vida e todos os seres vivos são feitos de uma ou de várias dessas células.",
    "nld": "De cel is de kleinste eenheid van het leven en alle levende wezens zijn gemaakt van een of meer cellen.",
    "pol": "Komórka jest to najmniejsza jednostka życia i nie ma istoty, która by się z niej nie składała do dziś.",
}


@pytest.mark.parametrize("code", TEXTS)
def test_running_text_tells_its_language(code: str) -> None:
    guess = guess_language(TEXTS[code])
    assert guess is not None
    assert guess.code == code
    assert guess.known <= guess.words


def test_lost_accents_do_not_matter() -> None:
    guess = guess_language(
        "Les eleves ont ete amenes a etudier la Revolution francaise dans le cadre de l'ecole et du lycee."
    )
    assert guess is not None
    assert guess.code == "fra"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "La cellule",
        "def f(x): return x + 1\nfor i in range(10): print(i)\nwhile True: pass\nimport numpy\nclass Node: pass",
        "Mitosis Meiosis Interphase Prophase Metaphase Anaphase Telophase Cytokinesis Spindle Centromere Kinetochore "
        * 2,
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
    ],
)
def test_what_is_no_running_text_tells_nothing(text: str) -> None:
    guess = guess_language(text)
    assert guess is None or guess.code == "eng"
