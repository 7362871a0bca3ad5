"""Files whose text is known because it was written for the case: nothing may be lost, doubled or out of order."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

import pytest

from smartnotes.core.model import FigureKind, Page, RegionKind, TextSource
from smartnotes.core.pages.raw import Crop
from smartnotes.core.pipeline import compose_page, finish_pages
from smartnotes.engines.pdf import extract_pages
from tests.golden.reading import make_inputs as written

HERE = Path(__file__).parent
ORDER = 0.995  # share of words in order on a two-column page; a hyphen at a line's end may be read either way


def _read(name: str) -> tuple[tuple[Page, ...], list[tuple[Crop, ...]]]:
    read = [
        compose_page(raw, page_id=f"p{raw.number}", source=TextSource.TEXT_LAYER) for raw in extract_pages(HERE / name)
    ]
    return finish_pages([page for page, _ in read]), [crops for _, crops in read]


@pytest.fixture(scope="module")
def slides() -> tuple[tuple[Page, ...], list[tuple[Crop, ...]]]:
    """An Impress export: placeholders, a build-up, two lists side by side, a diagram, a table, a foot on each slide."""
    return _read("slides.pdf")


def test_a_build_up_is_kept_once(slides: tuple[tuple[Page, ...], list[tuple[Crop, ...]]]) -> None:
    pages, _ = slides
    assert [page.stands_for for page in pages] == [(), (), (1, 2), (), (), ()]
    assert pages[2].text.split("\n") == ["The cell membrane", *written.BUILD]


def test_two_lists_follow_their_title_one_after_the_other(
    slides: tuple[tuple[Page, ...], list[tuple[Crop, ...]]],
) -> None:
    page = slides[0][3]
    assert page.text.split("\n") == ["Comparing prokaryotes and eukaryotes", *written.LEFT, *written.RIGHT]
    assert [region.kind for region in page.regions if region.end > region.start][1:] == [RegionKind.LIST] * 8


def test_a_diagram_is_one_figure(slides: tuple[tuple[Page, ...], list[tuple[Crop, ...]]]) -> None:
    pages, crops = slides
    assert [crop.kind for crop in crops[4]] == [FigureKind.FIGURE]
    assert pages[4].text.split("\n") == ["Protein synthesis", *written.CHAIN, written.DOGMA]


def test_a_table_is_read_by_rows(slides: tuple[tuple[Page, ...], list[tuple[Crop, ...]]]) -> None:
    pages, crops = slides
    assert [crop.kind for crop in crops[5]] == [FigureKind.TABLE]
    assert pages[5].text.split("\n") == ["Organelles at a glance", *("\t".join(row) for row in written.CELLS)]


def test_the_foot_is_gone_from_every_slide(slides: tuple[tuple[Page, ...], list[tuple[Crop, ...]]]) -> None:
    for page in slides[0]:
        assert written.FOOT not in page.text
        assert RegionKind.FOOTER in {region.kind for region in page.regions}
        assert [page.slice(word) for word in page.words] == page.text.split()


def test_two_columns_are_read_in_order() -> None:
    """A LibreOffice Writer export: a title of two lines over two columns of paragraphs."""
    pages, crops = _read("paper.pdf")
    found = "\n".join(page.text for page in pages).split()
    truth = [written.TITLE]
    for heading, paragraphs in written.SECTIONS.items():
        truth += [heading, *paragraphs]
    assert SequenceMatcher(None, " ".join(truth).split(), found, autojunk=False).ratio() >= ORDER
    assert not any(crops)
    assert pages[0].title == written.TITLE
