from __future__ import annotations

import pytest

from smartnotes.core.model import Region, RegionKind
from smartnotes.core.usecases.publishing import lecture_title
from tests.builders import a_page

TITLED = a_page(1, "Cell biology").model_copy(
    update={"regions": (Region(kind=RegionKind.TITLE, start=0, end=12, level=1),)}
)


@pytest.mark.parametrize(
    "said", ["", "week3.key", "Microsoft PowerPoint - week3.ppt", "Untitled", "PowerPoint Presentation"]
)
def test_what_a_program_left_behind_is_no_title(said):
    assert lecture_title(said, [a_page(1), TITLED]) == "Cell biology"


def test_a_real_title_is_kept():
    assert lecture_title("Lecture 3: Osmosis vs. diffusion", [TITLED]) == "Lecture 3: Osmosis vs. diffusion"


def test_without_any_title_there_is_none():
    assert lecture_title("", [a_page(1)]) == ""
