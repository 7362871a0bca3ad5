"""Figures and the sentences that name them."""

from __future__ import annotations

import pytest

from smartnotes.core.model import BBox, Figure, FigureKind, Page, Region, RegionKind
from smartnotes.core.pages.mentions import link_mentions

AREA = BBox(x0=0.1, y0=0.1, x1=0.4, y1=0.4)


def figure(caption: str, *, page: int = 1, kind: FigureKind = FigureKind.FIGURE) -> Figure:
    return Figure(
        id=f"fig_{page}_{caption}",
        page=page,
        box=AREA,
        kind=kind,
        caption=caption,
        blob="0" * 64,
        width_px=9,
        height_px=9,
    )


def page(number: int, text: str, *figures: Figure, caption: str = "") -> Page:
    start = text.find(caption)
    regions = (Region(kind=RegionKind.CAPTION, start=start, end=start + len(caption)),) if caption else ()
    return Page(id=f"page_{number}", number=number, text=text, figures=figures, regions=regions)


def said(pages: list[Page], *, of: int = 0) -> list[tuple[int, str]]:
    """Return page and words of what mentions the first figure of a page."""
    done = link_mentions(pages)
    texts = {one.number: one.text for one in done}
    return [(one.page, texts[one.page][one.start : one.end]) for one in done[of].figures[0].mentions]


def test_sentences_on_any_page_are_linked() -> None:
    caption = "Figure 3: A heap."
    pages = [
        page(1, f"A heap is a tree. {caption}", figure(caption), caption=caption),
        page(2, "It is drawn in Fig. 3. The root is the largest. See also figures 2 and 3."),
    ]
    assert said(pages) == [(2, "It is drawn in Fig. 3."), (2, "See also figures 2 and 3.")]


@pytest.mark.parametrize("caption", ["A heap, drawn", "", "Listing 3: code"])
def test_what_has_no_number_is_not_mentioned(caption: str) -> None:
    assert said([page(1, "See Figure 3.", figure(caption))]) == []


def test_tables_and_figures_are_counted_apart() -> None:
    pages = [page(1, "Table 1 has the times. Figure 1 shows them.", figure("Table 1: Times", kind=FigureKind.TABLE))]
    assert said(pages) == [(1, "Table 1 has the times.")]


def test_a_number_that_begins_alike_is_another_one() -> None:
    assert said([page(1, "See Figure 12. See Figure 1.2. See Figure 1a.", figure("Figure 1: x"))]) == [
        (1, "See Figure 1a.")
    ]


def test_where_chapters_count_anew_the_nearest_is_meant() -> None:
    pages = [
        page(1, "One.", figure("Figure 1: first")),
        page(8, "Figure 1 shows it.", figure("Figure 1: second", page=8)),
    ]
    assert said(pages) == []
    assert said(pages, of=1) == [(8, "Figure 1 shows it.")]


def test_numbers_of_handbooks_and_other_languages() -> None:
    assert said([page(1, "Die Abbildung 7-26 zeigt es.", figure("Abb. 7-26. Muttern"))]) == [
        (1, "Die Abbildung 7-26 zeigt es.")
    ]
