"""Blocks to page text."""

from __future__ import annotations

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.blocks import Block, BlockWord, assemble


def test_blocks_stand_one_a_line_and_their_spans_give_them_back() -> None:
    made = assemble(
        [
            Block(RegionKind.TITLE, "Cells", level=1),
            Block(RegionKind.LIST, "wall \n", words=(BlockWord(0, 4, (0.1, 0.1, 0.2, 0.2)),), emphasis=((0, 4),)),
            Block(RegionKind.CODE, "  a\n  b"),
        ]
    )
    assert made.text == "Cells\nwall\n  a\n  b"
    assert [made.text[region.start : region.end] for region in made.regions] == ["Cells", "wall", "  a\n  b"]
    assert [made.text[word.start : word.end] for word in made.words] == ["wall"]
    assert [made.text[span.start : span.end] for span in made.emphasis] == ["wall"]


def test_notes_go_to_the_end_and_empty_blocks_add_nothing() -> None:
    made = assemble([Block(RegionKind.NOTES, "say hello"), Block(RegionKind.TEXT, " "), Block(RegionKind.TEXT, "body")])
    assert made.text == "body\nsay hello"
    assert [region.kind for region in made.regions] == [RegionKind.TEXT, RegionKind.NOTES]


def test_running_heads_and_figures_are_regions_without_text() -> None:
    made = assemble(
        [
            Block(RegionKind.HEADER, "PHY 321", box=(0.1, -0.01, 0.5, 0.05)),
            Block(RegionKind.TEXT, "body"),
            Block(RegionKind.FIGURE, "", box=(0.1, 0.5, 0.5, 0.9)),
        ]
    )
    assert made.text == "body"
    assert [(region.start, region.end) for region in made.regions] == [(0, 0), (0, 4), (4, 4)]
    assert made.regions[0].box is not None
    assert made.regions[0].box.y0 == 0
