"""Cleaning across the pages of a lecture."""

from __future__ import annotations

from smartnotes.core.model import BBox, Figure, Page, RegionKind
from smartnotes.core.pages.blocks import Block, BlockWord, assemble
from smartnotes.core.pages.raw import Box
from smartnotes.core.pipeline import attach_figures, finish_pages

TOP: Box = (0.1, 0.02, 0.4, 0.05)
BOTTOM: Box = (0.45, 0.95, 0.55, 0.97)


def _block(text: str, box: Box, kind: RegionKind = RegionKind.TEXT, level: int = 0) -> Block:
    words = []
    start = 0
    for word in text.split(" "):
        words.append(BlockWord(start, start + len(word), box))
        start += len(word) + 1
    return Block(kind, text, level, box, tuple(words))


def _page(number: int, *blocks: Block) -> Page:
    made = assemble(blocks)
    return Page(
        id=f"page_{number}",
        number=number,
        text=made.text,
        regions=made.regions,
        words=made.words,
        emphasis=made.emphasis,
    )


def _figure(page: int, box: Box, blob: str = "a") -> Figure:
    return Figure(id=f"fig_{page}_{box}", page=page, box=BBox.clipped(*box), blob=blob * 64, width_px=10, height_px=10)


def _body(number: int) -> Block:
    return _block(f"What page number {'abcdefgh'[number]} says about it", (0.1, 0.3, 0.9, 0.35))


def test_running_heads_and_page_numbers_leave_the_text_and_stay_as_regions() -> None:
    pages = [_page(n, _block("PHY 321 Notes", TOP), _body(n), _block(str(n + 6), BOTTOM)) for n in range(1, 6)]
    for page, clean in zip(pages, finish_pages(pages), strict=True):
        assert clean.text == page.slice(page.regions[1])
        assert [region.kind for region in clean.regions] == [RegionKind.HEADER, RegionKind.TEXT, RegionKind.FOOTER]
        assert [clean.slice(word) for word in clean.words] == clean.text.split(" ")


def test_a_lecture_of_one_or_two_pages_loses_nothing() -> None:
    pages = [_page(n, _block("Handout", TOP), _body(n), _block(str(n), BOTTOM)) for n in (1, 2)]
    assert finish_pages(pages) == tuple(pages)
    assert finish_pages(pages[:1]) == tuple(pages[:1])


def test_a_title_that_every_slide_repeats_stays() -> None:
    title = _block("Practical considerations", (0.1, 0.02, 0.8, 0.1), RegionKind.TITLE, 1)
    pages = [_page(n, title, _body(n)) for n in range(1, 7)]
    assert all(page.title == "Practical considerations" for page in finish_pages(pages))


def test_numbers_at_the_foot_that_do_not_count_pages_stay() -> None:
    pages = [_page(n, _body(n), _block("1984", BOTTOM)) for n in range(1, 6)]
    assert all("1984" in page.text for page in finish_pages(pages))


def test_a_line_that_repeats_in_the_middle_of_the_page_stays() -> None:
    pages = [_page(n, _block("Recall:", (0.1, 0.5, 0.3, 0.55)), _body(n)) for n in range(1, 6)]
    assert all("Recall:" in page.text for page in finish_pages(pages))


def test_finishing_twice_changes_nothing_more() -> None:
    pages = [_page(n, _block("Head", TOP), _body(n), _block(f"{n} / 9", BOTTOM)) for n in range(1, 6)]
    once = finish_pages(pages)
    assert finish_pages(once) == once


def test_the_last_page_of_a_build_up_stands_for_the_others() -> None:
    title = _block("Membranes", (0.1, 0.05, 0.6, 0.12), RegionKind.TITLE, 1)
    items = [_block(f"item {n}", (0.1, 0.2 + 0.1 * n, 0.6, 0.25 + 0.1 * n), RegionKind.LIST) for n in range(3)]
    pages = [_page(n, title, *items[:n]) for n in (1, 2, 3)] + [_page(4, title, _body(4))]
    finished = finish_pages(pages)
    assert [page.stands_for for page in finished] == [(), (), (1, 2), ()]
    assert finished[0].text == pages[0].text


def test_slides_with_only_a_title_in_common_and_other_pictures_are_no_build_up() -> None:
    title = _block("Library prep", (0.1, 0.05, 0.6, 0.12), RegionKind.TITLE, 1)
    place: Box = (0.2, 0.2, 0.8, 0.8)
    pages = [
        attach_figures(_page(n, title, Block(RegionKind.FIGURE, "", box=place)), [_figure(n, place, blob="ab"[n - 1])])
        for n in (1, 2)
    ]
    assert [page.stands_for for page in finish_pages(pages)] == [(), ()]


def test_a_logo_that_repeats_is_no_figure_and_a_large_picture_that_repeats_is_one() -> None:
    logo: Box = (0.85, 0.02, 0.97, 0.1)
    picture: Box = (0.2, 0.2, 0.8, 0.8)
    pages = [attach_figures(_page(n, _body(n)), [_figure(n, logo), _figure(n, picture)]) for n in range(1, 5)]
    assert [len(page.figures) for page in finish_pages(pages)] == [1, 1, 1, 1]


def test_a_band_along_an_edge_that_most_pages_have_is_no_figure_and_one_that_few_have_is() -> None:
    """Templates draw patterns along the foot or the head of every slide; a wide photograph may stand there once."""
    band = (0.0, 0.84, 1.0, 1.0)
    pages = [attach_figures(_page(number, _body(number)), [_figure(number, band)]) for number in range(1, 7)]
    assert not any(page.figures for page in finish_pages(pages))
    few = [
        attach_figures(_page(number, _body(number)), [_figure(number, band)] if number in (3, 4) else [])
        for number in range(1, 7)
    ]
    assert [len(page.figures) for page in finish_pages(few)] == [0, 0, 1, 1, 0, 0]


def test_ligatures_in_private_code_points_are_found_from_the_words_they_stand_in() -> None:
    texts = ["\ue062e force is \ue062en o\ue09den small", "\ue062ese le\ue09d a\ue09der the others", "\ue0aa bullet"]
    pages = [_page(n, _block(text, (0.1, 0.3, 0.9, 0.4))) for n, text in enumerate(texts, 1)]
    finished = finish_pages(pages)
    assert [page.text for page in finished] == [
        "The force is Then often small",
        "These left after the others",
        "\ue0aa bullet",
    ]
    assert [finished[0].slice(word) for word in finished[0].words] == ["The", "force", "is", "Then", "often", "small"]


def test_words_of_a_picture_that_were_recognised_stand_at_its_place() -> None:
    place: Box = (0.2, 0.2, 0.8, 0.6)
    page = _page(
        1,
        _block("Before", (0.1, 0.1, 0.3, 0.15)),
        Block(RegionKind.FIGURE, "", box=place),
        _block("after", (0.1, 0.7, 0.3, 0.75)),
    )
    figure = _figure(1, place).model_copy(update={"text": "a label"})
    made = attach_figures(page, [figure])
    assert made.text == "Before\na label\nafter"
    assert made.slice(made.regions[1]) == "a label"
    assert attach_figures(made, [figure]) == made
