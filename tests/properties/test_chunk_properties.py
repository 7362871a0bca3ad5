from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smartnotes.core.language.wording import estimated_tokens
from smartnotes.core.model import Page, Region, RegionKind
from smartnotes.core.steps.chunk import chunk_pages

TEXT = st.text(alphabet=st.sampled_from("ab c.\nA1(é\t?-\u2019 "), max_size=400)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    text = draw(TEXT)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    kinds = draw(st.lists(st.sampled_from(RegionKind), min_size=8, max_size=8))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    regions = tuple(
        Region(kind=kind, start=start, end=end, level=draw(st.integers(0, 3)))
        for kind, (start, end) in zip(kinds, spans, strict=False)
    )
    return Page(id="page_1", number=1, text=text, regions=regions)


@given(pages(), st.integers(5, 60))
def test_chunks_are_disjoint_quote_the_page_and_cover_every_character(page: Page, max_tokens: int) -> None:
    found = chunk_pages(
        [page], subject_id="s", subject_name="S", lecture_id="l", lecture_name="L", max_tokens=max_tokens
    )
    covered: set[int] = set()
    for chunk in found:
        assert page.text[chunk.start : chunk.end] == chunk.text
        assert covered.isdisjoint(range(chunk.start, chunk.end))
        covered.update(range(chunk.start, chunk.end))
        assert estimated_tokens(chunk.text) <= max_tokens
    assert all(char.isspace() or index in covered for index, char in enumerate(page.text))
    assert len({chunk.id for chunk in found}) == len(found)
