from __future__ import annotations

from smartnotes.core.language.wording import estimated_tokens
from smartnotes.core.model import Chunk, ChunkKind, Page, Region, RegionKind
from smartnotes.core.steps.chunk import chunk_pages

T, H, L, C, N, F, TAB = (
    RegionKind.TEXT,
    RegionKind.TITLE,
    RegionKind.LIST,
    RegionKind.CODE,
    RegionKind.NOTES,
    RegionKind.CAPTION,
    RegionKind.TABLE,
)


def page(number: int, *blocks: tuple[RegionKind, str], level: int = 1, stands_for: tuple[int, ...] = ()) -> Page:
    regions: list[Region] = []
    text = ""
    for kind, words in blocks:
        start = len(text) + (1 if text else 0)
        text = f"{text}\n{words}" if text else words
        regions.append(Region(kind=kind, start=start, end=len(text), level=level if kind is H else 0))
    return Page(id=f"page_{number}", number=number, text=text, regions=tuple(regions), stands_for=stands_for)


def chunks(*pages: Page, max_tokens: int = 220) -> tuple[Chunk, ...]:
    return chunk_pages(
        pages,
        subject_id="sub_a",
        subject_name="Physics",
        lecture_id="lec_a",
        lecture_name="Orbits",
        max_tokens=max_tokens,
    )


PROSE = "The planet moves around the star on an ellipse. " * 12


def test_a_slide_that_fits_is_one_chunk_with_its_code() -> None:
    [chunk] = chunks(page(1, (H, "Loops"), (L, "They repeat a block many times over"), (C, "for i in x: f(i)")))
    assert chunk.text == "Loops\nThey repeat a block many times over\nfor i in x: f(i)"
    assert chunk.headings == ("Loops",)
    assert chunk.context == "Physics > Orbits > Loops"


def test_a_chunk_that_is_mostly_code_is_of_that_kind() -> None:
    [chunk] = chunks(page(1, (H, "Loops"), (T, "So:"), (C, "for i in range(3):\n    print(i, i * i)")))
    assert chunk.kind is ChunkKind.CODE


def test_notes_and_captions_stand_alone() -> None:
    found = chunks(page(1, (H, "Loops"), (T, "Words."), (F, "Figure 1: a loop"), (N, "Tell a joke.")))
    assert [chunk.kind for chunk in found] == [ChunkKind.TEXT, ChunkKind.FIGURE, ChunkKind.NOTES]
    assert all(chunk.headings == ("Loops",) for chunk in found)


TABLE = "Fuel\tRange\nPetrol\t600 km\nPower\t400 km"


def test_a_table_is_a_chunk_of_its_own_with_the_words_of_the_page_in_its_context() -> None:
    words, table, after = chunks(page(1, (H, "Cars"), (T, "How far they go."), (TAB, TABLE), (T, "In summer.")))
    assert (words.kind, table.kind, after.kind) == (ChunkKind.TEXT, ChunkKind.TABLE, ChunkKind.TEXT)
    assert table.text == TABLE
    assert table.context == "Physics > Orbits > Cars\nHow far they go.\nIn summer."
    assert words.text == "Cars\nHow far they go."
    assert words.context == f"Physics > Orbits > Cars\n{TABLE}\nIn summer."
    assert after.headings == ("Cars",)


def test_captions_beside_a_table_and_the_heading_above_it_belong_to_it() -> None:
    [table] = chunks(page(1, (H, "Cars"), (F, "Table 1: how far they go"), (TAB, TABLE), (F, "Source: the makers")))
    assert table.kind is ChunkKind.TABLE
    assert table.text.startswith("Cars\nTable 1")
    assert table.text.endswith("the makers")
    caption = chunks(page(1, (TAB, TABLE), (T, "And:"), (F, "Figure 1: a car")))[-1]
    assert caption.kind is ChunkKind.FIGURE


def test_the_rest_of_a_long_table_says_what_its_columns_are_called() -> None:
    rows = "\n".join(f"Car {number}\t{number} km" for number in range(40))
    found = chunks(page(1, (H, "Cars"), (TAB, f"Name\tRange\n{rows}")), max_tokens=60)
    assert len(found) > 1
    assert [chunk.context for chunk in found[1:]] == ["Physics > Orbits > Cars\nName\tRange"] * (len(found) - 1)


def test_a_long_page_is_cut_at_its_headings() -> None:
    found = chunks(page(1, (H, "First"), (T, PROSE), (H, "Second"), (T, PROSE)))
    assert [chunk.headings for chunk in found] == [("First",), ("Second",)]
    assert found[1].text.startswith("Second\nThe planet")


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    found = chunks(page(1, (T, PROSE * 3)))
    assert len(found) > 1
    assert all(chunk.text.endswith("ellipse.") for chunk in found)
    assert all(estimated_tokens(chunk.text) <= 220 for chunk in found)


def test_a_heading_is_never_left_alone_at_the_end_of_a_chunk() -> None:
    found = chunks(page(1, (T, PROSE), (H, "Second"), (T, PROSE), (T, PROSE)), max_tokens=130)
    assert not any(chunk.text.endswith("Second") for chunk in found)


def test_headings_stay_in_force_until_one_of_their_level_comes() -> None:
    found = chunks(page(1, (H, "Gravity"), (T, "a")), page(2, (T, "b")), page(3, (H, "Tides"), (T, "c")))
    assert [chunk.headings for chunk in found] == [("Gravity",), ("Gravity",), ("Tides",)]


def test_a_deeper_heading_adds_to_the_path() -> None:
    found = chunks(page(1, (H, "Gravity"), (T, "a")), page(2, (H, "Tides"), (T, "b"), level=2))
    assert found[1].headings == ("Gravity", "Tides")


def test_steps_of_a_build_up_give_no_chunks() -> None:
    found = chunks(page(1, (T, "one")), page(2, (T, "one\ntwo")), page(3, (T, "one\ntwo\nthree"), stands_for=(1, 2)))
    assert [chunk.page for chunk in found] == [3]


def test_an_empty_page_gives_no_chunk() -> None:
    assert chunks(Page(id="page_1", number=1, text=" \n ")) == ()


def test_the_same_pages_give_the_same_ids_and_other_words_others() -> None:
    first, again, other = (chunks(page(1, (T, words)))[0].id for words in ("one", "one", "two"))
    assert first == again != other


def test_text_outside_of_regions_is_not_lost() -> None:
    found = chunks(Page(id="page_1", number=1, text="no region at all"))
    assert [chunk.text for chunk in found] == ["no region at all"]
