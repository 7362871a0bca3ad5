"""Which slides go on with one another."""

from __future__ import annotations

import pytest

from smartnotes.core.answering.neighbours import continues, neighbours
from smartnotes.core.kinds import ChunkKind
from smartnotes.core.model import Chunk


def slide(page: int, *headings: str, start: int = 0, kind: ChunkKind = ChunkKind.TEXT, lecture: str = "lec_a") -> Chunk:
    return Chunk(
        id=f"chk_{lecture}_{page}_{start}",
        subject_id="sub_a",
        lecture_id=lecture,
        page=page,
        start=start,
        end=start + 5,
        kind=kind,
        headings=headings,
        text="words",
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Plastids", "Plastids"),
        ("Plastids", "Plastids (cont.)"),
        ("Plastids", "Plastids, continued"),
        ("Plastids 1/2", "Plastids 2/2"),
        ("Plastids (1)", "Plastids (2)"),
        ("Plastids I", "Plastids II"),
        ("Plastids - part 1", "Plastids - part 2"),
    ],
)
def test_slides_of_one_title_go_on_with_one_another(first: str, second: str) -> None:
    assert continues(slide(1, first), slide(2, second))


@pytest.mark.parametrize(
    "second",
    [
        slide(2, "Vacuoles"),
        slide(2),
        slide(2, "Plastids", lecture="lec_b"),
        slide(5, "Plastids"),
        slide(1, "Plastids", start=9),
        slide(2, "Organelles", "Plastids"),
    ],
)
def test_other_titles_lectures_and_pages_far_away_do_not(second: Chunk) -> None:
    assert not continues(slide(1, "Plastids"), second)


def test_slides_without_any_title_do_not() -> None:
    assert not continues(slide(1), slide(2))


def test_the_neighbours_are_the_pages_before_and_after_without_notes_and_captions() -> None:
    before, best, after = slide(1, "Plastids"), slide(3, "Plastids (2)"), slide(4, "Plastids (3)")
    notes, caption = slide(3, "Plastids (2)", start=9, kind=ChunkKind.NOTES), slide(4, "Plastids (3)", start=9)
    assert neighbours(best, [before, best, notes, after, caption]) == [before, after]


def test_a_chunk_in_the_middle_of_its_page_has_none() -> None:
    best, rest = slide(1, "Plastids"), slide(1, "Plastids", start=9)
    after = slide(2, "Plastids")
    assert neighbours(best, [best, rest, after]) == []
    assert neighbours(rest, [best, rest, after]) == [after]
