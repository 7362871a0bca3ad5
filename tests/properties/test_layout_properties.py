"""Whatever stands on a page: no word is lost or doubled, and every span fits."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from smartnotes.core.model import Page, RegionKind
from smartnotes.core.pages.blocks import Block, BlockWord, assemble, disassemble, replaced, with_blocks
from smartnotes.core.pages.elements import Element
from smartnotes.core.pages.raw import RawLine, RawPage, RawPath
from smartnotes.core.pipeline import finish_pages
from smartnotes.core.steps.layout import reading_order
from tests.raw_pages import composed, line

_TOKEN = st.text(alphabet="abcXYZ123=•-.()§\ue062\u05d0é", min_size=1, max_size=8)
_LINE = st.builds(
    lambda tokens, x, y, size, mono: line(" ".join(tokens), x, y, size=size, mono=mono),
    st.lists(_TOKEN, min_size=1, max_size=6),
    st.floats(-20, 560),
    st.floats(-20, 780),
    st.sampled_from([6.0, 10.0, 10.5, 24.0]),
    st.booleans(),
)
_BOX = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(
    lambda box: (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
)
_PATH = st.builds(RawPath, _BOX, st.booleans(), st.booleans(), st.integers(0, 40))


@st.composite
def _pages(draw: st.DrawFn, *, number: int = 1) -> RawPage:
    lines: list[RawLine] = draw(st.lists(_LINE, max_size=25))
    paths = draw(st.lists(_PATH, max_size=8))
    size = draw(st.sampled_from([(600.0, 800.0), (960.0, 540.0)]))
    return RawPage(number, *size, tuple(lines), (), tuple(paths), draw(st.booleans()))


def _check(page: Page) -> None:
    end = 0
    for region in page.regions:
        assert end <= region.start <= region.end <= len(page.text)
        end = region.end
    for word in page.words:
        assert page.slice(word).strip()
        assert any(region.start <= word.start and word.end <= region.end for region in page.regions)
    for span in page.emphasis:
        assert 0 <= span.start < span.end <= len(page.text)


@settings(max_examples=100, deadline=None)
@given(_pages())
def test_spans_of_any_page_fit_its_text(raw: RawPage) -> None:
    page = composed(raw)
    _check(page)
    assert with_blocks(page, disassemble(page)) == page


@settings(max_examples=100, deadline=None)
@given(st.lists(_LINE, max_size=25))
def test_no_word_is_invented(lines: list[RawLine]) -> None:
    page = composed(RawPage(1, 600.0, 800.0, tuple(lines)))
    given_characters = Counter("".join(one.text for one in lines))
    found = Counter("".join(page.text.split()))
    assert all(found[character] <= given_characters[character] for character in found)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.builds(Element, st.tuples(st.floats(0, 500), st.floats(0, 700), st.floats(0, 600), st.floats(0, 800)).map(
            lambda box: (box[0], box[1], box[0] + abs(box[2]), box[1] + abs(box[3]) / 8)
        ), st.sampled_from([8.0, 10.0, 20.0]), st.integers(0, 50), st.integers(0, 9), st.booleans()),
        max_size=40,
    ),
    st.sampled_from([0.0, 800.0]),
)  # fmt: skip
def test_everything_is_read_exactly_once(elements: list[Element], height_pt: float) -> None:
    order = [index for column in reading_order(elements, height_pt=height_pt) for row in column for index in row]
    assert sorted(order) == list(range(len(elements)))


_BLOCKS = st.lists(
    st.builds(
        lambda kind, words, y: Block(
            kind,
            " ".join(words),
            1 if kind is RegionKind.TITLE else 0,
            (0.1, y, 0.5, y + 0.03),
            tuple(
                BlockWord(len(" ".join(words[:n])) + (n > 0), len(" ".join(words[: n + 1])), (0.1, y, 0.5, y + 0.03))
                for n in range(len(words))
            ),
            ((0, len(words[0])),),
        ),
        st.sampled_from([RegionKind.TEXT, RegionKind.TITLE, RegionKind.LIST, RegionKind.FIGURE, RegionKind.NOTES]),
        st.lists(
            st.sampled_from(["cell", "The", "\ue062e", "o\ue09den", "4", "Head", "often", "12"]), min_size=1, max_size=5
        ),
        st.sampled_from([0.02, 0.3, 0.5, 0.94]),
    ),
    max_size=6,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(_BLOCKS, min_size=1, max_size=6))
def test_cleaning_keeps_words_where_their_characters_are(pages: list[list[Block]]) -> None:
    made = []
    for number, blocks in enumerate(pages, 1):
        parts = assemble(blocks)
        made.append(
            Page(
                id=f"p{number}", number=number, text=parts.text, regions=parts.regions, words=parts.words,
                emphasis=parts.emphasis,
            )
        )  # fmt: skip
    finished = finish_pages(made)
    for page in finished:
        _check(page)
        assert [page.slice(word) for word in page.words] == page.text.split()


@given(st.text(alphabet="ab c", max_size=12), st.data())
def test_replacing_characters_moves_words_along(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    edits = [
        (first, last, data.draw(st.sampled_from(["", "x", "yz"])))
        for first, last in zip(cuts[::2], cuts[1::2], strict=False)
        if first < last
    ]
    words = []
    start = 0
    for token in text.split(" "):
        if token:
            words.append(BlockWord(start, start + len(token), (0, 0, 1, 1)))
        start += len(token) + 1
    made = replaced(Block(RegionKind.TEXT, text, words=tuple(words)), edits)
    for word in made.words:
        assert 0 <= word.start < word.end <= len(made.text)
